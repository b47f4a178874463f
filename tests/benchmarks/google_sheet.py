"""Calls, own time and memory of cycles on a Google spreadsheet: `python -m tests.benchmarks.google_sheet [cases]`.

The service runs in a process of its own, so that what is measured is ours: processor seconds and peak memory.
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from tasks.adapters.sheet.google.sheet import GoogleSheet
from tasks.domain.sheet.columns import layouts
from tasks.domain.sheet.shadow import updated
from tasks.domain.sheet.views import CaseView, merge_cases
from tests.benchmarks.sheet import CHOICES, CYCLE, views
from tests.googlesheets.server import BOOK, GoogleServer


def _serve(pipe: Connection, folder: Path) -> None:
    with GoogleServer() as server:
        pipe.send((server.url, server.credentials(folder)))
        while pipe.recv():
            pipe.send((server.count("read"), server.count("write")))
            server.calls.clear()


def main(count: int) -> None:
    """Print what a first, an unchanged, a small and a whole change cost."""
    pipe, there = multiprocessing.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there, Path(folder)), daemon=True)
        process.start()
        url, key = pipe.recv()
        sheet, tabs, shadow = GoogleSheet(BOOK, key, url), layouts(CHOICES), {}
        sheet.prepare(tabs)
        cases = views(count)
        for name in ("prepared", "first", "unchanged", "one cell changed", "every light changed"):
            pipe.send(True)
            reads, writes = pipe.recv()
            print(f"  calls before: {reads} reads, {writes} writes")  # noqa: T201
            if name == "prepared":
                continue
            if name == "one cell changed":
                cases[0] = CaseView(cases[0].case, "Integridad", "Jardín", "Ana", light="rojo")
            if name == "every light changed":
                cases = [CaseView(view.case, "Integridad", "Jardín", "Ana", light="gris") for view in cases]
            begin, own = time.perf_counter(), time.process_time()
            result = merge_cases(cases, shadow, sheet.read(tabs).tabs["Casos"], CHOICES, CYCLE)
            report = sheet.write(tabs, result.changes)
            shadow = updated(updated(shadow, result.shadow_changes), result.landed(report.skipped))
            spent, own = time.perf_counter() - begin, time.process_time() - own
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{count} cases, {name}: own {own:.2f} s of {spent:.2f} s, {report.written} written, {peak:.0f} MiB")  # noqa: T201
        pipe.send(True)
        print("  calls before: {} reads, {} writes".format(*pipe.recv()))  # noqa: T201
        pipe.send(False)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
