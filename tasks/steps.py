"""How a run calls its steps: in-process as they are, or as Prefect tasks when `flows/` passes its own runner."""

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Counts = dict[str, int]  # what a run did, by name; printed and kept as the flow's last run


class Step(Protocol):
    """Runs one step of a run and returns what it returns."""

    def __call__(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R: ...


def call(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run the step as the plain function it is."""
    return function(*args, **kwargs)
