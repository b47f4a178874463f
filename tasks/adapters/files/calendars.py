"""The office's calendar and terms: settings together with the catalogues `holidays.toml` and `terms.toml`.

A catalogue in `home/config/` takes the place of the shipped one.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

import config
from config.settings import Settings
from tasks.domain.terms.business_days import Calendar, Closure, Office, calendar
from tasks.domain.terms.rules import InternalTerms, LegalTerm, LegalTerms, Rules
from tasks.ports.errors import ConfigurationError

_M = TypeVar("_M", bound=BaseModel)


class HolidayCorrections(BaseModel):
    """Dates that are business days after all, and further days that are not."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    off: tuple[date, ...] = ()
    extra: tuple[date, ...] = ()


def load_calendar(settings: Settings) -> Calendar:
    """Return the office's calendar. Raises `ConfigurationError`: file, key, what is accepted."""
    corrections = load_holidays(_catalogue("holidays.toml", settings))
    clock = settings.clock
    return calendar(
        off=(*corrections.off, *clock.holidays_off),
        extra=(*corrections.extra, *clock.holidays_extra),
        closures=(Closure(closed.first, closed.last, closed.act) for closed in clock.shutdowns),
    )


def load_rules(settings: Settings) -> Rules:
    """Return all that dates are counted by. Raises `ConfigurationError`: file, key, what is accepted."""
    hours = settings.clock.office_hours
    zone = ZoneInfo(settings.clock.timezone)
    return Rules(
        calendar=load_calendar(settings),
        office=Office(hours.start, hours.end, zone, settings.terms.after_hours == "next_day"),
        terms=InternalTerms.model_validate(settings.terms, from_attributes=True),
        legal=load_legal_terms(_catalogue("terms.toml", settings)),
    )


def _catalogue(name: str, settings: Settings) -> Path:
    own = settings.config_path / name
    return own if own.is_file() else config.CATALOGS / name


def load_legal_terms(path: Path) -> LegalTerms:
    """Return the terms of the law. Raises `ConfigurationError`: file, key, what is accepted."""
    return _load(path, LegalTerms)


def load_holidays(path: Path) -> HolidayCorrections:
    """Return the corrections to the national holidays. Raises `ConfigurationError`: file, key, what is accepted."""
    return _load(path, HolidayCorrections)


def _load(path: Path, model: type[_M]) -> _M:
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{path}: is not valid TOML in UTF-8: {error}") from None
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_problem(path, model, detail) for detail in error.errors())) from None


def _problem(path: Path, model: type[BaseModel], detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    if detail["type"] == "extra_forbidden":
        fields = model.model_fields if len(detail["loc"]) == 1 else LegalTerm.model_fields
        return f"{path}: {key}: unknown key; accepted: {', '.join(fields)}"
    if detail["type"] == "missing":
        return f"{path}: {key}: missing; it is compulsory"
    return f"{path}: {key}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
