"""Waiting for mail on a server that does not tell when some came."""

import time
from collections.abc import Callable

_EVERY = 20.0  # seconds: 3 requests a minute are far below any server's limits


def wait_by_asking(has_new: Callable[[], bool], seconds: float, every: float = _EVERY) -> bool:
    """Ask at once and then every so often until there is something new or the time is over; says which."""
    end = time.monotonic() + seconds
    while not has_new():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(left, every))
    return True
