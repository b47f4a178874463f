"""Files of published scores, of assistance days and of form windows, whatever their layout."""

from dataclasses import dataclass
from typing import Protocol

from tasks.domain.scores.impact.exposure import Windows
from tasks.domain.scores.results import AssistanceFile, ScoreFile


class ScoreSource(Protocol):
    """Reads CSV and .xlsx files given as bytes; `name` is the file's own name (it may tell the vigencia).

    All methods raise `BadWorkbook`, whose Spanish message says sheet, row or column and what is expected; what is only
    partly wrong comes back as `problems`. Nothing is half-loaded, and no formula, link or macro is ever followed.
    """

    def read(self, content: bytes, name: str, latest: int | None = None) -> ScoreFile:
        """Return the scores of a tidy table or of the published workbook; no vigencia after `latest` is believed."""
        ...

    def unpack(self, content: bytes, name: str) -> list[tuple[str, bytes]]:
        """Return the results files (name, content) inside a .zip; anything else comes back as the one it is."""
        ...

    def read_assistance(self, content: bytes, name: str) -> AssistanceFile:
        """Return the days on which municipalities were assisted."""
        ...

    def read_windows(self, content: bytes, name: str) -> Windows:
        """Return the closing days of the yearly form (`vigencia,cierre`)."""
        ...


@dataclass(frozen=True, slots=True)
class Published:
    """A file found at the watched address."""

    name: str
    content: bytes
    seen: str  # what to show at the next look, so that the same file is not sent again


class ResultsPage(Protocol):
    """The watched address."""

    def fetch(self, url: str, seen: str) -> Published | None:
        """Return the file there, None when it is still the one `seen` tells of. Raises `Unavailable`."""
        ...
