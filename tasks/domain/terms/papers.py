"""The clock of a letter that waits for approval while its case is over: a transfer, the closing that results made."""

from tasks.domain.cases.case import Case
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.terms.business_days import Due, reception_due
from tasks.domain.terms.clocks import Awaited, Clocks, Light, petition_due
from tasks.domain.terms.rules import Rules

_LEAVES_LATE = frozenset({LetterKind.TRANSFER, LetterKind.CLOSING})
_APPROVED_FIRST = _LEAVES_LATE | {LetterKind.EXTENSION}


def waits_for_approval(letter: Letter) -> bool:
    """Whether the letter is a paper besides the referral that was put before somebody who has not approved it."""
    return letter.kind in _APPROVED_FIRST and letter.state is LetterState.DRAFT and bool(letter.draft_sha256)


def waits_alone(letter: Letter) -> bool:
    """Whether nobody but its officer's approval keeps the letter, and no open case reminds of it."""
    return letter.kind in _LEAVES_LATE and waits_for_approval(letter)


def watched_paper(letter: Letter, case: Case, rules: Rules) -> tuple[Case, Clocks]:
    """Return the case as a reminder shows it, its officer the letter's, and when the letter should have left."""
    due = _transfer_due(case, rules) if letter.kind is LetterKind.TRANSFER else _closing_due(case, rules)
    shown = case.model_copy(update={"officer": letter.officer, "letter": letter.number})
    return shown, Clocks(due, None, Light.GREY, Awaited.OFFICER)


def _transfer_due(case: Case, rules: Rules) -> Due:
    return petition_due(case.received, rules.legal.transfer, rules)


def _closing_due(case: Case, rules: Rules) -> Due:
    because = "es el plazo para enviar la carta de cierre"
    return reception_due(case.since, rules.terms.letter, rules.office, rules.calendar, because)
