"""`mipg`: the operator's command line. Every heavy import happens inside the command that needs it."""

import os
import sys

import typer

from deployments.cli import comparing, judging, keeping, reading, running

app = typer.Typer(
    name="mipg",
    help="Mesa MIPG: mail in; cases, letters, reminders, digest and impact report out.",
    rich_markup_mode=None,  # rich help costs 170 ms
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)
for group in (running, reading, judging, keeping, comparing):
    group.register(app)


def main() -> None:
    """Run the command line; trouble ends in one or a few lines on stderr and the exit codes of interfaces.md."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old locale must not stop a Spanish word, nor a broken byte a line
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except Exception as error:
        if os.environ.get("MIPG_DEBUG") == "1":
            raise
        from deployments.cli.failure import report

        sys.exit(report(error))


if __name__ == "__main__":
    main()
