"""The office: settings turned into adapters. This module and `tasks.servers` are the only ones that name any.

Each part is made when first asked for, so that `mipg status` opens no mailbox and `mipg --help` nothing at all.
A test puts its own part in place by setting the attribute.
"""

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import config
import templates
from config.settings import Settings
from tasks.domain.catalog import Catalog
from tasks.domain.digest.period import DigestDay
from tasks.domain.directory import Directory
from tasks.domain.health import Expiry
from tasks.domain.terms.escalation import Moment, ReminderPolicy
from tasks.domain.terms.rules import Rules
from tasks.ports.archive import Archive, CaseFolders
from tasks.ports.clock import Clock, SystemClock
from tasks.ports.documents import Documents
from tasks.ports.errors import ConfigurationError
from tasks.ports.ledger import Ledger
from tasks.ports.letters import LetterEditor, LetterRenderer, PdfConverter, Signatures
from tasks.ports.mailbox import Mailbox
from tasks.ports.models import Models, Trainer
from tasks.ports.scores import ResultsPage, ScoreSource
from tasks.ports.sender import Sender
from tasks.ports.sheet import Sheet, Tab
from tasks.ports.texts import Texts
from tasks.servers import MailServers

if TYPE_CHECKING:
    from tasks.domain.classification.office import Matchers
    from tasks.domain.learning.examples import Example
    from tasks.domain.scores.report.workbook import FigureSheet


class Office:
    """Everything a run works with. Parts are made lazily and once."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.zone = ZoneInfo(settings.clock.timezone)
        self.clock: Clock = clock or SystemClock(self.zone)
        self.progress: Callable[[str, int, int], None] = lambda _what, _done, _total: None  # a command line draws it

    @cached_property
    def catalog(self) -> Catalog:
        from tasks.adapters.files.catalogs import load_catalog, unknown_policy

        catalog = load_catalog([self.settings.config_path, config.CATALOGS])
        for slug in self.settings.letters.auto_send:
            if catalog.policy(slug) is None:  # nothing would be sent by itself, and nobody would know why
                known = [policy.slug for policy in catalog.policies]
                raise ConfigurationError(f'letters.auto_send: "{slug}": {unknown_policy(slug, known)}')
        return catalog

    @cached_property
    def matchers(self) -> "Matchers":
        """The classifier's matchers for the policies of the day, built once."""
        from tasks.domain.classification.office import Matchers

        return Matchers.of(self.catalog.on(self.clock.today()), self.models.current())

    @cached_property
    def models(self) -> Models:
        """The fitted text models: the office's own under its home, the shipped one behind it."""
        from tasks.adapters.models.npz import NpzModels

        return NpzModels(self.settings.models_path, config.TEXT_MODEL)

    @cached_property
    def trainer(self) -> Trainer:
        """What fits text models; heavy, for the weekly run only."""
        from tasks.adapters.models.fitting import SklearnTrainer

        return SklearnTrainer()

    def examples(self) -> "tuple[Example, ...]":
        """Read the sentences that the text model learns from. Raises `ConfigurationError` naming file and line."""
        from tasks.adapters.files.examples import load_examples

        return load_examples([self.settings.config_path, config.CATALOGS], self.catalog)

    @cached_property
    def rules(self) -> Rules:
        """What dates are counted by: calendar, hours, terms."""
        from tasks.adapters.files.calendars import load_rules

        return load_rules(self.settings)

    def moment(self) -> Moment:
        """Return the present as reminders see it."""
        return Moment(self.clock.now(), self.rules.office, self.rules.calendar)

    @cached_property
    def reminder_policy(self) -> ReminderPolicy:
        """When people are reminded."""
        chosen = self.settings.reminders
        return ReminderPolicy(
            opens=chosen.hours.start,
            closes=chosen.hours.end,
            days=chosen.days,
            every=chosen.every,
            officer_from=chosen.officer_from,
            director_from=chosen.director_from,
            leader_until=chosen.leader_until,
        )

    @cached_property
    def digest_day(self) -> DigestDay:
        """When the weekly digest leaves."""
        return DigestDay(self.settings.digest.iso_weekday, self.settings.digest.hour)

    @cached_property
    def seed(self) -> Directory:
        """The people of `directory.file`, who fill the tabs the first time."""
        from tasks.adapters.files.people import load_people

        path = self.settings.directory_path
        return load_people(path, {policy.slug for policy in self.catalog.policies}) if path else Directory()

    @cached_property
    def ledger(self) -> Ledger:
        from tasks.adapters.ledger.unit_of_work import SqlLedger

        return SqlLedger(self.settings.ledger_url, self.zone)

    @cached_property
    def archive(self) -> Archive:
        from tasks.adapters.files.archive import FileArchive

        return FileArchive(self.settings.archive_path)

    @cached_property
    def case_folders(self) -> CaseFolders:
        """Where people find a case's papers."""
        from tasks.adapters.files.folders import DiskCaseFolders

        return DiskCaseFolders(self.settings.cases_path, self.archive)

    @cached_property
    def servers(self) -> MailServers:
        """The office's mail servers."""
        return MailServers(self.settings)

    @cached_property
    def mailbox(self) -> Mailbox:
        return self.servers.mailbox()

    @cached_property
    def sender(self) -> Sender:
        return self.servers.sender()

    def expiries(self) -> tuple[Expiry, ...]:
        """Return the last day of every certificate, password and key that is known: asked of the servers, or noted."""
        noted = (Expiry(one.what, one.on) for one in self.settings.operation.expiries)
        return (*noted, *self.servers.expiries())

    @cached_property
    def documents(self) -> Documents:
        """Reads attached letters."""
        from tasks.adapters.documents.reader import FileDocuments

        return FileDocuments()

    @cached_property
    def sheet(self) -> Sheet:
        if self.settings.sheet.backend == "google":
            return self._google_sheet()
        from tasks.adapters.sheet.excel import ExcelSheet

        return ExcelSheet(self.settings.sheet_path)

    def _google_sheet(self) -> Sheet:
        from tasks.adapters.sheet.google.prepare import Style
        from tasks.adapters.sheet.google.sheet import GoogleSheet

        chosen = self.settings.sheet.google
        return GoogleSheet(
            chosen.spreadsheet_id,
            self.settings.google_credentials_path or Path(),
            chosen.api_endpoint,
            style=Style(self.settings.clock.timezone, warn=chosen.protection == "warning"),
            memory=self.settings.google_memory_path,
        )

    def read_workbook(self, path: Path) -> dict[str, Tab]:
        """Return the tabs of any .xlsx file. Raises `SheetUnavailable` when it cannot be read."""
        from tasks.adapters.sheet.excel_file import read_bytes
        from tasks.adapters.sheet.excel_read import read_tabs

        return {name: placed.tab for name, placed in read_tabs(read_bytes(path), path).items()}

    @cached_property
    def letters(self) -> LetterRenderer:
        from tasks.adapters.letters.docx import DocxRenderer

        return DocxRenderer(self.template_folders, policies=[policy.slug for policy in self.catalog.policies])

    @cached_property
    def editor(self) -> LetterEditor:
        """Takes in drafts that people edited in Word."""
        from tasks.adapters.letters.edited import WordEditor

        return WordEditor()

    @cached_property
    def signatures(self) -> Signatures:
        """The pictures of signatures."""
        from tasks.adapters.letters.signatures import SignatureFiles

        chosen = self.settings.letters.signatures
        return SignatureFiles({one.of: self.settings.under_home(one.file) for one in chosen})

    @cached_property
    def pdf(self) -> PdfConverter:
        from tasks.adapters.letters.pdf import LibreOfficePdf

        return LibreOfficePdf()

    @cached_property
    def texts(self) -> Texts:
        from tasks.adapters.texts.jinja import JinjaTexts

        return JinjaTexts(self.template_folders)

    @cached_property
    def shipped_texts(self) -> Texts:
        """The mails as they were shipped, for while the office's own templates are broken."""
        from tasks.adapters.texts.jinja import JinjaTexts

        return JinjaTexts([templates.FOLDER])

    @cached_property
    def scores(self) -> ScoreSource:
        from tasks.adapters.files.scores import FileScores

        return FileScores(self.catalog)

    @cached_property
    def results_page(self) -> ResultsPage:
        from tasks.adapters.web.results_page import HttpResultsPage

        return HttpResultsPage()

    @cached_property
    def keep_results(self) -> Callable[[str, bytes], None]:
        """Puts a mailed results file, by name, where new results are looked for."""
        from tasks.adapters.files.archive import put_whole

        return partial(put_whole, self.settings.scores_path)

    def draw(self, spec: dict[str, Any]) -> bytes:
        """Return the PNG of a chart (a Vega-Lite specification)."""
        from tasks.adapters.charts.vega import draw

        return draw(spec)

    def workbook(self, sheets: "Sequence[FigureSheet]") -> bytes:
        """Return figures as an .xlsx workbook."""
        from tasks.adapters.files.workbook import as_workbook

        return as_workbook(sheets)

    @property
    def template_folders(self) -> list[Path]:
        """The staff's own templates first, the shipped ones behind them."""
        return [self.settings.templates_path, templates.FOLDER]
