"""When each flow runs by itself. Times are the office's; `prefect.yaml` says the same for work pools.

Nothing depends on a time being met: every flow looks at what is due, does it once, and finds nothing to do otherwise.
"""

from dataclasses import dataclass

RESULTS_PUBLISHED = "furag.results.published"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One deployment: its flow, when it runs (cron; None: on demand), the event that starts it, and why so."""

    flow: str
    cron: str | None
    why: str
    event: str | None = None
    waits_its_turn: bool = False  # else a second run gives way: the one at work does its work too


SCHEDULES = (
    Schedule("cycle", "*/5 * * * *", "An acknowledgement or an order feels answered at once within five minutes."),
    Schedule(
        "reminders",
        "15 7-17 * * 1-5",
        "One mail per person and business day, whichever run is first; the others catch up after an interruption.",
    ),
    Schedule(
        "digest",
        "1 * * * *",
        "Does nothing until one is due; a minute past the hour, as a timer may fire a moment before its minute.",
    ),
    Schedule("results", "20 * * * *", "Results come once a year; an hour is soon enough to look into the folder."),
    Schedule(
        "impact",
        "50 * * * *",
        "Started by the event of new results; once an hour it looks by itself, in case the event or its run was lost.",
        event=RESULTS_PUBLISHED,
        waits_its_turn=True,  # its event may name a file that no other run knows of
    ),
    Schedule(
        "learn", "10 3 * * 0", "Corrections help at once by themselves; a week of them makes a refit worth while."
    ),
    Schedule("offer", None, "The impact run makes it with each new version; on demand when leaders or cases changed."),
    Schedule("intake", None, "A part of the cycle, on demand."),
    Schedule("sheet", None, "A part of the cycle, on demand."),
    Schedule("letters", None, "A part of the cycle, on demand."),
    Schedule("outbox", None, "A part of the cycle, on demand."),
)

# What the flow takes from the event. Anyone may emit it: of a path that is not there, or of another type than the flow
# declares, the server would make no run at all.
EVENT_PARAMETERS = {"path": "{{ event.payload.path | default('', true) | string }}"}
