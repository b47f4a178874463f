"""Vence, Vence legal and Semáforo of a case in each of its states."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import Case, CaseEvent, EventKind, Origin, Petition, State
from tasks.domain.terms.business_days import Closure, Office, calendar
from tasks.domain.terms.clocks import (
    Awaited,
    Light,
    asks_again_on,
    clocks,
    extension_limit,
    legal_due,
    needs_extension,
    pauses_of,
    petition_due,
    waits_for,
)
from tasks.domain.terms.rules import InternalTerms, LegalTerm, LegalTerms, Rules

ZONE = ZoneInfo("America/Bogota")


def term(days: int, source: str) -> LegalTerm:
    return LegalTerm(days=days, label="las peticiones", source=source)


LEGAL = LegalTerms(
    general=term(15, "art. 14"),
    documents=term(10, "art. 14.1"),
    between_authorities=term(10, "art. 30"),
    consultation=term(30, "art. 14.2"),
    transfer=term(5, "art. 21"),
)
RULES = Rules(calendar(), Office(), InternalTerms(), LEGAL)
TODAY = date(2026, 12, 1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def case(state: State, **fields) -> Case:
    defaults = {"number": "2026-0041", "request": "S-2026-0030", "received": at("2026-11-30T10:00"), "state": state}
    return Case.model_validate(defaults | {"since": at("2026-12-02T10:00")} | fields)


@pytest.mark.parametrize(
    ("state", "fields", "due", "awaited"),
    [
        (State.TO_CLASSIFY, {}, "2026-12-01", Awaited.TEAM),
        (State.TO_CLASSIFY, {"previous": State.LETTER_SENT}, "2026-12-03", Awaited.TEAM),
        (State.TO_ASSIGN, {}, "2026-12-03", Awaited.DIRECTOR),
        (State.DRAFT, {}, "2026-12-07", Awaited.OFFICER),
        (State.LETTER_SENT, {"letter_date": "2026-12-03"}, "2026-12-18", Awaited.LEADER),
        (State.LETTER_SENT, {}, "2026-12-17", Awaited.LEADER),
        (State.PLANNED, {"plan_received": "2026-12-03"}, "2027-01-20", Awaited.LEADER),
        (State.PLANNED, {"plan_received": "2026-12-05"}, "2027-01-22", Awaited.LEADER),  # a Saturday: counts on Monday
        (State.PLANNED, {"plan_received": "2026-12-03", "agreed": "2026-12-15"}, "2026-12-15", Awaited.LEADER),
        (State.DIRECT, {}, "2026-12-17", Awaited.OFFICER),
        (State.ASSISTED, {"assistance": ["2026-12-15", "2026-12-03"], "letter": "DSEGPP-2026-0107"}, "2026-12-22",
         Awaited.LEADER),
        (State.ASSISTED, {"assistance": ["2026-12-15"]}, "2026-12-22", Awaited.OFFICER),
        (State.FOLLOW_UP, {}, None, None),
        (State.SUSPENDED, {}, None, Awaited.MUNICIPALITY),
        (State.CLOSED, {}, None, None),
        (State.TRANSFERRED, {}, None, None),
        (State.DISCARDED, {}, None, None),
    ],
)  # fmt: skip
def test_each_state_has_its_date_and_waits_for_somebody(state, fields, due, awaited):
    found = clocks(case(state, **fields), TODAY, RULES)
    assert (found.due.day.isoformat() if found.due else None) == due
    assert found.waits_for is awaited
    if found.due:
        assert found.due.explanation.startswith("vence el ")


@pytest.mark.parametrize(
    ("petition", "day"),
    [
        (Petition.GENERAL, "2026-12-22"),
        (Petition.DOCUMENTS, "2026-12-15"),
        (Petition.BETWEEN_AUTHORITIES, "2026-12-15"),
        (Petition.CONSULTATION, "2027-01-15"),
    ],
)
def test_the_legal_date_follows_the_type_of_petition_whatever_the_state(petition, day):
    for state in (State.TO_CLASSIFY, State.LETTER_SENT, State.FOLLOW_UP):
        found = clocks(case(state, petition=petition), TODAY, RULES)
        assert found.legal_due.day.isoformat() == day
        assert found.legal_runs


def test_an_answer_freezes_the_legal_date():
    found = clocks(case(State.FOLLOW_UP, answered="2026-12-04"), date(2027, 3, 1), RULES)
    assert found.legal_due.explanation.startswith("respondido el 4 de diciembre de 2026; vencía el 22 de diciembre")
    assert (found.legal_runs, found.light) == (False, Light.GREY)


def test_a_letter_does_not_stop_the_legal_clock():
    found = clocks(case(State.LETTER_SENT, letter_date="2026-12-03"), date(2026, 12, 23), RULES)
    assert (found.legal_runs, found.light) == (True, Light.RED)


def test_an_offer_has_no_legal_date():
    assert legal_due(case(State.DRAFT, origin=Origin.OFFER), RULES) is None


@pytest.mark.parametrize("state", [State.CLOSED, State.TRANSFERRED, State.DISCARDED, State.SUSPENDED])
def test_final_and_suspended_cases_are_grey_and_keep_only_an_answered_date(state):
    for answered in (None, "2026-12-04"):
        found = clocks(case(state, answered=answered), date(2027, 6, 1), RULES)
        assert found.light is Light.GREY
        assert (found.legal_due is not None) == bool(answered)


@pytest.mark.parametrize(
    ("today", "light"),
    [
        ("2026-12-10", Light.GREEN),  # Thursday, due Monday 14
        ("2026-12-11", Light.YELLOW),
        ("2026-12-12", Light.YELLOW),
        ("2026-12-14", Light.YELLOW),
        ("2026-12-15", Light.RED),
    ],
)
def test_the_light_is_yellow_with_two_days_left_the_day_itself_included(today, light):
    planned = case(State.PLANNED, agreed="2026-12-14", answered="2026-12-02")
    assert clocks(planned, date.fromisoformat(today), RULES).light is light


def test_the_light_follows_the_nearer_date():
    far_internal = case(State.PLANNED, plan_received="2026-12-03")
    assert clocks(far_internal, date(2026, 12, 22), RULES).light is Light.YELLOW
    assert clocks(far_internal, date(2026, 12, 23), RULES).light is Light.RED


def test_a_closure_without_act_moves_only_the_internal_date():
    closed = Closure(date(2026, 12, 14), date(2026, 12, 18))
    rules = Rules(calendar(closures=[closed]), Office(), InternalTerms(), LEGAL)
    before, after = (clocks(case(State.DIRECT), TODAY, r) for r in (RULES, rules))
    assert (before.due.day, after.due.day) == (date(2026, 12, 17), date(2026, 12, 24))
    assert before.legal_due == after.legal_due


def event(kind: EventKind, moment: str) -> CaseEvent:
    state = {EventKind.SUSPENDED: State.SUSPENDED, EventKind.CLOSED: State.CLOSED}.get(kind, State.DRAFT)
    return CaseEvent(case="2026-0041", kind=kind, at=at(moment), actor="a@b.co", changes={"state": state.value})


def test_a_suspension_moves_the_legal_date_by_its_days():
    history = [event(EventKind.SUSPENDED, "2026-12-02T09:00"), event(EventKind.RESUMED, "2026-12-10T09:00")]
    pauses = pauses_of(history, Office())
    found = clocks(case(State.DRAFT), TODAY, RULES, pauses)
    assert found.legal_due.day == date(2026, 12, 30)  # five business days later: 3, 4, 7, 9, 10
    assert "la suspensión del 3 de diciembre al 10 de diciembre de 2026" in found.legal_due.explanation


def test_a_case_closed_while_suspended_was_not_late_for_the_days_it_waited():
    history = [event(EventKind.SUSPENDED, "2026-12-02T09:00"), event(EventKind.CLOSED, "2027-01-20T09:00")]
    closed = case(State.CLOSED, answered=date(2027, 1, 21))
    found = clocks(closed, date(2027, 2, 1), RULES, pauses_of(history, Office()))
    assert found.legal_due.day == date(2027, 2, 8)  # two of the fifteen days had passed when it was suspended


def test_a_suspension_that_goes_on_or_ends_the_same_day_is_no_pause():
    assert pauses_of([event(EventKind.SUSPENDED, "2026-12-02T09:00")], Office()) == ()
    assert pauses_of([event(k, "2026-12-02T09:00") for k in (EventKind.SUSPENDED, EventKind.RESUMED)], Office()) == ()


def test_a_changed_term_shows_at_once():
    rules = Rules(RULES.calendar, RULES.office, InternalTerms(letter=8), LEGAL)
    assert clocks(case(State.DRAFT), TODAY, rules).due.day == date(2026, 12, 11)


def test_a_transfer_has_five_days_and_names_the_law():
    found = petition_due(at("2026-11-30T10:00"), LEGAL.transfer, RULES)
    assert found.day == date(2026, 12, 7)
    assert "art. 21" in found.explanation


@pytest.mark.parametrize(
    ("today", "fields", "needed"),
    [
        ("2026-12-16", {}, False),
        ("2026-12-17", {}, True),  # three business days before Tuesday 22 December
        ("2026-12-22", {}, True),
        ("2026-12-23", {}, False),  # the law wants the notice before the term ends
        ("2026-12-17", {"answered": "2026-12-04"}, False),
        ("2026-12-17", {"extended_to": "2027-01-15"}, False),
        ("2026-12-17", {"origin": Origin.OFFER}, False),
    ],
)
def test_an_extension_is_drafted_three_days_before_an_unanswered_term_ends(today, fields, needed):
    some, day = case(State.DRAFT, **fields), date.fromisoformat(today)
    assert needs_extension(some, clocks(some, day, RULES), day, RULES) is needed


def test_an_extension_at_most_doubles_the_term():
    assert extension_limit(case(State.DRAFT), RULES).day == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("since", "asked", "ask", "close"),
    [
        ("2026-12-02", None, "2027-01-04", "2027-01-12"),
        ("2027-01-31", None, "2027-03-01", "2027-03-08"),
        ("2027-01-31", "2027-03-15", "2027-03-01", "2027-03-23"),  # asked late: five days from then
        ("2027-01-31", "2026-12-15", "2027-03-01", "2027-03-08"),  # asked during an earlier suspension
    ],
)
def test_a_suspended_case_asks_after_a_month_and_is_offered_for_closing_five_days_later(since, asked, ask, close):
    some = case(State.SUSPENDED, since=at(f"{since}T10:00"), asked_again=asked)
    assert asks_again_on(some, RULES).isoformat() == ask
    assert clocks(some, TODAY, RULES).close_from.day.isoformat() == close


@pytest.mark.parametrize(("heard", "waits"), [("2026-12-10", Awaited.OFFICER), ("2026-12-01", Awaited.MUNICIPALITY)])
def test_a_suspended_case_whose_municipality_wrote_waits_for_its_officer(heard, waits):
    some = case(State.SUSPENDED, since=at("2026-12-02T10:00"), heard=heard)
    found = clocks(some, TODAY, RULES)
    assert found.waits_for is waits
    assert found.close_from.day.isoformat() == ("2026-12-17" if waits is Awaited.OFFICER else "2027-01-12")


@given(st.sampled_from(State), st.dates(date(2026, 11, 30), date(2027, 12, 31)), st.booleans())
def test_the_light_is_grey_exactly_when_no_clock_runs(state, today, answered):
    some = case(state, answered="2026-12-04" if answered else None)
    found = clocks(some, today, RULES)
    running = [term.day for term in (found.due, found.legal_due if found.legal_runs else None) if term]
    assert (found.light is Light.GREY) == (not running)
    assert (found.light is Light.RED) == any(day < today for day in running)
    assert waits_for(some) is found.waits_for
