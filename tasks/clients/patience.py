"""How long servers are waited for: as long as they ask, and not for ever.

A byte now and then keeps a socket's own time limit from running out.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event, Thread, Timer
from typing import TypeVar

T = TypeVar("T")
LONGEST = 600.0  # seconds for one request and its whole answer


def opened_within(seconds: float, connect: Callable[[], T], close: Callable[[T], object]) -> T:
    """Return what `connect` opens; it raises what that raises, and TimeoutError when it takes longer.

    Looking up a name cannot be broken off, so it goes on by itself; what it opens after all is closed.
    """
    opened: Future[T] = Future()

    def work() -> None:
        try:
            opened.set_result(connect())
        except BaseException as error:  # raised again where it is waited for
            opened.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return opened.result(seconds)
    except TimeoutError:
        opened.add_done_callback(lambda late: late.exception() or close(late.result()))
        raise


@contextlib.contextmanager
def cut_after(seconds: float, sock: Callable[[], socket.socket | None]) -> Iterator[Event]:
    """Break the connection off under whoever still waits for its answer then; the event says that it was so."""
    expired = Event()

    def cut() -> None:
        expired.set()
        open_one = sock()
        if open_one is not None:
            with contextlib.suppress(OSError):
                open_one.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield expired
    finally:
        timer.cancel()


def retry_after(value: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After asks for (RFC 9110 §10.2.3: seconds or a date); None without one."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())
