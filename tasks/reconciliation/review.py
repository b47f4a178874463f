"""Revisión: messages that a person decides on, by drop-down: a request (with policy and municipality) or not."""

from tasks.bootstrap import Office
from tasks.domain.cases.opening import Asked
from tasks.domain.mail.quotes import parts_of
from tasks.domain.mail.reading.parsing import parse
from tasks.domain.sheet.columns import HEED_SENDER, IGNORE_SENDER, Choices, review_layout
from tasks.domain.sheet.merge import merge_rows
from tasks.domain.sheet.merging import CellReader, MergeResult, Request
from tasks.domain.sheet.shadow import Shadow, ShadowChanges, accepted, consumed
from tasks.domain.sheet.views import reader
from tasks.opening import open_request
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import IGNORED_REASON, Fate, MessageRecord, ignored
from tasks.ports.sheet import Tab, Value
from tasks.reconciliation.edits import SHEET_ACTOR, open_elsewhere
from tasks.steps import Counts

_IS_REQUEST = "¿Es solicitud?"
_OPEN = frozenset({Fate.REVIEW, Fate.QUARANTINED})


def merge_review(
    unit: UnitOfWork, office: Office, tab: Tab, shadow: Shadow, choices: Choices, *, again: bool = False
) -> MergeResult:
    """Return the merge of the tab; decided messages leave it when their row is deleted, and are not put back."""
    waiting = {f"M-{record.id}": record for record in unit.messages.in_review()}
    present = {str(row.values.get("Mensaje") or "") for row in tab.rows} - waiting.keys()
    numbers = [int(key[2:]) for key in present if key.startswith("M-") and key[2:].isdecimal() and len(key) < 12]
    decided = {f"M-{record.id}": record for record in unit.messages.get_many(numbers)}
    request = Request(
        layout=review_layout(choices),
        records={key: _row(office, record, shadow) for key, record in (waiting | decided).items()},
        shadow=shadow,
        tab=tab,
        read=reader(choices),
        today=office.clock.today(),
        hidden=frozenset(decided),
        again=again,
    )
    return merge_rows(request)


def _row(office: Office, record: MessageRecord, shadow: Shadow) -> dict[str, Value]:
    key = f"M-{record.id}"
    open_still = record.outcome in _OPEN
    row: dict[str, Value] = {
        "Mensaje": key,
        "Recibido": record.received.astimezone(office.zone).replace(tzinfo=None, second=0, microsecond=0),
        "De": record.sender or None,
        "Asunto": record.subject or None,
        "Motivo": record.reason or None,
        "Sugerencia": record.suggestion or None,
        "Alertas": None if open_still else _decided(record),
        "Enlace": office.archive.path(record.sha256).as_uri(),
    }
    # What staff chose here is theirs: the ledger repeats it so that both agree.
    for header in (_IS_REQUEST, "Política", "Municipio"):
        row[header] = shadow.get((key, header))
    return row


def _decided(record: MessageRecord) -> str:
    if record.cases:
        return f"Decidido: caso {', '.join(record.cases)}."
    return "Decidido: no es solicitud."


def _chosen_before(shadow: Shadow, key: str, read: CellReader) -> dict[str, object]:
    """Return the policy and municipality that were written in an earlier cycle than the decision."""
    written = {header: shadow[key, header] for header in ("Política", "Municipio") if shadow.get((key, header))}
    return {header: read(header, text).value for header, text in written.items()}


def apply_review(
    unit: UnitOfWork, office: Office, merged: MergeResult, shadow: Shadow, choices: Choices
) -> tuple[Counts, ShadowChanges]:
    """Open or dismiss what people decided; returns counts and what the shadow must remember with them."""
    changes: ShadowChanges = {}
    chosen: dict[str, dict[str, object]] = {}
    read = reader(choices)
    for edit in merged.staff_edits:
        chosen.setdefault(edit.key, {})[edit.header] = edit.value
        changes |= accepted(edit)
    counts: Counts = {}
    for key, values in chosen.items():
        record = unit.messages.get(int(key.removeprefix("M-")))
        if record is None or record.outcome not in _OPEN or _IS_REQUEST not in values:
            continue
        counts["reviewed"] = counts.get("reviewed", 0) + 1
        if values[_IS_REQUEST]:
            _open(unit, office, record, _chosen_before(shadow, key, read) | values)
        else:
            unit.messages.settle_fate(record.id, Fate.IGNORED, (), None)
    for order in merged.orders:
        changes |= consumed(order, _obey(unit, order.key, order.action), office.clock.today())
    return counts, changes


def _obey(unit: UnitOfWork, key: str, action: str) -> str:
    record = unit.messages.get(int(key.removeprefix("M-")))
    if record is None or action not in {IGNORE_SENDER, HEED_SENDER}:
        return "Esa acción no se puede cumplir aquí."
    if not record.sender:
        return "El mensaje no tiene remitente: no hay a quién ignorar."
    if action == HEED_SENDER:
        return _heed(unit, record)
    if record.outcome in _OPEN:
        unit.messages.settle_fate(record.id, Fate.IGNORED, (), None)
    unit.books.save_cursor(ignored(record.sender), "1")
    return f"Los próximos correos de {record.sender} no se revisarán."


def _heed(unit: UnitOfWork, record: MessageRecord) -> str:
    """Take an «Ignorar remitente» back: its message and what was passed over since are for a person again."""
    unit.books.save_cursor(ignored(record.sender), "")
    for message in unit.messages.all():
        passed = message.sender == record.sender and message.reason == IGNORED_REASON
        if message.outcome is Fate.IGNORED and (passed or message.id == record.id):
            unit.messages.settle_fate(message.id, Fate.REVIEW, (), None)
    return f"Los próximos correos de {record.sender} se revisarán de nuevo."


def _open(unit: UnitOfWork, office: Office, record: MessageRecord, values: dict[str, object]) -> None:
    """A person said it is a request: it becomes its cases, to be assigned if policy and municipality were chosen."""
    text, requester = _what_it_says(office, record)
    places: tuple[str, ...] = tuple(values.get("Municipio") or ())  # type: ignore[arg-type]
    asked = Asked(
        received=record.received,
        subject=record.subject,
        source=f"sheet:Revisión/M-{record.id}",
        actor=SHEET_ACTOR,
        policies=tuple(values.get("Política") or ()),  # type: ignore[arg-type]
        municipality=next(iter(places), None),
        requester=requester,
        email=record.sender,
        reasons="decidido en Revisión",
    )
    request, cases = open_request(unit, office, asked, text=text, sha256=record.sha256, message_id=record.message_id)
    open_elsewhere(unit, office, cases, places, asked.source)
    numbers = [case.number for case in unit.cases.of_request(request)]
    unit.messages.settle_fate(record.id, Fate.CASE_OPENED, numbers, request)
    for case in cases:
        if case.policy:  # a person's choice: the judge learns from it
            unit.lessons.add(case.number, "policy", "", case.policy, office.clock.now(), SHEET_ACTOR)


def _what_it_says(office: Office, record: MessageRecord) -> tuple[str, str]:
    """Return the words of the message and who wrote it."""
    try:
        mail = parse(office.archive.get(record.sha256))
    except ValueError:  # quarantined: it could never be parsed; the person read the original
        return record.subject, ""
    return parts_of(mail).own or mail.text, mail.sender.name
