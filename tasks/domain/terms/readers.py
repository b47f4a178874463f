"""Who reads about a case today: whom its state waits for, or who stands in for them, and who is told besides."""

from collections.abc import Iterable
from datetime import date

from tasks.domain.cases.case import Case
from tasks.domain.directory import Contact, Directory, Person, Role, is_away
from tasks.domain.terms.clocks import Awaited


class Readers:
    """The people behind each role on one day: successors and substitutes in the place of those who left or are away."""

    def __init__(self, directory: Directory, today: date) -> None:
        self._directory = directory.on(today)
        self._today = today

    def director(self) -> list[Contact]:
        """Return the director or the substitute; the director even if away, when nobody stands in."""
        director = self._directory.director()
        if director is None:
            return []
        return [self._directory.serving(director, self._today) or Contact(director.name, director.email)]

    def officer(self, case: Case) -> list[Contact]:
        """Return the case's officer or substitute; the director when there is none at work."""
        person = self._directory.person(case.officer) if case.officer else None
        serving = self._directory.serving(person, self._today) if person else None
        return [serving] if serving else self.director()

    def is_team(self, contact: Contact) -> bool:
        """Whether it is somebody of Equipo."""
        return self._directory.person(contact.email) is not None

    def team(self) -> list[Contact]:
        """Return the officers at work, else the director."""
        at_work: Iterable[Person] = self._directory.with_role(Role.OFFICER)
        found = [Contact(one.name, one.email) for one in at_work if not is_away(one, self._today)]
        return found or self.director()

    def leader(self, case: Case) -> list[Contact]:
        """Return the policy's leader in post or the substitute; away without one, the leader's team and the officer.

        A policy without leader is the officer's.
        """
        leader = self._directory.leader(case.policy)
        if leader is None:
            return self.officer(case)
        serving = self._directory.serving(leader, self._today)
        if serving is not None:
            return [serving]
        return [*(Contact("", address) for address in leader.contacts[:1]), *self.officer(case)]

    def of(self, case: Case, awaited: Awaited) -> list[Contact]:
        """Return whom the state waits for. A municipality is asked by its own mail, never by reminders."""
        match awaited:
            case Awaited.TEAM:
                return self.team()
            case Awaited.DIRECTOR:
                return self.director()
            case Awaited.OFFICER:
                return self.officer(case)
            case Awaited.LEADER:
                return self.leader(case)
            case Awaited.MUNICIPALITY:
                return []
