"""A bomb in every durable effect: the process is killed (SIGKILL) just before or just after the n-th one.

The office's ports are the only ways out of the process, so wrapping them reaches every registered step without a line
in the product.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tasks.bootstrap import Office

# Port attribute → methods with an effect outside the process.
EFFECTS = {
    "archive": ("put",),
    "case_folders": ("keep",),
    "mailbox": ("settle",),
    "sender": ("send",),
    "sheet": ("prepare", "write"),
}


class Fuse:
    """Counts effects and dies at the one it was set for (0: never)."""

    def __init__(self, dies_at: int = 0) -> None:
        self.count = 0
        self.dies_at = dies_at
        self.names: list[str] = []

    def tick(self, name: str) -> None:
        self.count += 1
        self.names.append(name)
        if self.count == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


class _Armed:
    """A port whose methods with effects tick before and after."""

    def __init__(self, port: Any, fuse: Fuse, name: str) -> None:
        self._port, self._fuse, self._name = port, fuse, name

    def __getattr__(self, attribute: str) -> Any:
        value = getattr(self._port, attribute)
        if attribute not in EFFECTS[self._name]:
            return value

        def ticking(*args: Any, **kwargs: Any) -> Any:
            self._fuse.tick(f"before {self._name}.{attribute}")
            result = value(*args, **kwargs)
            self._fuse.tick(f"after {self._name}.{attribute}")
            return result

        return ticking


class _ArmedLedger:
    """A ledger whose commits tick before and after."""

    def __init__(self, ledger: Any, fuse: Fuse) -> None:
        self._ledger, self._fuse = ledger, fuse

    def __getattr__(self, attribute: str) -> Any:
        return getattr(self._ledger, attribute)

    @contextmanager
    def begin(self) -> Iterator[Any]:
        with self._ledger.begin() as unit:
            yield unit
            self._fuse.tick("before commit")
        self._fuse.tick("after commit")


def arm(office: Office, fuse: Fuse) -> Office:
    """Put a bomb into every effect of the office."""
    office.ledger = _ArmedLedger(office.ledger, fuse)
    for name in EFFECTS:
        setattr(office, name, _Armed(getattr(office, name), fuse, name))
    return office
