"""The weekly digest as a Prefect flow; the digest stays in the server as an artifact."""

import re

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.office import open_office, run
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.steps import Counts
from tasks.views.reading import last_mail

_TITLE = re.compile(r"^([A-ZÁÉÍÓÚÜÑ]{2}[A-ZÁÉÍÓÚÜÑ ]{3,}?)( \(.*\))?$", re.MULTILINE)


@flow(name="digest")
def digest(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Queue the digest if one is due; returns 1 or 0."""
    office = open_office(config, home, now)
    counts = run(office, "digest")
    if counts.get("digests") and (mail := last_mail(office, Purpose.DIGEST)):
        create_markdown_artifact(as_markdown(mail.text), key="digest", description=mail.subject)
    return counts


def as_markdown(text: str) -> str:
    """Return the mail's text with its titles as headings, less its foot: the key of its answers is for its reader."""
    body = text.partition("\n-- \n")[0]
    return _TITLE.sub(lambda found: f"\n## {found[1].capitalize()}{found[2] or ''}\n", body)
