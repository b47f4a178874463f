"""`mipg serve`: every flow on its schedule and trigger, in one process beside a local Prefect server.

Where PREFECT_API_URL names a server, that one is used and none is started.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployments.environment import set_prefect_environment
from deployments.schedules import EVENT_PARAMETERS, SCHEDULES, Schedule
from tasks.bootstrap import Office
from tasks.ports.errors import Unavailable, UsageError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

_START_LIMIT = 120  # seconds; 8 on a new home, 40 on a slow disk (measured)
_STOP_LIMIT = 15
_LOOPBACK = "127.0.0.1"


class ServerUnavailable(Unavailable):
    """The Prefect server did not come up."""


def serve_office(office: Office, config: Path | None, port: int) -> None:
    """Serve all flows of the office until stopped (Ctrl-C, SIGTERM)."""
    set_prefect_environment(office.settings.home)
    parameters = {"home": str(office.settings.home)} | ({"config": str(config.absolute())} if config else {})
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job starts with it ignored
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with _server(office.settings.home, port) as url:
            os.environ["PREFECT_API_URL"] = url
            with _answering(url):
                _run(parameters, office.settings.clock.timezone, url)
    except KeyboardInterrupt:
        return


def _run(parameters: dict[str, str], zone: str, url: str) -> None:
    from prefect.runner import Runner

    class Served(Runner):
        """Prefect's own answer to SIGTERM (3.8) stops nothing and leaves a coroutine unawaited."""

        def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
            _interrupt()

    # The schedules stay as they are on the server: a restart of the machine must not leave them paused.
    runner = Served(name="mipg", pause_on_shutdown=False)
    for schedule in SCHEDULES:
        runner.add_deployment(deployment(schedule, parameters, zone))
    print(f"serving {len(SCHEDULES)} flows with the Prefect server at {url}", file=sys.stderr)  # noqa: T201
    asyncio.run(runner.start())


@contextmanager
def _answering(url: str) -> Iterator[None]:
    """Turn "nobody there" into words."""
    from httpx import TransportError

    try:
        yield
    except TransportError as error:
        raise ServerUnavailable(f"the Prefect server at {url} does not answer: {error}") from error


def deployment(schedule: Schedule, parameters: dict[str, str], zone: str) -> "RunnerDeployment":
    """Return the Prefect deployment of one schedule: its flow by dotted name, one run at a time."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.types.entrypoint import EntrypointType

    flow: Any = getattr(import_module(f"flows.{schedule.flow}"), schedule.flow)
    collision = "ENQUEUE" if schedule.waits_its_turn else "CANCEL_NEW"
    made: RunnerDeployment = flow.to_deployment(
        name=schedule.flow,
        description=schedule.why,
        parameters=parameters,
        schedules=[CronSchedule(cron=schedule.cron, timezone=zone)] if schedule.cron else [],
        triggers=[_trigger(schedule, parameters)] if schedule.event else [],
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy[collision]),
        # By path, `flows/` would stand on sys.path and the module be loaded under a second name.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return made


def _trigger(schedule: Schedule, parameters: dict[str, str]) -> Any:
    from prefect.events import DeploymentEventTrigger

    return DeploymentEventTrigger(
        name=f"{schedule.flow} on {schedule.event}",
        expect={str(schedule.event)},
        parameters=parameters | EVENT_PARAMETERS,
    )


@contextmanager
def _server(home: Path, port: int) -> Iterator[str]:
    """Yield the address of the Prefect server: the one of the environment, or a local one that ends with the block."""
    if given := os.environ.get("PREFECT_API_URL"):
        yield given
        return
    if not _is_free(port):
        raise UsageError(f"port {port} is taken; name another with --port, or a server with PREFECT_API_URL")
    url = f"http://{_LOOPBACK}:{port}/api"
    log = home / "logs" / "prefect-server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", _LOOPBACK, "--port", str(port)]
    # In a session of its own: Ctrl-C reaches the flows first, and the server is still there for their last words.
    with (
        log.open("ab") as output,
        subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True) as process,  # noqa: S603
    ):
        try:
            _await(f"{url}/health", process, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_LIMIT
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise ServerUnavailable(f"the Prefect server did not come up; see {log}")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


def _interrupt(*_signal: object) -> None:
    """Treat SIGTERM as Ctrl-C, which asyncio knows how to end on."""
    os.kill(os.getpid(), signal.SIGINT)
