"""Reading the pages of a backlog: the next one is read by another process while the present one is recorded.

Recording is one transaction after the other and cannot be shared out, reading can. Nothing depends on that process:
what it does not deliver, dead or never started, is read here.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import IO, Self, cast

import structlog

from tasks.bootstrap import Office
from tasks.reception.arrival import Page, Read, keep_and_read

# -P: the folder that one happens to stand in may not put other modules in the way.
_PROGRAM = (sys.executable, "-P", "-m", "tasks.reception.reader_program")
_log = structlog.get_logger()


def read_pages(office: Office, pages: Iterator[Page]) -> Iterator[tuple[Page, list[Read]]]:
    """Yield each page with what was read of it, in order. Raises `ArchiveUnavailable`, and what `pages` raises."""
    page, following = next(pages, None), next(pages, None)
    if page is None:
        return
    if following is None:
        yield page, _read_here(office, page)
        return
    with Reader(office) as reader:
        read = _read_here(office, page)
        while following is not None:
            reader.give(following)
            yield page, read
            page, read = following, reader.take(following)
            following = next(pages, None)
        yield page, read


def _read_here(office: Office, page: Page) -> list[Read]:
    return keep_and_read(office.archive, office.documents, page, office.clock.now())


class Reader:
    """Another process, which reads the pages given to it one by one."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._program: subprocess.Popen[bytes] | None = None
        # A pipe takes 64 KiB at a time, and none while the program starts: whoever gives has better things to do.
        self._giving = ThreadPoolExecutor(1)
        self._given: Future[None] | None = None

    def __enter__(self) -> Self:
        try:
            self._program = subprocess.Popen(  # noqa: S603
                _PROGRAM,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # a Ctrl-C is for whoever started it to act upon
            )
            self._given = self._giving.submit(self._send, self._office.archive, self._office.documents)
        except Exception as error:
            self._lost(error)
        return self

    def __exit__(self, *_: object) -> None:
        self._let_go()
        self._giving.shutdown()

    def give(self, page: Page) -> None:
        """Have the page read; returns at once. `take` it before the next one."""
        self._given = self._giving.submit(self._send, page, self._office.clock.now())

    def take(self, page: Page) -> list[Read]:
        """Return what was read of the page that was given. Raises `ArchiveUnavailable`."""
        read: list[Read] | None = None
        try:
            if self._given:
                self._given.result()
            read = self._receive()
        except Exception as error:
            self._lost(error)
        return _read_here(self._office, page) if read is None else read

    def _send(self, *what: object) -> None:
        if self._program:
            pipe = cast(IO[bytes], self._program.stdin)
            pickle.dump(what, pipe)
            pipe.flush()

    def _receive(self) -> list[Read] | None:
        return pickle.load(cast(IO[bytes], self._program.stdout)) if self._program else None  # noqa: S301 - our own program

    def _lost(self, error: Exception) -> None:
        _log.warning("reader_lost", reason=f"{type(error).__name__}: {error}"[:300])
        self._let_go()

    def _let_go(self) -> None:
        program, self._program = self._program, None
        if program:
            with suppress(BrokenPipeError), program:
                program.kill()
