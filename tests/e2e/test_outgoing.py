"""What leaves: the brake, the redirection, lost answers, refusals, bounces, rehearsals and two workers at once."""

import hashlib
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks.cycle import run_cycle
from tasks.domain.cases.case import State
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.intake import run_intake
from tasks.operation.rehearsal import rehearsal
from tasks.outbox.flood import release
from tasks.ports.records import Fate, OutboxRecord, OutboxState
from tasks.views.reading import list_outbox
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, ONE_POLICY, OPERATOR, SONSON, TWO_POLICIES, Desk
from tests.e2e.workers import together
from tests.graph_server import CLIENT, SECRET, TENANT, Fault, GraphServer
from tests.loopback import SmtpServer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _alerts(desk: Desk) -> list[str]:
    return [row.mail.text for row in desk.outbox(Purpose.ALERT)]


def _states(desk: Desk) -> set[OutboxState]:
    return {row.state for row in desk.outbox() if row.mail.purpose is not Purpose.ALERT}


# --- writing ----------------------------------------------------------------------------------------------------------


def test_a_mail_that_waits_is_shown_as_it_will_read_and_keeps_the_words_it_left_with(desk: Desk) -> None:
    desk.mail(SONSON, "Solicitud", ONE_POLICY)
    run_intake(desk.office())
    waiting = {mail["id"]: mail["subject"] for mail in list_outbox(desk.office())}
    assert sorted(row.mail.template for row in desk.outbox()) == ["acuse", "asignar"]
    assert all(waiting.values())
    desk.cycle()
    assert [(row.state, row.mail.template, row.mail.subject) for row in desk.outbox()] == [
        (OutboxState.SENT, "", waiting[row.id]) for row in desk.outbox()
    ]
    assert all(row.mail.text and "<html" in row.mail.html for row in desk.outbox())
    assert {str(mail["Subject"]) for mail in desk.sent()} == set(waiting.values())


def test_the_fourth_request_of_a_day_waits_for_the_evening(desk: Desk) -> None:
    for number in range(5):
        desk.mail(SONSON, f"Solicitud {number}", f"{ONE_POLICY} Turno {number}.")
        desk.cycle()
    assert len(desk.outbox(Purpose.ACKNOWLEDGEMENT)) == 3
    desk.now = desk.now.replace(hour=17)
    desk.cycle()
    (joined,) = desk.outbox(Purpose.ACKNOWLEDGEMENT)[3:]
    assert all(case.number in joined.mail.text for case in desk.cases()[3:])
    desk.mail(SONSON, "Solicitud 6", f"{ONE_POLICY} Turno 6.")
    desk.cycle()
    assert len(desk.outbox(Purpose.ACKNOWLEDGEMENT)) == 5


# --- brake and redirection --------------------------------------------------------------------------------------------


def test_the_brake_holds_everything_tells_the_operator_and_lets_go_at_a_word(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_OUTGOING__MAX_PER_RUN": "3"})
    for number in range(3):
        desk.mail(f"oficina{number}@sonson-antioquia.gov.co", f"Asesoría {number}", ONE_POLICY * 2)
        desk.mail(f"oficina{number}@granada-antioquia.gov.co", f"Asesoría {number}", TWO_POLICIES)
    counts = desk.cycle()
    assert counts["outbox.held"] > 3
    assert _states(desk) == {OutboxState.HELD}
    assert [str(mail["To"]) for mail in desk.sent()] == [OPERATOR]
    assert "No se envió ninguno" in _alerts(desk)[0]
    held = len(desk.outbox()) - 1
    assert release(desk.office()) == held
    assert desk.cycle()["outbox.sent"] == held
    assert _states(desk) == {OutboxState.SENT}


def test_the_operator_hears_of_each_pull_of_the_brake(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_OUTGOING__MAX_PER_RUN": "1"})
    for turn in range(2):
        desk.mail(f"oficina{turn}@granada-antioquia.gov.co", f"Asesoría {turn}", TWO_POLICIES + f" Oficio {turn}.")
        desk.cycle()
    assert len(_alerts(desk)) == 2


def test_redirected_mail_goes_to_one_address_and_says_for_whom_it_was(tmp_path: Path, smtp_server: SmtpServer) -> None:
    settings = {"MIPG_OUTGOING__REDIRECT_TO": "ensayo@antioquia.gov.co"} | _smtp(smtp_server.port)
    desk = Desk(tmp_path, settings)
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    assert {tuple(taken.recipients) for taken in smtp_server.taken} == {("ensayo@antioquia.gov.co",)}
    mails = [message_from_bytes(taken.raw, policy=policy.default) for taken in smtp_server.taken]
    assert f"{ARCHIVES_LEADER}, {ANA}, {SONSON}" in {mail["X-Mesa-Destinatarios"] for mail in mails}
    assert not any(mail["Cc"] for mail in mails)


def _smtp(port: int) -> dict[str, str]:
    return {
        "MIPG_OUTGOING__BACKEND": "smtp",
        "MIPG_OUTGOING__SMTP__HOST": "127.0.0.1",
        "MIPG_OUTGOING__SMTP__PORT": str(port),
        "MIPG_OUTGOING__SMTP__SECURITY": "none",
    }


def test_a_limit_an_hour_lets_letters_and_answers_go_first_and_loses_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_OUTGOING__MAX_PER_HOUR": "2", "MIPG_OUTGOING__MAX_PER_RUN": "4"})
    for number in range(2):
        desk.mail(f"oficina{number}@granada-antioquia.gov.co", f"Asesoría {number}", f"{TWO_POLICIES} {number}.")
    assert desk.cycle()["outbox.waiting"] == len(desk.outbox()) - 2
    assert {row.mail.purpose for row in desk.outbox() if row.state is OutboxState.SENT} == {Purpose.ACKNOWLEDGEMENT}
    assert "outbox.sent" not in desk.cycle()
    assert all("límite por hora" in row.detail for row in desk.outbox() if row.state is OutboxState.QUEUED)
    desk.mail("oficina3@granada-antioquia.gov.co", "Asesoría 3", f"{TWO_POLICIES} Turno 3.")
    for _ in range(5):
        desk.now += timedelta(hours=1)
        desk.cycle()
    assert {row.state for row in desk.outbox()} == {OutboxState.SENT}
    assert len(desk.sent()) == len(desk.outbox()) > 4
    assert _alerts(desk) == []


def test_an_attachment_that_no_mail_holds_is_replaced_by_a_note_that_says_where_it_is(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_OUTGOING__MAX_ATTACHMENT_MB": "1"})
    letter = desk.assigned()
    office = desk.office()
    (sha256,) = office.archive.put([b"%PDF-" + bytes(2**20)], ".pdf")
    with office.ledger.begin() as unit:
        (draft,) = [row for row in unit.outbox.all() if row.mail.purpose is Purpose.DRAFT_LETTER]
        big = Enclosure(name="anexo <1>.pdf", sha256=sha256, content_type="application/pdf")
        again = {"key": "otro", "message_id": "<otro@antioquia.gov.co>", "enclosures": (*draft.mail.enclosures, big)}
        unit.outbox.queue(draft.mail.model_copy(update=again), office.clock.now())
    desk.cycle()
    (mail,) = [one for one in desk.sent() if one["Message-ID"].strip() == "<otro@antioquia.gov.co>"]
    kept, note = mail.iter_attachments()
    assert str(kept.get_filename()).endswith(".docx")
    assert note.get_filename() == "anexo <1>.pdf - no adjunto.txt"
    said = "El archivo «anexo <1>.pdf» (1,0 MB) no se adjuntó porque no cabe en un correo. "
    said += f"Está en la carpeta del caso {letter.cases[0]}."
    assert said in note.get_content()
    assert said in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "«anexo &lt;1&gt;.pdf»" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_a_copy_that_is_filed_late_in_sent_items_is_waited_for_and_not_sent_twice(tmp_path: Path) -> None:
    with GraphServer() as server:
        desk = Desk(tmp_path, _graph(server))
        desk.mail(SONSON, "Asesoría", ONE_POLICY)
        server.files_late = True
        server.when["/sendMail"] = Fault(drop=True, after=True)
        desk.cycle()
        (first,) = [row for row in desk.outbox() if row.state is OutboxState.SENDING]
        desk.now += timedelta(seconds=90) - timedelta(minutes=5)
        desk.cycle()
        assert [row.state for row in desk.outbox() if row.id == first.id] == [OutboxState.SENDING]
        server.file_copies()
        desk.cycle()
        assert _states(desk) == {OutboxState.SENT}
        assert len(server.sent) == len(desk.outbox())


def test_what_sent_items_does_not_have_after_two_minutes_is_sent_again(tmp_path: Path) -> None:
    with GraphServer() as server:
        desk = Desk(tmp_path, _graph(server))
        desk.mail(SONSON, "Asesoría", ONE_POLICY)
        server.when["/sendMail"] = Fault(drop=True)
        desk.cycle()
        desk.cycle()
        assert _states(desk) == {OutboxState.SENT}
        assert len(server.sent) == len(desk.outbox())


def _graph(server: GraphServer) -> dict[str, str]:
    return {
        "MIPG_OUTGOING__BACKEND": "graph",
        "MIPG_MAILBOX__ADDRESS": server.address,
        "MIPG_MAILBOX__GRAPH__TENANT": TENANT,
        "MIPG_MAILBOX__GRAPH__CLIENT_ID": CLIENT,
        "MIPG_MAILBOX__GRAPH__CLIENT_SECRET": SECRET,
        "MIPG_MAILBOX__GRAPH__BASE_URL": server.base_url,
        "MIPG_MAILBOX__GRAPH__AUTHORITY": server.origin,
    }


# --- lost answers, refusals, putting off ------------------------------------------------------------------------------


def _message_ids(server: SmtpServer) -> list[str]:
    heads = [taken.raw.partition(b"\r\n\r\n")[0].decode() for taken in server.taken]
    return [line for head in heads for line in head.splitlines() if line.startswith("Message-ID:")]


def _head(row: OutboxRecord) -> str:
    return f"Message-ID: {row.mail.message_id}"


def test_a_mail_whose_answer_was_lost_goes_once_more_under_its_message_id_and_then_waits_for_a_person(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    smtp_server.rules.vanish_at = "data"
    desk.mail("quien@granada-antioquia.gov.co", "Asesoría", "Solicitamos asesoría en Gestión Documental.")
    for _ in range(8):
        desk.cycle()
    sent = _message_ids(smtp_server)
    acknowledgement = next(row for row in desk.outbox(Purpose.ACKNOWLEDGEMENT))
    assert sent.count(f"Message-ID: {acknowledgement.mail.message_id}") == 2
    assert acknowledgement.state is OutboxState.HELD
    assert max(sent.count(one) for one in sent) == 2
    assert any("sin confirmar" in text for text in _alerts(desk))


def test_an_answer_lost_once_is_settled_by_the_next(tmp_path: Path, smtp_server: SmtpServer) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    smtp_server.rules.vanish_at = "data"
    desk.mail("quien@granada-antioquia.gov.co", "Asesoría", "Solicitamos asesoría en Gestión Documental.")
    desk.cycle()
    smtp_server.rules.vanish_at = ""
    desk.cycle()
    desk.cycle()
    assert _states(desk) == {OutboxState.SENT}
    twice = [row.mail for row in desk.outbox() if _message_ids(smtp_server).count(_head(row)) == 2]
    assert {mail.purpose for mail in twice} == {Purpose.ACKNOWLEDGEMENT, Purpose.ASSIGN_NOTICE}
    assert all(any(mail.subject in text and "dos veces" in text for text in _alerts(desk)) for mail in twice)


def test_two_answers_lost_in_a_row_end_the_run(tmp_path: Path, smtp_server: SmtpServer) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    for number in range(4):
        desk.mail(f"quien{number}@granada-antioquia.gov.co", f"Asesoría {number}", ONE_POLICY)
    smtp_server.rules.vanish_at = "data"
    desk.cycle()
    assert len(smtp_server.taken) == 2
    smtp_server.rules.vanish_at = ""
    desk.cycle()
    desk.cycle()
    assert _states(desk) == {OutboxState.SENT}


def test_a_refused_recipient_is_told_to_the_operator_and_the_others_get_their_letter(
    tmp_path: Path, smtp_server: SmtpServer
) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    letter = desk.assigned()
    smtp_server.rules.refused = {SONSON: "550 5.1.1 no such user"}
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    desk.cycle()
    assert desk.letters()[0].state is LetterState.SENT
    assert any(SONSON in text and "550" in text for text in _alerts(desk))
    assert any(taken.recipients == [ARCHIVES_LEADER, ANA] for taken in smtp_server.taken)


def test_a_mail_that_is_refused_wholly_fails_and_moves_no_case(tmp_path: Path, smtp_server: SmtpServer) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    letter = desk.assigned()
    smtp_server.rules.refused = dict.fromkeys((SONSON, ARCHIVES_LEADER, ANA), "550 5.1.1 no such user")
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    assert desk.case(letter.cases[0]).state is State.DRAFT
    assert desk.outbox(Purpose.LETTER)[0].state is OutboxState.FAILED
    assert any("No se pudo enviar" in text for text in _alerts(desk))


def test_a_mail_that_is_put_off_is_tried_again(tmp_path: Path, smtp_server: SmtpServer) -> None:
    desk = Desk(tmp_path, _smtp(smtp_server.port))
    smtp_server.rules.data_answer = "451 4.7.1 greylisted"
    desk.mail("quien@granada-antioquia.gov.co", "Asesoría", "Solicitamos asesoría en Gestión Documental.")
    desk.cycle()
    assert _states(desk) == {OutboxState.QUEUED}
    smtp_server.rules.data_answer = ""
    desk.cycle()
    assert _states(desk) == {OutboxState.SENT}


def test_a_server_that_is_away_costs_no_attempt_and_doubles_nothing(tmp_path: Path, smtp_server: SmtpServer) -> None:
    from tasks.ports.errors import SenderUnavailable

    desk = Desk(tmp_path, _smtp(1))
    desk.mail("quien@granada-antioquia.gov.co", "Asesoría", "Solicitamos asesoría en Gestión Documental.")
    for _ in range(15):
        with pytest.raises(SenderUnavailable):
            desk.cycle()
    assert {row.attempts for row in desk.outbox()} == {0}
    desk.settings = _smtp(smtp_server.port)
    desk.cycle()
    desk.cycle()
    assert _states(desk) == {OutboxState.SENT}
    assert len(_message_ids(smtp_server)) == len(set(_message_ids(smtp_server))) == len(desk.outbox())


@pytest.mark.parametrize(
    "sender", ["a..b@granada-antioquia.gov.co", "niña@granada-antioquia.gov.co", "a@granada-antioquia..gov.co"]
)
def test_an_odd_address_stops_no_other_mail(desk: Desk, sender: str) -> None:
    raw = f"From: <{sender}>\r\nTo: mesa.mipg@antioquia.gov.co\r\nSubject: asesoria\r\nMessage-ID: <x@y>\r\n"
    raw += f"Content-Type: text/plain; charset=utf-8\r\n\r\n{ONE_POLICY}\r\n"
    desk.deliver(raw.encode())
    desk.mail(SONSON, "Otra asesoría", TWO_POLICIES)
    desk.cycle()
    assert SONSON in {str(mail["To"]) for mail in desk.sent()}
    desk.cycle()


# --- what every mail says of itself -----------------------------------------------------------------------------------


def test_every_mail_says_that_a_machine_wrote_it_and_answers_in_its_thread(desk: Desk) -> None:
    long_id = "<CP6P284MB1234A5B6C7D8E9F0A1B2C3D4E5F60718293A4B5C6D7@CP6P284MB1234.BRAP284.PROD.OUTLOOK.COM>"
    head = f"From: {SONSON}\r\nTo: mesa.mipg@antioquia.gov.co\r\nMessage-ID: {long_id}\r\nSubject: asesoria\r\n"
    desk.deliver(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{ONE_POLICY}\r\n".encode())
    desk.cycle()
    (case,) = desk.cases()
    asked = desk.mail(DIRECTOR, "reparto", f"asignar {case.number}: Ana María")
    desk.cycle()
    sent = desk.sent()
    assert len(sent) >= 4
    for mail in sent:
        assert mail["Auto-Submitted"] in {"auto-generated", "auto-replied"}
        assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        assert mail.get_content_type() in {"multipart/alternative", "multipart/mixed"}
    replies = {str(mail["In-Reply-To"]).strip(): mail for mail in sent if mail["In-Reply-To"]}
    assert replies.keys() == {long_id, asked}
    assert all(mail["Auto-Submitted"] == "auto-replied" for mail in replies.values())
    raw = b"".join(path.read_bytes() for path in (desk.home / "outgoing").glob("*.eml"))
    assert f"In-Reply-To: {long_id}\r\n".encode() in raw
    assert f"References: {long_id}\r\n".encode() in raw


@pytest.mark.parametrize(
    "header",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"List-Id": "<avisos.granada-antioquia.gov.co>", "List-Unsubscribe": "<mailto:x@y>"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_automatic_mail_is_never_answered(desk: Desk, header: dict[str, str]) -> None:
    desk.mail("avisos@granada-antioquia.gov.co", "Fuera de la oficina", "Regreso el lunes.", extra=header)
    desk.cycle()
    assert desk.sent() == []
    assert desk.fates() == [Fate.IGNORED]


def test_a_bounce_is_tied_to_its_letter_and_shown_in_alertas(desk: Desk) -> None:
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    gone = desk.outbox(Purpose.LETTER)[0].mail
    desk.deliver(_bounce(gone.message_id, ARCHIVES_LEADER))
    desk.cycle()
    assert desk.letters()[0].delivery == "bounced"
    assert desk.outbox(Purpose.LETTER)[0].state is OutboxState.BOUNCED
    assert desk.messages()[-1].cases == letter.cases
    assert [row.mail.to for row in desk.outbox(Purpose.BOUNCE)] == [(ANA,)]
    (row,) = desk.office().sheet.read().tabs["Casos"].rows
    assert f"El correo con el oficio {letter.number} rebotó" in str(row.values["Alertas"])


def _bounce(message_id: str, recipient: str) -> bytes:
    parts = (
        "From: MAILER-DAEMON@mx.antioquia.gov.co\r\nTo: mesa.mipg@antioquia.gov.co\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMessage-ID: <dsn@mx>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="=b"\r\n\r\n'
        "--=b\r\nContent-Type: text/plain\r\n\r\nThe message could not be delivered.\r\n"
        "--=b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.antioquia.gov.co\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--=b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--=b--\r\n"
    )
    return "".join(parts).encode()


# --- rehearsal --------------------------------------------------------------------------------------------------------


def _everything(home: Path) -> dict[str, str]:
    """Return the hash of every file, the ledger's working files as rows instead (opening them touches the file)."""
    import sqlite3

    found = {}
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.name.startswith("ledger.db"):
            found[str(path.relative_to(home))] = hashlib.sha256(path.read_bytes()).hexdigest()
    with sqlite3.connect(home / "ledger.db") as rows:
        found["ledger"] = hashlib.sha256("\n".join(rows.iterdump()).encode()).hexdigest()
    rows.close()
    return found


def test_a_rehearsal_shows_what_would_leave_and_changes_nothing_anywhere(desk: Desk) -> None:
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.mail("oficina@granada-antioquia.gov.co", "Asesoría", TWO_POLICIES)
    desk.mail(OPERATOR, "Resultados MDI", "Adjunto los resultados del MDI.", extra={"X-Prueba": "1"})
    before = _everything(desk.home)
    with rehearsal(desk.office()) as pretend:
        counts = run_cycle(pretend)
        with pretend.ledger.reading() as unit:
            shown = {(row.mail.purpose, row.mail.to[0]) for row in unit.outbox.all() if row.state is OutboxState.SENT}
    assert (Purpose.LETTER, ARCHIVES_LEADER) in shown
    assert (Purpose.ACKNOWLEDGEMENT, "oficina@granada-antioquia.gov.co") in shown
    assert counts["intake.order_done"] == 1
    assert _everything(desk.home) == before


def test_a_rehearsal_leaves_mailed_results_alone(desk: Desk) -> None:
    desk.cycle()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = DIRECTOR, "mesa.mipg@antioquia.gov.co", "Resultados MDI FURAG 2025"
    mail["Message-ID"] = "<resultados@antioquia.gov.co>"
    mail.set_content("Adjunto los resultados del MDI.")
    mail.add_attachment(b"PK\x03\x04 resultados", "application", "octet-stream", filename="resultados-mdi-2025.xlsx")
    desk.deliver(mail.as_bytes())
    before = _everything(desk.home)
    with rehearsal(desk.office()) as pretend:
        counts = run_cycle(pretend)
    assert counts["intake.results_loaded"] == 1
    assert _everything(desk.home) == before


def test_a_rehearsal_copes_with_a_sheet_that_is_not_there_or_lacks_a_tab(desk: Desk) -> None:
    with rehearsal(desk.office()) as pretend:
        run_cycle(pretend)
    assert not desk.office().settings.sheet_path.exists()
    desk.cycle()
    _remove_tab(desk, "Revisión")
    before = _everything(desk.home)
    with rehearsal(desk.office()) as pretend:
        run_cycle(pretend)
    assert _everything(desk.home) == before


def _remove_tab(desk: Desk, name: str) -> None:
    from openpyxl import load_workbook

    path = desk.office().settings.sheet_path
    book = load_workbook(path)
    del book[name]
    book.save(path)


# --- two workers ------------------------------------------------------------------------------------------------------


def test_two_workers_at_once_double_nothing(desk: Desk) -> None:
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    for number in range(12):
        desk.mail(f"oficina{number}@granada-antioquia.gov.co", f"Asesoría {number}", f"{TWO_POLICIES} Turno {number}.")
    together(desk, ["cycle"] * 4)
    desk.cycle()
    assert len(desk.messages()) == 14 + 1
    assert desk.audit() == []
    assert len(desk.sent()) == len(desk.outbox())
    assert len(desk.outbox(Purpose.LETTER)) == 1
    keys = [row.mail.key for row in desk.outbox()]
    assert len(keys) == len(set(keys))
    numbers = [str(row.values["Caso"]) for row in desk.office().sheet.read().tabs["Casos"].rows]
    assert sorted(numbers) == [case.number for case in desk.cases()]
