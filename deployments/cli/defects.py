"""What `mipg run results` says of each file: which heading became which policy, and every defect with its place."""

import hashlib
from pathlib import Path
from typing import Any

from deployments.cli.paper import say
from tasks.bootstrap import Office
from tasks.results.versions import known, of_contents


class ResultsReading:
    """A run of results about to happen: what it finds is what was not known before, and the file named."""

    def __init__(self, office: Office, file: Path | None) -> None:
        named = {hashlib.sha256(file.read_bytes()).hexdigest()} if file else set()
        self._office, self._before = office, known(office) - named

    def found(self) -> list[dict[str, Any]]:
        """Return the files that the run loaded, as documents."""
        return [
            {
                "file": file.name,
                "vigencias": list(file.vigencias),
                "version": file.version,
                "headings": dict(file.headings),
                "problems": list(file.findings),
            }
            for file in of_contents(self._office, known(self._office) - self._before)
        ]


def say_files(files: list[dict[str, Any]]) -> None:
    """Print them for people."""
    for file in files:
        years = ", ".join(map(str, file["vigencias"]))
        say(f"{file['file']}: vigencia {years}, versión {file['version']}")
        for heading, policy in file["headings"].items():
            say(f"  «{heading}» = {policy}")
        for problem in file["problems"]:
            say(f"  ! {problem}")
