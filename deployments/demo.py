"""`mipg demo`: the whole road on embedded parts, with real SMTP and IMAP servers on loopback.

Nineteen mails arrive; director, officers and leaders answer by mail and in the sheet; days pass; new results
come. The same runs serve it that serve an office: nothing here but the people is played.
"""

import smtplib
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from config.settings import Settings, load
from deployments.demo_scores import scores_csv
from deployments.loopback import LoopbackMail, mx_stamp
from tasks.bootstrap import Office
from tasks.domain.cases.case import State
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.operation.log import open_log
from tasks.operation.runs import perform
from tasks.operation.setup import initialise
from tasks.ports.clock import FixedClock

_DATA = Path(__file__).parent / "demo_data"
_ZONE = ZoneInfo("America/Bogota")
_SERVICE = "mesa.mipg@antioquia.gov.co"
_MX = "mx.antioquia.gov.co"
_CONFIGURATION = f"""# The office of the demonstration. Its mail servers are gone:
# mail now comes from the folder mailbox and goes to the folder outgoing.
[mailbox]
address = "{_SERVICE}"
trusted_authserv = ["{_MX}"]

[scores]
blocks = "2018;2019-2021;2022-2027"
"""
_START = datetime(2026, 11, 30, 9, 0, tzinfo=_ZONE)  # a Monday; 8 December is a holiday on the way


@dataclass(frozen=True)
class _Scene:
    title: str
    moment: datetime
    play: Callable[["Demo"], str]


class Demo:
    """One played story: the servers, the office and the hand of its people."""

    def __init__(self, home: Path, mail: LoopbackMail) -> None:
        self.home = home
        self.mail = mail
        self.now = _START
        self.settings = _settings(home, mail)
        open_log(self.settings.logs_path)
        self.office = Office(self.settings, FixedClock(self.now))

    def set_clock(self, moment: datetime) -> None:
        """Let time pass: a new office on the same home."""
        self.now = moment
        self.office = Office(self.settings, FixedClock(moment))

    def run(self, flow: str) -> str:
        """Run a flow as `mipg run` does, and say what it did."""
        return _said(perform(self.office, flow))

    def send(self, raw: bytes, sender: str) -> None:
        """Hand a mail to the SMTP server."""
        with smtplib.SMTP("127.0.0.1", self.mail.smtp_port, timeout=20) as server:
            server.sendmail(sender, [_SERVICE], raw)

    def notices(self, purpose: Purpose) -> list[EmailMessage]:
        """Return the mails of that purpose that the service sent, as their readers find them."""
        with self.office.ledger.reading() as unit:
            wanted = [row.mail for row in unit.outbox.all() if row.mail.purpose is purpose]
        found = []
        for mail in wanted:
            for raw in self.mail.messages(mail.to[0]):
                message = message_from_bytes(raw, policy=policy.default)
                if message["Message-ID"] == mail.message_id:
                    found.append(message)
        return found

    def reply(self, notice: EmailMessage, text: str) -> None:
        """Answer a notice as its reader's mail program would."""
        answer = EmailMessage(policy=policy.SMTP)
        answer["From"] = notice["To"]
        answer["To"] = _SERVICE
        answer["Subject"] = f"RE: {notice['Subject']}"
        answer["Date"] = format_datetime(self.now)
        answer["Message-ID"] = make_msgid(domain="antioquia.gov.co")
        answer["In-Reply-To"] = notice["Message-ID"]
        answer["References"] = notice["Message-ID"]
        quoted = f"El {self.now:%d/%m/%Y}, Mesa MIPG <{_SERVICE}> escribió:\n> (aviso)"
        answer.set_content(f"{text}\n\n{quoted}\n")
        self.send(answer.as_bytes(), notice["To"])

    def type_in_sheet(self, cells: dict[tuple[str, str], str | datetime]) -> None:
        """Type values into the sheet by (case, header), as somebody who opens the file in Excel does."""
        from openpyxl import load_workbook

        book = load_workbook(self.settings.sheet_path)
        tab = book["Casos"]
        columns = {str(cell.value): number for number, cell in enumerate(tab[1], 1)}
        numbers = [str(row[columns["Caso"] - 1].value) for row in tab.iter_rows(min_row=2)]
        rows = {case: number for number, case in enumerate(numbers, 2)}
        for (case, header), value in cells.items():
            tab.cell(rows[case], columns[header], value)
        book.save(self.settings.sheet_path)

    def cases(self, *states: State) -> list[str]:
        """Return the numbers of the cases in those states."""
        with self.office.ledger.reading() as unit:
            return [case.number for case in unit.cases.all(list(states))]


def _settings(home: Path, mail: LoopbackMail) -> Settings:
    """Return the home's own settings, which stay when the servers are gone, and over them where the servers are."""
    (home / "mailbox").mkdir(parents=True, exist_ok=True)
    if not (configuration := home / "config" / "mipg.toml").exists():
        _write(configuration, _CONFIGURATION.encode())
    environ = {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__AFTER": "move",
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": str(mail.imap_port),
        "MIPG_MAILBOX__IMAP__SECURITY": "none",
        "MIPG_MAILBOX__IMAP__USERNAME": _SERVICE,
        "MIPG_MAILBOX__IMAP__PASSWORD": mail.password,
        "MIPG_OUTGOING__BACKEND": "smtp",
        "MIPG_OUTGOING__SMTP__HOST": "127.0.0.1",
        "MIPG_OUTGOING__SMTP__PORT": str(mail.smtp_port),
        "MIPG_OUTGOING__SMTP__SECURITY": "none",
        "MIPG_DIRECTORY__FILE": str(_DATA / "directory.json"),
    }
    return load(None, home, environ)


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items() if number) or "nothing to do"


def _mail_arrives(demo: Demo) -> str:
    policies = [policy.slug for policy in demo.office.catalog.policies]
    danes = [place.dane for place in demo.office.catalog.municipalities]
    _write(demo.home / "history" / "inventados-2024-2025.csv", scores_csv(danes, policies, [2024, 2025]))
    initialise(demo.office, history=demo.home / "history")
    mails = sorted((_DATA / "mail").glob("*.eml"))
    for path in mails:
        raw = path.read_bytes()
        sender = message_from_bytes(raw, policy=policy.default).get("From", "")
        demo.send(raw, str(sender).rpartition("<")[2].rstrip(">") or "nadie@example.org")
    return f"{len(mails)} mails sent; {demo.run('cycle')}"


def _director_assigns(demo: Demo) -> str:
    team = ("Ana María", "Jorge Iván", "Luz Dary")
    typed: dict[tuple[str, str], str | datetime] = {}
    for turn, notice in enumerate(demo.notices(Purpose.ASSIGN_NOTICE)):
        name = team[turn % len(team)]
        cases = _cases_of(demo, notice)
        if turn == 0:
            typed |= {(case, "Responsable"): "Ana María Londoño Vera" for case in cases}
        else:
            demo.reply(notice, "\n".join(f"asignar {case}: {name}" for case in cases))
    if typed:
        demo.type_in_sheet(typed)
    return demo.run("cycle")


def _officers_approve(demo: Demo) -> str:
    drafts = demo.notices(Purpose.DRAFT_LETTER)
    *answered, in_sheet, _forgotten = drafts
    for notice in answered:
        cases = _cases_of(demo, notice)
        demo.reply(notice, f"aprobado {cases[0]}" if len(cases) > 1 else "Aprobado, muchas gracias")
    demo.type_in_sheet({(_cases_of(demo, in_sheet)[0], "Acción"): "Enviar oficio"})
    return f"{demo.run('cycle')}; {demo.run('sheet')}"


def _leaders_answer(demo: Demo) -> str:
    letters = demo.notices(Purpose.LETTER)
    for notice in letters[:2]:
        demo.reply(
            notice, "Buenos días. Aceptamos la solicitud y proponemos una sesión virtual el 15 de diciembre de 2026."
        )
    sent = demo.cases(State.LETTER_SENT)
    demo.run("cycle")
    demo.type_in_sheet({(case, "Fecha acordada"): datetime(2026, 12, 15) for case in sent[:4]})  # noqa: DTZ001
    return demo.run("cycle")


def _week_ends(demo: Demo) -> str:
    return f"{demo.run('digest')}; {demo.run('outbox')}"


def _reminders_go(demo: Demo) -> str:
    return f"{demo.run('reminders')}; {demo.run('outbox')}"


def _assistance_held(demo: Demo) -> str:
    held = demo.cases(State.LETTER_SENT, State.PLANNED)
    day = datetime(2026, 12, 15)  # noqa: DTZ001  # spreadsheets hold days without a zone
    cells: dict[tuple[str, str], str | datetime] = {(case, "Fecha asistencia"): day for case in held}
    cells |= {(case, "Evidencias"): "Acta y listado de asistencia" for case in held}
    demo.type_in_sheet(cells)
    return demo.run("cycle")


def _results_arrive(demo: Demo) -> str:
    with demo.office.ledger.reading() as unit:
        helped = {(c.municipality, c.policy) for c in unit.cases.all() if c.assistance and c.municipality and c.policy}
    policies = [policy.slug for policy in demo.office.catalog.policies]
    danes = [place.dane for place in demo.office.catalog.municipalities]
    published = scores_csv(danes, policies, [2026, 2027], helped, assisted_from=2027)
    (demo.settings.scores_path / "inventados-2026-2027.csv").write_bytes(published)
    return "; ".join(map(demo.run, ("results", "impact", "cycle")))


def _cases_of(demo: Demo, notice: EmailMessage) -> tuple[str, ...]:
    with demo.office.ledger.reading() as unit:
        record = unit.outbox.find(str(notice["Message-ID"]))
    return record.mail.cases if record else ()


_SCENES = (
    _Scene("Municipalities write; cases and rows are made", _START, _mail_arrives),
    _Scene("The director assigns, by reply and in the sheet", _START + timedelta(hours=1), _director_assigns),
    _Scene("Officers approve drafts; letters go to the leaders", _START + timedelta(hours=3), _officers_approve),
    _Scene("Leaders answer; dates are agreed", datetime(2026, 12, 9, 10, 0, tzinfo=_ZONE), _leaders_answer),
    _Scene("Monday: the director's weekly digest", datetime(2026, 12, 14, 7, 5, tzinfo=_ZONE), _week_ends),
    _Scene("Days pass: reminders to whom is waited for", datetime(2026, 12, 15, 8, 0, tzinfo=_ZONE), _reminders_go),
    _Scene("Assistance is held and recorded", datetime(2026, 12, 16, 16, 0, tzinfo=_ZONE), _assistance_held),
    _Scene("New results are published; the impact report", datetime(2028, 7, 10, 9, 0, tzinfo=_ZONE), _results_arrive),
)


def run_demo(home: Path | None, keep: bool, console: Console) -> Path:
    """Play the story under `home` (a new temporary folder by default) and print where to look.

    With `keep` an existing home goes on from where it was; without it, one that holds a ledger is refused
    (`FileExistsError`), so that nobody's office is played with.
    """
    home = home or Path(tempfile.mkdtemp(prefix="mipg-demo-"))
    if not keep and (home / "ledger.db").exists():
        raise FileExistsError(f"{home} holds a ledger already; name an empty folder with --home")
    with _servers() as (mail, clock):
        demo = Demo(home, mail)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            work = progress.add_task("Starting", total=len(_SCENES))
            for scene in _SCENES:
                progress.update(work, description=scene.title)
                demo.set_clock(scene.moment)
                clock[0] = scene.moment
                told = scene.play(demo)
                progress.console.print(f"[bold]{scene.moment:%Y-%m-%d %H:%M}[/] {scene.title}: {told}")
                progress.advance(work)
        _lay_out(demo)
    _show(demo, console)
    return home


@contextmanager
def _servers() -> Iterator[tuple[LoopbackMail, list[datetime]]]:
    clock = [_START]
    with LoopbackMail([_SERVICE], stamp=mx_stamp(_MX), open_house=True, clock=lambda: clock[0]) as mail:
        yield mail, clock


def _lay_out(demo: Demo) -> None:
    """Copy letters, reports and sent mail out of the archive under names that people can read."""
    with demo.office.ledger.reading() as unit:
        letters, sent = unit.letters.all(), unit.outbox.all()
    for letter in letters:
        for sha, suffix in ((letter.final_sha256 or letter.draft_sha256, "docx"), (letter.pdf_sha256, "pdf")):
            if sha:
                _write(demo.home / "demo" / "letters" / f"{letter.number}.{suffix}", demo.office.archive.get(sha))
    for row in sent:
        for part in row.mail.enclosures:
            if row.mail.purpose is Purpose.REPORT:
                _write(demo.home / "demo" / "report" / part.name, demo.office.archive.get(part.sha256))
        for raw in demo.mail.messages(row.mail.to[0]) if row.mail.to else ():
            if row.mail.message_id.encode() in raw:
                _write(demo.home / "demo" / "sent" / f"{row.id:03d}-{row.mail.purpose}.eml", raw)
        page = _with_pictures(row.mail, demo.office)
        _write(demo.home / "demo" / "sent" / f"{row.id:03d}-{row.mail.purpose}.html", page.encode())


def _with_pictures(mail: OutgoingMail, office: Office) -> str:
    """Return the mail's HTML with its pictures inside, as a mail program would show it."""
    page = mail.html
    for part in mail.enclosures:
        if part.inline_id:
            picture = b64encode(office.archive.get(part.sha256)).decode()
            page = page.replace(f"cid:{part.inline_id}", f"data:{part.content_type};base64,{picture}")
    return page


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _show(demo: Demo, console: Console) -> None:
    letters = demo.home / "demo" / "letters"
    printed = any(letters.glob("*.pdf"))
    console.print("\nLook at:")
    for what, path in (
        ("the team's sheet", demo.settings.sheet_path),
        ("letters (.docx, .pdf)" if printed else "letters (.docx)", letters),
        ("the impact report", demo.home / "demo" / "report"),
        ("every mail sent (.eml, .html)", demo.home / "demo" / "sent"),
    ):
        console.print(f"  {what}: {path}", soft_wrap=True)
    if not printed:
        console.print("\nLibreOffice is not here, so letters went out as Word documents alone; with it they go as PDF:")
        console.print("  apt-get install -y libreoffice-writer libreoffice-calc")
    console.print(f"\nAsk it: mipg status --home {demo.home}   mipg cases --home {demo.home}", soft_wrap=True)
