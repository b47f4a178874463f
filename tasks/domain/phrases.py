"""Regular expressions over many turns of phrase, not tried on a text that has none of the letters they must find.

Trying sixty alternatives at each letter costs fifty times as much as asking whether one of sixty words stands there,
and most texts have none.
"""

import re
from collections.abc import Iterator, Sequence
from re import _constants as op  # type: ignore[attr-defined]  # the module of its parser has no other name
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)
_NO_WIDTH = (op.AT, op.ASSERT, op.ASSERT_NOT)
_MOST = 200  # strings; an expression that begins in more ways than that is asked for by what comes next


class Phrases:
    """A compiled expression with the methods of `re.Pattern` that are asked of turns of phrase."""

    def __init__(self, expression: str, flags: int = 0) -> None:
        """Compile; letters count as written in the expression, with re.IGNORECASE in whatever case."""
        self._pattern = re.compile(expression, flags)
        self._folds = bool(flags & re.IGNORECASE)
        found = needed(expression, flags)
        self._needed = tuple({letters.casefold() for letters in found} if self._folds else found)

    def may_stand_in(self, text: str) -> bool:
        """Whether the text has letters without which nothing is found."""
        return not self._needed or any(map((text.casefold() if self._folds else text).__contains__, self._needed))

    def search(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.search`."""
        return self._pattern.search(text) if self.may_stand_in(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """As `re.Pattern.match`."""
        return self._pattern.match(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As `re.Pattern.finditer`."""
        return self._pattern.finditer(text) if self.may_stand_in(text) else iter(())

    def findall(self, text: str) -> list[Any]:
        """As `re.Pattern.findall`."""
        return self._pattern.findall(text) if self.may_stand_in(text) else []

    def split(self, text: str) -> list[str]:
        """As `re.Pattern.split`."""
        return self._pattern.split(text) if self.may_stand_in(text) else [text]

    def sub(self, by: str, text: str) -> str:
        """As `re.Pattern.sub`."""
        return self._pattern.sub(by, text) if self.may_stand_in(text) else text


def needed(expression: str, flags: int = 0) -> frozenset[str]:
    """Return strings of which one at least stands in whatever the expression finds; none when it has no such."""
    best = set(_stretches(parser.parse(expression, flags))[0])
    return frozenset(one for one in best if not any(other in one for other in best - {one}))


def _stretches(parsed: Any) -> tuple[Sequence[str], Sequence[str], bool]:
    """Return the best strings to ask for, those that a find begins with, and whether these are all of it."""
    best: Sequence[str] = ()
    first: Sequence[str] | None = None
    current: list[str] = [""]
    for operation, value in parsed:
        if operation is op.ASSERT and value[0] > 0:
            best = _better(best, [so_far + next_ for so_far in current for next_ in _stretches(value[1])[1]])
        inside, begins, whole = _one(operation, value)
        if begins and len(current) * len(begins) <= _MOST:
            current = [so_far + next_ for so_far in current for next_ in begins]
        else:
            whole = False
        best = _better(best, inside)
        if not whole:
            first = current if first is None else first
            best, current = _better(best, current), [""]
    best = _better(best, current)
    return best, current if first is None else first, first is None


def _one(operation: Any, value: Any) -> tuple[Sequence[str], Sequence[str], bool]:
    """The same of a single operation."""
    if letters := _letters(operation, value):
        return (), letters, True
    if operation is op.SUBPATTERN and not value[1]:  # no flags of its own
        return _stretches(value[-1])
    if operation is op.BRANCH:
        return _any_of([_stretches(branch) for branch in value[1]])
    if operation in _REPEATS and value[0] >= 1:
        best, begins, whole = _stretches(value[2])
        return best, begins, whole and value[0] == value[1] == 1
    return (), (), False


def _letters(operation: Any, value: Any) -> Sequence[str]:
    """Return the strings of which an operation is one, nothing where they are not a few letters."""
    if operation in _NO_WIDTH:
        return ("",)
    if operation is op.LITERAL:
        return (chr(value),)
    if operation is op.IN and all(kind is op.LITERAL for kind, _ in value):
        return [chr(letter) for _, letter in value]
    return ()


def _any_of(branches: Sequence[tuple[Sequence[str], Sequence[str], bool]]) -> tuple[Sequence[str], Sequence[str], bool]:
    best = [letters for found, _, _ in branches for letters in found] if all(found for found, _, _ in branches) else ()
    begins = [letters for _, found, _ in branches for letters in found]
    return best, begins, all(whole for _, _, whole in branches)


def _better(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """Return which strings are asked for rather: the shortest one decides how often it is in vain."""

    def worth(strings: Sequence[str]) -> tuple[int, int]:
        return (min(map(len, strings)), -len(strings)) if strings else (0, 0)

    return max(one, other, key=worth) if worth(one)[0] or worth(other)[0] else ()
