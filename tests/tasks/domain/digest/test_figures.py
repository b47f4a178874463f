"""The digest's figures: every case counted where it belongs."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, Origin, State
from tasks.domain.digest.figures import (
    Labels,
    Mail,
    Watched,
    compared_weeks,
    figures,
    needs_director,
    response_days,
    weekly,
)
from tasks.domain.digest.period import Period
from tasks.domain.terms.business_days import Due, Office, calendar
from tasks.domain.terms.clocks import Clocks, Light
from tasks.domain.terms.rules import InternalTerms, LegalTerm, LegalTerms, Rules

ZONE = ZoneInfo("America/Bogota")
TERM = LegalTerm(days=15, label="x", source="y")
LEGAL = LegalTerms(general=TERM, documents=TERM, between_authorities=TERM, consultation=TERM, transfer=TERM)
RULES = Rules(calendar(), Office(), InternalTerms(), LEGAL)
LABELS = Labels({"integridad": "Integridad"}, {"05756": "Oriente"}, {"integridad": "Luz Gómez"})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


PERIOD = Period(at("2026-11-23T07:00"), at("2026-11-30T07:00"), "2026-W49", at("2026-11-30T07:00"))


def watched(number: int, state: State, light: Light = Light.GREEN, due: date | None = None, **fields) -> Watched:
    defaults = {
        "number": f"2026-{number:04}", "request": "S-2026-0030", "received": at("2026-11-24T10:00"), "state": state,
        "since": at("2026-11-24T10:00"), "policy": "integridad", "municipality": "05756",
    }  # fmt: skip
    case = Case.model_validate(defaults | fields)
    return Watched(case, Clocks(Due(due, "vence …") if due else None, None, light, None))


def event(number: int, kind: EventKind, moment: str, actor: str = SYSTEM) -> CaseEvent:
    return CaseEvent(case=f"2026-{number:04}", kind=kind, at=at(moment), actor=actor)


CASES = [
    watched(1, State.TO_ASSIGN, Light.RED, date(2026, 11, 25)),
    watched(2, State.DRAFT, Light.RED, date(2026, 11, 20)),
    watched(3, State.LETTER_SENT, Light.RED, date(2026, 11, 27)),
    watched(4, State.CLOSED, Light.GREY, answered="2026-11-26"),
    watched(5, State.TO_CLASSIFY, policy=None, municipality=None),
    watched(6, State.TO_ASSIGN, since=at("2026-11-20T10:00")),
]
EVENTS = [
    event(1, EventKind.OPENED, "2026-11-24T10:00"),
    event(5, EventKind.OPENED, "2026-11-30T07:00"),
    event(2, EventKind.OPENED, "2026-11-23T07:00"),  # told in the digest before
    event(6, EventKind.OPENED, "2026-11-30T07:01"),  # told in the next one
    event(4, EventKind.CLOSED, "2026-11-27T09:00", "ana@x.co"),
]
MAIL = Mail(5, {"case_opened": 3, "duplicate": 1, "ignored": 1}, review=2)


def make(cases=CASES, events=EVENTS, mail=MAIL):
    return figures(PERIOD, cases, events, mail, LABELS, RULES)


def test_the_summary_is_what_scripts_read():
    assert make().summary() == {
        "from": "2026-11-23T07:00:00-05:00",
        "to": "2026-11-30T07:00:00-05:00",
        "received": 5,
        "fates": {"case_opened": 3, "duplicate": 1, "ignored": 1},
        "opened": 2,
        "closed": 1,
        "overdue": 3,
        "unassigned": 2,
        "review": 2,
    }


def test_mail_without_fate_shows():
    assert make().is_balanced
    assert not make(mail=Mail(6, MAIL.fates, 0)).is_balanced


def test_the_director_sees_what_to_assign_first_and_then_what_is_long_overdue():
    needs = make().needs_director
    assert [need.case.number for need in needs] == ["2026-0006", "2026-0001", "2026-0002"]
    assert needs[0].reason == "por asignar desde el 20 de noviembre"
    assert needs[2].reason == "oficio en borrador; vencido hace 6 días hábiles"


def test_the_director_reads_whose_leader_is_reminded_no_more():
    late = [replace(one, leader_is_spared=True) for one in CASES]
    needs = needs_director(late, PERIOD.end.date(), RULES.calendar)
    assert needs[2].reason == (
        "oficio en borrador; vencido hace 6 días hábiles; el líder ya no recibe recordatorios automáticos"
    )


def test_every_case_stands_once_in_every_table():
    found = make()
    for table in (found.stages, found.policies, found.subregions, found.leaders):
        assert sum(line.open for line in table) == found.open == 5
        assert sum(line.overdue for line in table) == found.overdue
        assert (sum(line.opened for line in table), sum(line.closed for line in table)) == (2, 1)
    assert [line.label for line in found.stages][:2] == ["por clasificar", "por asignar"]
    assert {line.label for line in found.policies} == {"Integridad", "sin definir"}
    assert {line.label for line in found.leaders} == {"Luz Gómez", "sin líder"}


def test_what_the_service_did_by_itself_is_counted():
    assert make().by_itself == {"opened": 2}


def test_an_empty_week_is_known():
    assert make([], [], Mail(0, {}, 0)).is_empty
    assert not make().is_empty


def test_response_times_are_business_days_from_reception():
    answered = [watched(n, State.CLOSED, answered=day).case for n, day in ((1, "2026-11-26"), (2, "2026-12-01"))]
    assert response_days(answered, RULES) == 3.5
    assert response_days([], RULES) is None
    at_once = answered[0].model_copy(update={"received": at("2026-11-28T09:00"), "answered": date(2026, 11, 28)})
    assert response_days([at_once], RULES) == 0
    assert response_days([at_once.model_copy(update={"origin": Origin.OFFER})], RULES) is None
    assert make().response_days == 2


def test_weeks_are_compared_with_those_before_and_a_year_ago():
    recent, year_ago = compared_weeks(PERIOD.end, 2)
    found = weekly([w.case for w in CASES], EVENTS, recent, RULES)
    assert [week.week for week in found] == ["2026-W47", "2026-W48"]
    assert (found[1].opened, found[1].closed, found[1].response_days) == (2, 1, 2)
    assert [week.week for week in weekly([], [], year_ago, RULES)] == ["2025-W47", "2025-W48"]
