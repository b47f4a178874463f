"""How much of the classifying the service did alone, and how much of it people corrected: for the digest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind, State


@dataclass(frozen=True, slots=True)
class Share:
    """Cases opened from mail in a period, those classified without a person, and those that people corrected."""

    opened: int = 0
    automatic: int = 0
    corrected: int = 0

    @property
    def percent(self) -> float:
        """Share classified without a person, 0 to 1; 0 when nothing was opened."""
        return self.automatic / self.opened if self.opened else 0.0


def share_of(events: Iterable[CaseEvent], corrections: Mapping[str, int]) -> Share:
    """Return the share in the events of a period; `corrections` counts the corrected cases by field."""
    opened = [event for event in events if event.kind is EventKind.OPENED and event.actor == SYSTEM]
    automatic = sum(event.changes.get("state") == State.TO_ASSIGN for event in opened)
    return Share(len(opened), automatic, max(corrections.values(), default=0))
