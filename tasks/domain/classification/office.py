"""What the judge knows of the office: its catalog with the matchers built, its people, whom it trusts."""

from dataclasses import dataclass, field

from tasks.domain.catalog import MIPG_GENERAL, Catalog, Term
from tasks.domain.classification.origin.municipalities import Gazetteer
from tasks.domain.classification.subject.vocabulary import phrase_book
from tasks.domain.classification.text import PhraseBook, words
from tasks.domain.directory import Directory
from tasks.domain.learning.experience import NOTHING_LEARNT, Experience
from tasks.domain.learning.model import TextModel


@dataclass(frozen=True, slots=True)
class Matchers:
    """The matchers of one catalog, and the text model. Building them takes some 30 ms: do it once per catalog."""

    book: PhraseBook[Term]
    gazetteer: Gazetteer
    model: TextModel

    @classmethod
    def of(cls, catalog: Catalog, model: TextModel) -> "Matchers":
        """Build the matchers of a catalog."""
        policies = {MIPG_GENERAL, *(policy.slug for policy in catalog.policies)}
        return cls(phrase_book(catalog), Gazetteer(catalog), model.among(policies))


@dataclass(frozen=True, slots=True)
class OfficeView:
    """The office on one day. `directory` holds those in post that day."""

    catalog: Catalog
    matchers: Matchers
    directory: Directory = field(default_factory=Directory)
    own_addresses: tuple[str, ...] = ()
    trusted_forwarders: tuple[str, ...] = ()  # addresses that pass on other people's mail (ventanilla única)
    score_senders: tuple[str, ...] = ()  # addresses whose results workbooks are loaded unasked
    trusted_authserv: tuple[str, ...] = ()
    experience: Experience = NOTHING_LEARNT  # what people corrected, and where senders wrote from before
    knows_threads: bool = False  # a number without a known thread is somebody else's: the ledger was asked

    def is_ours(self, email: str) -> bool:
        """Whether the address is the service's own."""
        return email.casefold() in {address.casefold() for address in self.own_addresses}

    def is_staff(self, email: str) -> bool:
        """Whether the address belongs to the team."""
        return bool(email) and self.directory.person(email) is not None

    def is_colleague(self, email: str) -> bool:
        """Whether the address is in a domain of the office (the department's own)."""
        domain = email.rpartition("@")[2].casefold()
        known = (*self.own_addresses, *(person.email for person in self.directory.people))
        return bool(domain) and domain in {address.rpartition("@")[2].casefold() for address in known}

    def passes_on(self, email: str) -> bool:
        """Whether mail forwarded by that address counts for the person inside it."""
        trusted = {address.casefold() for address in self.trusted_forwarders}
        return bool(email) and (
            email.casefold() in trusted
            or self.is_staff(email)
            or bool(self.directory.leads(email))
            or self.is_colleague(email)
        )

    def answers_inside(self, email: str) -> bool:
        """Whether who is inside what that address passes on is written to: only if it is trusted or of the team."""
        trusted = {address.casefold() for address in self.trusted_forwarders}
        return bool(email) and (email.casefold() in trusted or self.is_staff(email))

    def sends_scores(self, email: str) -> bool:
        """Whether results workbooks of that address are loaded unasked."""
        return bool(email) and email.casefold() in {address.casefold() for address in self.score_senders}

    def pretends_staff(self, name: str, email: str) -> bool:
        """Whether a stranger's address carries the name of somebody of the team."""
        if self.is_staff(email):
            return False
        shown = set(words(name))
        return any(len(shown & set(words(person.name))) >= 2 for person in self.directory.people)
