"""What every ledger must do, whatever database it lies in."""

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tasks.domain.cases.assignment import Workload
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.directory import Absence, Directory, Leader, Person, Role
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.message import Mentions
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.domain.scores.results import Score
from tasks.ports.ledger import Ledger, UnitOfWork
from tasks.ports.mailbox import MessageRef
from tasks.ports.records import Fate, LoadedFile, MessageRecord, OutboxState, RequestRecord, Token

BOGOTA = ZoneInfo("America/Bogota")
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=BOGOTA)
SHA = "ab" * 32


def a_request(number: str = "S-2026-0001") -> RequestRecord:
    return RequestRecord(
        number=number,
        received=NOW,
        sha256=SHA,
        message_id="<uno@sonson>",
        subject="Asesoría",
        text="Solicitamos asesoría",
        requester="Gloria",
        email="gloria@sonson-antioquia.gov.co",
        entity="Alcaldía de Sonsón",
        entity_type=None,
        municipality="05756",
    )


def opened(number: str, request: str = "S-2026-0001", state: State = State.TO_ASSIGN) -> CaseEvent:
    return CaseEvent(
        case=number,
        kind=EventKind.OPENED,
        at=NOW,
        actor=SYSTEM,
        changes={
            "request": request,
            "received": NOW.isoformat(),
            "state": state,
            "since": NOW.isoformat(),
            "policy": "integridad",
            "municipality": "05756",
        },
    )


def a_message(uid: str = "1", **changes: object) -> MessageRecord:
    values: dict[str, object] = {
        "mailbox": "imap:mesa",
        "ref": MessageRef("7", uid),
        "sha256": SHA,
        "message_id": "<uno@sonson>",
        "content_key": "c" * 64,
        "kind": "request",
        "outcome": Fate.CASE_OPENED,
        "received": NOW,
        "sender": "gloria@sonson-antioquia.gov.co",
        "subject": "Asesoría",
    }
    return MessageRecord(**(values | changes))  # type: ignore[arg-type]


def a_mail(key: str = "acknowledgement/S-2026-0001", **changes: object) -> OutgoingMail:
    values: dict[str, object] = {
        "key": key,
        "message_id": f"<{key.replace('/', '-')}@antioquia.gov.co>",
        "purpose": Purpose.ACKNOWLEDGEMENT,
        "to": ("gloria@sonson-antioquia.gov.co",),
        "subject": "Recibimos su solicitud",
        "text": "…",
        "html": "<p>…</p>",
    }
    return OutgoingMail(**(values | changes))  # type: ignore[arg-type]


def open_case(unit: UnitOfWork, number: str) -> Case:
    """Open one case in the request S-2026-0001, numbers taken as the service takes them."""
    if unit.cases.request("S-2026-0001") is None:
        unit.books.next_number("request", 2026)
        unit.cases.add_request(a_request())
    unit.books.next_number("case", 2026)
    return unit.cases.append([opened(number)])[0]


class LedgerContract:
    """Subclass with a fixture `new_ledger`: a function that opens another connection to the same empty ledger."""

    @pytest.fixture
    def ledger(self, new_ledger: Callable[[], Ledger]) -> Ledger:
        ledger = new_ledger()
        ledger.upgrade()
        return ledger

    def test_upgrading_twice_changes_nothing(self, ledger: Ledger) -> None:
        ledger.upgrade()
        assert ledger.audit() == []
        assert ledger.ping()

    def test_a_unit_of_work_that_raises_leaves_nothing_and_gives_its_numbers_back(self, ledger: Ledger) -> None:
        with pytest.raises(RuntimeError), ledger.begin() as unit:
            open_case(unit, "2026-0001")
            raise RuntimeError
        with ledger.begin() as unit:
            assert unit.cases.all() == []
            assert unit.books.next_number("case", 2026) == 1

    def test_a_part_that_fails_alone_leaves_the_rest(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            with pytest.raises(RuntimeError), unit.savepoint():
                open_case(unit, "2026-0002")
                raise RuntimeError
            assert unit.books.next_number("case", 2026) == 2
        with ledger.reading() as unit:
            assert [case.number for case in unit.cases.all()] == ["2026-0001"]

    @pytest.mark.parametrize("looked_at", [False, True])
    def test_a_part_that_fails_between_others_leaves_all_of_theirs(self, ledger: Ledger, looked_at: bool) -> None:
        with ledger.begin() as unit:
            for turn in range(5):
                with contextlib.suppress(RuntimeError), unit.savepoint():
                    taken = unit.books.next_number("case", 2026)
                    number = f"S-2026-{unit.books.next_number('request', 2026):04d}"
                    unit.cases.add_request(a_request(number))
                    unit.cases.append([opened(f"2026-{taken:04d}", number)])
                    if looked_at:
                        assert len(unit.cases.all()) == taken
                    if turn % 2:
                        raise RuntimeError
        with ledger.reading() as unit:
            assert [case.number for case in unit.cases.all()] == ["2026-0001", "2026-0002", "2026-0003"]
        assert ledger.audit() == []

    def test_what_the_ledger_refuses_is_refused_in_its_part_if_that_is_asked_for(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            with pytest.raises(Exception, match="message"), unit.savepoint(written=True):
                unit.messages.add(a_message(request="S-2026-0999"))
            unit.messages.add(a_message(cases=("2026-0001",), request="S-2026-0001"))
        with ledger.reading() as unit:
            assert [message.request for message in unit.messages.all()] == ["S-2026-0001"]
        assert ledger.audit() == []

    def test_a_case_is_what_its_history_makes_and_comes_back_in_office_time(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            later = NOW + timedelta(hours=1)
            unit.cases.append(
                [
                    CaseEvent(
                        case="2026-0001",
                        kind=EventKind.ASSIGNED,
                        at=later.astimezone(UTC),
                        actor="natalia@antioquia.gov.co",
                        changes={"officer": "ana@antioquia.gov.co", "state": State.DRAFT, "since": later.isoformat()},
                    )
                ]
            )
        with ledger.reading() as unit:
            case = unit.cases.get("2026-0001")
            assert case is not None
            assert (case.state, case.officer, case.since) == (State.DRAFT, "ana@antioquia.gov.co", later)
            assert case.since.utcoffset() == NOW.utcoffset()
            assert [event.kind for event in unit.cases.history("2026-0001")] == [EventKind.OPENED, EventKind.ASSIGNED]
            assert unit.cases.all([State.TO_ASSIGN]) == []
        assert ledger.audit() == []

    def test_a_session_serves_many_cases_and_a_day_taken_out_leaves_it(self, ledger: Ledger) -> None:
        def assisted(number: str, *days: date) -> CaseEvent:
            held = {"assistance": [day.isoformat() for day in days], "mode": "virtual", "attendees": "12"}
            return CaseEvent(case=number, kind=EventKind.ASSISTED, at=NOW, actor=SYSTEM, changes=held)

        first, second = date(2026, 11, 3), date(2026, 11, 10)
        with ledger.begin() as unit:
            unit.cases.add_request(a_request())
            unit.cases.append([opened(f"2026-000{n}") for n in (1, 2)])
            unit.cases.append([assisted("2026-0001", first, second), assisted("2026-0002", second)])
            for _ in range(2):
                unit.cases.record_sessions("2026-0001", "lider@antioquia.gov.co")
                unit.cases.record_sessions("2026-0002", "lider@antioquia.gov.co")
            held = [(one.day, one.mode, one.cases) for one in unit.cases.sessions("2026-0001")]
            assert held == [(first, "virtual", ("2026-0001",)), (second, "virtual", ("2026-0001", "2026-0002"))]
            unit.cases.append([assisted("2026-0001", second)])
            unit.cases.record_sessions("2026-0001", "lider@antioquia.gov.co")
            assert [one.day for one in unit.cases.sessions("2026-0001")] == [second]
            assert unit.cases.sessions("2026-0009") == []

    def test_workloads_count_what_each_officer_had_and_has(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            for number, state in (("2026-0001", State.DRAFT), ("2026-0002", State.CLOSED), ("2026-0003", State.DRAFT)):
                open_case(unit, number)
                officer = "ana@antioquia.gov.co" if number != "2026-0003" else None
                changes = {"officer": officer, "state": state}
                unit.cases.append(
                    [CaseEvent(case=number, kind=EventKind.ASSIGNED, at=NOW, actor=SYSTEM, changes=changes)]
                )
        with ledger.reading() as unit:
            assert unit.cases.workloads() == [Workload("ana@antioquia.gov.co", "integridad", 2, 1)]

    def test_the_audit_names_a_hole_in_the_numbers(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            unit.books.next_number("case", 2026)
        assert ledger.audit() == ["case numbers of 2026 have holes: [1]"]

    def test_an_absence_told_by_mail_stands_beside_those_of_the_tabs(self, ledger: Ledger) -> None:
        person = Person(name="Ana", email="Ana@antioquia.gov.co", role=Role.OFFICER)
        away = Absence(first=NOW.date(), last=NOW.date() + timedelta(days=5))
        with ledger.begin() as unit:
            unit.books.save_directory(Directory(people=(person,)))
            assert unit.books.note_absence("ana@antioquia.gov.co", away)
            assert not unit.books.note_absence("ANA@antioquia.gov.co", away)  # the same told again is nothing new
        with ledger.begin() as unit:
            unit.books.save_directory(Directory(people=(person,)))  # the tabs are read again
            assert unit.books.directory().people[0].absences == (away,)

    def test_a_message_is_known_by_its_place_its_id_and_its_content(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            unit.messages.add(a_message(cases=("2026-0001",), request="S-2026-0001"))
            number = unit.messages.newest()
        with ledger.begin() as unit:
            refs = [MessageRef("7", "1"), MessageRef("7", "2"), MessageRef("8", "1")]
            assert unit.messages.known("imap:mesa", refs) == {MessageRef("7", "1")}
            gloria, month = "gloria@sonson-antioquia.gov.co", NOW - timedelta(days=30)
            by_id = unit.messages.twin("<uno@sonson>", "c" * 64, "otra@sonson", NOW + timedelta(days=90))
            by_content = unit.messages.twin("<dos@sonson>", "c" * 64, gloria, month)
            assert by_id and by_content and by_id.id == by_content.id == number
            assert unit.messages.twin("<dos@sonson>", "c" * 64, "otra@bello", month) is None
            assert unit.messages.twin("<dos@sonson>", "c" * 64, gloria, NOW + timedelta(days=1)) is None
            assert unit.messages.twin("<uno@sonson>", "x" * 64, gloria, month) is None  # a copied Message-ID
            assert unit.messages.twin("", "", "", month) is None
            # GIVEN the same words of somebody else of the same office, or passed on for who asked THEN they are a copy
            house = "sonson-antioquia.gov.co"
            assert unit.messages.twin("<dos@sonson>", "c" * 64, f"otra@{house}", month, house) is not None
            assert unit.messages.twin("<dos@sonson>", "c" * 64, "otra@bello", month, "bello") is None
            # GIVEN the same bytes listed under a new UIDVALIDITY THEN they are the message we have, once
            assert unit.messages.relisted("imap:mesa", "8", SHA) == number
            assert unit.messages.relisted("imap:mesa", "7", SHA) is None
            unit.messages.add_place(number, "imap:mesa", MessageRef("8", "1"))
            assert unit.messages.relisted("imap:mesa", "8", SHA) is None
        assert ledger.audit() == []

    def test_a_thread_is_found_by_received_and_by_sent_messages_and_by_numbers(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            open_case(unit, "2026-0002")
            unit.messages.add(a_message(cases=("2026-0001", "2026-0002"), request="S-2026-0001"))
            unit.outbox.queue(a_mail(message_id="<asignar@antioquia>", cases=("2026-0002",)), NOW)
        with ledger.reading() as unit:
            received = unit.messages.thread(Mentions(message_ids=("<uno@sonson>",)))
            sent = unit.messages.thread(Mentions(message_ids=("<asignar@antioquia>",)))
            numbered = unit.messages.thread(Mentions(cases=("2026-0001",)))
            unknown = unit.messages.thread(Mentions(cases=("2026-0099",), message_ids=("<nadie@x>",)))
        assert received and received.cases == ("2026-0001", "2026-0002")
        assert received.people == {"gloria@sonson-antioquia.gov.co"}
        assert sent and (sent.cases, sent.requests) == (("2026-0002",), ("S-2026-0001",))
        assert numbered and (numbered.municipality, numbered.policies) == ("05756", ("integridad",))
        assert unknown is None

    def test_what_was_foreseen_as_unknown_is_found_once_it_is_there(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            unit.messages.foresee(["<uno@sonson>", "<asignar@antioquia>"])
            assert unit.messages.thread(Mentions(message_ids=("<uno@sonson>", "<asignar@antioquia>"))) is None
            with contextlib.suppress(ValueError), unit.savepoint():
                unit.messages.add(a_message())
                raise ValueError("undone")
            assert unit.messages.thread(Mentions(message_ids=("<uno@sonson>",))) is None
            open_case(unit, "2026-0001")
            unit.messages.add(a_message(cases=("2026-0001",)))
            unit.outbox.queue(a_mail(message_id="<asignar@antioquia>", cases=("2026-0001",)), NOW)
            for message_id in ("<uno@sonson>", "<asignar@antioquia>"):
                thread = unit.messages.thread(Mentions(message_ids=(message_id,)))
                assert thread and thread.cases == ("2026-0001",)

    def test_a_request_waits_for_its_acknowledgement_once(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
        with ledger.begin() as unit:
            assert [request.number for request in unit.cases.unacknowledged()] == ["S-2026-0001"]
            unit.cases.acknowledge(["S-2026-0001"], NOW)
        with ledger.reading() as unit:
            assert unit.cases.unacknowledged() == []

    def test_the_outbox_holds_one_mail_per_key_and_keeps_its_state(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            assert unit.outbox.queue(a_mail(), NOW)
            assert not unit.outbox.queue(a_mail(subject="otra vez"), NOW)
            assert unit.outbox.queue(a_mail("letter/1", to=()), NOW)
        with ledger.begin() as unit:
            (record,) = unit.outbox.by_state([OutboxState.QUEUED])
            unit.outbox.mark(record.id, OutboxState.SENT, 1, NOW, "250 ok")
            found = unit.outbox.find(record.mail.message_id)
            assert unit.outbox.tried_since(NOW) == 0
            unit.outbox.mark(record.id, OutboxState.SENDING, 1, NOW)
            unit.outbox.mark(record.id, OutboxState.SENT, 1, NOW, "250 ok")
            assert unit.outbox.tried_since(NOW - timedelta(seconds=1)) == 1
            assert unit.outbox.tried_since(NOW) == 0
            assert found and (found.state, found.sent, found.attempts) == (OutboxState.SENT, NOW, 1)
            assert [r.state for r in unit.outbox.all()] == [OutboxState.SENT, OutboxState.HELD]

    def test_several_mails_are_queued_at_once_each_key_once(self, ledger: Ledger) -> None:
        many = [a_mail(f"letter/{number}") for number in range(700)]
        with ledger.begin() as unit:
            unit.outbox.queue(many[3], NOW)
            assert unit.outbox.queue_all([*many, many[5]], NOW) == [*many[:3], *many[4:]]
            assert unit.outbox.queue_all([], NOW) == []
        with ledger.reading() as unit:
            assert len(unit.outbox.all()) == 700
            assert unit.outbox.has_keys(["letter/1", "letter/699", "letter/700"]) == {"letter/1", "letter/699"}

    def test_a_mail_queued_unwritten_keeps_its_fields_until_its_text_takes_their_place(self, ledger: Ledger) -> None:
        mail = a_mail(
            subject="", text="", html="", template="acuse", fields={"nombre": "Ñ", "casos": [{"numero": "1"}]}
        )
        with ledger.begin() as unit:
            unit.outbox.queue(mail, NOW)
        written = mail.model_copy(update={"subject": "Recibimos", "text": "Sí", "template": "", "fields": {}})
        with ledger.begin() as unit:
            (record,) = unit.outbox.all()
            assert record.mail == mail
            unit.outbox.rewrite(record.id, written)
        with ledger.reading() as unit:
            assert [(r.mail, r.state) for r in unit.outbox.all()] == [(written, OutboxState.QUEUED)]

    def test_only_cases_with_news_since_an_event_are_stirred(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            assert unit.cases.stirred(0, [State.TO_ASSIGN]) == (0, [])
            open_case(unit, "2026-0001")
            open_case(unit, "2026-0002")
            last, cases = unit.cases.stirred(0, [State.TO_ASSIGN])
            assert [case.number for case in cases] == ["2026-0001", "2026-0002"]
            assert unit.cases.stirred(last, [State.TO_ASSIGN]) == (last, [])
            unit.cases.append([CaseEvent(case="2026-0002", kind=EventKind.NOTED, at=NOW, actor=SYSTEM)])
            later, cases = unit.cases.stirred(last, [State.TO_ASSIGN])
            assert later > last
            assert [case.number for case in cases] == ["2026-0002"]
            assert unit.cases.stirred(last, [State.CLOSED]) == (later, [])

    def test_cases_are_found_by_several_requests_at_once(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            open_case(unit, "2026-0002")
            found = unit.cases.of_requests(["S-2026-0001", "S-2026-0009"])
        assert {request: [case.number for case in cases] for request, cases in found.items()} == {
            "S-2026-0001": ["2026-0001", "2026-0002"],
            "S-2026-0009": [],
        }

    def test_who_was_told_of_their_requests_since_a_moment_is_known(self, ledger: Ledger) -> None:
        gloria = "gloria@sonson-antioquia.gov.co"
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            assert unit.cases.acknowledged_since([gloria], NOW) == []
            unit.cases.acknowledge(["S-2026-0001"], NOW)
            assert unit.cases.acknowledged_since([gloria, "otra@x.co"], NOW) == [(gloria, "S-2026-0001")]
            assert unit.cases.acknowledged_since(["otra@x.co"], NOW) == []
            assert unit.cases.acknowledged_since([gloria], NOW + timedelta(seconds=1)) == []

    def test_letters_are_found_by_their_cases(self, ledger: Ledger) -> None:
        letter = Letter(
            number="DSEGPP-2026-0001",
            request="S-2026-0001",
            policy="integridad",
            leader="paola@antioquia.gov.co",
            officer="ana@antioquia.gov.co",
            cases=("2026-0001", "2026-0002"),
            drawn=NOW,
        )
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
            open_case(unit, "2026-0002")
            unit.books.next_number("letter", 2026)
            unit.letters.save(letter)
            unit.letters.save(letter.model_copy(update={"cases": ("2026-0001",), "version": 2}))
        with ledger.reading() as unit:
            assert [found.version for found in unit.letters.of_case("2026-0001")] == [2]
            assert unit.letters.of_case("2026-0002") == []
            assert unit.letters.all([LetterState.SENT]) == []
        assert ledger.audit() == []

    def test_a_token_serves_its_person_once_and_for_its_time(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            fresh = Token("abc", "Natalia@antioquia.gov.co", ("2026-0001",), NOW + timedelta(days=30))
            unit.books.add_tokens([fresh, Token("old", "natalia@antioquia.gov.co", (), NOW - timedelta(days=1))])
        with ledger.begin() as unit:
            assert unit.books.use_token("abc", "ana@antioquia.gov.co", NOW) is None
            used = unit.books.use_token("abc", "natalia@antioquia.gov.co", NOW)
            assert used is not None
            assert used.cases == ("2026-0001",)
            assert unit.books.use_token("abc", "natalia@antioquia.gov.co", NOW) is None
            assert unit.books.use_token("old", "natalia@antioquia.gov.co", NOW) is None

    def test_people_shadow_cursors_and_runs_come_back(self, ledger: Ledger) -> None:
        directory = Directory(
            people=(Person(name="Natalia", email="natalia@antioquia.gov.co", role=Role.DIRECTOR),),
            leaders=(Leader(policy="integridad", name="Paola", email="p@a.co", valid_from=date(2026, 1, 1)),),
        )
        cell = ("Casos", "2026-0001", "Responsable")
        with ledger.begin() as unit:
            unit.books.save_directory(directory)
            unit.books.save_shadow("libro", {cell: "Ana", ("Casos", "2026-0002", "Estado"): "x"})
            unit.books.save_shadow("libro", {cell: "Jorge", ("Casos", "2026-0002", "Estado"): None})
            unit.books.save_cursor("imap", "7:1")
            unit.books.save_cursor("imap", "7:2")
            unit.books.save_cursors({"a": "1", "b": "2"} | {f"n/{number}": "1" for number in range(700)})
            unit.books.save_cursors({"a": "3"})
            assert unit.books.cursors(["a", "b", "c", *(f"n/{number}" for number in range(698, 702))]) == {
                "a": "3",
                "b": "2",
                "n/698": "1",
                "n/699": "1",
            }
            unit.books.record_run("intake", NOW, {"received": 3})
            for minutes in (5, 10):
                unit.books.record_run("intake", NOW + timedelta(minutes=minutes), {}, error=f"{minutes}: sin servidor")
        with ledger.reading() as unit:
            assert unit.books.directory() == directory
            assert unit.books.shadow("libro") == {cell: "Jorge"}
            assert unit.books.shadow("otro") == {}
            assert unit.books.cursor("imap") == "7:2"
            (run,) = unit.books.runs()
            assert (run.succeeded, run.failed, run.error) == (NOW, NOW + timedelta(minutes=5), "10: sin servidor")

    def test_scores_come_back_file_by_file_in_the_order_of_loading(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            first = LoadedFile("1" * 64, "a.csv", (2021,), NOW, 1)
            rows = [Score("05001", "integridad", 2021, 60.0), Score("05002", "integridad", 2021, None, "GRUPO 4")]
            unit.books.add_scores(first, rows)
            correction = Score("05001", "integridad", 2021, 61.5, published=date(2026, 1, 2))
            unit.books.add_scores(LoadedFile("0" * 64, "b.csv", (2021,), NOW, 2), [correction])
            unit.books.mark_score_file("1" * 64, announced=True)
        with ledger.reading() as unit:
            assert [set(file.rows) for file in unit.books.scores()] == [set(rows), {correction}]
            assert [file.announced for file in unit.books.score_files()] == [True, False]

    def test_a_rehearsal_sees_what_it_did_and_leaves_nothing(self, ledger: Ledger) -> None:
        with ledger.rehearse() as pretend:
            with pretend.begin() as unit:
                open_case(unit, "2026-0001")
            with pytest.raises(RuntimeError), pretend.begin() as unit:
                open_case(unit, "2026-0002")
                raise RuntimeError
            with pretend.reading() as unit:
                assert [case.number for case in unit.cases.all()] == ["2026-0001"]
        with ledger.reading() as unit:
            assert unit.cases.all() == []

    def test_only_one_holder_has_a_lock_and_others_leave_at_once(self, new_ledger: Callable[[], Ledger]) -> None:
        ours, theirs = new_ledger(), new_ledger()
        with ours.lock("intake") as mine, theirs.lock("intake") as second, theirs.lock("sheet") as other:
            assert (mine, second, other) == (True, False, True)
        with theirs.lock("intake") as free:
            assert free

    def test_two_writers_at_once_take_gap_free_numbers(self, ledger: Ledger, new_ledger: Callable[[], Ledger]) -> None:
        taken: list[int] = []

        def write(mine: Ledger) -> None:
            for turn in range(10):
                try:
                    with mine.begin() as unit:
                        number = unit.books.next_number("letter", 2026)
                        if turn % 5 == 4:
                            raise RuntimeError
                    taken.append(number)
                except RuntimeError:
                    continue

        threads = [threading.Thread(target=write, args=(new_ledger(),)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == list(range(1, 17))

    def test_a_corrected_request_comes_back_with_the_policies_that_its_cases_ended_with(self, ledger: Ledger) -> None:
        with ledger.begin() as unit:
            for number, policy in (("2026-0001", "integridad"), ("2026-0002", "gestion-documental")):
                open_case(unit, number)
                change = {"policy": policy}
                unit.cases.append(
                    [CaseEvent(case=number, kind=EventKind.CLASSIFIED, at=NOW, actor="ana@x", changes=change)]
                )
            unit.lessons.add("2026-0001", "policy", "", "integridad", NOW, "ana@x")
        with ledger.reading() as unit:
            (found,) = unit.lessons.corrected(10)
            assert (found.case, found.policies) == ("2026-0001", ("integridad", "gestion-documental"))
            assert (found.text, found.email) == ("Solicitamos asesoría", "gloria@sonson-antioquia.gov.co")
            assert unit.lessons.counted(NOW - timedelta(days=1), NOW) == {"policy": 1}
            assert unit.lessons.counted(NOW, NOW) == {}

    def test_an_address_is_known_by_the_municipalities_of_its_cases_but_not_of_discarded_ones(
        self, ledger: Ledger
    ) -> None:
        with ledger.begin() as unit:
            open_case(unit, "2026-0001")
        with ledger.reading() as unit:
            assert unit.lessons.places() == {"gloria@sonson-antioquia.gov.co": {"05756"}}
        with ledger.begin() as unit:
            gone = {"state": State.DISCARDED}
            unit.cases.append([CaseEvent(case="2026-0001", kind=EventKind.CLOSED, at=NOW, actor="ana@x", changes=gone)])
        with ledger.reading() as unit:
            assert unit.lessons.places() == {}
