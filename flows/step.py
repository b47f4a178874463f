"""Steps of a run as Prefect tasks: seen in the server, tried again when a server or a disk was away for a moment."""

from collections.abc import Callable
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun

from tasks.ports.errors import SheetBusy, Unavailable
from tasks.steps import P, R


def prefect_step(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run the step as a task. Every step is one transaction that may be repeated, so a second try is safe."""

    # The arguments stay in the closure: Prefect would walk through and hash whole pages of mail.
    @task(
        name=function.__name__.replace("_", " "),
        cache_policy=NO_CACHE,
        retries=3,
        retry_delay_seconds=[2, 5, 15],
        retry_jitter_factor=0.5,
        retry_condition_fn=worth_another_try,
    )
    def step() -> R:
        return function(*args, **kwargs)

    return step()


def worth_another_try(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """A server may be back in seconds; a person's open spreadsheet will not, nor does bad input mend itself."""
    return isinstance(state.data, Unavailable) and not isinstance(state.data, SheetBusy)
