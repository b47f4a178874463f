"""The sections of the configuration, one model each, with the values they have out of the box.

The names are those of the table in `mipg.toml`; a key that stands in no model is an error.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from config.values import (
    Blocks,
    Days,
    Host,
    Hours,
    LedgerAddress,
    Line,
    Listed,
    MailAddress,
    OfficeHours,
    Port,
    TimeOfDay,
    WebAddress,
    Workbook,
    Zone,
    parse_time,
    with_default_port,
)

Security = Literal["ssl", "starttls", "none"]
NO_SECRET = SecretStr("")


class Section(BaseModel):
    """Common to all sections: immutable, no unknown key, no value echoed in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Office(Section):
    """Who writes: letterhead and signatures of letters and mails."""

    name: Line = "Gobernación de Antioquia"
    dependency: Line = "Departamento Administrativo de Planeación"
    unit: Line = "Dirección de Seguimiento y Evaluación a la Gestión y Políticas Públicas"
    acronym: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{1,11}$")] = "DSEGPP"  # DSEGPP-2026-0107
    city: Line = "Medellín"
    department: Line = "Antioquia"
    address: Line = ""
    phone: Line = ""
    website: Line = ""
    letterhead: Annotated[tuple[Line, ...], Listed] = ()  # empty: name, dependency and unit

    @property
    def letterhead_lines(self) -> tuple[str, ...]:
        """The lines at the head of a letter."""
        return self.letterhead or (self.name, self.dependency, self.unit)


class FolderMail(Section):
    """A directory of .eml files or a Maildir; empty: inside `home`."""

    path: Path | None = None


class Login(Section):
    """How to log in to a mail server: with a password, or with a token by client credentials (XOAUTH2)."""

    username: Line = ""
    password: SecretStr = NO_SECRET
    auth: Literal["password", "xoauth2"] = "password"
    token_url: WebAddress = ""
    client_id: Line = ""
    client_secret: SecretStr = NO_SECRET
    scope: Line = "https://outlook.office365.com/.default"  # what Microsoft 365 wants for IMAP and SMTP


class Imap(Login):
    """An IMAP server (RFC 9051)."""

    host: Host = ""
    port: Port = 993
    security: Security = "ssl"
    inbox: Line = "INBOX"
    ca_file: Path | None = None

    _port = model_validator(mode="before")(with_default_port({"ssl": 993, "starttls": 143, "none": 143}))


class Exchange(Section):
    """Exchange Web Services."""

    endpoint: WebAddress = ""
    username: Line = ""
    password: SecretStr = NO_SECRET
    auth: Literal["ntlm", "basic", "oauth"] = "ntlm"
    ca_file: Path | None = None
    access: Literal["delegate", "impersonation"] = "delegate"
    tenant: Line = ""
    client_id: Line = ""
    client_secret: SecretStr = NO_SECRET
    token_url: WebAddress = ""
    inbox: Line = "inbox"


class Graph(Section):
    """Microsoft Graph."""

    tenant: Line = ""
    client_id: Line = ""
    client_secret: SecretStr = NO_SECRET
    base_url: WebAddress = "https://graph.microsoft.com/v1.0"
    authority: WebAddress = "https://login.microsoftonline.com"
    ca_file: Path | None = None
    inbox: Line = "inbox"


class Mailbox(Section):
    """Where mail arrives."""

    backend: Literal["folder", "imap", "exchange", "graph"] = "folder"
    address: Annotated[MailAddress, Field(min_length=3)] = "mesa@localhost"
    after: Literal["keep", "flag", "move"] = "keep"
    processed: Annotated[Line, Field(min_length=1)] = "Procesados"
    trusted_authserv: Annotated[tuple[Line, ...], Listed] = ()
    trusted_forwarders: Annotated[tuple[MailAddress, ...], Listed] = ()
    folder: FolderMail = FolderMail()
    imap: Imap = Imap()
    exchange: Exchange = Exchange()
    graph: Graph = Graph()


class Smtp(Login):
    """A submission server (RFC 6409); the default is TLS from the first byte (RFC 8314)."""

    host: Host = ""
    port: Port = 465
    security: Security = "ssl"
    ca_file: Path | None = None

    _port = model_validator(mode="before")(with_default_port({"ssl": 465, "starttls": 587, "none": 25}))


class Outgoing(Section):
    """How mail leaves."""

    backend: Literal["folder", "smtp", "exchange", "graph"] = "folder"
    sender_name: Line = "Mesa MIPG"
    redirect_to: MailAddress = ""
    max_per_run: Annotated[int, Field(ge=1)] = 200
    max_per_hour: Annotated[int, Field(ge=0)] = 0  # 0: as many as there are
    max_attachment_mb: Annotated[int, Field(ge=1)] = 20  # of all files of one mail together
    folder: FolderMail = FolderMail()
    smtp: Smtp = Smtp()


class DirectoryFile(Section):
    """The seed of people."""

    file: Path | None = None


class ExcelSheet(Section):
    """The .xlsx sheet; empty: inside `home`."""

    path: Workbook | None = None


class GoogleSheet(Section):
    """A Google spreadsheet shared with a service account."""

    spreadsheet_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]*$")] = ""
    credentials_file: Path | None = None
    api_endpoint: WebAddress = "https://sheets.googleapis.com"
    protection: Literal["strict", "warning"] = "strict"


class SheetSection(Section):
    """What the team lives in."""

    backend: Literal["excel", "google"] = "excel"
    closed_rows: Annotated[int, Field(ge=0)] = 1_000
    excel: ExcelSheet = ExcelSheet()
    google: GoogleSheet = GoogleSheet()


class LedgerSection(Section):
    """The database; its address may hold a password, so it is a secret. Empty: SQLite inside `home`."""

    url: LedgerAddress = NO_SECRET


class Signature(Section):
    """The picture of somebody's signature, printed under letters that a person approved."""

    of: MailAddress  # the director or who substitutes
    file: Path  # a PNG, counted from home


class Letters(Section):
    """When a letter may go and in which form."""

    release: Literal["approved", "signed", "registered"] = "approved"
    auto_send: Annotated[tuple[str, ...], Listed] = ()
    attach_docx: bool = False
    pdf: bool = True
    survey: bool = True  # three questions to the municipality after the assistance
    signatures: Annotated[tuple[Signature, ...], Listed] = ()
    radicado_senders: Annotated[tuple[Line, ...], Listed] = ()  # addresses or domains; empty: the mailbox's own domain


class Scores(Section):
    """Where new results are looked for and which vigencias may be compared."""

    folder: Path | None = None
    url: WebAddress = ""
    trusted_senders: Annotated[tuple[MailAddress, ...], Listed] = ()
    blocks: Blocks = "2018;2019-2021"


class Shutdown(BaseModel):
    """Days on which the office is closed, both included; legal terms stop only with the act that suspends them."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, populate_by_name=True)
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    act: Line = ""

    @model_validator(mode="after")
    def _in_order(self) -> "Shutdown":
        if self.first > self.last:
            raise ValueError("ends before it begins; accepted: from ≤ to")
        return self


class ClockSection(Section):
    """The office's hours and calendar."""

    timezone: Zone = "America/Bogota"
    office_hours: OfficeHours = Hours(parse_time("07:30"), parse_time("17:30"))
    shutdowns: Annotated[tuple[Shutdown, ...], Listed] = ()
    holidays_off: Annotated[tuple[date, ...], Listed] = ()
    holidays_extra: Annotated[tuple[date, ...], Listed] = ()


class Terms(Section):
    """Internal terms, in business days."""

    after_hours: Literal["next_day", "same_day"] = "next_day"
    classify: Days = 1
    assign: Days = 1
    letter: Days = 5
    plan: Days = 10
    assistance: Days = 30
    direct: Days = 10
    evidence: Days = 5
    follow_up: Days = 15  # after the last session, without evidence
    extension_notice: Days = 3  # before Vence legal
    suspended_close: Days = 5  # after asking the municipality again


class Reminders(Section):
    """Days past (negative: before) the date on which people are reminded, and who is told besides."""

    hours: OfficeHours = Hours(parse_time("07:00"), parse_time("18:00"))
    days: Annotated[tuple[Annotated[int, Field(ge=-30, le=365)], ...], Listed, Field(min_length=1)] = (-1, 0, 2, 5)
    every: Annotated[int, Field(ge=1, le=365)] = 5  # once `days` are used up
    officer_from: Days = 2
    director_from: Days = 5
    leader_until: Days = 30  # afterwards a leader is reminded of a case only if somebody asks for it


class Digest(Section):
    """When the weekly digest leaves."""

    weekday: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] = "monday"
    hour: TimeOfDay = parse_time("07:00")
    team: bool = False  # each member of the team gets their own cases with it

    @property
    def iso_weekday(self) -> int:
        """1 for Monday to 5 for Friday."""
        return ("monday", "tuesday", "wednesday", "thursday", "friday").index(self.weekday) + 1


class NotedExpiry(BaseModel):
    """A password or key and the last day it serves, which no server tells."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    what: Line
    on: date


class Operation(Section):
    """What the operator wants to be told of."""

    expiries: Annotated[tuple[NotedExpiry, ...], Listed] = ()


class Retention(Section):
    """How long what may be erased is kept at least."""

    case_years: Annotated[int, Field(ge=1, le=100)] = 10


class Offer(Section):
    """How many gaps a municipality is offered help with, and how many municipalities a leader takes a year."""

    lowest: Annotated[int, Field(ge=1, le=19)] = 3
    capacity: Annotated[int, Field(ge=1, le=125)] = 15
