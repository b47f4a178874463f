"""Sessions and who attended them: one session may serve many cases, one case may need several sessions."""

from sqlalchemy import delete, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import Transaction
from tasks.domain.cases.case import Case
from tasks.ports.records import SessionRecord

_session, _attendance = t.session.c, t.attendance.c


def record_sessions(transaction: Transaction, case: Case, leader: str) -> None:
    """Make the sessions that the case attended those of its days, with its people and its evidence."""
    known = _days_attended(transaction, case.number)
    for day, session in known.items():
        if day not in case.assistance:
            _leave(transaction, session, case.number)
    for day in case.assistance:
        if day not in known:
            session = _session_of(transaction, day, case.mode or "", leader)
            transaction.execute(insert(t.attendance).values(session=session, case=case.number))
    said = {"people": case.attendees, "evidence": case.evidence}
    transaction.execute(update(t.attendance).where(_attendance.case == case.number).values(said))


def sessions_of(transaction: Transaction, case: str) -> list[SessionRecord]:
    """Return the sessions that the case attended, in order, each with every case that it served."""
    mine = select(_attendance.session).where(_attendance.case == case)
    rows = transaction.execute(
        select(t.session, _attendance.case)
        .join(t.attendance, _attendance.session == _session.id)
        .where(_session.id.in_(mine))
        .order_by(_session.day, _session.id, _attendance.case)
    ).all()
    served: dict[int, list[str]] = {}
    for row in rows:
        served.setdefault(row.id, []).append(row.case)
    first = {row.id: row for row in reversed(rows)}
    return [SessionRecord(first[n].day, first[n].mode, first[n].leader, tuple(cases)) for n, cases in served.items()]


def _days_attended(transaction: Transaction, case: str) -> dict[object, int]:
    rows = transaction.execute(
        select(_session.day, _session.id)
        .join(t.attendance, _attendance.session == _session.id)
        .where(_attendance.case == case)
    )
    return {row.day: row.id for row in rows}


def _session_of(transaction: Transaction, day: object, mode: str, leader: str) -> int:
    key = {"day": day, "mode": mode, "leader": leader}
    number = transaction.execute(select(_session.id).filter_by(**key)).scalar()
    if number is None:
        number = transaction.execute(insert(t.session).values(key).returning(_session.id)).scalar_one()
    return int(number)


def _leave(transaction: Transaction, session: int, case: str) -> None:
    """Take a corrected day back; a session that served nobody was none."""
    transaction.execute(delete(t.attendance).where(_attendance.session == session, _attendance.case == case))
    if transaction.execute(select(_attendance.case).where(_attendance.session == session).limit(1)).scalar() is None:
        transaction.execute(delete(t.session).where(_session.id == session))
