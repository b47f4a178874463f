"""The offer's formula for any scores: gaps, how many per municipality, priorities, capacity, ties, unmeasured."""

from collections import Counter
from statistics import median

from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.scores.offer import Offer, Terms, decimals_needed, propose
from tasks.domain.scores.results import Score

PLACES = {f"05{n:03d}": "AB"[n % 2] for n in range(1, 13)}
POLICIES = ("a", "b", "c", "d", "e")
LEADERS = {"a": "uno@x.co", "b": "uno@x.co", "c": "dos@x.co", "d": "tres@x.co"}
TERMS = Terms(PLACES, POLICIES, LEADERS)

cells = st.fixed_dictionaries(
    {(place, policy): st.none() | st.integers(0, 100) for place in PLACES for policy in POLICIES}
)
pairs = st.frozensets(st.tuples(st.sampled_from(sorted(PLACES)), st.sampled_from(POLICIES)))


def scores_of(table: dict[tuple[str, str], int | None], group: str = "") -> list[Score]:
    return [
        Score(place, policy, 2026, None if value is None else float(value), group)
        for (place, policy), value in table.items()
    ]


@settings(max_examples=60)
@given(cells, pairs, st.integers(1, 4), st.integers(1, 6))
def test_every_rule_of_the_offer_holds(
    table: dict[tuple[str, str], int | None], assisted: frozenset[tuple[str, str]], lowest: int, capacity: int
) -> None:
    offer = propose(scores_of(table), Terms(PLACES, POLICIES, LEADERS, assisted, lowest, capacity))
    per_place = Counter(one.dane_code for one in offer.proposals)
    assert all(count <= lowest for count in per_place.values())
    taken: dict[str, set[str]] = {}
    for one in offer.proposals:
        group = [
            value for (place, policy), value in table.items()
            if value is not None and policy == one.policy and PLACES[place] == PLACES[one.dane_code]
        ]  # fmt: skip
        assert one.score == table[one.dane_code, one.policy]
        assert one.gap == median(group) - one.score > 0
        assert one.priority == one.gap * (0.5 if (one.dane_code, one.policy) in assisted else 1)
        assert 1 <= one.rank <= one.peer_count == len(group)
        if not one.is_waiting:
            taken.setdefault(LEADERS.get(one.policy, one.policy), set()).add(one.dane_code)
    assert all(len(places) <= capacity for places in taken.values())
    assert [one.priority for one in offer.proposals] == sorted((one.priority for one in offer.proposals), reverse=True)


@given(cells)
def test_an_unmeasured_policy_is_no_gap_and_is_said(table: dict[tuple[str, str], int | None]) -> None:
    nothing_in_e = {cell: None if cell[1] == "e" else value for cell, value in table.items()}
    offer = propose(scores_of(nothing_in_e), Terms(PLACES, POLICIES, LEADERS))
    assert "e" in offer.unmeasured
    assert all(one.policy != "e" and "e" in one.unmeasured for one in offer.proposals)


def test_equal_gaps_at_the_edge_are_said() -> None:
    table = {(place, policy): 50 for place in PLACES for policy in POLICIES}
    table |= {("05001", policy): 40 for policy in POLICIES}
    offer = propose(scores_of(table), Terms(PLACES, POLICIES, LEADERS, lowest=2))
    assert [one.policy for one in offer.proposals] == ["a", "b"]
    assert all(one.tied_with == ("c", "d", "e") for one in offer.proposals)


def test_the_published_group_goes_before_the_typology() -> None:
    table = {("05001", "a"): 40, ("05003", "a"): 60, ("05002", "a"): 90, ("05004", "a"): 90}
    offer = propose(scores_of(table, group="GRUPO 4"), Terms(PLACES, POLICIES, LEADERS))
    assert {(one.dane_code, one.peers) for one in offer.proposals} == {("05001", 75.0), ("05003", 75.0)}


@given(cells)
def test_an_offer_survives_being_kept(table: dict[tuple[str, str], int | None]) -> None:
    offer = propose(scores_of(table), Terms(PLACES, POLICIES, LEADERS))
    assert Offer.of(offer.document()) == offer


@given(st.lists(st.integers(0, 10_000), min_size=4, max_size=4, unique=True))
def test_what_is_printed_adds_up(hundredths: list[int]) -> None:
    table = {(place, "a"): value / 100 for place, value in zip(list(PLACES)[::2], hundredths, strict=False)}
    rows = propose([Score(place, policy, 2026, value) for (place, policy), value in table.items()], TERMS).proposals
    for row in rows:
        score, peers, gap = row.printed(decimals_needed(rows))
        assert round(peers - score, 2) == gap
        assert score == row.score
        assert abs(peers - row.peers) <= 0.005 + 1e-9
