"""Text files that people edit, read whole."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from tasks.ports.errors import ConfigurationError

_MAX_BYTES = 5_000_000  # a table of this service is a few hundred kilobytes; a larger file is a mistake


def read_text(path: Path, accepted: str) -> str:
    """Return what the file says, with or without a byte-order mark; `accepted` names the format to save it in.

    Raises `ConfigurationError` naming the file, and the line that is not UTF-8.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from error
    if len(raw) > _MAX_BYTES:
        raise ConfigurationError(f"{path}: {len(raw)} bytes, accepted: at most {_MAX_BYTES}")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}, line {line}: not UTF-8 text, accepted: {accepted}") from error


def csv_rows(path: Path, accepted: str) -> Iterator[tuple[int, list[str]]]:
    """Yield a table's rows with their line numbers, separated by `,` or `;` as its first line is.

    Raises `ConfigurationError` as `read_text` does, and for what is no CSV.
    """
    text = read_text(path, accepted)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise ConfigurationError(f"{path}, line {reader.line_num}: not readable as CSV ({error})") from error
