"""Orders that come by mail: who may be believed, which case is meant, and the answer everybody gets."""

from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.cases.decisions import Accepted, Actor
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.commands import Order, Verb, parse_orders
from tasks.domain.mail.contexts import OrderAnswerContext
from tasks.domain.mail.links import tokens_in
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.outgoing import Purpose
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.threads import token_of
from tasks.notices import Notice, queue
from tasks.orders import give
from tasks.ports.ledger import Token, UnitOfWork

_ABOUT_LETTERS = frozenset({Verb.APPROVE, Verb.SIGN, Verb.RETURN, Verb.VOID})


@dataclass(frozen=True, slots=True)
class Obeyed:
    """What the orders of one mail came to."""

    done: int
    cases: tuple[str, ...]
    answers: tuple[str, ...]


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
    reachable = token.cases if token else None
    outcome = _carry_out(
        unit, office, parse_orders(parts.own), Actor(sender, f"mail:{mail.message_id}"), thread, reachable
    )
    _answer(unit, office, mail, outcome, token.cases if token else thread.cases if thread else (), token is not None)
    return outcome


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


def _carry_out(
    unit: UnitOfWork,
    office: Office,
    orders: tuple[Order, ...],
    actor: Actor,
    thread: Thread | None,
    reachable: tuple[str, ...] | None,
) -> Obeyed:
    done, cases, answers = 0, list[str](), list[str]()
    for order in orders:
        targets = _meant(unit, order, thread)
        if len(targets) != 1:
            known = ", ".join(targets)
            which = f" El aviso es sobre varios: {known}." if known else ""
            answers.append(
                f"«{order.line}»: falta decir el caso.{which} Escriba, por ejemplo, «{order.verb} 2026-0041»."
            )
            continue
        (number,) = targets
        if reachable is not None and number not in reachable:
            answers.append(f"Caso {number}: su clave de respuesta es de otro caso; responda al aviso de ese caso.")
            continue
        decision = give(unit, office, order, number, actor)
        answers.append(decision.answer)
        if isinstance(decision, Accepted):
            done += 1
            cases.append(number)
    if not orders:
        answers.append("No se reconoció ninguna orden en la primera línea.")
    return Obeyed(done, tuple(dict.fromkeys(cases)), tuple(answers))


def _meant(unit: UnitOfWork, order: Order, thread: Thread | None) -> tuple[str, ...]:
    """Return the cases that an order may be about: the one it names (or its letter's first), else the thread's.

    A notice about one letter is about one thing, however many cases the letter speaks for.
    """
    if order.case:
        letter = unit.letters.get(order.case)
        return letter.cases[:1] if letter else (order.case,)
    if thread is None:
        return ()
    if len(thread.letters) == 1 and order.verb in _ABOUT_LETTERS:
        letter = unit.letters.get(thread.letters[0])
        return letter.cases[:1] if letter else thread.cases
    return thread.cases


def _answer(
    unit: UnitOfWork, office: Office, mail: Mail, outcome: Obeyed, about_cases: tuple[str, ...], by_token: bool
) -> None:
    """Tell what became of the orders. Where some were not carried out the answer can be answered with better ones."""
    about = mail.message_id or mail.content_key
    unfinished = outcome.done < len(outcome.answers)
    notice = Notice(
        Purpose.ORDER_ANSWER,
        about,
        "respuesta",
        OrderAnswerContext(done=outcome.done > 0, answers=outcome.answers, subject=mail.subject),
        [mail.sender.email],
        cases=about_cases if unfinished else outcome.cases,
        in_reply_to=mail.message_id,
        references=mail.references[-10:],
        invites_orders=by_token and unfinished,
    )
    queue(unit, office, notice)
