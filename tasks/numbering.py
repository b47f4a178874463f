"""The gap-free numbers of requests, cases and letters, each taken inside the unit of work that uses it."""

from tasks.bootstrap import Office
from tasks.ports.ledger import UnitOfWork


def take_case_number(unit: UnitOfWork, office: Office) -> str:
    """Take the next case number of the year, e.g. 2026-0041; one that came with the office's old sheet is taken."""
    year = office.clock.today().year
    while unit.cases.get(number := f"{year}-{unit.books.next_number('case', year):04d}"):
        pass
    return number


def take_letter_number(unit: UnitOfWork, office: Office) -> str:
    """Take the next number of the year's letters, e.g. DSEGPP-2026-0107."""
    year = office.clock.today().year
    return f"{office.settings.office.acronym}-{year}-{unit.books.next_number('letter', year):04d}"


def take_request_number(unit: UnitOfWork, office: Office) -> str:
    """Take the next request number of the year, e.g. S-2026-0030."""
    year = office.clock.today().year
    return f"S-{year}-{unit.books.next_number('request', year):04d}"
