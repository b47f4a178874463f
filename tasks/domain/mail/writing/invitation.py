"""The calendar entry of an agreed session (RFC 5545), for the municipality's and the officer's calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from icalendar import Event


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as calendars know it: a whole day, since the hour is settled between the people."""

    uid: str  # stays the same when the date moves, so that calendars replace it
    day: date
    summary: str
    description: str
    organizer: str  # address
    sequence: int = 0


def invitation(meetings: Sequence[Meeting], stamped: datetime) -> bytes:
    """Return one .ics with an entry per meeting; the same meetings and moment give the same bytes."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Mesa MIPG//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")  # it informs; nobody has to accept it
    for meeting in meetings:
        calendar.add_component(_event(meeting, stamped))
    content: bytes = calendar.to_ical()
    return content


def _event(meeting: Meeting, stamped: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", stamped)
    event.add("dtstart", meeting.day)
    event.add("dtend", meeting.day + timedelta(days=1))
    event.add("summary", meeting.summary)
    event.add("description", meeting.description)
    event.add("organizer", f"mailto:{meeting.organizer}")
    event.add("sequence", meeting.sequence)
    return event
