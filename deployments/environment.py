"""What Prefect must find in the environment before it is first imported."""

import os
from collections.abc import MutableMapping
from pathlib import Path


def set_prefect_environment(home: Path, environ: MutableMapping[str, str] = os.environ) -> None:
    """Keep Prefect's files under the product's home, its telemetry off and its log to what matters.

    A value that the operator set stands, but for telemetry. Prefect does not make its home: without the folder it waits
    26 seconds and fails with "unable to open database file".
    """
    environ.setdefault("PREFECT_HOME", str(home / "prefect"))
    Path(environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    environ["DO_NOT_TRACK"] = "1"
    # Who holds a deployment's only slot is kept on disk. In memory, the default, a server that dies in a run forgets
    # it: the slot stays taken for good and that flow never starts again. From disk it ends within five minutes.
    environ.setdefault(
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE", "prefect.server.concurrency.lease_storage.filesystem"
    )
    environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
    environ.setdefault("PREFECT_SERVER_LOGGING_LEVEL", "WARNING")
    # Steps of a dry run or of a test call loggers outside a flow run; that is no news.
    environ.setdefault("PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW", "ignore")
