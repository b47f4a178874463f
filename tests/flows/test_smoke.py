"""One real flow on Prefect's own server: it fails when a resolver picked a set of packages with which none starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.prefect
@pytest.mark.timeout(180)
def test_a_cycle_runs_as_a_flow_and_is_remembered(tmp_path: Path) -> None:
    (tmp_path / "mailbox").mkdir()
    mail = ROOT / "deployments" / "demo_data" / "mail" / "m001.eml"
    (tmp_path / "mailbox" / mail.name).write_bytes(mail.read_bytes())
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MIPG_", "PREFECT_"))}

    def mipg(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deployments.cli.main", *arguments, "--home", str(tmp_path), "--json"]
        return subprocess.run(command, cwd=ROOT, env=clean, capture_output=True, text=True, timeout=170, check=False)

    done = mipg("run", "cycle", "--prefect", "--now", "2026-12-01T08:00")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["intake.case_opened"] == 1
    assert (tmp_path / "prefect" / "prefect.db").is_file(), "Prefect's files stay under the product's home"
    assert json.loads(mipg("status").stdout)["last_success"]["cycle"]
