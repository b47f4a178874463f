"""Reading an IMAP server's answers."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.mailbox.imap_answers import Answer, bodies, searched_uids, sizes, uid_set


def _expanded(text: str) -> set[int]:
    spans = [part.partition(":") for part in text.split(",") if part]
    return {uid for first, _, last in spans for uid in range(int(first), int(last or first) + 1)}


@given(st.sets(st.integers(1, 200)))
def test_a_uid_set_names_exactly_the_uids(uids: set[int]) -> None:
    assert _expanded(uid_set(uids)) == uids


def test_neighbours_are_joined() -> None:
    assert uid_set([7, 3, 1, 2]) == "1:3,7"


def test_a_search_answer_may_come_in_several_lines() -> None:
    assert searched_uids([b"3 1", None, b"", b"2"]) == [1, 2, 3]


def test_sizes_are_read_in_any_order_of_attributes() -> None:
    assert sizes([b"1 (UID 5 RFC822.SIZE 10)", b"2 (RFC822.SIZE 20 FLAGS (\\Seen) UID 6)", None]) == {5: 10, 6: 20}


def test_attributes_before_and_after_the_body_are_read() -> None:
    date = b'INTERNALDATE "17-Jul-2026 02:44:25 -0500"'
    answer: Answer = [
        (b"1 (UID 5 " + date + b" BODY[] {2}", b"a)"),
        b")",
        b"9 (FLAGS (\\Seen))",
        (b"2 (BODY[] {1}", b"b"),
        b" UID 6 " + date + b")",
    ]
    moment = datetime(2026, 7, 17, 2, 44, 25, tzinfo=timezone(timedelta(hours=-5)))
    assert bodies(answer) == {5: (b"a)", moment), 6: (b"b", moment)}


def test_a_body_may_be_a_quoted_string_or_nothing() -> None:
    answer = [
        b'1 (UID 5 BODY[] "")',
        b"2 (BODY[] NIL UID 6)",
        rb'3 (UID 7 BODY[] "di \"UID 9\" \\" INTERNALDATE "x")',
    ]
    assert bodies(answer) == {5: (b"", None), 6: (b"", None), 7: (b'di "UID 9" \\', None)}


def test_a_date_without_zone_is_taken_as_utc_and_nonsense_as_none() -> None:
    answer: Answer = [
        (b'1 (UID 1 INTERNALDATE "17-Jul-2026 02:44:25 -0000" BODY[] {0}', b""),
        b")",
        (b'1 (UID 2 INTERNALDATE "99-Foo-2026" BODY[] {0}', b""),
        b")",
    ]
    assert bodies(answer) == {1: (b"", datetime(2026, 7, 17, 2, 44, 25, tzinfo=UTC)), 2: (b"", None)}


@given(st.lists(st.one_of(st.binary(), st.tuples(st.binary(), st.binary()), st.none())))
def test_no_answer_breaks_the_reader(answer: Answer) -> None:
    assert isinstance(bodies(answer), dict)
    assert isinstance(sizes(answer), dict)
    assert searched_uids(answer) == sorted(searched_uids(answer))
