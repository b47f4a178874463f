"""`mipg doctor`: each part of the office asked whether it works, and what to do where it does not."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from config.settings import Settings, configuration_file
from deployments.cli.command import Desk
from tasks.domain.learning.share import share_of
from tasks.operation.copies import Standing, different_copies
from tasks.ports.errors import ConverterUnavailable, MipgError

if TYPE_CHECKING:
    from tasks.bootstrap import Office

_LATELY = timedelta(weeks=8)

Check = Callable[["Office"], str | Sequence[str]]  # a line when all is well; a list of problems


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination: "ok", "note" (works, worth knowing) or "FAIL"."""

    mark: str
    what: str
    words: str


def examine(desk: Desk) -> Iterator[Finding]:
    """Yield what each part says; one that fails never hides the next. Raises `SettingsError` for bad settings."""
    settings = desk.settings
    file = configuration_file(desk.config, desk.home, os.environ)
    yield Finding("ok", "configuration", f"{file or 'none: values out of the box'}; home {settings.home}")
    office = desk.office
    for what, check in _CHECKS:
        yield from _ask(what, check, office)
    yield from _own_copies(settings)


def _ask(what: str, check: Check, office: "Office") -> Iterator[Finding]:
    try:
        answer = check(office)
    except ConverterUnavailable as error:
        yield Finding("note", what, f"{error}; until then letters go as .docx")
    except (MipgError, OSError) as error:
        yield from (Finding("FAIL", what, line) for line in str(error).splitlines())
    else:
        if isinstance(answer, str):
            yield Finding("ok", what, answer)
        else:
            yield from (Finding("FAIL", what, problem) for problem in answer)
            if not answer:
                yield Finding("ok", what, "all compile")


def _clock(office: "Office") -> str:
    now = office.clock.now()
    working = "" if office.rules.calendar.is_business_day(now.date()) else ", not a business day"
    return f"{now:%Y-%m-%d %H:%M} {office.settings.clock.timezone}{working}"


def _catalog(office: "Office") -> str:
    catalog, examples = office.catalog, office.examples()
    known = f"{len(catalog.policies)} policies, {len(catalog.municipalities)} municipalities"
    return f"{known}, {len(examples)} sentences to learn from"


def _ledger(office: "Office") -> str | list[str]:
    office.ledger.upgrade()
    reached = office.ledger.ping()
    if broken := office.ledger.audit():
        return [f"{reached}: {line}" for line in broken]
    return f"{reached}, every invariant holds"


def _people(office: "Office") -> str | list[str]:
    with office.ledger.reading() as unit:
        known = unit.books.directory()
    people = (known if known.people or known.leaders else office.seed).on(office.clock.today())
    if people.director() is None:
        return ["nobody is directora/o today: fill the tab Equipo, or directory.file before `mipg init`"]
    missing = [p.slug for p in office.catalog.policies if people.leader(p.slug) is None and not p.valid_to]
    without = f"; without a leader: {', '.join(missing)}" if missing else ""
    return f"{len(people.people)} in the team, {len(people.leaders)} leaders{without}"


def _model(office: "Office") -> str:
    """Which text model judges, what it learnt from people, and how much it lately decided alone."""
    model, before, now = office.models.current(), office.models.previous(), office.clock.now()
    origin = f"fitted {model.fitted} with {model.learnt} corrections" if model.fitted else "as shipped"
    kept = f"{before.version} before it is kept" if before else "none before it is kept"
    start = now - _LATELY
    with office.ledger.reading() as unit:
        share = share_of(unit.cases.events(start, now), unit.lessons.counted(start, now))
    alone = f"{share.automatic} of {share.opened} cases ({share.percent:.0%}) classified alone"
    return f"{model.version}, {origin}; {kept}; last {_LATELY.days} days: {alone}, {share.corrected} corrected"


def _outgoing(office: "Office") -> str:
    redirected = office.settings.outgoing.redirect_to
    return office.sender.ping() + (f"; ALL mail goes to {redirected} (outgoing.redirect_to)" if redirected else "")


def _signatures(office: "Office") -> str | list[str]:
    problems = office.signatures.check()
    configured = len(office.settings.letters.signatures)
    return problems or (
        f"{configured} usable" if configured else "none configured (letters.signatures): signed by hand"
    )


def _results_address(office: "Office") -> str:
    url = office.settings.scores.url
    if not url:
        return "none watched (scores.url)"
    found = office.results_page.fetch(url, "")
    return f"«{found.name}», {len(found.content):,} bytes" if found else "answers"


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("clock", _clock),
    ("catalogues", _catalog),
    ("ledger", _ledger),
    ("people", _people),
    ("text model", _model),
    ("archive", lambda office: office.archive.ping()),
    ("mailbox", lambda office: office.mailbox.ping()),
    ("outgoing mail", _outgoing),
    ("sheet", lambda office: office.sheet.ping()),
    ("mail templates", lambda office: office.texts.check()),
    ("letter templates", lambda office: office.letters.check()),
    ("signatures", _signatures),
    ("results address", _results_address),
    ("PDF", lambda office: office.pdf.ping()),
)


def _own_copies(settings: Settings) -> Iterator[Finding]:
    """Name the office's copies that say something else than this version's: an upgrade never touches them."""
    different = different_copies(settings)
    if outdated := different[Standing.OUTDATED]:
        what = "not edited, and older than this version's; `mipg renew` brings them up to date"
        yield Finding("note", "own copies", f"{what}: {', '.join(outdated)}")
    if edited := different[Standing.EDITED]:
        yield Finding("note", "own copies", f"edited by the office, and left alone: {', '.join(edited)}")
