"""A program of its own: reads a PDF from standard input and writes its text; started by `pdf.py`, never imported.

A hostile PDF may keep pypdf busy or make it ask for all memory: then only this process dies.
"""

import sys
from io import BytesIO

_PAGES = 20
_MEMORY = 1024 * 2**20  # octets of address space
_SECONDS = 15  # of processor
_CHARACTERS = 40_000


def main() -> None:
    """Write the text of the first pages as UTF-8."""
    _limit()
    import logging

    from pypdf import PdfReader

    logging.disable(logging.CRITICAL)
    written = 0
    for page in PdfReader(BytesIO(sys.stdin.buffer.read())).pages[:_PAGES]:
        text = page.extract_text()[: _CHARACTERS - written]
        sys.stdout.buffer.write(text.encode("utf-8", "ignore") + b"\n")
        written += len(text)
        if written >= _CHARACTERS:
            return


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: the time limit of whoever started this is all there is
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))


if __name__ == "__main__":
    main()
