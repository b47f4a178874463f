"""When a mail that the server put off is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.outbox.waiting import is_due
from tasks.ports.records import OutboxRecord, OutboxState, Standing

NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
MAIL = OutgoingMail(
    key="alert/x", message_id="<x@a.co>", purpose=Purpose.ALERT, to=("a@b.co",), subject="x", text="x", html="<p>x</p>"
)


def waiting(attempts: int, standing: Standing) -> OutboxRecord:
    return OutboxRecord(1, MAIL, OutboxState.QUEUED, attempts, NOW, standing=standing)


@given(st.integers(1, 8))
def test_each_pause_is_twice_the_one_before(attempts: int) -> None:
    row = waiting(attempts, Standing.PUT_OFF)
    pause = timedelta(minutes=5) * (2**attempts - 1)
    assert not is_due(row, NOW + pause - timedelta(seconds=1))
    assert is_due(row, NOW + pause)


@given(st.integers(0, 8))
def test_what_the_server_did_not_put_off_waits_for_nothing(attempts: int) -> None:
    assert is_due(waiting(attempts, Standing.NEW), NOW)
    assert is_due(waiting(attempts, Standing.RELEASED), NOW)
