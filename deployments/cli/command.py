"""What all commands share: `--config`, `--home` and `--now`, turned into the office when one is first needed."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from config.settings import Settings
    from tasks.bootstrap import Office

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="Configuration file [default: HOME/config/mipg.toml].")
]
HomeFolder = Annotated[
    Path | None, typer.Option("--home", help="Folder of ledger, archive, sheet, logs [default: var].")
]
Moment = Annotated[str | None, typer.Option("--now", help="Set the clock: 2026-12-01T08:00 (office time).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_SHARED = {"config": ConfigFile, "home": HomeFolder, "now": Moment}


@dataclass(frozen=True)
class Desk:
    """Where a command works: the office that its options name. Heavy modules load only when it is asked for."""

    config: Path | None = None
    home: Path | None = None
    now: str | None = None

    @cached_property
    def settings(self) -> "Settings":
        """The checked settings; the log opens with them, if the home exists. Raises `SettingsError`, `UsageError`."""
        import os

        from config.settings import load
        from tasks.operation.log import open_log
        from tasks.ports.errors import UsageError

        settings = load(self.config, self.home, os.environ)
        if settings.home.exists() and not settings.home.is_dir():
            raise UsageError(f"{settings.home} is a file: name a folder with --home")
        open_log(settings.logs_path if settings.home.is_dir() else None)
        return settings

    @cached_property
    def office(self) -> "Office":
        """The office, under the clock of `--now`. Nothing of it is opened yet."""
        from tasks.bootstrap import Office
        from tasks.ports.clock import FixedClock

        office = Office(self.settings)
        if self.now:
            office.clock = FixedClock(parse_moment(self.now, office.zone))
        return office

    @cached_property
    def working_office(self) -> "Office":
        """The office with its ledger made or brought to this version, and the seed's people in it the first time."""
        from tasks.operation.log import open_log
        from tasks.operation.setup import prepare

        self.settings.home.mkdir(parents=True, exist_ok=True)
        open_log(self.settings.logs_path)
        prepare(self.office)
        return self.office

    @cached_property
    def known_office(self) -> "Office":
        """The office of a ledger that is there already. Raises `UsageError`: a typo in --home shows no empty office."""
        from tasks.ports.errors import UsageError

        url = self.settings.ledger_url
        file = url.removeprefix("sqlite:///")
        if file != url and not Path(file).is_file():
            raise UsageError(f"there is no ledger at {file}: name the folder with --home, or make one with `mipg init`")
        self.office.ledger.upgrade()
        return self.office


def parse_moment(text: str, zone: Any) -> Any:
    """Return the moment of `--now`, in the office's zone when it names none. Raises `UsageError`."""
    from datetime import datetime

    from tasks.ports.errors import UsageError

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f'"{text}" is not a moment; accepted: 2026-12-01T08:00 or 2026-12-01') from None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def command(app: typer.Typer, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `function(desk, …)` as a command that also takes the shared options."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(function).parameters.values() if p.name != "desk"]
        shared = [
            inspect.Parameter(option, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=kind)
            for option, kind in _SHARED.items()
        ]

        @wraps(function)
        def run(**values: Any) -> None:
            function(Desk(*(values.pop(option) for option in _SHARED)), **values)

        # Typer reads the signature: the desk's three options stand there in the place of the desk.
        keyword = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        run.__signature__ = inspect.Signature([*keyword, *shared])  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in (*own, *shared)}
        return app.command(name)(run)

    return register
