"""Which known thread a message continues, and whether its writer belongs to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.returning import REOPENED_WITHIN, Return, returning
from tasks.domain.classification.asking import asks
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.subject.need import writer_of
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.message import Mail, Mentions, Thread
from tasks.domain.mail.quotes import Parts, bare_subject, is_reply_subject
from tasks.domain.mail.reading.headers import addresses
from tasks.domain.mail.reading.structure import read_head
from tasks.domain.mail.threading.belonging import belongs
from tasks.domain.mail.threading.identity import folded
from tasks.domain.mail.threading.threads import mentions
from tasks.domain.mail.writing.links import tokens_in
from tasks.ports.ledger import UnitOfWork
from tasks.reception.merged import follow_merged

_SAME_SUBJECT = timedelta(days=60)  # later, an answer under an old subject is another matter
_MAX_TOKENS = 5
_ORIGINALS = 5  # earlier mails of a thread whose recipients are looked at


@dataclass(frozen=True, slots=True)
class Continued:
    """The thread of a message and what its place there allows."""

    thread: Thread | None = None
    stranger: str = ""  # why a person must look: the writer is none of the thread's
    earlier: tuple[str, ...] = ()  # cases that ended too long ago to be taken up again
    effect: Return = Return.NOTE

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person must know of the message's place, in Spanish."""
        before = f"continúa {', '.join(self.earlier[:3])}, que se cerró hace más de {REOPENED_WITHIN.days} días"
        return tuple(remark for remark in (self.stranger, before if self.earlier else "") if remark)


def continued(
    unit: UnitOfWork, office: Office, view: OfficeView, mail: Mail, parts: Parts, received: datetime
) -> Continued:
    """Return what the message continues: by headers, numbers and tokens, else by subject, writer and time."""
    writer = writer_of(mail, parts, view).email
    thread = follow_merged(unit, _pointed_at(unit, mail, parts))
    if thread is None:
        found = _by_subject(unit, writer, mail, received)
        return _placed(unit, found, parts, received) if found else Continued()
    if _is_inside(view, writer, thread):
        return Continued(thread)
    domains = _domains(view, thread)
    # Who is inside a forward that no server vouches for may be anybody's invention.
    invented = writer != mail.sender.email and verdict(mail, view.trusted_authserv) is Verdict.FAIL
    if not invented and (belongs(writer, thread, domains) or writer in _copied(unit, office, thread)):
        return _placed(unit, thread, parts, received)
    what = ", ".join((thread.cases or thread.requests)[:3])
    return Continued(stranger=f"cita {what}, pero {writer or 'quien escribe'} no hace parte de ese caso")


def _is_inside(view: OfficeView, writer: str, thread: Thread) -> bool:
    """Whether the writer is of the house: the team, a policy's leader, a colleague."""
    return view.is_staff(writer) or bool(view.directory.leads(writer)) or view.is_colleague(writer)


def _domains(view: OfficeView, thread: Thread) -> tuple[str, ...]:
    town = view.catalog.municipality(thread.municipality)
    return town.domains if town else ()


def _pointed_at(unit: UnitOfWork, mail: Mail, parts: Parts) -> Thread | None:
    found = unit.messages.thread(mentions(mail, parts))
    if found is not None:
        return found
    rows = (unit.outbox.with_token(token) for token in tokens_in(mail.text)[:_MAX_TOKENS])
    ids = tuple(row.mail.message_id for row in rows if row is not None)
    return unit.messages.thread(Mentions(message_ids=ids)) if ids else None


def _by_subject(unit: UnitOfWork, writer: str, mail: Mail, received: datetime) -> Thread | None:
    """Where headers are broken: an answer by its subject to a mail that its writer sent not long ago."""
    subject = folded(bare_subject(mail.subject))
    if not subject or not writer or not is_reply_subject(mail.subject):
        return None
    asked = [
        case
        for case in unit.cases.of_requester(writer)
        if folded(bare_subject(case.subject)) == subject
        and timedelta() <= received - case.received.astimezone(received.tzinfo) <= _SAME_SUBJECT
    ]
    return unit.messages.thread(Mentions(requests=(asked[-1].request,))) if asked else None


def _copied(unit: UnitOfWork, office: Office, thread: Thread) -> frozenset[str]:
    """Return who was addressed in the mails that opened the thread's requests: their answers are no stranger's."""
    found: set[str] = set()
    for number in thread.requests[:_ORIGINALS]:
        request = unit.cases.request(number)
        if request is None or not request.sha256:
            continue
        try:
            head = read_head(office.archive.get(request.sha256))
        except KeyError:
            continue
        found |= {person.email for name in ("to", "cc", "from") for person in addresses(head.get(name, ""))}
    return frozenset(found - {""})


def _placed(unit: UnitOfWork, thread: Thread, parts: Parts, received: datetime) -> Continued:
    """Return what a mail of the requester's side does to the thread's cases (`domain.cases.returning`)."""
    cases = unit.cases.get_many(thread.cases)
    effect = returning(cases, asks(parts.own), received)
    if effect is Return.NEW:
        return Continued(earlier=thread.cases, effect=effect)
    return Continued(thread, effect=effect)
