"""Mails the service writes, queued in the caller's unit of work: what one is about decides its key and Message-ID."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.directory import Directory, Role
from tasks.domain.letters.fields import OfficeFields, TemplateFields
from tasks.domain.mail.contexts import AlertContext
from tasks.domain.mail.outgoing import Enclosure, OutgoingMail, Purpose, message_id
from tasks.ports.errors import TemplateProblem
from tasks.ports.ledger import Token, UnitOfWork
from tasks.ports.texts import MailText

_TOKEN_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to be written: purpose and `about` make its key; `fields` fill the template of that name."""

    purpose: Purpose
    about: str
    template: str
    fields: TemplateFields
    to: Sequence[str]
    cc: Sequence[str] = ()
    cases: Sequence[str] = ()
    letter: str | None = None
    enclosures: Sequence[Enclosure] = ()
    in_reply_to: str = ""
    references: Sequence[str] = field(default=())
    invites_orders: bool = False  # carries a token, so that a reply from inside the house counts
    subject: str = ""  # in the place of the template's own


def queue(unit: UnitOfWork, office: Office, notice: Notice) -> bool:
    """Render and queue the notice once; False when it was queued before."""
    key = f"{notice.purpose}/{notice.about}"
    if unit.outbox.has_key(key):
        return False
    if not notice.to:
        # Nobody in post: asked again at each run until there is somebody.
        return notice.purpose is not Purpose.ALERT and _tell_of_nobody(unit, office, notice)
    now = office.clock.now()
    token = _token(unit, office, notice) if notice.invites_orders and notice.to else ""
    shared = {"oficina": office_fields(office).fields(), "token": token}
    text = _written(unit, office, notice, notice.fields.fields() | shared)
    domain = office.settings.mailbox.address.rpartition("@")[2]
    mail = OutgoingMail(
        key=key,
        message_id=message_id(notice.purpose, notice.about, domain, token),
        purpose=notice.purpose,
        to=tuple(dict.fromkeys(notice.to)),
        cc=tuple(address for address in dict.fromkeys(notice.cc) if address not in notice.to),
        subject=notice.subject or text.subject,
        text=text.text,
        html=text.html,
        in_reply_to=notice.in_reply_to,
        references=tuple(notice.references),
        reply=bool(notice.in_reply_to),
        enclosures=tuple(notice.enclosures),
        cases=tuple(notice.cases),
        letter=notice.letter,
    )
    return unit.outbox.queue(mail, now)


def _written(unit: UnitOfWork, office: Office, notice: Notice, fields: dict[str, Any]) -> MailText:
    """Return the mail's text. While the office's own template is broken the shipped one serves, and the operator knows.

    A mail is never held for it: an order would go unanswered, and what waits with it would not happen.
    """
    try:
        return office.texts.mail(notice.template, fields)
    except TemplateProblem as problem:
        if notice.purpose is not Purpose.ALERT:
            alert_template(unit, office, problem)
        return office.shipped_texts.mail(notice.template, fields)


def _tell_of_nobody(unit: UnitOfWork, office: Office, notice: Notice) -> bool:
    text = f"No hay a quién enviar «{notice.template}» ({notice.about}): complete las pestañas Equipo y Líderes."
    alert_operator(unit, office, f"sin-destinatario-{notice.purpose}", text)
    return False


def office_fields(office: Office) -> OfficeFields:
    """Return who writes, as letterheads, signatures and the foot of every mail say it."""
    chosen = office.settings.office
    return OfficeFields(
        entity=chosen.name,
        dependency=chosen.dependency,
        unit=chosen.unit,
        acronym=chosen.acronym,
        city=chosen.city,
        department=chosen.department,
        address=chosen.address,
        phone=chosen.phone,
        website=chosen.website,
        mailbox=office.settings.mailbox.address,
        desk=office.settings.outgoing.sender_name,
        letterhead=chosen.letterhead_lines,
    )


def _token(unit: UnitOfWork, office: Office, notice: Notice) -> str:
    token = secrets.token_hex(10)
    expires = office.clock.now() + _TOKEN_LIFE
    unit.books.add_token(Token(token, notice.to[0], tuple(notice.cases), expires))
    return token


def director_and_substitute(directory: Directory, office: Office) -> tuple[list[str], list[str]]:
    """Return (to, cc) for what the director must decide: while away, the substitute with a copy to the director."""
    director = directory.director()
    if director is None:
        return [person.email for person in directory.with_role(Role.OPERATOR)], []
    serving = directory.serving(director, office.clock.today())
    if serving is None or serving.email == director.email:
        return [director.email], []
    return [serving.email], [director.email]


def alert_operator(unit: UnitOfWork, office: Office, about: str, text: str) -> bool:
    """Tell the operator (else the director) of trouble, once a day per matter."""
    directory = unit.books.directory().on(office.clock.today())
    to = [person.email for person in directory.with_role(Role.OPERATOR)]
    if not to:
        to, _ = director_and_substitute(directory, office)
    notice = Notice(
        Purpose.ALERT, f"{about}/{office.clock.today():%Y-%m-%d}", "alerta", AlertContext(lines=(text,)), to
    )
    return queue(unit, office, notice)


def alert_template(unit: UnitOfWork, office: Office, problem: TemplateProblem) -> bool:
    """Tell the operator which template is broken and where, once a day per problem."""
    said = str(problem)
    return alert_operator(unit, office, f"plantilla-{hashlib.sha256(said.encode()).hexdigest()[:8]}", said)
