"""The days a case was suspended: they count for none of its terms, wherever people read one."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.terms.business_days import Closure
from tasks.domain.terms.clocks import pauses_of
from tasks.ports.ledger import UnitOfWork


def pauses(unit: UnitOfWork, office: Office, case: Case) -> tuple[Closure, ...]:
    """Return a case's ended suspensions; no history is read of one that never left its first state."""
    return pauses_of(unit.cases.history(case.number), office.rules.office) if case.previous else ()
