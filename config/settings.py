"""The settings of the service: a TOML file, overridden by the environment, on top of values that run embedded.

`load` is the only way in for programs. Relative paths in the configuration count from `home`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config import sections
from config.problems import constraint_problems, known_keys, secret_keys, sentences, validation_problems
from config.sources import Key, Raw, SettingsError, merge_environment, read_toml

__all__ = ["Settings", "SettingsError", "configuration_file", "load"]

DEFAULT_HOME = Path("var")
_P = TypeVar("_P", Path, None)


class Settings(BaseSettings):
    """Everything that can be set. Immutable; secrets never show in `repr` or in errors."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Path = DEFAULT_HOME
    office: sections.Office = sections.Office()
    mailbox: sections.Mailbox = sections.Mailbox()
    outgoing: sections.Outgoing = sections.Outgoing()
    directory: sections.DirectoryFile = sections.DirectoryFile()
    sheet: sections.SheetSection = sections.SheetSection()
    ledger: sections.LedgerSection = sections.LedgerSection()
    letters: sections.Letters = sections.Letters()
    scores: sections.Scores = sections.Scores()
    clock: sections.ClockSection = sections.ClockSection()
    terms: sections.Terms = sections.Terms()
    reminders: sections.Reminders = sections.Reminders()
    digest: sections.Digest = sections.Digest()
    operation: sections.Operation = sections.Operation()
    retention: sections.Retention = sections.Retention()
    offer: sections.Offer = sections.Offer()

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing behind `load`'s back: it knows the file, line or variable of each value, for its errors."""
        return (init_settings,)

    def value(self, key: Key) -> Any:
        """Return the value of a key such as ("mailbox", "imap", "host")."""
        found: Any = self
        for part in key:
            found = getattr(found, part)
        return found

    def under_home(self, path: Path) -> Path:
        """Return a configured path, counted from `home` when it is relative."""
        return self.home / path.expanduser()

    def optional(self, path: Path | None) -> Path | None:
        """Return a path that may be unset, counted from `home`."""
        return self.under_home(path) if path else None

    @property
    def ledger_url(self) -> str:
        """The database's address, a file's counted from `home`; it may hold a password: never print it."""
        url = self.ledger.url.get_secret_value() or "sqlite:///ledger.db"
        file = url.removeprefix("sqlite:///")
        return url if file == url else f"sqlite:///{self.under_home(Path(file))}"

    @property
    def sheet_path(self) -> Path:
        """The .xlsx sheet."""
        return self.under_home(self.sheet.excel.path or Path("sheet/mesa-mipg.xlsx"))

    @property
    def mailbox_path(self) -> Path:
        """The folder mailbox."""
        return self.under_home(self.mailbox.folder.path or Path("mailbox"))

    @property
    def outgoing_path(self) -> Path:
        """The folder that outgoing mail is written to."""
        return self.under_home(self.outgoing.folder.path or Path("outgoing"))

    @property
    def scores_path(self) -> Path:
        """The folder watched for new results."""
        return self.under_home(self.scores.folder or Path("scores"))

    @property
    def directory_path(self) -> Path | None:
        """The seed of people, if there is one."""
        return self.optional(self.directory.file)

    @property
    def google_credentials_path(self) -> Path | None:
        """The service account's key file, if there is one."""
        return self.optional(self.sheet.google.credentials_file)

    @property
    def google_memory_path(self) -> Path:
        """What is known of the Google spreadsheet between two cycles: may be deleted at any time."""
        return self.home / "sheet" / f"google-{self.sheet.google.spreadsheet_id}.json"

    @property
    def archive_path(self) -> Path:
        """Raw mail and documents, by content."""
        return self.home / "archive"

    @property
    def cases_path(self) -> Path:
        """One folder per case, for people."""
        return self.home / "casos"

    @property
    def logs_path(self) -> Path:
        """The service's own log."""
        return self.home / "logs"

    @property
    def config_path(self) -> Path:
        """Where the operator's catalogues override the shipped ones, file by file."""
        return self.home / "config"

    @property
    def models_path(self) -> Path:
        """The text model fitted on this office's own corrections, and the one before it."""
        return self.home / "models"

    @property
    def templates_path(self) -> Path:
        """Where the staff's templates override the shipped ones, file by file."""
        return self.home / "templates"

    @property
    def sender(self) -> str:
        """The From of every mail, "Name <address>"."""
        return f"{self.outgoing.sender_name} <{self.mailbox.address}>"


def configuration_file(config: Path | None, home: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the TOML file that `load` reads: the one named, else the one under `home` if it is there."""
    if named := config or environ.get("MIPG_CONFIG"):
        return Path(named)
    found = _given_home(home, environ, DEFAULT_HOME) / "config" / "mipg.toml"
    return found if found.is_file() else None


def load(config: Path | None, home: Path | None, environ: Mapping[str, str]) -> Settings:
    """Return the settings of a TOML file (optional) and the environment; `home` is made absolute.

    `home` wins over MIPG_HOME, which wins over the file's `home`; all three count from the working directory.
    Raises `SettingsError` with one line per bad key.
    """
    file = configuration_file(config, home, environ)
    raw = read_toml(file) if file else Raw()
    keys = known_keys(Settings)
    merge_environment(raw, environ, secret_keys(keys), frozenset(Settings.model_fields))
    if given := _given_home(home, environ, None):
        raw.put(("home",), str(given), "--home" if home else "environment variable MIPG_HOME")
    try:
        settings = Settings(**raw.values)
    except ValidationError as error:
        problems = sentences(validation_problems(error, keys, raw), raw)
    else:
        problems = sentences(constraint_problems(settings), raw)
    if problems:  # raised out here so that no traceback shows what pydantic was given
        raise SettingsError(problems)
    return settings.model_copy(update={"home": settings.home.expanduser().absolute()})


def _given_home(home: Path | None, environ: Mapping[str, str], otherwise: _P) -> Path | _P:
    return home or (Path(environ["MIPG_HOME"]) if environ.get("MIPG_HOME") else otherwise)
