"""How long each step may take: the office's own terms and those of the law."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from tasks.domain.cases.case import Petition
from tasks.domain.terms.business_days import Calendar, Office


class InternalTerms(BaseModel):
    """Business days that the office gives itself (`terms.*` of the settings)."""

    model_config = ConfigDict(frozen=True)
    classify: int = Field(default=1, ge=0)
    assign: int = Field(default=1, ge=0)
    letter: int = Field(default=5, ge=0)
    plan: int = Field(default=10, ge=0)
    assistance: int = Field(default=30, ge=0)
    direct: int = Field(default=10, ge=0)
    evidence: int = Field(default=5, ge=0)
    extension_notice: int = Field(default=3, ge=0)
    suspended_close: int = Field(default=5, ge=0)


class LegalTerm(BaseModel):
    """One term of the law, in business days, and where it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    days: int = Field(ge=1, le=365)
    label: str = Field(min_length=1)
    source: str = Field(min_length=1)


class LegalTerms(BaseModel):
    """The terms of the right of petition (`config/catalogs/terms.toml`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    general: LegalTerm
    documents: LegalTerm
    between_authorities: LegalTerm
    consultation: LegalTerm
    transfer: LegalTerm

    def of(self, petition: Petition) -> LegalTerm:
        """Return the term of a Tipo de petición."""
        return {
            Petition.GENERAL: self.general,
            Petition.DOCUMENTS: self.documents,
            Petition.BETWEEN_AUTHORITIES: self.between_authorities,
            Petition.CONSULTATION: self.consultation,
        }[petition]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that a date depends on besides the case."""

    calendar: Calendar
    office: Office
    terms: InternalTerms
    legal: LegalTerms
