"""Three-way merge of one tab: ledger, shadow and what the sheet says → edits, orders, writes.

One cycle: read → merge → apply what people did to the ledger, committing `accepted`, `refused`, `consumed` and
`adopted` (shadow.py) and `shadow_changes` with it → merge the same read `again` with the new records and shadow →
commit its `shadow_changes` → write → commit `landed`. Any step may be lost: what people did is reported until the
shadow says that it was taken, and what we write is computed anew until the sheet says it.
"""

from tasks.domain.sheet import shadow as marks
from tasks.domain.sheet.cells import Reading, canonical, clean_text
from tasks.domain.sheet.merging import ACTION, ALERTS, DETAIL, Ground, MergeResult, Request
from tasks.domain.sheet.row_merge import RowMerge
from tasks.domain.sheet.rows import COPY_MARK, NEW_MARK, Sorted, fingerprints, sort_rows
from tasks.domain.sheet.shadow import Adoptable
from tasks.domain.sheet.table import Row

_LOST_COLUMN = 3  # rows that must have had a value before an empty column counts as lost, not as emptied
_ENOUGH = 2  # cells by which a row typed by hand is known after it was edited
# The system's columns in which people describe a request that they note by hand.
_TYPED = frozenset({"Recibido", "Entidad", "Solicitante", "Correo", "Asunto", "Resumen", "Radicado de entrada"})
_STEADY = 2  # cycles that must see a hand-typed row unchanged


def merge_rows(request: Request) -> MergeResult:
    """Return what people did in the tab since the shadow and what brings the sheet in line with the ledger."""
    ground = Ground(request)
    key_header = ground.headers.get(request.layout.key)
    if key_header is None:
        ground.out.alerts.append(
            f"La pestaña «{request.layout.name}» no tiene la columna «{request.layout.key}», que identifica las filas: "
            "mientras falte no se lee ni se escribe nada en ella."
        )
        return ground.out
    alerts, known_copies = ground.headers.get(ALERTS), ground.shadow_of("")
    found = sort_rows(
        request.tab,
        key_header,
        request.records.keys(),
        alerts,
        ground.likeness,
        lambda row: ground.copy_mark(row) in known_copies,
    )
    ground.blank = _lost_columns(ground, found)
    for key, row in found.rows.items():
        RowMerge(ground, key, row).run()
    _answer_strangers(ground, found)
    _remember_copies(ground, found)
    coming = _merge_typed(ground, found)
    for key, record in request.records.items():
        if key not in found.rows and key not in coming and key not in request.hidden:
            ground.append(key, record)
    return ground.out


def _lost_columns(ground: Ground, found: Sorted) -> frozenset[str]:
    """Return the columns without any value that used to have several: somebody deleted the column, not each value."""
    lost = set()
    for column in ground.columns:
        if any(canonical(ground.value(row, column.header)) for row in found.rows.values()):
            continue
        if sum(column.header in ground.shadow_of(key) for key in found.rows) >= _LOST_COLUMN:
            lost.add(column.header)
    return frozenset(lost)


def _answer_strangers(ground: Ground, found: Sorted) -> None:
    for key, row in found.copies:
        note = f"{COPY_MARK}: el {key} ya está en otra fila y lo de esta no se aplica (tampoco se borra). "
        ground.say(key, row, f"{note}Para pedir un caso nuevo con estos datos, borre el número de esta fila.")
    for key, row in found.unknown:
        if ground.request.unknown:
            ground.say(key, row, ground.request.unknown.format(key=clean_text(key, 40)))


def _remember_copies(ground: Ground, found: Sorted) -> None:
    """Keep which rows are copies with what was taken from the others: a run killed before it marks them knows it."""
    copies = {ground.copy_mark(row) for _, row in found.copies}
    for entry in copies:
        ground.keep("", entry, "1")
    for entry in ground.shadow_of(""):
        if entry.startswith(marks.COPY) and entry not in copies:
            ground.keep("", entry, None)


def _merge_typed(ground: Ground, found: Sorted) -> set[str]:
    """Number the hand-typed rows whose case exists, offer the complete and steady ones; return the numbers given."""
    named = fingerprints(found.typed, ground.headers.get(ALERTS))
    given = _given_numbers(ground, found, named)
    for fingerprint, row in named.items():
        if fingerprint in given:
            ground.put("", row, ground.request.layout.key, given[fingerprint])
        elif ground.request.missing:
            _consider(ground, fingerprint, row)
    for fingerprint, number in given.items():
        if marks.ADOPTED + fingerprint not in ground.shadow_of(""):  # edited since: it is known as it says now
            ground.keep("", marks.ADOPTED + fingerprint, f"{number}{marks.SPLIT}{named[fingerprint].number}")
    for entry in ground.shadow_of(""):
        mark, fingerprint = entry[:1], entry[1:]
        if (mark == marks.SEEN and fingerprint not in named) or (mark == marks.ADOPTED and fingerprint not in given):
            ground.keep("", entry, None)
    return set(given.values())


def _given_numbers(ground: Ground, found: Sorted, named: dict[str, Row]) -> dict[str, str]:
    """Return the numbers still to be written, by the fingerprint of the row that gets each.

    A row edited between adoption and writing has another fingerprint: then what it has in common with the case tells.
    It is none that an earlier read saw as it is: that one stood beside the adopted row, and is a request of its own.
    """
    waiting: dict[str, tuple[str, str]] = {}  # fingerprint → number, place
    for entry, text in ground.shadow_of("").items():
        number, _, place = text.partition(marks.SPLIT)
        if entry.startswith(marks.ADOPTED) and number in ground.request.records and number not in found.rows:
            waiting[entry[1:]] = number, place
    given = {fingerprint: number for fingerprint, (number, _) in waiting.items() if fingerprint in named}
    for number, place in (waiting[fingerprint] for fingerprint in waiting if fingerprint not in named):
        free = {name: row for name, row in named.items() if name not in given and not _seen_before(ground, name)}
        if target := _edited(ground, number, place, free):
            given[target] = number
    return given


def _edited(ground: Ground, number: str, place: str, rows: dict[str, Row]) -> str | None:
    """Return which hand-typed row became the case: the one that says most of what the case says."""
    record = ground.request.records[number]
    scored = []
    for fingerprint, row in rows.items():
        readings = _readings(ground, row)
        equal = sum(
            canonical(readings[column.header].shown, column.format) == ground.canonical(column, record)
            for column in ground.columns
            if column.header in readings and readings[column.header].ok
        )
        scored.append((equal, str(row.number) == place, fingerprint))
    equal, there, fingerprint = max(scored, default=(0, False, ""))
    return fingerprint if equal >= _ENOUGH or (equal and there) else None


def _consider(ground: Ground, fingerprint: str, row: Row) -> None:
    readings = _readings(ground, row)
    if _seen(ground, fingerprint) < _STEADY or not readings or ground.request.missing is None:
        return
    if _is_only_ours(ground, row):
        _empty(ground, row)
        return
    wrong = [f"{header}: {reading.note}" for header, reading in readings.items() if not reading.ok]
    lacking = "; ".join(wrong) or ground.request.missing(readings)
    if lacking:
        ground.say("", row, f"{NEW_MARK}: {lacking}.")
    elif not ground.request.again:
        values = {header: reading.value for header, reading in readings.items()}
        ground.out.adoptable.append(Adoptable(row.number, fingerprint, values, _in_system_columns(ground, row)))


def _is_only_ours(ground: Ground, row: Row) -> bool:
    """Whether nothing in a row without a number tells of a request: only what the system itself fills stands there."""
    ours = {ground.headers[c.header] for c in ground.columns if c.owner == "system" and c.header not in _TYPED}
    return {header for header, value in row.values.items() if canonical(value)} <= ours


def _empty(ground: Ground, row: Row) -> None:
    for column in ground.columns:
        if canonical(ground.value(row, column.header)):
            ground.put("", row, column.header, None)


def _seen(ground: Ground, fingerprint: str) -> int:
    """Return how many reads saw the row as it is; the same read counts once, however often it is merged."""
    count, _, mark = ground.shadow_of("").get(marks.SEEN + fingerprint, "0").partition(marks.SPLIT)
    if int(count) >= _STEADY or (int(count) and mark == ground.request.mark):
        return int(count)
    seen = min(int(count) + 1, _STEADY)
    ground.keep("", marks.SEEN + fingerprint, f"{seen}{marks.SPLIT}{ground.request.mark}")
    return seen


def _seen_before(ground: Ground, fingerprint: str) -> bool:
    _, _, mark = ground.shadow_of("").get(marks.SEEN + fingerprint, "").partition(marks.SPLIT)
    return mark not in {"", ground.request.mark}


def _in_system_columns(ground: Ground, row: Row) -> dict[str, str]:
    """Return what was typed where the system will write: the same value, or a better one, is no correction of it."""
    typed = (
        (c.header, canonical(ground.value(row, c.header), c.format)) for c in ground.columns if c.owner == "system"
    )
    return {header: text for header, text in typed if text and header != ALERTS}


def _readings(ground: Ground, row: Row) -> dict[str, Reading]:
    """Return what the hand-typed row says, by header; orders wait until it is a case."""
    return {
        column.header: ground.request.read(column.header, ground.value(row, column.header))
        for column in ground.columns
        if column.header not in {ACTION, DETAIL, ALERTS} and canonical(ground.value(row, column.header))
    }
