"""The events of interfaces.md. They are hints: whatever one of them would start also happens on a schedule."""

from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.events import emit_event

from tasks.bootstrap import Office
from tasks.steps import Counts

MAIL_RECEIVED = "mipg.mail.received"
CASE_CHANGED = "mipg.case.changed"
FLOW_FAILED = "mipg.flow.failed"
RESULTS_PUBLISHED = "furag.results.published"

_INSTANT = timedelta(microseconds=1)
_EVER = datetime.max.replace(tzinfo=UTC)
_NO_MAIL = {"busy", "relisted"}


def tell(event: str, about: str, payload: dict[str, Any]) -> None:
    """Emit one event about a resource."""
    emit_event(event, {"prefect.resource.id": about}, payload=payload)


def tell_of_mail(office: Office, name: str, counts: Counts) -> None:
    """Tell how many messages a run of intake, alone or in the cycle, took in."""
    prefix = {"intake": "", "cycle": "intake."}.get(name)
    if prefix is None:
        return
    fates = {key.removeprefix(prefix): n for key, n in counts.items() if key.startswith(prefix)}
    if arrived := sum(n for fate, n in fates.items() if fate not in _NO_MAIL):
        tell(MAIL_RECEIVED, "mipg.mailbox", {"mailbox": office.mailbox.name, "messages": arrived})


def tell_of_cases(office: Office, since: datetime) -> None:
    """Tell each case that something happened to since then."""
    with office.ledger.reading() as unit:
        kinds: dict[str, list[str]] = {}
        for event in unit.cases.events(since - _INSTANT, _EVER):
            kinds.setdefault(event.case, []).append(event.kind.value)
        changed = unit.cases.get_many(kinds)
    for case in changed:
        what = {"case": case.number, "state": case.state.value, "events": kinds[case.number]}
        tell(CASE_CHANGED, f"mipg.case.{case.number}", what)
