"""Orders that come by mail: who may be believed, which case is meant, and the answer everybody gets."""

import re
from dataclasses import dataclass, replace

from tasks.bootstrap import Office
from tasks.domain.cases.decision import Accepted, Actor, part_of
from tasks.domain.cases.states import possible
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.commands import MOTIVE_REQUIRED, Order, Verb, parse_orders
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.threading.threads import token_of
from tasks.domain.mail.writing.contexts.team import OrderAnswerContext
from tasks.domain.mail.writing.links import tokens_in
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.notice import Notice, queue
from tasks.orders import give
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, Token
from tasks.reception.edited_drafts import Edited, documents_of, letter_meant, show_draft, take_edited
from tasks.reception.signed import keep_signed, told_by_signature, unfit_signature

_LETS_GO = frozenset({Verb.APPROVE, Verb.SIGN})
_STILL_WAITS = " Aún no sale: falta la palabra «aprobado»."
_ASK_FOR_ORDERS = frozenset({Purpose.ASSIGN_NOTICE, Purpose.DRAFT_LETTER, Purpose.BOUNCE, Purpose.ORDER_ANSWER})
_ONLY_THANKS = re.compile(r"(?:muchas |mil )?gracias(?:\W++\w++){0,3}\W*", re.IGNORECASE)
_ABOUT_LETTERS = frozenset({Verb.APPROVE, Verb.SIGN, Verb.RETURN, Verb.VOID})


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What the orders of one mail came to."""

    done: int
    cases: tuple[str, ...]
    answers: tuple[str, ...]


def owes_an_order(unit: UnitOfWork, mail: Mail, parts: Parts) -> bool:
    """Whether a mail that orders nothing answers a notice that asked its sender for an order.

    "Ana María, por favor" or "Visto bueno" were meant as one: who is not understood must hear so, and what is possible.
    """
    row = unit.outbox.find(mail.in_reply_to) if mail.in_reply_to else None
    if row is None or row.mail.purpose not in _ASK_FOR_ORDERS:
        return False
    return mail.sender.email in (*row.mail.to, *row.mail.cc) and _ONLY_THANKS.fullmatch(parts.own.strip()) is None


def obey(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts, thread: Thread | None) -> Obeyed | None:
    """Carry out the orders of a mail and answer its sender; None for an outsider, who gets no answer.

    Believed are an address of the tabs with a DMARC or aligned DKIM pass stamped by a trusted server, or, where no
    trusted server stamped anything, with the token of the notice that is answered (product.md §6). A `fail` refuses.
    """
    sender = mail.sender.email
    directory = unit.books.directory().on(office.clock.today())
    if directory.person(sender) is None and not directory.leads(sender):
        return None
    token = _used_token(unit, office, mail, sender)
    if not _believed(office, mail, token):
        # No answer: the address in From is not shown to be its owner's, who would get mail about somebody's forgery.
        return Obeyed(0, (), ("la orden no venía autenticada y no se cumplió",))
    orders = parse_orders(parts.own) or told_by_signature(unit, mail, parts.own)
    errand = _Errand(unit, office, mail, thread, Actor(sender, f"mail:{mail.message_id}"), token)
    errand = replace(errand, edited=_take_document(errand, orders))
    outcome = _carry_out(errand, orders)
    if errand.edited is not None:
        show_draft(unit, office, errand.edited)
    if orders or errand.edited is None or not errand.edited.taken or errand.edited.letter.officer != sender:
        _answer(errand, outcome)  # else the new version, which leaves for the same person, is the answer
    return outcome


def _take_document(errand: "_Errand", orders: tuple[Order, ...]) -> Edited | None:
    """Take in an edited draft, unless it was edited from an older one than the one that waits."""
    named = tuple(order.case for order in orders if order.case)
    letter = letter_meant(errand.unit, errand.mail, errand.thread, named)
    if letter is None or not documents_of(errand.mail):
        return None
    number = letter.cases[0]
    if refusal := _unreachable(errand, number) or _outdated(errand, Order(Verb.RETURN), number):
        return Edited(letter, False, refusal)
    return take_edited(errand.unit, errand.office, errand.mail, letter, errand.actor)


@dataclass(frozen=True, slots=True)
class _Errand:
    """A mail that orders, believed: from whom, in which thread, and by which token if it needed one."""

    unit: UnitOfWork
    office: Office
    mail: Mail
    thread: Thread | None
    actor: Actor
    token: Token | None
    edited: Edited | None = None

    @property
    def cases(self) -> tuple[str, ...]:
        """What the notice that is answered is about."""
        return self.token.cases if self.token else self.thread.cases if self.thread else ()


def _used_token(unit: UnitOfWork, office: Office, mail: Mail, sender: str) -> Token | None:
    if verdict(mail, office.settings.mailbox.trusted_authserv) is not Verdict.NONE_STAMPED:
        return None
    carried = [token_of(pointed) for pointed in (mail.in_reply_to, *reversed(mail.references))]
    for token in dict.fromkeys((*carried, *tokens_in(mail.text))):
        if token and (used := unit.books.use_token(token, sender, office.clock.now())):
            return used
    return None


def _believed(office: Office, mail: Mail, token: Token | None) -> bool:
    stamped = verdict(mail, office.settings.mailbox.trusted_authserv)
    return stamped is Verdict.PASS or (stamped is Verdict.NONE_STAMPED and token is not None)


def _carry_out(errand: _Errand, orders: tuple[Order, ...]) -> Obeyed:
    done, answers = list[str](), list[str]()
    if errand.edited is not None:
        waits = errand.edited.taken and not any(order.verb in _LETS_GO for order in orders)
        answers.append(errand.edited.answer + (_STILL_WAITS if waits else ""))
        done += errand.edited.letter.cases[:1] if errand.edited.taken else ()
    for order in orders:
        targets = _meant(errand.unit, order, errand.thread)
        if len(targets) != 1 and not _serves_all(order, errand.thread):
            answers.append(_which(order, targets))
            continue
        for number in targets:
            answer, obeyed = _one(errand, order, number)
            answers.append(answer)
            done += [number] if obeyed else []
    if not orders and errand.edited is None:
        answers.append("No se reconoció ninguna orden en la primera línea.")
    return Obeyed(len(done), tuple(dict.fromkeys(done)), tuple(answers))


def _one(errand: _Errand, order: Order, number: str) -> tuple[str, bool]:
    """Give one order about one case; returns the answer and whether it was carried out."""
    refusal = _unreachable(errand, number) or _outdated(errand, order, number) or _unfit(errand, order, number)
    refusal = refusal or unfit_signature(errand.unit, errand.mail, order, number)
    if refusal:
        return refusal, False
    decision = give(errand.unit, errand.office, order, number, errand.actor, _letter_of(errand, order))
    if isinstance(decision, Accepted) and order.verb is Verb.SIGN:
        keep_signed(errand.unit, errand.office, errand.mail, number)
    return decision.answer, isinstance(decision, Accepted)


def _serves_all(order: Order, thread: Thread | None) -> bool:
    """An agreed or held session without a number is all the letter's cases' (product.md §2.5)."""
    in_letter = thread is not None and len(thread.letters) == 1 and bool(thread.cases)
    return order.verb in {Verb.PLAN, Verb.ASSIST} and order.case is None and in_letter


def _letter_of(errand: _Errand, order: Order) -> Letter | None:
    """Return the letter that an order names, else the one whose draft is answered."""
    if order.case and (named := errand.unit.letters.get(order.case)):
        return named
    answered = next((row.mail for row in _answered(errand) if row.mail.purpose is Purpose.DRAFT_LETTER), None)
    letter = errand.unit.letters.get(answered.letter) if answered and answered.letter else None
    return letter if letter and (order.case is None or order.case in letter.cases) else None


def _answered(errand: _Errand) -> list[OutboxRecord]:
    """Return the notices that a mail answers, by its headers and then by the tokens it carries."""
    unit, mail = errand.unit, errand.mail
    pointed = [identifier for identifier in (mail.in_reply_to, *reversed(mail.references)) if identifier]
    rows = [row for identifier in pointed if (row := unit.outbox.find(identifier))]
    return rows + [row for token in tokens_in(mail.text) if (row := unit.outbox.with_token(token))]


def _which(order: Order, targets: tuple[str, ...]) -> str:
    if order.case and not targets:
        return f"«{order.line}»: no existe la solicitud {order.case}."
    if order.case:
        lines = "\n".join(f"{order.verb} {number}: {order.argument}".rstrip(": ") for number in targets)
        return f"«{order.line}»: la solicitud {order.case} tiene varios casos. Copie la línea del que quiere:\n{lines}"
    known = f" El aviso es sobre varios: {', '.join(targets)}." if targets else ""
    return f"«{order.line}»: falta decir el caso.{known} Escriba, por ejemplo, «{order.verb} 2026-0041»."


def _unreachable(errand: _Errand, number: str) -> str:
    """A token serves the cases of its notice only."""
    if errand.token is None or number in errand.token.cases:
        return ""
    return f"Caso {number}: su clave de respuesta es de otro caso; responda al aviso de ese caso."


def _outdated(errand: _Errand, order: Order, number: str) -> str:
    """Return why an order about a letter does not hold: it answers an older draft than the one that waits, or "".

    What nobody has seen nobody can approve: without a notice that is answered, the present draft must have been sent.
    """
    unit = errand.unit
    case = unit.cases.get(number)
    letter = _letter_of(errand, order)
    if letter is None or letter.kind.asks_a_leader:
        letter = unit.letters.get(case.letter) if case and case.letter else None
    if order.verb not in _ABOUT_LETTERS or letter is None or letter.state is not LetterState.DRAFT:
        return ""
    if errand.edited is not None and errand.edited.taken and errand.edited.letter.number == letter.number:
        return ""  # this very mail brought the text that waits
    seen = next((row.mail.key for row in _answered(errand) if row.mail.purpose is Purpose.DRAFT_LETTER), "")
    current = f"{Purpose.DRAFT_LETTER}/{letter.number}/v{letter.version}"
    if seen == current or (not seen and unit.outbox.is_sent(current)):
        return ""
    return f"El borrador del oficio {letter.number} cambió (versión {letter.version}); responda al aviso más reciente."


def _unfit(errand: _Errand, order: Order, number: str) -> str:
    """Return why an approval does not hold whose own document was not taken, or "": another text would be sent."""
    edited, approves = errand.edited, order.verb in _LETS_GO
    if edited is None or edited.taken or not approves or number not in edited.letter.cases:
        return ""
    return f"Caso {number}: no se aprobó, porque el oficio saldría sin los cambios de su documento."


def _meant(unit: UnitOfWork, order: Order, thread: Thread | None) -> tuple[str, ...]:
    """Return the cases that an order may be about: the one it names (or its letter's first), else the thread's.

    A notice about one letter is about one thing, however many cases the letter speaks for.
    """
    if order.case and order.case.startswith("S-"):
        return tuple(case.number for case in unit.cases.of_request(order.case))
    if order.case:
        letter = unit.letters.get(order.case)
        return letter.cases[:1] if letter else (order.case,)
    if thread is None:
        return ()
    if order.verb is Verb.RESEND:
        return thread.cases[:1]  # a notice that one mail came back, however many cases that was about
    if len(thread.letters) == 1 and order.verb in _ABOUT_LETTERS:
        letter = unit.letters.get(thread.letters[0])
        return letter.cases[:1] if letter else thread.cases
    return thread.cases


def _possible(errand: _Errand, outcome: Obeyed) -> tuple[str, ...]:
    """Return what the sender may order now, where nothing was done and it is plain which case is meant."""
    cases = errand.unit.cases.get_many(errand.cases)
    if outcome.done or len(cases) != 1:
        return ()
    (case,) = cases
    directory, now = errand.unit.books.directory().on(errand.office.clock.today()), errand.office.clock.now()
    verbs = possible(case.state, part_of(errand.actor.email, case, directory, now))
    return tuple(_example(verb, case.number) for verb in verbs if verb is not Verb.RESEND)


def _example(verb: Verb, number: str) -> str:
    """Return the order as somebody would write it about that case."""
    return f"unir {number} a 2026-0040" if verb is Verb.MERGE else f"{verb} {number}{_SHAPES.get(verb, '')}"


_SHAPES = {
    **dict.fromkeys(MOTIVE_REQUIRED, ": motivo"),
    Verb.ASSIGN: ": NOMBRE",
    Verb.POLICY: ": NOMBRE DE LA POLÍTICA",
    Verb.MUNICIPALITY: ": NOMBRE DEL MUNICIPIO",
    Verb.PLAN: ": 15/01/2027",
    Verb.ASSIST: ": 15/01/2027 virtual",
    Verb.SNOOZE: ": 15/01/2027",
    Verb.TRANSFER: ": a quién",
}


def _answer(errand: _Errand, outcome: Obeyed) -> None:
    """Tell what became of the orders. An answer can be answered: its token takes the place of the one that was used."""
    mail = errand.mail
    person = errand.unit.books.directory().person(mail.sender.email)
    fields = OrderAnswerContext(
        name=person.name if person else "",
        done=outcome.done > 0,
        answers=outcome.answers,
        subject=mail.subject,
        possible=_possible(errand, outcome),
    )
    notice = Notice(
        Purpose.ORDER_ANSWER,
        mail.message_id or mail.content_key,
        "respuesta",
        fields,
        [mail.sender.email],
        cases=errand.cases or outcome.cases,
        in_reply_to=mail.message_id,
        references=mail.references[-10:],
        invites_orders=errand.token is not None,
    )
    queue(errand.unit, errand.office, notice)
