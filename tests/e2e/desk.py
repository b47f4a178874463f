"""An office on embedded parts as a test drives it: each run is a new process, each mail has its headers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType

from tasks.bootstrap import Office
from tasks.cycle import run_cycle
from tasks.domain.cases.case import Case, CaseEvent
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.writing.outgoing import Purpose, as_bytes
from tasks.operation.setup import prepare
from tasks.ports.records import Fate, MessageRecord, OutboxRecord
from tasks.steps import Counts
from tests.e2e.story import BOGOTA, an_office

MX = "mx.antioquia.gov.co"
DIRECTOR = "natalia.quiroz@antioquia.gov.co"
ANA = "ana.londono@antioquia.gov.co"
JORGE = "jorge.cano@antioquia.gov.co"
ARCHIVES_LEADER = "marta.correa@antioquia.gov.co"
DIGITAL_LEADER = "esteban.ruiz@antioquia.gov.co"
OPERATOR = "soporte.mesa@antioquia.gov.co"
SONSON = "archivo@sonson-antioquia.gov.co"
ONE_POLICY = "Solicitamos asesoría en la política de Gestión Documental: tablas de retención documental."
TWO_POLICIES = "Granada solicita asesoría en la política de Gobierno Digital y en la de Seguridad Digital."


def stamp(domain: str, result: str = "pass", server: str = MX) -> str:
    """Return the header by which a server says whether DMARC passed for the domain."""
    return f"Authentication-Results: {server}; dmarc={result} header.from={domain}\r\n"


@dataclass
class Desk:
    """A home, the present moment and what people and runs do there."""

    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    now: datetime = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)
    _mails: int = field(default=0, init=False)

    def office(self) -> Office:
        """Return the office as a new process sees it."""
        (self.home / "mailbox").mkdir(parents=True, exist_ok=True)
        office = an_office(self.home, self.now, self.settings)
        prepare(office)
        return office

    def cycle(self, office: Office | None = None) -> Counts:
        """Let five minutes go by and run the cycle."""
        self.now += timedelta(minutes=5)
        return run_cycle(office or self.office())

    def mail(
        self,
        sender: str,
        subject: str,
        text: str,
        *,
        answers: str = "",
        header: str | None = None,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Deliver a mail and return its Message-ID; `header` replaces the DMARC pass that the office's MX stamps."""
        self._mails += 1
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"], mail["To"], mail["Subject"] = sender, "mesa.mipg@antioquia.gov.co", subject
        mail["Date"] = f"{self.now:%a, %d %b %Y %H:%M:%S} -0500"
        mail["Message-ID"] = f"<prueba-{self._mails}@example.gov.co>"
        if answers:
            mail["In-Reply-To"] = mail["References"] = answers
        for name, value in extra.items():
            mail[name] = value
        mail.set_content(text)
        domain = sender.rpartition("@")[2].rstrip(">")
        self.deliver((stamp(domain) if header is None else header).encode() + as_bytes(mail))
        return str(mail["Message-ID"])

    def deliver(self, raw: bytes) -> None:
        """Put bytes into the mailbox as they are."""
        self._mails += 1
        folder = self.home / "mailbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self._mails:04d}.eml").write_bytes(raw)

    def assigned(self, text: str = ONE_POLICY, sender: str = SONSON, officer: str = "Ana María Londoño Vera") -> Letter:
        """Let a request come in and be assigned; return its first draft."""
        known = {case.number for case in self.cases()}
        self.mail(sender, "Solicitud de asesoría", text)
        self.cycle()
        for case in [case for case in self.cases() if case.number not in known]:
            self.mail(DIRECTOR, f"Asignación {case.number}", f"asignar {case.number}: {officer}")
        self.cycle()
        return self.letters()[-1]

    def cases(self) -> list[Case]:
        """Return every case."""
        with self.office().ledger.reading() as unit:
            return unit.cases.all()

    def case(self, number: str) -> Case:
        """Return one case."""
        return next(case for case in self.cases() if case.number == number)

    def history(self, number: str) -> list[CaseEvent]:
        """Return what happened to a case."""
        with self.office().ledger.reading() as unit:
            return unit.cases.history(number)

    def letters(self) -> list[Letter]:
        """Return every letter."""
        with self.office().ledger.reading() as unit:
            return unit.letters.all()

    def messages(self) -> list[MessageRecord]:
        """Return every received message."""
        with self.office().ledger.reading() as unit:
            return unit.messages.all()

    def fates(self) -> list[Fate]:
        """Return the fate of every received message."""
        return [record.outcome for record in self.messages()]

    def outbox(self, purpose: Purpose | None = None) -> list[OutboxRecord]:
        """Return the mails of the outbox, oldest first."""
        with self.office().ledger.reading() as unit:
            return [row for row in unit.outbox.all() if purpose in {None, row.mail.purpose}]

    def sent(self) -> list[EmailMessage]:
        """Return the mails in the outgoing folder."""
        files = sorted((self.home / "outgoing").glob("*.eml"))
        return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]

    def audit(self) -> list[str]:
        """Return the ledger's broken invariants."""
        return self.office().ledger.audit()


def token_in(row: OutboxRecord) -> str:
    """Return the token of a notice."""
    found = re.search(r"Clave de respuesta: ([0-9a-f]{20})", row.mail.text)
    return found[1] if found else ""
