"""The road on real servers: mail from Dovecot, orders by reply and in the sheet, the letter out by SMTP."""

import os
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks.cycle import run_cycle
from tasks.domain.cases.case import State
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.errors import MailboxUnavailable, SenderUnavailable
from tasks.ports.records import Fate, OutboxState
from tests.dovecot import Dovecot, DovecotUser
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, ONE_POLICY, SONSON, Desk, stamp
from tests.e2e.story import type_in_sheet
from tests.loopback import SmtpServer
from tests.needs import find

pytestmark = pytest.mark.dovecot


class Road(Desk):
    """A desk whose mail lies on Dovecot and leaves by SMTP."""

    def __init__(self, home: Path, dovecot: Dovecot, server: SmtpServer, **settings: str) -> None:
        self.dovecot, self.user, self.server = dovecot, dovecot.new_user(), server
        super().__init__(home, _settings(dovecot, self.user, server.port) | settings)

    def deliver(self, raw: bytes) -> None:
        self.dovecot.deliver(self.user, raw)

    def count(self, folder: str) -> int:
        """Return how many messages stand in a folder."""
        client = self.dovecot.client(self.user)
        answer = client.select(f'"{folder}"', readonly=True)[1][0]
        client.logout()
        return int(answer or 0) if answer and answer.isdigit() else -1

    def renumber(self) -> None:
        """Lose Dovecot's own files: the messages stay and get a new UIDVALIDITY (which counts seconds)."""
        before = self._validity()
        while self._validity() == before:
            time.sleep(0.2)
            for path in self.user.maildir.glob("dovecot*"):
                path.unlink()

    def _validity(self) -> bytes:
        client = self.dovecot.client(self.user)
        answer = client.status("INBOX", "(UIDVALIDITY)")[1][0]
        client.logout()
        return bytes(answer)

    def taken(self, recipient: str) -> list[EmailMessage]:
        """Return what the SMTP server took for an address."""
        return [
            message_from_bytes(t.raw, policy=policy.default) for t in self.server.taken if recipient in t.recipients
        ]


def _settings(dovecot: Dovecot, user: DovecotUser, smtp_port: int) -> dict[str, str]:
    return {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__AFTER": "move",
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": str(dovecot.port),
        "MIPG_MAILBOX__IMAP__SECURITY": "none",
        "MIPG_MAILBOX__IMAP__USERNAME": user.name,
        "MIPG_MAILBOX__IMAP__PASSWORD": user.password,
        "MIPG_OUTGOING__BACKEND": "smtp",
        "MIPG_OUTGOING__SMTP__HOST": "127.0.0.1",
        "MIPG_OUTGOING__SMTP__PORT": str(smtp_port),
        "MIPG_OUTGOING__SMTP__SECURITY": "none",
    }


@pytest.fixture
def road(tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer) -> Road:
    return Road(tmp_path, dovecot, smtp_server)


def _reply(notice: EmailMessage, text: str) -> bytes:
    """Return a reply as an ordinary mail program writes it, the quoted notice below."""
    quoted = "\n".join(f"> {line}" for line in notice.get_body(("plain",)).get_content().splitlines())  # type: ignore[union-attr]
    reply = EmailMessage(policy=policy.SMTP)
    reply["From"], reply["To"] = str(notice["To"]), "mesa.mipg@antioquia.gov.co"
    reply["Subject"] = f"RE: {notice['Subject']}"
    reply["Message-ID"] = f"<re-{os.urandom(6).hex()}@antioquia.gov.co>"
    reply.set_content(f"{text}\n\nEl lun, 30 nov 2026 a las 9:05, Mesa MIPG escribió:\n{quoted}\n")
    threading = f"In-Reply-To: {str(notice['Message-ID']).strip()}\r\n".encode()
    return stamp("antioquia.gov.co").encode() + threading + reply.as_bytes()


def test_the_whole_road_on_real_servers(road: Road) -> None:
    road.mail(SONSON, "Asesoría en Gestión Documental", ONE_POLICY)
    road.cycle()
    assert [str(mail["To"]) for mail in road.taken(SONSON)] == [SONSON]
    (notice,) = road.taken(DIRECTOR)
    road.deliver(_reply(notice, "asignar: Ana María Londoño"))
    road.cycle()
    (draft,) = road.taken(ANA)
    assert [part.get_filename() for part in draft.iter_attachments()] == ["DSEGPP-2026-0001-borrador-1.docx"]
    type_in_sheet(road.office(), {("2026-0001", "Acción"): "Enviar oficio"})
    road.cycle()

    (letter,) = road.taken(ARCHIVES_LEADER)
    names = [part.get_filename() for part in letter.iter_attachments()]
    assert names == ["DSEGPP-2026-0001.docx", "solicitud-original.eml"]
    assert {ANA, SONSON} <= {address.strip() for address in str(letter["Cc"]).split(",")}
    assert road.case("2026-0001").state is State.LETTER_SENT
    assert (road.count("INBOX"), road.count("Procesados")) == (0, 2)
    assert road.audit() == []

    road.cycle()  # shows in the sheet what the sending changed
    sent, sheet = len(road.server.taken), road.office().settings.sheet_path
    before = sheet.read_bytes()
    counts = road.cycle()
    assert not any(counts.values())
    assert (len(road.server.taken), sheet.read_bytes()) == (sent, before)


@pytest.mark.libreoffice
@pytest.mark.skipif(find("libreoffice") is None, reason="LibreOffice makes the PDF")
def test_the_leader_gets_a_pdf(tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer) -> None:
    road = Road(tmp_path, dovecot, smtp_server, MIPG_LETTERS__PDF="true", MIPG_LETTERS__ATTACH_DOCX="true")
    draft = road.assigned()
    road.mail(ANA, "RE", f"aprobado {draft.cases[0]}")
    road.cycle()
    (letter,) = road.taken(ARCHIVES_LEADER)
    files = {str(part.get_filename()): part.get_payload(decode=True) for part in letter.iter_attachments()}
    assert list(files) == [f"{draft.number}.pdf", f"{draft.number}.docx", "solicitud-original.eml"]
    assert bytes(files[f"{draft.number}.pdf"]).startswith(b"%PDF-")


def test_inside_the_house_a_reply_without_any_stamp_counts_by_its_token(road: Road) -> None:
    road.mail(SONSON, "Asesoría en Gestión Documental", ONE_POLICY)
    road.cycle()
    (notice,) = road.taken(DIRECTOR)
    reply = _reply(notice, "asignar: Ana María Londoño")
    road.deliver(reply.removeprefix(stamp("antioquia.gov.co").encode()))
    road.cycle()
    assert road.case("2026-0001").officer == ANA


def test_a_mailbox_that_is_numbered_anew_opens_no_second_case(
    tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer
) -> None:
    road = Road(tmp_path, dovecot, smtp_server, MIPG_MAILBOX__AFTER="keep")
    road.mail(SONSON, "Asesoría en Gestión Documental", ONE_POLICY)
    road.mail("boletin@noticias.example", "Boletín", "Las noticias de la semana.", extra={"Precedence": "bulk"})
    road.cycle()
    mails, fates = len(road.outbox()), road.fates()
    road.renumber()
    counts = road.cycle()
    assert counts["intake.relisted"] == 2
    assert (road.fates(), len(road.outbox()), len(road.cases())) == (fates, mails, 1)
    assert not any(road.cycle().values())
    assert road.audit() == []


def test_messages_put_back_from_procesados_open_no_second_case(road: Road) -> None:
    road.mail(SONSON, "Asesoría en Gestión Documental", ONE_POLICY)
    road.cycle()
    mails = len(road.outbox())
    client = road.dovecot.client(road.user)
    client.select("Procesados")
    client.uid("MOVE", "1:*", "INBOX")
    client.logout()
    road.cycle()
    assert road.fates() == [Fate.CASE_OPENED, Fate.DUPLICATE]
    assert (len(road.cases()), len(road.outbox())) == (1, mails)
    assert (road.count("INBOX"), road.count("Procesados")) == (0, 1)


def test_with_the_imap_server_away_what_waits_is_sent_and_with_smtp_away_mail_is_taken_in(road: Road) -> None:
    draft = road.assigned()
    type_in_sheet(road.office(), {(draft.cases[0], "Acción"): "Enviar oficio"})
    there = dict(road.settings)
    road.settings = there | {"MIPG_MAILBOX__IMAP__PORT": "1"}
    with pytest.raises(MailboxUnavailable):
        road.cycle()
    assert len(road.taken(ARCHIVES_LEADER)) == 1
    road.settings = there | {"MIPG_OUTGOING__SMTP__PORT": "1"}
    road.mail("oficina2@sonson-antioquia.gov.co", "Otra asesoría", f"{ONE_POLICY} Vereda Norte.")
    with pytest.raises(SenderUnavailable):
        road.cycle()
    assert len(road.cases()) == 2
    assert road.count("INBOX") == 0
    road.settings = there
    road.cycle()
    road.cycle()
    assert len(road.taken("oficina2@sonson-antioquia.gov.co")) == 1
    assert {row.state for row in road.outbox()} == {OutboxState.SENT}


def test_orders_that_come_with_the_request_in_one_listing_are_judged_in_their_order(road: Road) -> None:
    road.mail(SONSON, "Asesoría en Gestión Documental", ONE_POLICY)
    road.mail(DIRECTOR, "reparto", "asignar 2026-0001: Ana María")
    road.mail(ANA, "oficio", "aprobado 2026-0001")
    office = road.office()
    run_cycle(office)
    assert road.fates() == [Fate.CASE_OPENED, Fate.ORDER_DONE, Fate.ORDER_REFUSED]
    assert [letter.state for letter in road.letters()] == [LetterState.DRAFT]
    assert len(road.outbox(Purpose.LETTER)) == 0
