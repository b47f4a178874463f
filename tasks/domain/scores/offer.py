"""The offer: which municipalities are offered help with which policies, from their gaps to their peers.

Per policy and municipality the gap is the median of its peer group (the published `grupo`, else its typology; the
municipality itself counts, as in the published groups) minus its own score. A municipality enters its largest positive
gaps; one that was never assisted in the policy comes first; a leader takes so many municipalities and the rest wait.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any

from tasks.domain.scores.results import Score

LOWEST, CAPACITY = 3, 15
_ALREADY = 0.5  # weight of a gap in a policy in which the municipality was assisted before


@dataclass(frozen=True, slots=True)
class Proposal:
    """One municipality and policy that may be offered help."""

    dane_code: str
    policy: str
    score: float
    peers: float  # median of the peer group
    gap: float  # peers minus score, positive
    priority: float
    rank: int  # place of the raw score among its peers, 1 the lowest
    peer_count: int
    assisted_before: bool = False
    is_waiting: bool = False  # its leader's capacity is used up by higher priorities
    tied_with: tuple[str, ...] = ()  # policies with the same gap that stayed out
    unmeasured: tuple[str, ...] = ()  # policies in which the municipality has no score

    @property
    def key(self) -> str:
        """What the row is known by."""
        return f"{self.dane_code}/{self.policy}"

    def printed(self, decimals: int) -> tuple[float, float, float]:
        """Score, median and gap with so many decimals: the gap is what anyone gets who subtracts the other two."""
        return rounded(self.score, self.peers, decimals)


def rounded(score: float, peers: float, decimals: int) -> tuple[float, float, float]:
    """Return score, median and gap with so many decimals, such that they add up."""
    score, peers = round(score, decimals), round(peers, decimals)
    return score, peers, round(peers - score, decimals)


@dataclass(frozen=True, slots=True)
class Offer:
    """The proposals of one vigencia, by priority, and the policies nobody's score is known of."""

    vigencia: int
    proposals: tuple[Proposal, ...] = ()
    unmeasured: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return asdict(self)

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Offer":
        """Return the offer of a document."""
        rows = (
            Proposal(**row | {name: tuple(row[name]) for name in ("tied_with", "unmeasured")})
            for row in document["proposals"]
        )
        return cls(document["vigencia"], tuple(rows), tuple(document["unmeasured"]))


@dataclass(frozen=True)
class Terms:
    """By what an offer is made. `leaders` names who leads each policy: two policies of one leader share a capacity."""

    municipalities: Mapping[str, str]  # DANE of those that may be offered help → typology ("" unknown)
    policies: tuple[str, ...]
    leaders: Mapping[str, str]
    assisted: frozenset[tuple[str, str]] = frozenset()  # DANE and policy ever assisted
    lowest: int = LOWEST
    capacity: int = CAPACITY


def propose(scores: Iterable[Score], terms: Terms) -> Offer:
    """Return the offer from the newest vigencia of the scores; an unmeasured cell is no score and no gap."""
    known = [score for score in scores if score.score is not None and score.policy in terms.policies]
    vigencia = max((score.vigencia for score in known), default=0)
    newest = [score for score in known if score.vigencia == vigencia]
    gaps: dict[str, list[Proposal]] = {}
    for proposal in _gaps(newest, terms):
        gaps.setdefault(proposal.dane_code, []).append(proposal)
    entered = [one for own in gaps.values() for one in _lowest(own, terms.lowest)]
    measured = {(score.dane_code, score.policy) for score in newest if score.dane_code in terms.municipalities}
    told = [replace(one, unmeasured=_missing(one.dane_code, measured, terms)) for one in entered]
    of_nobody = tuple(policy for policy in terms.policies if all(policy != known for _, known in measured))
    return Offer(vigencia, tuple(_within_capacity(told, terms)), of_nobody)


def _missing(dane_code: str, measured: set[tuple[str, str]], terms: Terms) -> tuple[str, ...]:
    return tuple(policy for policy in terms.policies if (dane_code, policy) not in measured)


def _gaps(newest: list[Score], terms: Terms) -> Iterable[Proposal]:
    """Every positive gap."""
    peers: dict[tuple[str, str], list[float]] = {}
    for score in newest:
        peers.setdefault((score.policy, _group(score, terms)), []).append(score.score or 0.0)
    for score in newest:
        group = peers[score.policy, _group(score, terms)]
        own, middle = score.score or 0.0, round(median(group), 10)
        gap = round(middle - own, 10)
        if gap <= 0 or score.dane_code not in terms.municipalities:
            continue
        before = (score.dane_code, score.policy) in terms.assisted
        yield Proposal(
            dane_code=score.dane_code,
            policy=score.policy,
            score=own,
            peers=middle,
            gap=gap,
            priority=gap * (_ALREADY if before else 1.0),
            rank=1 + sum(other < own for other in group),
            peer_count=len(group),
            assisted_before=before,
        )


def _group(score: Score, terms: Terms) -> str:
    return score.group or f"tipología {terms.municipalities.get(score.dane_code, '')}"


def _lowest(own: list[Proposal], lowest: int) -> list[Proposal]:
    """The municipality's largest gaps; of equal ones the lower score enters, and what stayed out for it is said."""
    ordered = sorted(own, key=lambda one: (-one.gap, one.score, one.policy))
    entered, out = ordered[:lowest], ordered[lowest:]
    tied = {one.gap: tuple(other.policy for other in out if other.gap == one.gap) for one in entered}
    return [replace(one, tied_with=tied[one.gap]) for one in entered]


def _within_capacity(entered: list[Proposal], terms: Terms) -> Iterable[Proposal]:
    """By priority; each leader takes so many municipalities, and further ones wait."""
    taken: dict[str, set[str]] = {}
    for one in sorted(entered, key=lambda p: (-p.priority, p.score, p.dane_code, p.policy)):
        mine = taken.setdefault(terms.leaders.get(one.policy, f"sin líder: {one.policy}"), set())
        fits = one.dane_code in mine or len(mine) < terms.capacity
        if fits:
            mine.add(one.dane_code)
        yield replace(one, is_waiting=not fits)


def decimals_needed(rows: Iterable[Proposal]) -> int:
    """One, or two where scores have them: the median of an even group lies between two scores."""
    return 1 if all(value == round(value, 1) for row in rows for value in (row.score, row.peers)) else 2


def waiting_by_policy(offer: Offer) -> Counter[str]:
    """Return how many municipalities wait in each policy."""
    return Counter(one.policy for one in offer.proposals if one.is_waiting)
