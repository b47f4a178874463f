"""Orders against the table of product.md §6: who, when, and what they do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import Case, EventKind, State, evolve
from tasks.domain.cases.decision import Accepted, Actor, Further, Refused, World, part_of
from tasks.domain.cases.decisions import decide
from tasks.domain.cases.states import RULES, Part, possible
from tasks.domain.catalog import Catalog, Municipality, Policy
from tasks.domain.directory import Absence, Directory, Leader, Person, Role
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.commands import MOTIVE_REQUIRED, Order, Verb

NOW = datetime(2026, 11, 30, 15, tzinfo=UTC)
DIRECTOR, ANA, JORGE = "natalia@antioquia.gov.co", "ana@antioquia.gov.co", "jorge@antioquia.gov.co"
LEADER, MAYOR = "paola@antioquia.gov.co", "alcalde@sonson.gov.co"

CATALOG = Catalog(
    policies=(
        Policy(slug="integridad", name="Integridad", dimension=2, dimension_name="Talento humano"),
        Policy(slug="gobierno-digital", name="Gobierno digital", dimension=3, dimension_name="Gestión con valores"),
        Policy(slug="seguridad-digital", name="Seguridad digital", dimension=3, dimension_name="Gestión con valores"),
    ),
    municipalities=(
        Municipality(dane="05756", name="Sonsón", subregion="Oriente"),
        Municipality(dane="05660", name="San Luis", subregion="Oriente"),
    ),
)
OPERATOR = Person(name="Soporte de la Mesa", email="soporte@antioquia.gov.co", role=Role.OPERATOR)
DIRECTORY = Directory(
    people=(
        Person(name="Natalia Quiroz Bedoya", email=DIRECTOR, role=Role.DIRECTOR, substitute="Jorge Cano Tamayo"),
        Person(name="Ana María Londoño Vera", email=ANA, role=Role.OFFICER),
        Person(name="Ana Lucía Pérez", email="ana.lucia@antioquia.gov.co", role=Role.OFFICER),
        Person(name="Jorge Cano Tamayo", email=JORGE, role=Role.OFFICER),
        OPERATOR,
    ),
    leaders=(Leader(policy="integridad", name="Paola Serna", email=LEADER, contacts=("apoyo@antioquia.gov.co",)),),
)
LETTER = Letter(
    number="DSEGPP-2026-0001",
    request="S-2026-0001",
    policy="integridad",
    leader=LEADER,
    officer=ANA,
    cases=("2026-0001",),
    drawn=NOW,
    draft_sha256="ab",
)


def a_case(state: State = State.TO_ASSIGN, **changes: object) -> Case:
    values: dict[str, object] = {
        "number": "2026-0001",
        "request": "S-2026-0001",
        "received": NOW,
        "state": state,
        "since": NOW,
        "policy": "integridad",
        "municipality": "05756",
        "email": MAYOR,
        "officer": ANA if state is not State.TO_ASSIGN else None,
    }
    return Case.model_validate(values | changes)


def order(verb: Verb, argument: str = "") -> Order:
    return Order(verb, argument, "2026-0001", f"{verb}: {argument}")


def world(letter: Letter | None = LETTER) -> World:
    return World(NOW, CATALOG, DIRECTORY, letter)


def told(verb: Verb, argument: str, case: Case, who: str = DIRECTOR, letter: Letter | None = LETTER) -> Case:
    """Return the case after an order that must hold."""
    decision = decide(order(verb, argument), case, Actor(who, "cli"), world(letter))
    assert isinstance(decision, Accepted), decision.answer
    for event in decision.events:
        case = evolve(case, event)
    return case


def refused(verb: Verb, argument: str, case: Case, who: str = DIRECTOR, letter: Letter | None = LETTER) -> str:
    """Return the answer to an order that must not hold."""
    decision = decide(order(verb, argument), case, Actor(who, "cli"), world(letter))
    assert isinstance(decision, Refused)
    return decision.answer


def test_the_director_assigns_and_a_draft_is_due() -> None:
    case = told(Verb.ASSIGN, "jorge", a_case())
    assert (case.officer, case.state, case.previous) == (JORGE, State.DRAFT, State.TO_ASSIGN)


def test_a_general_request_has_no_leader_and_is_attended_directly() -> None:
    assert told(Verb.ASSIGN, "Jorge", a_case(policy="mipg-general")).state is State.DIRECT


def test_an_ambiguous_name_is_answered_with_the_list() -> None:
    answer = refused(Verb.ASSIGN, "Ana", a_case())
    assert "Ana María Londoño Vera" in answer
    assert "Ana Lucía Pérez" in answer


def test_who_keeps_the_service_running_is_given_no_case() -> None:
    answer = refused(Verb.ASSIGN, OPERATOR.name, a_case())
    assert answer.startswith(f"No hay nadie llamado «{OPERATOR.name}» en Equipo. Están: Natalia")
    assert OPERATOR.name not in answer.partition("Están:")[2]


def test_a_mistyped_name_is_never_guessed() -> None:
    assert "¿Quiso decir Jorge Cano Tamayo?" in refused(Verb.ASSIGN, "Jorje Cano Tamayo", a_case())


@pytest.mark.parametrize("who", [ANA, LEADER, MAYOR, "nadie@ejemplo.com"])
def test_nobody_but_the_director_assigns(who: str) -> None:
    refused(Verb.ASSIGN, "Jorge", a_case(), who)


def test_the_substitute_assigns_while_the_director_is_away_and_not_otherwise() -> None:
    away = Absence(first=date(2026, 11, 30), last=date(2026, 12, 4))
    director = DIRECTORY.people[0].model_copy(update={"absences": (away,)})
    people = DIRECTORY.model_copy(update={"people": (director, *DIRECTORY.people[1:])})
    assert part_of(JORGE, a_case(), people, NOW) is Part.DIRECTOR
    assert part_of(JORGE, a_case(), DIRECTORY, NOW) is Part.TEAM


def test_a_leaders_colleague_is_the_leader_and_may_neither_approve_nor_close() -> None:
    case = a_case(State.DRAFT)
    assert part_of("APOYO@antioquia.gov.co", case, DIRECTORY, NOW) is Part.LEADER
    for verb in (Verb.APPROVE, Verb.CLOSE, Verb.DISCARD):
        refused(verb, "porque sí", case, "apoyo@antioquia.gov.co")


def test_approving_needs_a_draft_and_holds_once() -> None:
    case = a_case(State.DRAFT)
    assert told(Verb.APPROVE, "", case, ANA).state is State.DRAFT  # it moves when the mail has left
    assert "aún no tiene borrador" in refused(Verb.APPROVE, "", case, ANA, None)
    approved = LETTER.model_copy(update={"state": LetterState.APPROVED})
    assert "ya estaba aprobado" in refused(Verb.APPROVE, "", case, ANA, approved)


@pytest.mark.parametrize(("email", "by_hand"), [("", True), ("archivo@sonson-antioquia.gov.co", False)])
@pytest.mark.parametrize(("verb", "argument"), [(Verb.PLAN, "15/01/2027"), (Verb.CLOSE, "se resolvió")])
def test_who_decides_what_no_mail_can_tell_the_municipality_hears_so(
    verb: Verb, argument: str, email: str, by_hand: bool
) -> None:
    decision = decide(order(verb, argument), a_case(State.LETTER_SENT, email=email), Actor(ANA, "cli"), world())
    assert isinstance(decision, Accepted)
    assert ("infórmele usted" in decision.answer) is by_hand


def test_nothing_is_approved_that_has_no_leader_to_go_to() -> None:
    nobody = World(NOW, CATALOG, DIRECTORY.model_copy(update={"leaders": ()}), LETTER)
    decision = decide(order(Verb.APPROVE), a_case(State.DRAFT), Actor(ANA, "cli"), nobody)
    assert isinstance(decision, Refused)
    assert "pestaña Líderes" in decision.answer


def test_a_second_policy_asks_for_a_further_case_and_the_correction_is_a_label() -> None:
    case = a_case(State.TO_CLASSIFY, policy=None)
    decision = decide(order(Verb.POLICY, "Gobierno Digital; seguridad digital"), case, Actor(ANA, "cli"), world())
    assert isinstance(decision, Accepted)
    after = evolve(case, decision.events[0])
    assert (after.policy, after.state) == ("gobierno-digital", State.TO_ASSIGN)
    assert decision.opens == (Further(policy="seguridad-digital"),)
    assert decision.labels == (("policy", "", "gobierno-digital"),)


def test_a_case_waits_for_both_policy_and_municipality() -> None:
    case = told(Verb.POLICY, "integridad", a_case(State.TO_CLASSIFY, policy=None, municipality=None))
    assert case.state is State.TO_CLASSIFY
    assert told(Verb.MUNICIPALITY, "SONSON", case).state is State.TO_ASSIGN


def test_a_place_outside_antioquia_is_refused() -> None:
    assert "no es un municipio de Antioquia" in refused(Verb.MUNICIPALITY, "Manizales", a_case(State.TO_CLASSIFY))


def test_a_session_to_come_is_an_agreement_and_one_held_an_assistance() -> None:
    planned = told(Verb.ASSIST, "15/12/2026 virtual", a_case(State.LETTER_SENT), ANA)
    assert (planned.state, planned.agreed, planned.mode) == (State.PLANNED, date(2026, 12, 15), "virtual")
    held = told(Verb.ASSIST, "27/11/2026", planned, ANA)
    assert (held.state, held.assistance) == (State.ASSISTED, (date(2026, 11, 27),))


def test_one_more_session_of_a_case_that_is_followed_up_is_noted_and_changes_nothing_else() -> None:
    case = a_case(State.FOLLOW_UP, assistance=(date(2026, 11, 3),), evidence="Acta")
    noted = told(Verb.ASSIST, "27/11/2026", case, ANA)
    assert noted == case.model_copy(update={"assistance": (date(2026, 11, 3), date(2026, 11, 27))})
    assert "cuando se haya prestado" in refused(Verb.ASSIST, "15/12/2026", case, ANA)


def test_suspending_and_closing_lead_back_to_where_the_case_was() -> None:
    case = a_case(State.LETTER_SENT)
    suspended = told(Verb.SUSPEND, "el municipio lo pidió", case, ANA)
    assert told(Verb.RESUME, "", suspended, ANA).state is State.LETTER_SENT
    closed = told(Verb.CLOSE, "ya no se requiere", case, ANA)
    assert told(Verb.REOPEN, "sí se requiere", closed, ANA).state is State.LETTER_SENT


@given(
    st.sampled_from(list(Verb)), st.sampled_from(list(State)), st.sampled_from([DIRECTOR, ANA, JORGE, LEADER, MAYOR])
)
def test_no_order_leads_where_the_table_does_not(verb: Verb, state: State, who: str) -> None:
    case = a_case(state, officer=ANA, previous=State.TO_ASSIGN)
    decision = decide(order(verb, "15/12/2026"), case, Actor(who, "cli"), world())
    part = part_of(who, case, DIRECTORY, NOW)
    if isinstance(decision, Accepted):
        assert verb in possible(state, part)
        assert all(event.actor == who and event.at == NOW for event in decision.events)
    else:
        assert decision.answer


@given(st.sampled_from(sorted(MOTIVE_REQUIRED)), st.sampled_from(["", "  "]))
def test_a_compulsory_motive_may_not_be_empty(verb: Verb, motive: str) -> None:
    asked = "a quién se traslada" if verb is Verb.TRANSFER else "motivo"
    for rule in RULES:
        if rule.verb is verb:
            for state in rule.states:
                assert asked in refused(verb, motive, a_case(state, officer=ANA, previous=State.TO_ASSIGN))


@pytest.mark.parametrize("day", [NOW.date(), NOW.date() - timedelta(days=1)])
def test_reminders_rest_only_until_a_day_to_come(day: date) -> None:
    assert "no está por venir" in refused(Verb.SNOOZE, f"{day:%d/%m/%Y}", a_case())
    to_come = NOW.date() + timedelta(days=1)
    assert told(Verb.SNOOZE, f"{to_come:%d/%m/%Y}", a_case()).snoozed_until == to_come


def test_the_sheet_speaks_for_the_office() -> None:
    decision = decide(order(Verb.ASSIGN, ANA), a_case(), Actor("hoja", "sheet", in_sheet=True), world())
    assert isinstance(decision, Accepted)
    assert decision.events[0].kind is EventKind.ASSIGNED


def test_an_assignment_says_when_no_leader_can_be_written_to() -> None:
    case = a_case(policy="gobierno-digital")
    decision = decide(Order(Verb.ASSIGN, "Jorge Cano"), case, Actor(DIRECTOR, "cli"), World(NOW, CATALOG, DIRECTORY))
    assert isinstance(decision, Accepted)
    assert "no tiene líder vigente en la pestaña Líderes" in decision.answer


@pytest.mark.parametrize(
    ("actor", "officer", "news"),
    [
        (Actor(DIRECTOR, "mail:x"), DIRECTOR, ""),
        (Actor("hoja", "sheet:Casos/Acción", in_sheet=True), DIRECTOR, "atención directa"),
    ],
)
def test_direct_attention_of_a_case_without_officer_is_the_directors_until_somebody_is_named(
    actor: Actor, officer: str, news: str
) -> None:
    decision = decide(Order(Verb.DIRECT), a_case(), actor, world())
    assert isinstance(decision, Accepted)
    case = evolve(a_case(), decision.events[0])
    assert (case.state, case.officer) == (State.DIRECT, officer)
    assert news in case.entrusted
    assert bool(case.entrusted) == bool(news)
    assert "Queda a cargo de Natalia Quiroz Bedoya" in decision.answer


def test_direct_attention_leaves_a_case_with_its_officer() -> None:
    decision = decide(Order(Verb.DIRECT), a_case(State.DRAFT, officer=ANA), Actor(DIRECTOR, "mail:x"), world())
    assert isinstance(decision, Accepted)
    assert evolve(a_case(State.DRAFT, officer=ANA), decision.events[0]).officer == ANA
