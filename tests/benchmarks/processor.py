"""Processor time, which tells the cost of something on a machine that is busy with other things too."""

import resource


def processor_seconds() -> float:
    """Return the time that this process and those it started and waited for (LibreOffice) had a processor."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
