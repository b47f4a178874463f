"""What the judge knows of the office, from the ledger's people and the settings."""

from tasks.bootstrap import Office
from tasks.domain.classification.office import OfficeView
from tasks.domain.directory import Directory
from tasks.ports.ledger import UnitOfWork


def office_view(office: Office, unit: UnitOfWork) -> OfficeView:
    """Return the view of today's people as the ledger holds them."""
    return view_of(office, unit.books.directory())


def view_of(office: Office, directory: Directory) -> OfficeView:
    """Return the view with the given people (`mipg classify` reads the seed, never the ledger)."""
    box = office.settings.mailbox
    return OfficeView(
        catalog=office.catalog,
        matchers=office.matchers,
        directory=directory.on(office.clock.today()),
        own_addresses=(box.address,),
        trusted_forwarders=box.trusted_forwarders,
        score_senders=office.settings.scores.trusted_senders,
        trusted_authserv=box.trusted_authserv,
    )
