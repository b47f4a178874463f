"""When a mail that the server put off is tried again, and whether a reader may have it already. Pure."""

from datetime import datetime, timedelta

from tasks.ports.records import OutboxRecord, Standing

MAX_ATTEMPTS = 9
_FIRST_PAUSE = timedelta(minutes=5)  # doubled at each further try: the last one comes about two days after the first


def is_due(row: OutboxRecord, now: datetime) -> bool:
    """Whether a mail that the server put off (greylisting, a quota) has waited out its pause."""
    if row.standing is not Standing.PUT_OFF:
        return True
    pauses: int = 2**row.attempts - 1
    return now >= row.queued + pauses * _FIRST_PAUSE


def never_left(row: OutboxRecord) -> bool:
    """Whether no reader can have the mail: it was not tried yet, or the server put it off."""
    return row.attempts == 0 or row.standing is Standing.PUT_OFF
