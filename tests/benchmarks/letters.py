"""Letters against bare docxtpl, and PDFs in one batch against one cold LibreOffice per letter.

Run: python -m tests.benchmarks.letters [letters] [pdfs]. Prints one JSON document; budgets: letters ≥ 0.8, PDFs ≥ 5.
"""

import gc
import io
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from docxtpl import DocxTemplate

import templates
from tasks.adapters.letters.docx import DocxRenderer
from tasks.adapters.letters.pdf import LibreOfficePdf
from tests.benchmarks.processor import processor_seconds
from tests.templates.letters_samples import THREE_CASES, letter

_TEMPLATE = templates.FOLDER / "letters" / "default.docx"


def bare() -> bytes:
    """Render a letter with docxtpl as its manual shows it."""
    document = DocxTemplate(_TEMPLATE)
    document.render(letter(THREE_CASES).fields(), autoescape=True)
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


def seconds_each(work: Callable[[], object], times: int) -> float:
    """Return the median of `times` runs, in processor seconds."""
    measured = []
    for _ in range(times):
        begun = processor_seconds()
        work()
        measured.append(processor_seconds() - begun)
    return statistics.median(measured)


def measure(letters: int, pdfs: int) -> dict[str, float]:
    """Return milliseconds a letter and seconds a PDF, ours and bare, and the ratios (higher is faster than bare)."""
    renderer = DocxRenderer([templates.FOLDER])
    document = renderer.render("letters/default", letter(THREE_CASES).fields())
    gc.collect()
    plain = seconds_each(bare, letters)
    ours = seconds_each(lambda: renderer.render("letters/default", letter(THREE_CASES).fields()), letters)
    converter = LibreOfficePdf()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        cold = seconds_each(lambda: converter.convert([document], scratch), 3)
        batch = seconds_each(lambda: converter.convert([document] * pdfs, scratch), 1) / pdfs
    return {
        "letters": letters,
        "bare_ms": round(plain * 1000, 1),
        "ours_ms": round(ours * 1000, 1),
        "letters_ratio": round(plain / ours, 2),
        "pdfs": pdfs,
        "cold_s": round(cold, 2),
        "batch_s_each": round(batch, 3),
        "pdfs_ratio": round(cold / batch, 1),
    }


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:3]]
    figures = measure(*(asked + [100, 40][len(asked) :]))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
