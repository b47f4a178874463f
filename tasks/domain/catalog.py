"""The facts of the trade that are data, never code: policies, municipalities, vocabulary.

Loaded from `config/catalogs/` (an operator's `home/config/` overrides file by file) and validated at start-up.
"""

from datetime import date
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

MIPG_GENERAL = "mipg-general"  # MIPG or FURAG as a whole: no leader, direct attention by default


class Policy(BaseModel):
    """One management policy of the model, with the dates in which the name holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    slug: str
    name: str
    dimension: int
    dimension_name: str
    mdi_code: str = ""  # POLnn of the published workbook; matched by name, kept for the reader
    headings: tuple[str, ...] = ()  # other published names of the same policy
    valid_from: date | None = None
    valid_to: date | None = None
    successor: str = ""  # slug that took its place

    def holds(self, day: date) -> bool:
        """Whether the policy is in force that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class Municipality(BaseModel):
    """One of the 125 municipalities of Antioquia."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    dane: str  # five digits
    name: str
    subregion: str
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    typology: str = ""  # DNP 2025, for peers
    ambiguous: bool = False  # a common word, a surname or a place elsewhere: the bare name proves nothing
    homonyms: tuple[str, ...] = ()  # departments that have a municipality of the same name: only evidence decides


class Term(BaseModel):
    """A phrase of the practitioners' vocabulary and how strongly it speaks for a policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    phrase: str
    policy: str  # slug, MIPG_GENERAL, or an axis
    weight: float
    kind: Literal["name", "term"] = "term"
    unless: tuple[str, ...] = ()  # words that, in the same sentence, make the phrase prove nothing
    instead_of: tuple[str, ...] = ()  # policies it is confused with: their terms in the same sentence are details


class Catalog(BaseModel):
    """All reference data of one run; look-ups are by dictionary."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    policies: tuple[Policy, ...]
    municipalities: tuple[Municipality, ...]
    vocabulary: tuple[Term, ...] = ()

    @cached_property
    def _by_slug(self) -> dict[str, Policy]:
        return {policy.slug: policy for policy in self.policies}

    @cached_property
    def _by_dane(self) -> dict[str, Municipality]:
        return {place.dane: place for place in self.municipalities}

    def policy(self, slug: str | None) -> Policy | None:
        """Return the policy with that slug."""
        return self._by_slug.get(slug or "")

    def municipality(self, dane: str | None) -> Municipality | None:
        """Return the municipality with that DANE code."""
        return self._by_dane.get(dane or "")

    def heir(self, slug: str, day: date) -> str:
        """Return the slug that stands for a policy on a day: its own, or of who took its place; "" when none does."""
        passed: set[str] = set()
        while slug not in passed and (policy := self.policy(slug)) and not policy.holds(day):
            passed.add(slug)
            slug = policy.successor
        return "" if slug in passed else slug

    def on(self, day: date) -> "Catalog":
        """Return the catalog by which new requests are read that day: the policies in force.

        What names one that is no longer in force (its name, its headings, its vocabulary) names its successor. Cases
        and scores of before keep their policy: their names are looked up in the whole catalog.
        """
        heirs = {policy.slug: self.heir(policy.slug, day) for policy in self.policies}
        if all(heir == slug for slug, heir in heirs.items()):
            return self
        in_force = [policy for policy in self.policies if heirs[policy.slug] == policy.slug]
        return Catalog(
            policies=tuple(_with_former_names(p, self.policies, heirs) for p in in_force),
            municipalities=self.municipalities,
            vocabulary=_inherited(self.vocabulary, heirs),
        )


def _with_former_names(policy: Policy, policies: tuple[Policy, ...], heirs: dict[str, str]) -> Policy:
    former = [p for p in policies if p is not policy and heirs[p.slug] == policy.slug]
    names = (name for p in former for name in (p.name, p.slug, *p.headings))
    return policy.model_copy(update={"headings": tuple(dict.fromkeys((*policy.headings, *names)))})


def _inherited(vocabulary: tuple[Term, ...], heirs: dict[str, str]) -> tuple[Term, ...]:
    """Return the terms as they speak for the heirs; what both a policy and its heir are called counts once."""
    found: dict[tuple[str, str], Term] = {}
    for term in vocabulary:
        policy = heirs.get(term.policy, term.policy)
        confused = tuple(heir for other in term.instead_of if (heir := heirs.get(other, other)) not in {"", policy})
        if policy:
            found.setdefault((term.phrase, policy), term.model_copy(update={"policy": policy, "instead_of": confused}))
    return tuple(found.values())
