"""The log: JSON lines in home/logs/mipg.log for programs and later, one short line on stderr for whoever watches."""

import logging
import re
import sys
from collections.abc import MutableMapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import structlog

_SIZE, _KEPT = 2_000_000, 5  # bytes a file, old files kept
# Takes every run of such letters, with or without an address behind it: to look for one from each letter is quadratic.
_RUN = re.compile(r"([\w.%+'-])[\w.%+'-]*+(?:@([\w.-]+))?")
_OURS = "mipg_log"
CRASHES = "mipg.crash"  # kept with their traceback; whoever watches is told by the command line itself


def open_log(folder: Path | None) -> None:
    """Send structlog and the standard library's logging to stderr and to the folder's log, made if need be."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _cover_values,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for ours in ("mipg", "tasks", "flows", "deployments"):
        logging.getLogger(ours).setLevel(logging.INFO)
    for old in [handler for handler in root.handlers if handler.get_name() == _OURS]:
        root.removeHandler(old)
        old.close()
    for handler in (_watcher(), _keeper(folder) if folder else None):
        if handler is not None:
            handler.set_name(_OURS)
            root.addHandler(handler)


def _watcher() -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.addFilter(lambda record: record.name != CRASHES)
    handler.setFormatter(_formatter(_short_line))
    return handler


def _keeper(folder: Path) -> logging.Handler | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / "mipg.log", maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
    except OSError as error:
        # The work matters more than its log: a full or read-only disk shows up there, with an error of its own.
        print(f"mipg: no log is kept: {folder}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return None
    handler.setFormatter(
        _formatter(structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False))
    )
    return handler


def _formatter(*last: Any) -> logging.Formatter:
    """The same chain for our events and for those of libraries; addresses are covered last, tracebacks included."""
    before: list[Any] = [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True)]
    chain: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last, _covered]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=chain)


def redact(text: str) -> str:
    """Return the text with every mail address reduced to its first letter and domain."""
    return _RUN.sub(lambda run: f"{run[1]}***@{run[2]}" if run[2] else run[0], text)


def _cover_values(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cover our own events at once: other programs' handlers (Prefect's) print them too."""
    return {name: redact(value) if isinstance(value, str) else value for name, value in event.items()}


def _covered(_logger: Any, _method: str, rendered: str) -> str:
    return redact(rendered)


def _short_line(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    hidden = {"event", "level", "timestamp", "exc_info", "exception", "stack_info"}
    details = " ".join(f"{name}={value}" for name, value in event.items() if name not in hidden)
    return f"mipg: {event.get('level', '')}: {event['event']} {details}".rstrip()
