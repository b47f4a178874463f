"""Finding a person, a policy or a municipality by what somebody typed."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from tasks.domain.catalog import MIPG_GENERAL, Catalog

T = TypeVar("T")

GENERAL = ("MIPG general", "MIPG en general", "MIPG", "FURAG", MIPG_GENERAL)  # how it is shown, and else written
_CLOSE = 88.0  # of 100: one or two mistyped letters in a full name, never another name


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """One match, or none with the candidates a person may have meant."""

    match: T | None
    candidates: tuple[T, ...] = ()


def folded(text: str) -> str:
    """Return the text without case, accents (also decomposed ones) or repeated blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


spelling = lru_cache(maxsize=8192)(folded)  # of names that are compared again and again: people, policies, places


def find_named(typed: str, options: Iterable[T], names: Callable[[T], Sequence[str]]) -> Found[T]:
    """Return the option that was meant: same name, else the only one holding every word, else a near miss as candidate.

    Never guesses: a typo or an ambiguous first name gives candidates, not a match.
    """
    wanted = spelling(typed)
    if not wanted:
        return Found(None)
    spelt = [(option, _spellings(tuple(names(option)))) for option in options]
    matches = [option for option, spellings in spelt if wanted in spellings]
    if not matches:
        words = set(wanted.split())
        matches = [option for option, spellings in spelt if any(words <= set(one.split()) for one in spellings)]
    if matches:
        return Found(matches[0]) if len(matches) == 1 else Found(None, tuple(matches))
    near = [option for option, spellings in spelt if _near(wanted, spellings)]
    return Found(None, tuple(near))


@lru_cache(maxsize=2048)
def _spellings(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(spelling(name) for name in names)


def _near(wanted: str, spellings: Sequence[str]) -> bool:
    return process.extractOne(wanted, spellings, scorer=fuzz.token_set_ratio, score_cutoff=_CLOSE) is not None


def find_policy(typed: str, catalog: Catalog) -> Found[str]:
    """Return the slug of the policy that was typed, by name, slug or published heading."""
    names = {policy.slug: (policy.name, policy.slug, *policy.headings) for policy in catalog.policies}
    names[MIPG_GENERAL] = GENERAL
    return find_named(typed, names, lambda slug: names[slug])


def policy_name(slug: str | None, catalog: Catalog) -> str:
    """Return the policy's name on screen, "" when there is none."""
    if slug == MIPG_GENERAL:
        return GENERAL[0]
    policy = catalog.policy(slug)
    return policy.name if policy else ""
