"""A program of its own: archives and reads the pages of mail that `ahead.py` hands it; never imported."""

import pickle
import sys
from datetime import datetime

from tasks.ports.archive import Archive
from tasks.ports.documents import Documents
from tasks.reception.arrival import Page, Read, keep_and_read


def main() -> None:
    """Read what comes on standard input until its other end is gone, be it killed."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    try:
        archive, documents = pickle.load(asked)  # noqa: S301 - from the process that started this one
        while True:
            page, now = pickle.load(asked)  # noqa: S301
            pickle.dump(_attempt(archive, documents, page, now), answers)
            answers.flush()
    except (EOFError, BrokenPipeError):
        return


def _attempt(archive: Archive, documents: Documents, page: Page, now: datetime) -> list[Read] | None:
    try:
        return keep_and_read(archive, documents, page, now)
    except Exception:  # tried again by whoever asked, who says what is wrong
        return None


if __name__ == "__main__":
    main()
