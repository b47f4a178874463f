"""Staff's corrections in the ledger, and what the judge draws from them."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import func, insert, select

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import Transaction
from tasks.domain.cases.case import State
from tasks.domain.learning.experience import Corrected

_SENT_ON = [State.DISCARDED.value, State.TRANSFERRED.value]  # what ended so says nothing of policy or place


class SqlLessons:
    """`ports.ledger.Lessons` over one connection."""

    def __init__(self, transaction: Transaction) -> None:
        self._c = transaction

    def add(self, case: str, field_name: str, before: str, after: str, at: datetime, actor: str) -> None:
        self._c.execute(
            insert(t.label).values(case=case, field=field_name, before=before, after=after, at=at, actor=actor)
        )

    def corrected(self, limit: int) -> list[Corrected]:
        label, case, request = t.label.c, t.case.c, t.request.c
        newest = (
            select(case.request, func.max(label.id).label("newest"))
            .join(t.label, label.case == case.number)
            .where(label.field == "policy")
            .group_by(case.request)
            .order_by(func.max(label.id).desc())
            .limit(limit)
            .subquery()
        )
        rows = self._c.execute(
            select(request.number, request.subject, request.text, request.email, case.number.label("case"), case.policy)
            .join(newest, newest.c.request == request.number)
            .join(t.case, case.request == request.number)
            .where(case.policy.is_not(None), case.state.not_in(_SENT_ON))
            .order_by(newest.c.newest.desc(), case.number)
        )
        found: dict[str, Corrected] = {}
        for row in rows:
            before = found.get(row.number)
            found[row.number] = Corrected(
                case=before.case if before else row.case,
                subject=row.subject,
                text=row.text,
                email=row.email,
                policies=tuple(dict.fromkeys((*(before.policies if before else ()), row.policy))),
                request=row.number,
            )
        return list(found.values())

    def places(self) -> dict[str, set[str]]:
        case, address = t.case.c, func.lower(t.request.c.email)
        rows = self._c.execute(
            select(address.label("email"), case.municipality)
            .join(t.case, case.request == t.request.c.number)
            .where(case.municipality.is_not(None), t.request.c.email != "", case.state.not_in(_SENT_ON))
            .distinct()
        )
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            found[row.email].add(row.municipality)
        return dict(found)

    def counted(self, since: datetime | None, until: datetime) -> dict[str, int]:
        label = t.label.c
        counts = select(label.field, func.count(label.case.distinct()).label("cases")).where(label.at <= until)
        rows = self._c.execute((counts if since is None else counts.where(label.at > since)).group_by(label.field))
        return {row.field: row.cases for row in rows}
