"""An *oficio*: one numbered letter that refers one or more cases to a policy leader."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class LetterState(StrEnum):
    """States of a letter, by the words of the sheet."""

    DRAFT = "borrador"
    APPROVED = "aprobado"  # a person said yes; it is being rendered or waits in the outbox
    SENT = "enviado"
    VOID = "anulado"  # the number is kept


class LetterKind(StrEnum):
    """What a letter is for; all take their numbers from the one series of the year."""

    REFERRAL = "referral"  # cases to a policy leader
    TRANSFER = "transfer"  # a request to whom it concerns (traslado por competencia)
    EXTENSION = "extension"  # to whoever asked: the answer takes longer
    CLOSING = "closing"  # to whoever asked
    INVITATION = "invitation"  # to a municipality that may be assisted
    OFFER = "offer"  # to a leader, the municipalities to assist

    @property
    def asks_a_leader(self) -> bool:
        """Whether it puts cases into a policy leader's hands: they wait for it, and it for approval."""
        return self in {LetterKind.REFERRAL, LetterKind.OFFER}


NO_DOCUMENT = {"draft_sha256": "", "edited_sha256": "", "base_sha256": ""}
"""What a letter whose draft is to be made again lets go of."""


class Letter(BaseModel):
    """One letter. Its files lie in the archive under their hashes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str  # DSEGPP-2026-0107
    kind: LetterKind = LetterKind.REFERRAL
    state: LetterState = LetterState.DRAFT
    request: str
    policy: str
    leader: str  # address of whom it is for; of a transfer "" when nobody knows it
    addressee: str = ""  # name of whom it is for, where no directory has it
    note: str = ""  # the motive that is printed
    officer: str  # address
    cases: tuple[str, ...]
    version: int = 1  # each re-made draft counts one
    drawn: datetime  # when this version was made
    dated: date | None = None  # the date printed on the letter that goes out
    draft_sha256: str = ""
    final_sha256: str = ""  # the .docx that goes (rendered on approval)
    pdf_sha256: str = ""
    approved_by: str = ""
    approved_at: datetime | None = None
    edited_sha256: str = ""  # a person's own .docx that stands in the place of the template's text
    base_sha256: str = ""  # the draft it was edited from
    signed_by: str = ""  # `letters.release = signed`
    signed_sha256: str = ""  # the signed PDF that the director sent: it is what goes out
    motive: str = ""  # why it was returned or voided
    delivery: str = ""  # sent, accepted, bounced, answered

    @property
    def files(self) -> frozenset[str]:
        """The SHA-256 of every document that it has or had."""
        kept = (self.draft_sha256, self.edited_sha256, self.base_sha256, self.final_sha256, self.pdf_sha256)
        return frozenset(sha for sha in (*kept, self.signed_sha256) if sha)

    @property
    def file(self) -> str:
        """The SHA-256 of the document that stands for the letter now."""
        return self.pdf_sha256 or self.final_sha256 or self.draft_sha256
