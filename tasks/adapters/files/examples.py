"""Reads the example sentences that staff may edit: `examples/<policy>.txt`, `none.txt`, `several.csv`.

One sentence a line, `#` begins a comment. `none.txt` holds what asks about no policy or only mentions one;
`several.csv` has `text,policy|policy`. Of each file the first folder that has it counts (the operator's before the
shipped).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.adapters.files.plain import csv_rows, read_text
from tasks.domain.catalog import MIPG_GENERAL, Catalog
from tasks.domain.learning.examples import Example
from tasks.ports.errors import ConfigurationError

_FOLDER = "examples"
_FORMAT = "a file saved as UTF-8"
_SEVERAL = "several.csv"
_NONE = "none.txt"


def load_examples(folders: Sequence[Path], catalog: Catalog) -> tuple[Example, ...]:
    """Return the examples of every policy. Raises `ConfigurationError` naming file and line."""
    slugs = [*(policy.slug for policy in catalog.policies), MIPG_GENERAL]
    found = [example for slug in slugs for example in _of_policy(folders, slug)]
    nothing = [Example(text) for _, text in _lines(_find(folders, _NONE))]
    return (*found, *nothing, *_several(_find(folders, _SEVERAL), set(slugs)))


def _find(folders: Sequence[Path], name: str) -> Path | None:
    return next((path for folder in folders if (path := folder / _FOLDER / name).is_file()), None)


def _of_policy(folders: Sequence[Path], slug: str) -> Iterator[Example]:
    for _, text in _lines(_find(folders, f"{slug}.txt")):
        yield Example(text, (slug,))


def _lines(path: Path | None) -> Iterator[tuple[int, str]]:
    """Yield the sentences of a file with their line numbers; a file that nobody wrote has none."""
    if path is None:
        return
    for number, line in enumerate(read_text(path, _FORMAT).splitlines(), start=1):
        if (text := line.strip()) and not text.startswith("#"):
            yield number, text


def _several(path: Path | None, slugs: set[str]) -> Iterator[Example]:
    if path is None:
        return
    for number, cells in csv_rows(path, _FORMAT):
        if not any(cells) or cells[0].startswith("#") or cells == ["text", "policies"]:
            continue
        policies = tuple(cells[1].strip().split("|")) if len(cells) == 2 else ()
        if not policies or not set(policies) <= slugs:
            wanted = "text,policy|policy, with policies of policies.csv (a text with , goes between double quotes)"
            raise ConfigurationError(f"{path}, line {number}: found {','.join(cells)[:60]!r}, accepted: {wanted}")
        yield Example(cells[0].strip(), policies)
