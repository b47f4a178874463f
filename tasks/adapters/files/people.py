"""The seed of people (`directory.file`): who the director, the team and the leaders are, in JSON or TOML.

Used by `mipg init` and by runs without a sheet; afterwards the tabs *Equipo* and *Líderes* rule.
"""

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tasks.adapters.files.catalogs import unknown_policy
from tasks.domain.directory import AxisTeam, Directory, Leader, Person, Role
from tasks.ports.errors import ConfigurationError

_LARGEST = 2_000_000  # bytes; the real one is some 5 kB


def _address(text: object) -> object:
    return text.strip() if isinstance(text, str) else text


Address = Annotated[str, BeforeValidator(_address), Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, str_strip_whitespace=True)
    name: str = Field(min_length=1)
    email: Address


class _LeaderEntry(_Entry):
    dependency: str = ""
    contacts: tuple[Address, ...] = ()


class _Seed(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    director: _Entry
    team: tuple[_Entry, ...] = ()
    leaders: dict[str, _LeaderEntry] = Field(default_factory=dict)
    other_axes: dict[Literal["politica-publica", "plan-desarrollo"], _Entry] = Field(default_factory=dict)
    operator: _Entry | None = None


def load_people(path: Path, slugs: Collection[str]) -> Directory:
    """Return the directory that a seed file describes; `slugs` are the known policies.

    Raises `ConfigurationError` with one line per problem: file, key, what is accepted.
    """
    raw = _read(path)
    try:
        seed = _Seed.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(path, detail) for detail in error.errors(include_url=False, include_input=False)]
    else:
        problems = [*_unknown_policies(path, seed, slugs), *_repeated(path, seed)]
    if problems:  # outside `except`, so that no traceback repeats the file
        raise ConfigurationError("\n".join(dict.fromkeys(problems)))
    return _directory(seed)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST:
            raise ConfigurationError(f"{path}: larger than {_LARGEST // 1_000_000} MB; accepted: a list of people")
        text = content.decode("utf-8-sig")
        is_toml = path.suffix.casefold() == ".toml"
        raw = tomllib.loads(text) if is_toml else json.loads(text, object_pairs_hook=_each_once)
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, not TOML, a key twice
        raise ConfigurationError(f"{path}: is neither JSON nor TOML in UTF-8: {error}") from None
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{path}: accepted: an object with director, team, leaders, other_axes, operator")
    return raw


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; of two entries with one key, JSON would drop the first in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if [other for other, _ in pairs].count(key) > 1)
        raise ValueError(f'"{twice}" stands twice in one object')
    return found


_ACCEPTED = {
    "missing": "missing; it is compulsory",
    "string_pattern_mismatch": "not a mail address; accepted: name@domain",
    "string_too_short": "empty; accepted: a name",
    "string_type": "accepted: text",
    "tuple_type": "accepted: a list",
    "dict_type": "accepted: an object whose keys are slugs",
    "model_type": 'accepted: {"name": …, "email": …}',
    "literal_error": "unknown axis; accepted: politica-publica, plan-desarrollo",
}


def _problem(path: Path, detail: Any) -> str:
    parts = [str(part) for part in detail["loc"] if part != "[key]"]
    key = "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in parts).lstrip(".")
    if detail["type"] == "extra_forbidden":
        return f"{path}: {key}: unknown key; accepted: {', '.join(_siblings(parts))}"
    return f"{path}: {key}: {_ACCEPTED.get(detail['type'], detail['msg'])}"


def _siblings(parts: list[str]) -> list[str]:
    model = _Seed if len(parts) == 1 else _LeaderEntry if parts[0] == "leaders" else _Entry
    return list(model.model_fields)


def _unknown_policies(path: Path, seed: _Seed, slugs: Collection[str]) -> list[str]:
    problems = []
    for slug in seed.leaders:
        if slug not in slugs:
            problems.append(f"{path}: leaders.{slug}: {unknown_policy(slug, slugs)}")
    return problems


def _repeated(path: Path, seed: _Seed) -> list[str]:
    """Two members of the team with one address could not be told apart when they write."""
    seen: set[str] = set()
    problems = []
    for number, entry in enumerate(seed.team):
        if entry.email.casefold() in seen:
            problems.append(f"{path}: team[{number}].email: stands twice; accepted: one entry per address")
        seen.add(entry.email.casefold())
    return problems


def _directory(seed: _Seed) -> Directory:
    director = Person(name=seed.director.name, email=seed.director.email, role=Role.DIRECTOR)
    officers = [Person(name=entry.name, email=entry.email, role=Role.OFFICER) for entry in seed.team]
    operator = [Person(name=seed.operator.name, email=seed.operator.email, role=Role.OPERATOR)] if seed.operator else []
    return Directory(
        people=(director, *officers, *operator),
        leaders=tuple(Leader(policy=slug, **entry.model_dump()) for slug, entry in seed.leaders.items()),
        axes=tuple(AxisTeam(axis=axis, name=entry.name, email=entry.email) for axis, entry in seed.other_axes.items()),
    )
