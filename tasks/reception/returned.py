"""Automatic mail that says something of ours: a bounce, told to who can act, and the official filing number."""

from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.automatic import Bounce, bounce
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import Parts, radicado
from tasks.domain.mail.threading.threads import mentions
from tasks.domain.mail.writing.contexts.team import BounceContext
from tasks.domain.mail.writing.outgoing import LETTER_MAILS, Purpose
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, alert_operator, director_and_substitute, queue
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState
from tasks.reception.desk import of_the_house

# What a municipality or leader waits for; a notice to the team that bounces is the operator's to see.
_TO_OTHERS = LETTER_MAILS | {Purpose.ACKNOWLEDGEMENT, Purpose.SESSION_DATE, Purpose.STATUS_ANSWER}
_TOLD_A_DAY = 20  # bounces told of by mail; of a storm the operator hears once


def take_bounce(unit: UnitOfWork, office: Office, mail: Mail) -> tuple[str, ...] | None:
    """Tie a bounce to the mail that came back and tell who can correct the address; None when it is none of ours."""
    returned = bounce(mail)
    record = unit.outbox.find(returned.message_id) if returned and returned.message_id else None
    # A notice of delay is no bounce, and what never left cannot have come back: such a report is forged.
    if record is None or returned is None or not returned.permanent or record.state is not OutboxState.SENT:
        return None
    who = ", ".join(returned.recipients) or "un destinatario"
    now = office.clock.now()
    unit.outbox.mark(record.id, OutboxState.BOUNCED, record.attempts, now, f"rebotado: {who}")
    letter = unit.letters.get(record.mail.letter) if record.mail.letter else None
    if letter is not None and record.mail.purpose in LETTER_MAILS and _missed(record, returned):
        unit.letters.save(letter.model_copy(update={"delivery": "bounced"}))
    reason = f"Correo rebotado: {who} ({record.mail.subject})"[:300]
    source = f"mail:{mail.message_id}"
    unit.cases.append(
        CaseEvent(
            case=case, kind=EventKind.BOUNCED, at=now, actor=mail.sender.email or who, reason=reason, source=source
        )
        for case in record.mail.cases
    )
    if record.mail.purpose in _TO_OTHERS:
        _tell(unit, office, record, returned)
    return record.mail.cases


def _missed(record: OutboxRecord, returned: Bounce) -> bool:
    """Whether the mail missed whom it was for; a copy that came back leaves a letter delivered."""
    back = {address.casefold() for address in returned.recipients}
    to, copies = ({address.casefold() for address in whom} for whom in (record.mail.to, record.mail.cc))
    return bool(back & to) or not back & copies  # neither: it was forwarded, and who knows by whom


def _tell(unit: UnitOfWork, office: Office, record: OutboxRecord, returned: Bounce) -> None:
    """One mail to the officer of the first case, else to who assigns."""
    cases = unit.cases.get_many(record.mail.cases)
    if not cases:
        return
    directory = unit.books.directory().on(office.clock.today())
    officer = directory.person(cases[0].officer or "")
    told = unit.outbox.queued_since(Purpose.BOUNCE, office.clock.now() - timedelta(days=1))
    if len(told) >= _TOLD_A_DAY:
        text = "Rebotan muchos correos: desde ahora se anotan en sus casos sin avisar uno por uno."
        alert_operator(unit, office, "rebotes", text)
        return
    to, cc = ([officer.email], []) if officer else director_and_substitute(directory, office)
    fields = BounceContext(
        name=officer.name if officer else "",
        subject=record.mail.subject,
        address=", ".join(returned.recipients) or ", ".join(record.mail.to),
        why=returned.reason.removeprefix("smtp;").strip(),
        letter=record.mail.letter or "",
        is_leader=record.mail.purpose is Purpose.LETTER and _missed(record, returned),
        cases=tuple(case_line(case, office) for case in cases),
    )
    notice = Notice(
        Purpose.BOUNCE,
        record.mail.key,
        "rebote",
        fields,
        to,
        cc,
        cases=record.mail.cases,
        invites_orders=True,
    )
    queue(unit, office, notice)


def take_radicado(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts) -> tuple[str, ...]:
    """Read the official radicado of a letter from the filing system's own mail; returns its cases, () for none.

    Believed are the senders of `letters.radicado_senders`, or the department's own domain where none is named, and
    only if no trusted server says that the mail is forged. What a person wrote in the cell stays.
    """
    if not _is_filing_system(office, mail) or verdict(mail, _servers(office)) is Verdict.FAIL:
        return ()
    text = f"{mail.subject}\n{mail.text}"
    number = radicado(text)
    letters = [unit.letters.get(named) for named in mentions(mail, parts, office.settings.office.acronym).letters]
    known = [letter for letter in letters if letter is not None]
    if not number or len(known) != 1:
        return ()
    cases = unit.cases.get_many(known[0].cases)
    blank = [case for case in cases if not case.official_ref]
    unit.cases.append(_filed(office, mail, case, known[0], number) for case in blank)
    return tuple(case.number for case in cases)


def _is_filing_system(office: Office, mail: Mail) -> bool:
    named = office.settings.letters.radicado_senders
    if named:
        return any(mail.sender.email == who.lower() or mail.sender.domain == who.lower().lstrip("@") for who in named)
    return of_the_house(office, mail)


def _servers(office: Office) -> tuple[str, ...]:
    return office.settings.mailbox.trusted_authserv


def _filed(office: Office, mail: Mail, case: Case, letter: Letter, number: str) -> CaseEvent:
    return CaseEvent(
        case=case.number,
        kind=EventKind.NOTED,
        at=office.clock.now(),
        actor=mail.sender.email,
        reason=f"radicado oficial {number} del oficio {letter.number}",
        source=f"mail:{mail.message_id}",
        changes={"official_ref": number},
    )
