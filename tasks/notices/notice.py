"""Mails the service writes, queued in the caller's unit of work: what one is about decides its key and Message-ID."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.directory import Contact, Directory, Role
from tasks.domain.letters.fields import OfficeFields, TemplateFields
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.writing.contexts.team import AlertContext
from tasks.domain.mail.writing.outgoing import Enclosure, OutgoingMail, Purpose, message_id
from tasks.ports.errors import TemplateProblem
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import Token

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
    write_late: bool = False  # when it is about to leave: for what a morning's mail causes by the hundred

    @property
    def key(self) -> str:
        """The outbox holds one mail under it, for good."""
        return f"{self.purpose}/{self.about}"


def queue(unit: UnitOfWork, office: Office, notice: Notice) -> bool:
    """Write and queue the notice once; False when it was queued before."""
    return bool(queue_all(unit, office, [notice]))


def queue_all(unit: UnitOfWork, office: Office, notices: Sequence[Notice]) -> list[Notice]:
    """Write and queue each notice once; return those that were not queued before."""
    known = unit.outbox.has_keys([notice.key for notice in notices])
    new = list({notice.key: notice for notice in notices if notice.key not in known}.values())
    for notice in {n.purpose: n for n in new if not n.to and n.purpose is not Purpose.ALERT}.values():
        _tell_of_nobody(unit, office, notice)  # nobody in post: asked again at each run until there is somebody
    addressed = [notice for notice in new if notice.to]
    tokens = {notice.key: secrets.token_hex(10) for notice in addressed if notice.invites_orders}
    expires = office.clock.now() + _TOKEN_LIFE
    unit.books.add_tokens(
        [Token(tokens[n.key], n.to[0], tuple(n.cases), expires) for n in addressed if n.key in tokens]
    )
    mails = [_mail(unit, office, notice, tokens.get(notice.key, "")) for notice in addressed]
    unit.outbox.queue_all(mails, office.clock.now())
    return addressed


def _mail(unit: UnitOfWork, office: Office, notice: Notice, token: str) -> OutgoingMail:
    domain = office.settings.mailbox.address.rpartition("@")[2]
    mail = OutgoingMail(
        key=notice.key,
        message_id=message_id(notice.purpose, notice.about, domain, token),
        purpose=notice.purpose,
        to=tuple(dict.fromkeys(notice.to)),
        cc=tuple(address for address in dict.fromkeys(notice.cc) if address not in notice.to),
        subject=notice.subject,
        text="",
        html="",
        template=notice.template,
        fields=notice.fields.fields() | {"token": token},
        in_reply_to=notice.in_reply_to,
        references=tuple(notice.references),
        reply=bool(notice.in_reply_to),
        enclosures=tuple(notice.enclosures),
        cases=tuple(notice.cases),
        letter=notice.letter,
    )
    return mail if notice.write_late else write(unit, office, mail)


def write(unit: UnitOfWork, office: Office, mail: OutgoingMail) -> OutgoingMail:
    """Return the mail with its text. While the office's own template is broken the shipped one serves.

    The operator is told. A mail is never held for it: an order would go unanswered, and what waits with it would not
    happen.
    """
    written, problem = compose(office, mail)
    if problem and mail.purpose is not Purpose.ALERT:
        alert_template(unit, office, problem)
    return written


def compose(office: Office, mail: OutgoingMail) -> tuple[OutgoingMail, TemplateProblem | None]:
    """Return the mail with its text, and what is wrong with the office's own template if the shipped one served."""
    if not mail.template:
        return mail, None
    fields, problem = mail.fields | {"oficina": office_fields(office).fields()}, None
    try:
        text = office.texts.mail(mail.template, fields)
    except TemplateProblem as error:
        text, problem = office.shipped_texts.mail(mail.template, fields), error
    said = {"subject": mail.subject or text.subject, "text": text.text, "html": text.html}
    return mail.model_copy(update={**said, "template": "", "fields": {}}), problem


def _tell_of_nobody(unit: UnitOfWork, office: Office, notice: Notice) -> None:
    text = f"No hay a quién enviar «{notice.template}» ({notice.about}): complete las pestañas Equipo y Líderes."
    alert_operator(unit, office, f"sin-destinatario-{notice.purpose}", text)


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


def director_and_substitute(directory: Directory, office: Office) -> tuple[list[str], list[str]]:
    """Return (to, cc) for what the director must decide: while away, the substitute with a copy to the director."""
    director = directory.director()
    if director is None:
        return [person.email for person in directory.with_role(Role.OPERATOR)], []
    serving = directory.serving(director, office.clock.today())
    if serving is None or serving.email == director.email:
        return [director.email], []
    return [serving.email], [director.email]


def signatory_of(directory: Directory, office: Office, letter: Letter) -> Contact:
    """Return whose name stands under a letter: who signed it, else who directs today."""
    signed, director = directory.person(letter.signed_by), directory.director()
    if signed is not None:
        return Contact(signed.name, signed.email)
    if director is None:
        return Contact("", "")
    return directory.serving(director, office.clock.today()) or Contact(director.name, director.email)


def operator_addresses(directory: Directory, office: Office) -> list[str]:
    """Return the operators of the day, or whoever directs while there is none."""
    to = [person.email for person in directory.with_role(Role.OPERATOR)]
    return to or director_and_substitute(directory, office)[0]


def alert_operator(unit: UnitOfWork, office: Office, about: str, text: str) -> bool:
    """Tell the operator (else the director) of trouble, once a day per matter."""
    to = operator_addresses(unit.books.directory().on(office.clock.today()), office)
    notice = Notice(
        Purpose.ALERT, f"{about}/{office.clock.today():%Y-%m-%d}", "alerta", AlertContext(lines=(text,)), to
    )
    return queue(unit, office, notice)


def alert_template(unit: UnitOfWork, office: Office, problem: TemplateProblem) -> bool:
    """Tell the operator which template is broken and where, once a day per problem."""
    said = str(problem)
    return alert_operator(unit, office, f"plantilla-{hashlib.sha256(said.encode()).hexdigest()[:8]}", said)
