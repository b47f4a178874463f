"""What the judge knows of the office, from the ledger's people and the settings."""

from dataclasses import replace

from tasks.bootstrap import Office
from tasks.domain.classification.office import OfficeView
from tasks.domain.directory import Directory
from tasks.domain.learning.experience import NOTHING_LEARNT, Corrected, Experience
from tasks.ports.ledger import UnitOfWork

_REMEMBERED = 500  # corrections compared with each new mail; older ones live on in the fitted model


def office_view(office: Office, unit: UnitOfWork) -> OfficeView:
    """Return the view of today's people, and of what they corrected, as the ledger holds them."""
    view = view_of(office, unit.books.directory(), experience_of(unit, office))
    return replace(view, knows_threads=True)


def experience_of(unit: UnitOfWork, office: Office) -> Experience:
    """Return what the judge learns at once from people's corrections and from earlier requests."""
    corrected = (_of_today(one, office) for one in unit.lessons.corrected(_REMEMBERED))
    return Experience(filter(None, corrected), unit.lessons.places())


def _of_today(one: Corrected, office: Office) -> Corrected | None:
    """Return the correction with the policies that stand today for those chosen then; None if one has no successor."""
    policies = tuple(dict.fromkeys(office.catalog.heir(slug, office.clock.today()) for slug in one.policies))
    return replace(one, policies=policies) if all(policies) else None


def view_of(office: Office, directory: Directory, experience: Experience = NOTHING_LEARNT) -> OfficeView:
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
        experience=experience,
    )
