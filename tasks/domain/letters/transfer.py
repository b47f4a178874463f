"""To whom `trasladar: A QUIÉN` sends a request: what was typed, matched against the people that are known."""

import re
from dataclasses import dataclass

from tasks.domain.cases.names import find_named
from tasks.domain.directory import Directory

_ADDRESS = re.compile(r"[<(\[]?\s*([^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,190}\.[a-z]{2,24})\s*[>)\]]?", re.I)


@dataclass(frozen=True, slots=True)
class Destination:
    """An office by name, and its address, "" when nobody told it."""

    name: str
    email: str = ""


def destination_of(typed: str, directory: Directory) -> Destination:
    """Return where the words lead: an address in them, else the team or dependency of that name."""
    found = _ADDRESS.search(typed)
    if found:
        name = " ".join((typed[: found.start()] + " " + typed[found.end() :]).split()).strip(" ,;:-")
        return Destination(name or found[1], found[1].lower())
    axis = find_named(typed, directory.axes, lambda team: (team.name, team.axis.replace("-", " ")))
    if axis.match is not None:
        return Destination(axis.match.name, axis.match.email)
    leaders = {leader.email: leader for leader in directory.leaders if leader.dependency}
    leader = find_named(typed, leaders.values(), lambda row: (row.dependency, row.name))
    if leader.match is not None:
        return Destination(leader.match.dependency, leader.match.email)
    return Destination(typed.strip())
