"""The yearly offer: proposed from the newest results, kept until newer ones come, shown in the tab *Oferta AAAA*."""

from tasks.bootstrap import Office
from tasks.domain.scores.offer import Terms, propose
from tasks.ports.ledger import UnitOfWork
from tasks.results.versions import ISSUED, current_scores
from tasks.steps import Counts, Step, call
from tasks.yearly_offer import YearlyOffer, current_offer, is_offer_stale, save_offer


def run_offer(office: Office, step: Step = call) -> Counts:
    """Propose the offer of the newest results. Counts: proposed, waiting (beyond their leader's capacity)."""
    with office.ledger.lock("offer") as mine:
        return step(propose_offer, office) if mine else {"busy": 1}


def offer_new_results(office: Office) -> Counts:
    """Propose once for each publication that was reported: in between the proposal stays as the team knows it."""
    with office.ledger.reading() as unit:
        stale = bool(unit.books.cursor(ISSUED)) and is_offer_stale(unit)
    return run_offer(office) if stale else {}


def propose_offer(office: Office) -> Counts:
    """Make the offer anew from what is loaded, assisted and led now; the same input changes nothing."""
    with office.ledger.begin() as unit:
        scores, _ = current_scores(unit)
        offer, before = propose(scores, _terms(unit, office)), current_offer(unit, office)
        if not offer.proposals:
            return {"proposed": 0, "waiting": 0}
        same = before is not None and before.offer.vigencia == offer.vigencia
        year = before.year if before and same else office.clock.today().year
        keys = {proposal.key for proposal in offer.proposals}
        withdrawn = tuple(row for row in before.rows if row.key not in keys) if before and same else ()
        save_offer(unit, office, YearlyOffer(year, offer, withdrawn))
    return {"proposed": len(offer.proposals), "waiting": sum(one.is_waiting for one in offer.proposals)}


def _terms(unit: UnitOfWork, office: Office) -> Terms:
    directory = unit.books.directory().on(office.clock.today())
    leaders = {policy.slug: directory.leader(policy.slug) for policy in office.catalog.policies}
    cases = [case for case in unit.cases.all() if case.assistance and case.municipality and case.policy]
    return Terms(
        municipalities={place.dane: place.typology for place in office.catalog.municipalities},
        policies=tuple(leaders),
        leaders={slug: leader.email.casefold() for slug, leader in leaders.items() if leader},
        assisted=frozenset((case.municipality or "", case.policy or "") for case in cases),
        lowest=office.settings.offer.lowest,
        capacity=office.settings.offer.capacity,
    )
