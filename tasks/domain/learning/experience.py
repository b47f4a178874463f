"""What the office has learnt from people since the last fit: requests they corrected, and where senders write from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tasks.domain.classification.text import stems

_RUN = 3  # words: a wording is its runs of three words
_THIN = 4  # fewer runs than this prove nothing
_MAX_WORDS = 600


@dataclass(frozen=True, slots=True)
class Corrected:
    """A request whose policies a person chose or changed; the policies are those that its cases ended with."""

    case: str  # its first case, to be named in the reason
    subject: str
    text: str
    email: str
    policies: tuple[str, ...]
    request: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """The corrected request that a text resembles most: 1 is the same wording."""

    of: Corrected
    share: float


class Experience:
    """Corrected requests by wording, and the municipalities that each address wrote for before."""

    def __init__(
        self, corrected: Iterable[Corrected] = (), places: Mapping[str, Iterable[str]] = MappingProxyType({})
    ) -> None:
        """Take the corrections, newest first; of equally near ones the newest counts."""
        self.corrected = tuple(corrected)
        self._places = {email.casefold(): tuple(sorted(set(danes))) for email, danes in places.items()}
        self._runs = [_runs(f"{one.subject}\n{one.text}") for one in self.corrected]
        self._with: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, runs in enumerate(self._runs):
            for run in runs:
                self._with[run].append(at)

    def municipalities(self, email: str) -> tuple[str, ...]:
        """Return the municipalities that the address wrote for before; several for a consultant."""
        return self._places.get(email.casefold(), ())

    def nearest(self, subject: str, text: str) -> Likeness | None:
        """Return the corrected request with the nearest wording, None when none shares a turn of phrase."""
        runs = _runs(f"{subject}\n{text}") if self._runs else frozenset()
        if len(runs) < _THIN:
            return None
        shared: dict[int, int] = defaultdict(int)
        for run in runs:
            for at in self._with.get(run, ()):
                shared[at] += 1
        if not shared:
            return None
        best = max(shared, key=lambda at: (self._share(at, shared[at], len(runs)), -at))
        return Likeness(self.corrected[best], self._share(best, shared[best], len(runs)))

    def _share(self, at: int, shared: int, size: int) -> float:
        """Return the share of the longer text: a short one inside a long one is not the same wording."""
        return shared / max(len(self._runs[at]), size)


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = stems(text)[:_MAX_WORDS]
    return frozenset(found[i : i + _RUN] for i in range(len(found) - _RUN + 1))


NOTHING_LEARNT = Experience()
