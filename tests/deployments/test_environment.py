"""What Prefect finds in the environment."""

import subprocess
import sys
from pathlib import Path

from deployments.environment import set_prefect_environment


def test_what_the_operator_set_stands_but_for_telemetry(tmp_path: Path) -> None:
    environ = {"PREFECT_HOME": str(tmp_path / "own"), "PREFECT_LOGGING_LEVEL": "DEBUG", "DO_NOT_TRACK": "0"}
    set_prefect_environment(tmp_path, environ)
    assert environ["PREFECT_HOME"] == str(tmp_path / "own")
    assert environ["PREFECT_LOGGING_LEVEL"] == "DEBUG"
    assert environ["DO_NOT_TRACK"] == "1"
    assert (tmp_path / "own").is_dir()


def test_a_server_that_dies_during_a_run_does_not_forget_who_holds_the_flow(tmp_path: Path) -> None:
    environ: dict[str, str] = {}
    set_prefect_environment(tmp_path, environ)
    program = (
        "from prefect.server.concurrency.lease_storage import get_concurrency_lease_storage as s;"
        "print(s().storage_path)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == str(tmp_path / "prefect" / "concurrency_leases")
