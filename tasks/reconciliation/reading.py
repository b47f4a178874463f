"""One reading of the sheet in our own words: built or repaired first, renamed columns recognised."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from tasks.bootstrap import Office
from tasks.domain.sheet.columns import (
    Choices,
    archive_layout,
    archive_tab,
    choices_of,
    layouts,
    offer_layout,
    offer_tab,
)
from tasks.domain.sheet.headers import header_key
from tasks.domain.sheet.renaming import (
    Naming,
    as_they_call_them,
    doubts,
    forgotten,
    in_our_words,
    in_their_words,
    is_short,
    recognise,
    remembered,
)
from tasks.domain.sheet.shadow import SPLIT, Shadow, ShadowChanges
from tasks.domain.sheet.table import CellWrite, SheetChanges, Snapshot, Tab, TabLayout
from tasks.notices.notice import alert_operator
from tasks.ports.errors import SheetBusy, SheetUnavailable
from tasks.ports.ledger import UnitOfWork
from tasks.yearly_offer import offer_year

_REMOVED = (
    "Alguien quitó de la hoja la pestaña «{name}». El sistema la vuelve a crear con lo que está registrado y el "
    "trabajo continúa. Lo que se había escrito en ella después del último ciclo no quedó registrado: si hace falta, "
    "está en el historial de versiones (Google Sheets) o en la copia de respaldo (Excel)."
)
_MOST = 0.8  # share of a tab's columns by which it is recognised under another name


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What the sheet said at one moment, by tab, and how its tabs call our columns."""

    tabs: Mapping[str, Tab]
    layouts: tuple[TabLayout, ...]  # with the headers that the tabs have
    namings: Mapping[str, Naming]
    fingerprint: str
    mark: str  # of this reading alone: a hand-typed row is counted once by it
    notes: tuple[str, ...] = ()  # what a person has to settle: a column to name again, copies in conflict
    told: tuple[str, ...] = ()  # those of the notes that the sheet's backend told
    is_whole: bool = True  # nothing remains to be built or repaired

    def written(self, changes: SheetChanges) -> SheetChanges:
        """Return the changes with the headers that the tabs have."""
        return in_their_words(changes, self.namings)

    def unwritten(self, skipped: Iterable[CellWrite]) -> tuple[CellWrite, ...]:
        """Return writes that were skipped with our own headers again."""
        back = {tab: {header: name for name, header in naming.renamed.items()} for tab, naming in self.namings.items()}
        return tuple(
            replace(write, header=back.get(write.tab, {}).get(write.header, write.header)) for write in skipped
        )


class Shadows:
    """The shadow of each tab of one sheet, as one unit of work found it."""

    def __init__(self, unit: UnitOfWork, office: Office, key: str | None = None) -> None:
        self._unit, self._sheet = unit, office.sheet.name
        self._tabs: dict[str, dict[tuple[str, str], str]] = {}
        for (tab, row, entry), text in unit.books.shadow(self._sheet, key).items():
            self._tabs.setdefault(tab, {})[row, entry] = text

    def of(self, tab: str) -> Shadow:
        """Return the shadow of one tab."""
        return self._tabs.get(tab, {})

    def save(self, tab: str, changes: ShadowChanges) -> None:
        """Commit the changes with the unit of work; what was read stays as it was."""
        save_shadow(self._unit, self._sheet, tab, changes)


def save_shadow(unit: UnitOfWork, sheet: str, tab: str, changes: ShadowChanges) -> None:
    """Change the shadow of one tab."""
    if changes:
        unit.books.save_shadow(sheet, {(tab, key, entry): text for (key, entry), text in changes.items()})


def todays_choices(unit: UnitOfWork, office: Office) -> Choices:
    """Return what the drop-downs offer today: the policies in force, the people in post."""
    today = office.clock.today()
    return choices_of(office.catalog.on(today), unit.books.directory().on(today))


def sheet_layouts(office: Office) -> tuple[TabLayout, ...]:
    """Return the tabs as they should be today."""
    with office.ledger.reading() as unit:
        choices, year = todays_choices(unit, office), offer_year(unit)
        offered = [offer_layout(year, choices)] if year else []
        return (*layouts(choices), *offered, *map(archive_layout, archive_years(unit, office)))


def archive_years(unit: UnitOfWork, office: Office) -> list[int]:
    """Return the years of which closed cases have a tab of their own."""
    return [int(year) for year in (unit.books.cursor(f"archive/{office.sheet.name}") or "").split(";") if year]


def remember_archive(unit: UnitOfWork, office: Office, years: set[int]) -> None:
    """Have a tab made for the closed cases of each of those years, from the next reading on."""
    if years - (known := set(archive_years(unit, office))):
        unit.books.save_cursor(f"archive/{office.sheet.name}", ";".join(map(str, sorted(known | years))))


def read_sheet(office: Office) -> SheetReading:
    """Return what the sheet says, built or repaired first where tabs, columns or drop-downs are missing."""
    wanted = sheet_layouts(office)
    with office.ledger.reading() as unit:
        stamp = unit.books.cursor(_cursor(office))
    if stamp is None:
        office.sheet.prepare(wanted)
    snapshot = office.sheet.read(wanted)
    namings = _recognised(office, wanted, snapshot)
    present = as_they_call_them(wanted, namings)
    missing = [one for one in wanted if one.name not in snapshot.tabs]
    _refuse_renamed(missing, snapshot, wanted)
    _tell_removed(office, [one.name for one in missing], list(snapshot.tabs))
    trouble: tuple[str, ...] = ()
    is_whole = True
    if missing or any(naming.deleted for naming in namings.values()) or stamp != _stamp(present):
        snapshot, trouble, is_whole = _repaired(
            office, present, snapshot, needed=any(not _is_of_a_year(one.name) for one in missing)
        )
        namings = _recognised(office, wanted, snapshot)
        present = as_they_call_them(wanted, namings)
    return SheetReading(
        {name: in_our_words(tab, namings.get(name, Naming())) for name, tab in snapshot.tabs.items()},
        present,
        namings,
        snapshot.fingerprint,
        uuid4().hex[:12],
        (*snapshot.notes, *trouble, *(line for one in wanted for line in doubts(one, namings.get(one.name, Naming())))),
        snapshot.notes,
        is_whole,
    )


def _refuse_renamed(missing: Sequence[TabLayout], found: Snapshot, wanted: Sequence[TabLayout]) -> None:
    """Raise `SheetUnavailable` when a missing tab stands there under another name: a second would split the work."""
    known = {layout.name for layout in wanted}
    strange = [tab for name, tab in found.tabs.items() if name not in known and not _is_of_a_year(name)]
    for layout in missing:
        ours = {header_key(column.header) for column in layout.columns}
        for tab in strange:
            theirs = {header_key(header) for header in tab.headers if header}
            if len(ours) > 1 and len(ours & theirs) >= _MOST * len(ours) and tab.rows:
                raise SheetUnavailable(
                    f"La pestaña «{layout.name}» parece llamarse ahora «{tab.name}»: devuélvale su nombre. Entre "
                    "tanto no se lee ni se escribe la hoja; el trabajo sigue registrándose"
                )


def _tell_removed(office: Office, missing: Sequence[str], present: Sequence[str]) -> None:
    """Alert the operator of tabs that stood there at an earlier reading, before they are made anew."""
    cursor = f"tabs/{office.sheet.name}"
    with office.ledger.reading() as unit:
        known = (unit.books.cursor(cursor) or "").split(SPLIT)
    removed = [name for name in missing if name in known]
    if not removed and known == sorted(present):
        return
    with office.ledger.begin() as unit:
        unit.books.save_cursor(cursor, SPLIT.join(sorted({*present, *removed})))
        for name in removed:
            about = f"pestaña-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
            alert_operator(unit, office, about, _REMOVED.format(name=name))


def _is_of_a_year(name: str) -> bool:
    """Whether the tab is one of a year, of closed cases or of the offer: that of another year stays beside it."""
    return name.startswith((archive_tab(0).removesuffix("0"), offer_tab(0).removesuffix("0")))


def _repaired(
    office: Office, present: tuple[TabLayout, ...], found: Snapshot, *, needed: bool
) -> tuple[Snapshot, tuple[str, ...], bool]:
    """Return the sheet after its repair, what to tell of it and whether it was done.

    Only a tab that we cannot do without stops us.
    """
    try:
        office.sheet.prepare(present)
    except SheetUnavailable as error:
        if needed:
            raise
        return found, () if isinstance(error, SheetBusy) else (str(error),), False
    with office.ledger.begin() as unit:
        unit.books.save_cursor(_cursor(office), _stamp(present))
    return office.sheet.read(present), (), True


def _recognised(office: Office, wanted: tuple[TabLayout, ...], snapshot: Snapshot) -> dict[str, Naming]:
    """Return where our columns are; what is to be made anew is forgotten first, so that empty is not emptied."""
    whole = any(one.name in snapshot.tabs and is_short(one, snapshot.tabs[one.name]) for one in wanted)
    with office.ledger.reading() as unit:
        shadows = Shadows(unit, office, None if whole else "")
    namings: dict[str, Naming] = {}
    changes: dict[str, ShadowChanges] = {}
    for layout in wanted:
        if tab := snapshot.tabs.get(layout.name):
            shadow = shadows.of(layout.name)
            namings[layout.name] = naming = recognise(layout, tab, shadow)
            changes[layout.name] = remembered(naming, tab, shadow) | forgotten(shadow, naming.deleted)
    if any(changes.values()):
        with office.ledger.begin() as unit:
            for name, change in changes.items():
                save_shadow(unit, office.sheet.name, name, change)
    return namings


def _cursor(office: Office) -> str:
    return f"layout/{office.sheet.name}"


def _stamp(present: tuple[TabLayout, ...]) -> str:
    return hashlib.sha256(repr(present).encode()).hexdigest()
