"""From an exception to the words and the exit code that an operator gets."""

import sys

import structlog

from config.sources import SettingsError
from tasks.operation.log import CRASHES
from tasks.ports.errors import BadInput, MipgError, Unavailable, UsageError

WRONG_USE = 2
UNUSABLE = 1


class Broken(MipgError):
    """`mipg audit` or `mipg doctor` found something wrong, and has printed it."""


def report(error: Exception) -> int:
    """Say on stderr what went wrong, without a traceback, and return the exit code."""
    if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
        sys.stderr.close()
        return UNUSABLE
    code, words = _judged(error)
    if words:
        print(f"mipg: {words}", file=sys.stderr)  # noqa: T201
    return code


def _judged(error: Exception) -> tuple[int, str]:
    match error:
        case SettingsError():
            return WRONG_USE, "\n".join(("the configuration is wrong:", *(f"  {line}" for line in error.problems)))
        case Broken():
            return UNUSABLE, str(error)
        case UsageError() | BadInput():
            return WRONG_USE, str(error)
        case Unavailable():
            return UNUSABLE, f"{error}\nNothing is lost: the next run goes on from here."
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return UNUSABLE, f"{place}{error.strerror or error}"
        case _:
            return UNUSABLE, _unexpected(error)


def _unexpected(error: Exception) -> str:
    if structlog.is_configured():
        structlog.get_logger(CRASHES).error("unexpected", exc_info=error)
    return f"unexpected error, written to the log: {type(error).__name__} (MIPG_DEBUG=1 shows where)"
