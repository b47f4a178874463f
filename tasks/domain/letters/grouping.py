"""Which cases share a letter: those of one request that go to one leader and are in the hands of one officer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.domain.cases.case import Case, State
from tasks.domain.catalog import MIPG_GENERAL
from tasks.domain.directory import Directory, Leader
from tasks.domain.letters.letter import Letter


@dataclass(frozen=True, slots=True)
class LetterGroup:
    """Cases that one letter refers to a leader, ordered by number."""

    request: str
    leader: Leader
    officer: str  # address
    cases: tuple[Case, ...]

    @property
    def policies(self) -> tuple[str, ...]:
        """The slugs the letter speaks of, without repetition."""
        return tuple(dict.fromkeys(case.policy for case in self.cases if case.policy))


@dataclass(frozen=True, slots=True)
class Held:
    """A case for which no letter can be written, and why in Spanish."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class Grouping:
    """The letters that can be written and the cases that stay behind."""

    groups: tuple[LetterGroup, ...]
    held: tuple[Held, ...]


def group(cases: Iterable[Case], leaders: Iterable[Leader]) -> Grouping:
    """Return one group per request, leader's address and officer, in the order of the cases' numbers.

    `leaders` are those in post; the first row of a policy counts. A leader of two policies gets one letter for both.
    """
    in_post: dict[str, Leader] = {}
    for leader in leaders:
        in_post.setdefault(leader.policy, leader)
    together: dict[tuple[str, str, str], list[Case]] = {}
    held = []
    for case in sorted(cases, key=lambda case: case.number):
        if reason := reason_without_letter(case, in_post):
            held.append(Held(case, reason))
            continue
        key = (case.request, in_post[case.policy or ""].email.casefold(), (case.officer or "").casefold())
        together.setdefault(key, []).append(case)
    return Grouping(tuple(_group(members, in_post) for members in together.values()), tuple(held))


def reason_without_letter(case: Case, in_post: dict[str, Leader]) -> str:
    """Return why no letter can be written for the case, in Spanish; "" when one can."""
    if not case.policy:
        return "Falta la política: escríbala en la columna Política."
    if case.policy == MIPG_GENERAL:
        return "MIPG en general no tiene líder de política: corresponde atención directa."
    if case.policy not in in_post:
        return "La política no tiene líder vigente: complete la pestaña Líderes."
    if not case.officer:
        return "Falta designar a la persona responsable."
    return ""


def waits_for(case: Case, letter: Letter) -> bool:
    """Whether the case still waits for this letter to leave."""
    return case.state is State.DRAFT and case.letter == letter.number


def stands(letter: Letter, cases: Sequence[Case]) -> bool:
    """Whether every case of a letter that has not left still waits for it; `cases` are its own, as found."""
    return len(cases) == len(letter.cases) and all(waits_for(case, letter) for case in cases)


def is_addressed(letter: Letter, cases: Sequence[Case], directory: Directory) -> bool:
    """Whether whom the letter is written to still leads the policy of every case in it (`directory` of the day)."""
    leaders = [directory.leader(case.policy) for case in cases]
    return all(leader and leader.email.casefold() == letter.leader.casefold() for leader in leaders)


def _group(members: list[Case], in_post: dict[str, Leader]) -> LetterGroup:
    first = members[0]
    return LetterGroup(first.request, in_post[first.policy or ""], first.officer or "", tuple(members))
