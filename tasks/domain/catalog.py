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
