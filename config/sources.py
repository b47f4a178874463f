"""Where settings come from: a TOML file, the environment, files that hold secrets; each value remembers its origin."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "MIPG_"
Key = tuple[str, ...]


class SettingsError(ValueError):
    """The configuration is wrong: one line per bad key, saying where, what and what is accepted. Holds no secret."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass
class Raw:
    """Values as written, and for each key the place that a person would look at."""

    values: dict[str, Any] = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)

    def put(self, key: Key, value: Any, place: str) -> None:
        """Set one value, over whatever was there."""
        node = self.values
        for part in key[:-1]:
            child = node.get(part)
            node[part] = node = dict(child) if isinstance(child, dict) else {}
        node[key[-1]] = value
        self.places[key] = place

    def place(self, key: Key) -> str:
        """Return where the key, or the nearest section around it, was written."""
        for length in range(len(key), 0, -1):
            if place := self.places.get(key[:length]):
                return place
        return ""


def read_toml(path: Path) -> Raw:
    """Return a TOML file's values with the line of each key. Raises `SettingsError` (unreadable, not TOML)."""
    try:
        text = path.read_bytes().decode("utf-8-sig")  # Windows editors put a byte order mark first
        values = tomllib.loads(text)
    except OSError as error:
        raise SettingsError([f"{path}: cannot be read ({error.strerror or error})"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{path}: is not UTF-8 text; save it again as UTF-8"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: is not valid TOML: {error}"]) from None
    places = {key: f"{path}, line {line}" for key, line in _lines(text)}
    return Raw(values, {(): str(path), **places})


def _lines(text: str) -> Iterable[tuple[Key, int]]:
    """Yield each key with its line. Good for messages only: quoted keys and inline tables are passed over."""
    section: Key = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[\[?\s*([\w.\s-]+?)\s*\]\]?", line):
            section = _key(header[1])
            yield section, number
        elif name := re.match(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=", line):
            yield (*section, *_key(name[1])), number


def _key(dotted: str) -> Key:
    return tuple(part.strip() for part in dotted.split("."))


def merge_environment(raw: Raw, environ: Mapping[str, str], secrets: frozenset[Key], sections: frozenset[str]) -> None:
    """Put the environment's `MIPG_SECTION__KEY` and `MIPG_…_FILE` (a secret kept in a file) over the file's values.

    Raises `SettingsError` for a secret given twice, one whose file cannot be read, and a section with one underscore.
    """
    problems: list[str] = []
    for variable in sorted(name for name in environ if name.startswith(PREFIX)):
        key = tuple(variable.removeprefix(PREFIX).lower().split("__"))
        place = f"environment variable {variable}"
        if key == ("home",):
            continue  # decided before any file is read
        if len(key) == 1:
            problems += _single_underscore(variable, key[0], sections)
        elif (secret := _secret_file(key, secrets)) is None:
            raw.put(key, environ[variable], place)
        elif variable.removesuffix("_FILE") in environ:
            problems.append(f"{place}: {'.'.join(secret)} is also given directly; accepted: one of the two")
        else:
            problems += _put_secret(raw, secret, Path(environ[variable]), place)
    if problems:
        raise SettingsError(problems)


def _single_underscore(variable: str, word: str, sections: frozenset[str]) -> list[str]:
    section, _, rest = word.partition("_")
    if section not in sections or not rest:
        return []  # MIPG_CONFIG, MIPG_TEST_ALL: not a setting
    meant = f"{PREFIX}{section.upper()}__{rest.upper()}"
    return [f"environment variable {variable}: not a setting; section and key are parted by two underscores: {meant}"]


def _secret_file(key: Key, secrets: frozenset[Key]) -> Key | None:
    """Return the secret that `…_FILE` stands for; None for an ordinary key, `ca_file` and `directory.file` included."""
    secret = (*key[:-1], key[-1].removesuffix("_file"))
    return secret if secret != key and secret in secrets else None


def _put_secret(raw: Raw, key: Key, path: Path, place: str) -> list[str]:
    try:
        raw.put(key, path.read_text("utf-8").rstrip("\r\n"), f"{place} ({path})")
    except (OSError, UnicodeDecodeError) as error:
        return [f"{place}: {path} cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})"]
    return []
