"""Mail in the thread of a case that was joined to another: it goes where the case went."""

from dataclasses import replace

from tasks.domain.mail.message import Thread
from tasks.ports.ledger import UnitOfWork

_MAX_CHAIN = 10  # a case joined to one that was joined … never in a circle, since only open cases take others in


def follow_merged(unit: UnitOfWork, thread: Thread | None) -> Thread | None:
    """Return the thread with each joined case replaced by the one that goes on in its place."""
    if thread is None or not thread.cases:
        return thread
    numbers = thread.cases
    for _ in range(_MAX_CHAIN):
        into = {case.number: case.merged_into for case in unit.cases.get_many(numbers) if case.merged_into}
        if not into:
            break
        numbers = tuple(dict.fromkeys(into.get(number) or number for number in numbers))
    return thread if numbers == thread.cases else replace(thread, cases=numbers)
