"""Spanish text as the matchers see it: folded words, sentences, and a dictionary of phrases looked up in one pass.

Accents, case, ñ (keyboards without it write n; "año" against "ano" decides nothing here), plural endings and one
slip of the finger in a long word make no difference; the reasons shown to people use the catalog's own spelling.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from tasks.domain.classification.look_alikes import LOOK_ALIKES

Value = TypeVar("Value", bound=Hashable)

_WORD = re.compile(r"[a-z0-9]+")
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\s?\.\s?){2,6}(?=\W|$)")
_DOTTED = re.compile(r"\.\s?[A-Za-z]\s?\.")  # stands in each of them
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_FOREIGN = re.compile("[\u0370-\U0010ffff]+")
_SENTENCE = 400  # characters
_PLURALS = (
    ("ades", "ad"),
    ("ones", "on"),
    ("eres", "er"),
    ("ores", "or"),
    ("ales", "al"),
    ("anes", "an"),
    ("eses", "es"),
    ("oles", "ol"),
    ("eles", "el"),
)
_LEAST_SPELLED = 7  # letters: in shorter words one letter makes another word
_MAX_WORD = 40


def fold(text: str) -> str:
    """Return the text without accents, case and ñ, dotted abbreviations closed up ("E.S.E." → "ese"). Idempotent."""
    return _fold_sentence(text) if len(text) <= _SENTENCE else _fold_text(text)


def _fold(text: str) -> str:
    dotted = _DOTTED.search(text)
    closed = _ABBREVIATION.sub(lambda match: re.sub(r"[.\s]", "", match[0]), text) if dotted else text
    if closed.isascii():
        return closed.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", closed.casefold()))
    return plain.lower() if plain.isascii() else _FOREIGN.sub(_without_marks, plain).casefold()


# Every rule folds the same sentences, and the same few texts, of a mail anew.
_fold_sentence = lru_cache(maxsize=2_000)(_fold)
_fold_text = lru_cache(maxsize=8)(_fold)


def _without_marks(letters: re.Match[str]) -> str:
    return "".join(letter for letter in letters[0] if not unicodedata.combining(letter))


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text, as written (no plural taken off)."""
    return tuple(_WORD.findall(fold(text)))


@lru_cache(maxsize=50_000)
def singular(word: str) -> str:
    """Return a folded word without its plural ending; equal for singular and plural, not always a real word."""
    if len(word) <= 3:
        return word
    for ending, kept in _PLURALS:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return singular(word[: -len(ending)] + kept)
    return word[:-1] if word.endswith("s") else word


def stems(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in the singular."""
    return tuple(singular(word) for word in words(text))


@dataclass(frozen=True, slots=True)
class Hit(Generic[Value]):
    """A phrase found: where (word positions, end excluded) and what it stands for."""

    start: int
    end: int
    value: Value


class PhraseBook(Generic[Value]):
    """Many phrases, found in one pass over the words; of overlapping ones the longest that starts first counts.

    Built once per catalog. `typos` forgives one wrong, missing, added or swapped letter in words of eight or more.
    """

    def __init__(self, entries: Iterable[tuple[str, Value]], *, typos: bool = False) -> None:
        """Take phrases with their values; a phrase may stand for several values."""
        self._book: dict[tuple[str, ...], list[Value]] = {}
        self._lengths: dict[str, list[int]] = {}
        for phrase, value in entries:
            self._add(stems(phrase), value)
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        vocabulary = {word for key in self._book for word in key}
        self._spelling = Spelling(vocabulary) if typos else None
        self.find = lru_cache(maxsize=256)(self._find)  # a mail's sentences are looked through more than once

    def _add(self, key: tuple[str, ...], value: Value) -> None:
        if not key:
            return
        values = self._book.setdefault(key, [])
        if value not in values:
            values.append(value)
        lengths = self._lengths.setdefault(key[0], [])
        if len(key) not in lengths:
            lengths.append(len(key))

    def _find(self, tokens: tuple[str, ...]) -> tuple[Hit[Value], ...]:
        """Return what stands in the words (as `stems` gives them), left to right, without overlap."""
        if self._spelling:
            tokens = tuple(map(self._spelling.correct, tokens))
        if self._lengths.keys().isdisjoint(tokens):
            return ()
        found: list[Hit[Value]] = []
        end = 0
        for position, token in enumerate(tokens):
            if position >= end and token in self._lengths and (key := self._longest(tokens, position)):
                end = position + len(key)
                found += [Hit(position, end, value) for value in self._book[key]]
        return tuple(found)

    def _longest(self, tokens: tuple[str, ...], position: int) -> tuple[str, ...]:
        for length in self._lengths[tokens[position]]:
            key = tokens[position : position + length]
            if key in self._book:
                return key
        return ()


class Spelling:
    """Brings a misspelt long word back to a known one, by the deletions that both share."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._variants: dict[str, str] = {}
        for word in sorted(word for word in self._known if len(word) >= _LEAST_SPELLED and word.isalpha()):
            for variant in _deletions(word):
                self._variants.setdefault(variant, word)
        self.correct = lru_cache(maxsize=20_000)(self._correct)

    def _correct(self, word: str) -> str:
        if (
            word in self._known
            or word in LOOK_ALIKES
            or not _LEAST_SPELLED - 1 <= len(word) <= _MAX_WORD
            or not word.isalpha()
        ):
            return word
        found = (self._variants.get(variant) for variant in (word, *_deletions(word)))
        return next((candidate for candidate in found if candidate), word)


def _deletions(word: str) -> tuple[str, ...]:
    return (word, *(word[:i] + word[i + 1 :] for i in range(len(word))))


# Written so that only what is white is looked at: `(?<=[.?!;:])\s+(?=\S)|\n+`.
_BREAK = re.compile(r"\s(?:(?<=[.?!;:]\s)\s*(?=\S)|(?<=\n)\n*)")
_BULLET = re.compile(r"^\s*(?:[-*•·»]|\(?\w{1,3}[.)])\s")
_WRAPPED = 60  # characters: a line this long that ends in no full stop goes on in the next


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; lines that a mail program wrapped are joined first."""
    return [piece.strip() for piece in _BREAK.split(_unwrap(text)) if piece and piece.strip()]


def _unwrap(text: str) -> str:
    joined: list[str] = []
    previous = ""
    for line in text.splitlines():
        goes_on = len(previous) >= _WRAPPED and previous.rstrip()[-1:] not in ".?!:;" and not _BULLET.match(line)
        if joined and goes_on and line.strip():
            joined[-1] += " " + line.strip()
        else:
            joined.append(line)
        previous = line
    return "\n".join(joined)
