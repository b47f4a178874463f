"""What a message is, which policies it asks about, where it comes from, and why."""

from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.cases.case import EntityType


class Kind(StrEnum):
    """The fate a message is judged for (interfaces.md, `mipg classify`)."""

    REQUEST = "request"
    FOLLOWUP = "followup"
    DUPLICATE = "duplicate"
    AUTO = "auto"
    NOISE = "noise"
    LEADER_PLAN = "leader_plan"
    LEADER_EVIDENCE = "leader_evidence"
    COMMAND = "command"
    RESULTS = "results"
    OTHER_AXIS = "other_axis"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One message judged. `policies` and `municipality` are None/empty where a person must choose."""

    kind: Kind
    policies: tuple[str, ...] = ()
    municipality: str | None = None
    entity_type: EntityType | None = None
    entity: str = ""
    requester: str = ""  # a name
    email: str = ""  # where an answer may go; "" when there is none
    summary: str = ""
    confidence: float = 0.0
    auto: bool = False  # the service would act, or do nothing, without a person
    reasons: tuple[str, ...] = ()  # Spanish, shown in the sheet
    axis: str = ""  # politica-publica | plan-desarrollo, for other_axis
