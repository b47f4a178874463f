"""The office's own copies of what staff may edit: which nobody edited, and bringing those up to this version.

An upgrade touches none of them. Each is remembered by the hash with which it was written: a copy that still has it says
what an older version said, and nobody chose that. One without a memory counts as edited.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import config
import templates
from config.settings import Settings
from tasks.ports.errors import UsageError

# Of the catalogues these are written out to be edited; any other that the office puts beside them counts as well.
_CATALOGUES = frozenset({"policies.csv", "municipalities.csv", "vocabulary.csv", "terms.toml", "holidays.toml"})
_SUFFIXES = frozenset({".csv", ".toml", ".docx", ".html", ".txt"})
_MEMORY = "copies.json"
_REPLACED = "replaced"  # in the home: what each renewal replaced, in a folder named for its moment


class Standing(StrEnum):
    """What a copy is beside the shipped file."""

    MISSING = "missing"
    SAME = "same"
    OUTDATED = "not edited, and older than this version's"
    EDITED = "edited by the office"


class _Twin(NamedTuple):
    """A shipped file and the place of the office's copy."""

    name: str  # "templates/mail/acuse.txt"
    shipped: Path
    own: Path


@dataclass(frozen=True, slots=True)
class Renewal:
    """The copies that were, or would be, replaced and those that the office edited."""

    replaced: tuple[Path, ...]
    edited: tuple[Path, ...]


def write_missing(settings: Settings) -> list[Path]:
    """Write the copies that staff may want to edit and that are not there; returns them."""
    written = []
    for twin in _of_standing(settings, Standing.MISSING):
        if twin.name.startswith("templates/") or twin.shipped.name in _CATALOGUES:
            _put(twin.shipped, twin.own)
            written.append(twin.own)
    _remember_the_same(settings)
    return written


def different_copies(settings: Settings) -> dict[Standing, list[str]]:
    """Return the names of the copies that say something else than this version's, by what they are."""
    return {
        standing: [twin.name for twin in _of_standing(settings, standing)]
        for standing in (Standing.OUTDATED, Standing.EDITED)
    }


def renew(settings: Settings, now: datetime, *, rehearse: bool = False) -> Renewal:
    """Bring the copies that nobody edited up to this version; what they said is kept for `take_back`."""
    outdated = _of_standing(settings, Standing.OUTDATED)
    for twin in () if rehearse else outdated:
        _put(twin.own, settings.home / _REPLACED / f"{now:%Y-%m-%d-%H%M%S}" / twin.name)
        _put(twin.shipped, twin.own)
    if not rehearse:
        _remember_the_same(settings)
    edited = _of_standing(settings, Standing.EDITED)
    return Renewal(tuple(twin.own for twin in outdated), tuple(twin.own for twin in edited))


def take_back(settings: Settings) -> Renewal:
    """Put back what the last renewal replaced, except where the office edited the new copy since.

    Raises `UsageError` when there is none to take back.
    """
    last = max((settings.home / _REPLACED).glob("*/"), default=None)
    if last is None:
        raise UsageError("nothing to take back: no copy was renewed here")
    known, back, edited = _memory(settings), [], []
    for twin in _twins(settings):
        kept = last / twin.name
        if not kept.is_file():
            continue
        if not twin.own.is_file() or _hash(twin.own) != known.get(twin.name):
            edited.append(twin.own)
            continue
        known[twin.name] = _hash(kept)
        _remember(settings, known)  # before the file: killed in between it is the shipped one, and no edited one
        _put(kept, twin.own)
        back.append(twin.own)
    shutil.rmtree(last)
    return Renewal(tuple(back), tuple(edited))


def _twins(settings: Settings) -> Iterator[_Twin]:
    places = (
        ("config", config.CATALOGS, settings.config_path),
        ("templates", templates.FOLDER, settings.templates_path),
    )
    for kind, shipped, own in places:
        for path in sorted(shipped.rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                inside = path.relative_to(shipped)
                yield _Twin(f"{kind}/{inside.as_posix()}", path, own / inside)


def _of_standing(settings: Settings, standing: Standing) -> list[_Twin]:
    known = _memory(settings)
    return [twin for twin in _twins(settings) if _standing(twin, known) is standing]


def _standing(twin: _Twin, known: Mapping[str, str]) -> Standing:
    if not twin.own.exists():
        return Standing.MISSING
    own = _hash(twin.own)
    if own == _hash(twin.shipped):
        return Standing.SAME
    return Standing.OUTDATED if known.get(twin.name) == own else Standing.EDITED


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _memory(settings: Settings) -> dict[str, str]:
    """Return the hash of each copy as it was written; unreadable is as good as none: what differs counts as edited."""
    try:
        found = json.loads((settings.config_path / _MEMORY).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember_the_same(settings: Settings) -> None:
    known = _memory(settings)
    same = {twin.name: _hash(twin.own) for twin in _twins(settings) if _standing(twin, known) is Standing.SAME}
    if not same.items() <= known.items():
        _remember(settings, known | same)


def _remember(settings: Settings, known: Mapping[str, str]) -> None:
    target = settings.config_path / _MEMORY
    draft = target.with_name(f".{_MEMORY}.part")
    draft.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
    draft.replace(target)


def _put(source: Path, target: Path) -> None:
    """Copy a file so that its place holds the whole old or the whole new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, draft)
    draft.replace(target)
