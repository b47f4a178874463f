"""Numbers and Message-IDs that point at a thread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.threading.threads import mentions, token_of
from tasks.domain.mail.writing.outgoing import Purpose, message_id


@given(
    st.sampled_from(Purpose),
    st.sampled_from(["2026-0058", "S-2026-0030", "DSEGPP-2026-0107", "2026-0058/ana@antioquia.gov.co"]),
    st.from_regex(r"[A-Za-z0-9_-]{8,43}", fullmatch=True),
)
def test_our_message_ids_bring_back_number_and_token(purpose: Purpose, about: str, token: str) -> None:
    ours = message_id(purpose, about, "antioquia.gov.co", token)
    assert token_of(ours) == token
    assert token_of(message_id(purpose, about, "antioquia.gov.co")) == ""
    found = mentions(Mail(in_reply_to=ours), Parts(""))
    number = about.partition("/")[0]
    assert number in {*found.cases, *found.requests, *found.letters}


@pytest.mark.parametrize(
    "foreign",
    ["", "<x@y>", "<CAfd976f01da2d=18fe@mail.gmail.com>", "<a.12345678.b@c>", "asignar", "<asignar-1.zz.t@x>"],
)
def test_other_message_ids_have_no_token(foreign: str) -> None:
    assert token_of(foreign) == ""


def test_ids_come_with_the_answered_one_first_then_the_newest() -> None:
    found = mentions(Mail(in_reply_to="<c@x>", references=("<a@x>", "<b@x>", "<c@x>")), Parts(""))
    assert found.message_ids == ("<c@x>", "<b@x>", "<a@x>")


def test_each_number_is_taken_for_what_it_is() -> None:
    found = mentions(
        Mail(subject="RE: Oficio DSEGPP-2026-0107 (S-2026-0030)"),
        Parts(
            "El caso 2026-0041 y el 2026-0042. Plan de desarrollo 2024-2027, radicado 2026-0512-01, tel 2026-00421234."
        ),
    )
    assert (found.cases, found.requests, found.letters) == (
        ("2026-0041", "2026-0042"),
        ("S-2026-0030",),
        ("DSEGPP-2026-0107",),
    )


def test_quoted_numbers_count_only_when_nothing_else_points() -> None:
    assert mentions(Mail(), Parts("gracias", quoted="caso 2026-0041")).cases == ("2026-0041",)
    assert mentions(Mail(), Parts("caso 2026-0042", quoted="caso 2026-0041")).cases == ("2026-0042",)
