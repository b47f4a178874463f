"""`mipg listen` as its own process, on Dovecot: mail becomes a row without anyone starting a run."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.e2e.desk import ONE_POLICY, SONSON
from tests.e2e.story import settings_of
from tests.e2e.test_road_on_dovecot import Road
from tests.loopback import SmtpServer

pytestmark = pytest.mark.dovecot


@pytest.fixture
def road(tmp_path: Path, dovecot: Dovecot, smtp_server: SmtpServer) -> Road:
    return Road(tmp_path, dovecot, smtp_server)


@pytest.fixture
def listener(road: Road) -> Iterator[subprocess.Popen[bytes]]:
    road.office()  # makes the sheet and the ledger
    command = [sys.executable, "-m", "deployments.cli.main", "listen", "--home", str(road.home), "--every", "600"]
    environ = os.environ | settings_of(road.settings)
    process = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def cycles(road: Road) -> bool:
    with road.office().ledger.reading() as unit:
        return any(run.flow == "cycle" for run in unit.books.runs())


def rows(road: Road) -> int:
    office = road.office()
    return len(office.sheet.read().tabs["Casos"].rows)


def test_mail_becomes_a_row_and_an_answer_at_once_and_a_signal_ends_it(
    road: Road, listener: subprocess.Popen[bytes]
) -> None:
    until(lambda: cycles(road))
    road.mail(SONSON, "Solicitud de asesoría", ONE_POLICY)
    until(lambda: len(road.taken(SONSON)) == 1)
    assert rows(road) == 1
    listener.send_signal(signal.SIGTERM)
    _, complaints = listener.communicate(timeout=20)
    assert listener.returncode == 0, complaints
    assert b"Traceback" not in complaints
