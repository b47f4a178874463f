"""The calendar entry of an agreed session (RFC 5545), for the municipality's and the officer's calendars."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session as calendars know it: a whole day, since the hour is settled between the people."""

    uid: str  # stays the same when the date moves, so that calendars replace it
    day: date
    summary: str
    description: str
    organizer: str  # address
    sequence: int = 0


def invitation(meeting: Meeting, stamped: datetime) -> bytes:
    """Return the .ics; the same meeting and moment give the same bytes."""
    from icalendar import Calendar, Event

    event = Event()
    event.add("uid", meeting.uid)
    event.add("dtstamp", stamped)
    event.add("dtstart", meeting.day)
    event.add("dtend", meeting.day + timedelta(days=1))
    event.add("summary", meeting.summary)
    event.add("description", meeting.description)
    event.add("organizer", f"mailto:{meeting.organizer}")
    event.add("sequence", meeting.sequence)
    calendar = Calendar()
    calendar.add("prodid", "-//Mesa MIPG//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")  # it informs; nobody has to accept it
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
