"""Letters to PDF through LibreOffice: one call per batch, in a profile of its own, and never for longer than agreed."""

import io
import os
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from tasks.ports.errors import ConverterUnavailable

_PROGRAMS = ("soffice", "libreoffice")
_INSTALL = "install it (apt-get install libreoffice-writer fonts-liberation) or set letters.pdf = false"
_FONTS = ("Arial", "Liberation Sans")  # the shipped templates are set in Arial; the second has the same widths

# PDF/A-2b with tags: what an archive keeps and a screen reader can follow.
_FILTER = (
    'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"},'
    '"UseTaggedPDF":{"type":"boolean","value":"true"}}'
)

# An edited draft comes from outside: no macros, no linked pictures fetched, no links updated.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value>
</prop></item>
</oor:items>
"""


class LibreOfficePdf:
    """Implements `PdfConverter`. One object may serve many batches; two batches at once have two profiles."""

    def __init__(self, program: Path | None = None, timeout: float = 60.0, per_document: float = 2.0) -> None:
        """A call may take `timeout` + `per_document` × documents seconds; a batch with culprits a few times that."""
        self._program = program
        self._timeout = timeout
        self._per_document = per_document

    def ping(self) -> str:
        """Return the version and whether the letters' font is there; see `PdfConverter`."""
        program = self._found()
        try:
            answer = subprocess.run(  # noqa: S603 - our own arguments
                [program, "--version"], capture_output=True, text=True, timeout=self._timeout, check=False
            )
        except subprocess.TimeoutExpired as error:
            what = f"LibreOffice ({program}) did not answer in {self._timeout:.0f} s"
            raise ConverterUnavailable(f"{what}; end its hanging processes, or {_INSTALL}") from error
        except OSError as error:
            raise ConverterUnavailable(f"LibreOffice ({program}) does not answer: {error}; {_INSTALL}") from error
        if answer.returncode:
            raise ConverterUnavailable(f"LibreOffice ({program}) ended with {answer.returncode}; {_INSTALL}")
        return f"{answer.stdout.strip() or program}; {_font_report()}"

    def convert(self, documents: Sequence[bytes], scratch: Path) -> list[bytes | None]:
        """Return the PDFs in order, None for a document that fails or hangs even when alone.

        Raises `ConverterUnavailable` when LibreOffice itself cannot be used.
        """
        if not documents:
            return []
        with tempfile.TemporaryDirectory(prefix="pdf-", dir=scratch, ignore_cleanup_errors=True) as folder:
            batch = _Batch(self._found(), Path(folder), documents)
            limit = self._timeout + self._per_document * len(documents)
            # Finding one culprit by halves costs a time limit per halving.
            deadline = monotonic() + limit + self._timeout * (1 + len(documents).bit_length())
            self._convert(batch, batch.readable(), deadline)
            return batch.results()

    def _convert(self, batch: "_Batch", numbers: list[int], deadline: float) -> None:
        """Convert the documents; those without a PDF are tried again by halves until the culprits stand alone."""
        left = deadline - monotonic()
        if left <= 0 or not numbers:
            return
        batch.run(numbers, min(left, self._timeout + self._per_document * len(numbers)))
        missing = [number for number in numbers if not batch.is_done(number)]
        if not missing or len(numbers) == 1:
            return
        middle = (len(missing) + 1) // 2
        for half in (missing[:middle], missing[middle:]):
            self._convert(batch, half, deadline)

    def _found(self) -> Path:
        if self._program:
            if self._program.is_file():
                return self._program
            raise ConverterUnavailable(f"LibreOffice is not at {self._program}; {_INSTALL}")
        path = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
        if path is None:
            raise ConverterUnavailable(f"LibreOffice is not installed; {_INSTALL}")
        return Path(path)


class _Batch:
    """The files of one batch: documents in, PDFs out, and the profile that all its calls share."""

    def __init__(self, program: Path, folder: Path, documents: Sequence[bytes]) -> None:
        self._program = program
        self._folder = folder
        self._count = len(documents)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_PROFILE, encoding="utf-8")
        for number, document in enumerate(documents):
            if zipfile.is_zipfile(io.BytesIO(document)):  # LibreOffice would print anything else as plain text
                self._path(number, "docx").write_bytes(document)

    def readable(self) -> list[int]:
        """Return the numbers of the documents that are packages, as every .docx is."""
        return [number for number in range(self._count) if self._path(number, "docx").is_file()]

    def run(self, numbers: Sequence[int], seconds: float) -> None:
        """Call LibreOffice once for these documents, killing it and its children when time is up."""
        command = [
            str(self._program), f"-env:UserInstallation={(self._folder / 'profile').as_uri()}",
            "--headless", "--norestore", "--nolockcheck", "--convert-to", _FILTER, "--outdir", str(self._folder),
            *(str(self._path(number, "docx")) for number in numbers),
        ]  # fmt: skip
        with (self._folder / "log").open("wb+") as log:
            try:
                # A file for its output: a pipe that nobody reads would hang it.
                process = subprocess.Popen(  # noqa: S603 - our own arguments
                    command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except OSError as error:
                raise ConverterUnavailable(f"LibreOffice could not be started: {error}; {_INSTALL}") from error
            code = _wait(process, seconds)
            log.seek(0)
            said = log.read(2000).decode("utf-8", "replace").strip()
        # A broken document ends with 0 and no PDF; any other ending without a PDF is LibreOffice's own trouble.
        if code not in (0, None) and not any(self.is_done(number) for number in numbers):
            raise ConverterUnavailable(f"LibreOffice ended with {code}: {said[-300:] or 'no message'}; {_INSTALL}")

    def is_done(self, number: int) -> bool:
        """Whether there is a whole PDF (one that was being written when time was up has no end mark)."""
        path = self._path(number, "pdf")
        return path.is_file() and b"%%EOF" in path.read_bytes()[-1024:]

    def results(self) -> list[bytes | None]:
        """Return what there is, in order."""
        return [self._path(n, "pdf").read_bytes() if self.is_done(n) else None for n in range(self._count)]

    def _path(self, number: int, suffix: str) -> Path:
        return self._folder / f"{number:05}.{suffix}"


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> int | None:
    """Return the exit code, or None when it had to be killed (soffice is a wrapper: the whole group goes)."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _font_report() -> str:
    """Return which of the letters' fonts the system has."""
    lister = shutil.which("fc-list")
    if lister is None:
        return "fonts unknown (fc-list is not installed)"
    listed = subprocess.run([lister, ":", "family"], capture_output=True, text=True, timeout=30, check=False).stdout  # noqa: S603
    families = {name.strip() for line in listed.splitlines() for name in line.split(",")}
    here = next((font for font in _FONTS if font in families), None)
    return (
        f"font {here}" if here else "no Arial or Liberation Sans: install fonts-liberation, else letters change shape"
    )
