"""How long a mail takes to become a row and an answered request while `mipg listen` watches a Dovecot account.

    python -m tests.benchmarks.listen [--mails 20]

Mails come one by one, each when the one before was answered. The time ends when the acknowledgement reaches the SMTP
server, which is after the row was written. Prints median, p95 and the longest, in seconds (budget: p95 of 5).
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from tests.dovecot import Dovecot
from tests.e2e.desk import ONE_POLICY
from tests.e2e.story import settings_of
from tests.e2e.test_road_on_dovecot import Road
from tests.loopback import SmtpServer
from tests.needs import find


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mails", type=int, default=20)
    mails = arguments.parse_args().mails
    program = find("dovecot")
    if not program:
        raise SystemExit("dovecot is not installed; install it with: apt-get install dovecot-imapd")
    with TemporaryDirectory() as home, Dovecot(program) as dovecot, SmtpServer() as server:
        road = Road(Path(home), dovecot, server)
        road.office()
        command = [sys.executable, "-m", "deployments.cli.main", "listen", "--home", home]
        listener = subprocess.Popen(command, env=os.environ | settings_of(road.settings), stdout=subprocess.DEVNULL)
        times = sorted(_one(road, number) for number in range(mails + 1))[:-1]  # the first one waits for the start
        listener.send_signal(signal.SIGTERM)
        listener.wait(30)
    p95 = quantiles(times, n=20)[-1]
    print(f"{mails} mails: median {median(times):.2f} s, p95 {p95:.2f} s, longest {times[-1]:.2f} s")  # noqa: T201


def _one(road: Road, number: int) -> float:
    sender = f"planeacion{number}@sonson-antioquia.gov.co"
    start = time.monotonic()
    road.mail(sender, f"Solicitud {number}", f"{ONE_POLICY} Consecutivo {number}.")
    while not road.taken(sender):
        time.sleep(0.02)
    return time.monotonic() - start


if __name__ == "__main__":
    main()
