"""The names under which municipalities are looked for, and how much the bare words prove."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.domain.catalog import Municipality
from tasks.domain.classification.origin.places import CAPITALS, DEPARTMENTS, squeezed
from tasks.domain.classification.text import stems


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name or alias in the matcher: whose it is and how much the bare words prove."""

    town: Municipality | None  # None: a department, or a city outside
    phrase: str
    department: str = ""
    plain: bool = True  # the words stand for this municipality and little else
    shared: bool = False  # municipalities of other departments are called so


def entries(towns: Iterable[Municipality]) -> Iterable[tuple[str, PlaceName]]:
    """Yield every spelling of every municipality, department and capital with what it stands for."""
    towns = tuple(towns)
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for town in towns:
        for phrase in (town.name, *town.aliases):
            owners[stems(phrase)].add(town.dane)
    for town in towns:
        for words, phrase in _spellings(town).items():
            long = len(words) >= 3 or _says_more(stems(town.name), words)
            shared = not long and (bool(town.homonyms) or len(owners[words]) > 1 or _short_alias(town, words))
            yield phrase, PlaceName(town, phrase, plain=long or not town.ambiguous, shared=shared)
    names = {stems(town.name) for town in towns}
    for place, department in (*((name, name) for name in DEPARTMENTS), *CAPITALS.items()):
        if stems(place) not in names or place in CAPITALS:
            yield place, PlaceName(None, place, department)


def _spellings(town: Municipality) -> dict[tuple[str, ...], str]:
    """Return the folded words of the name and of each alias, with the first spelling that gives them."""
    spelled: dict[tuple[str, ...], str] = {}
    for phrase in (town.name, *town.aliases):
        spelled.setdefault(stems(phrase), phrase)
    return spelled


def _says_more(name: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether an alias adds to the name what no other place of that name has ("Armenia Mantequilla")."""
    return len(words) > len(name) and set(name) < set(words)


def _short_alias(town: Municipality, words: tuple[str, ...]) -> bool:
    """Whether the words are only a part of an ambiguous name ("Santa Rosa", "Bolívar"): others are called so."""
    name = stems(town.name)
    only_the_article_is_missing = name[0] in {"el", "la"} and words == name[1:]
    return town.ambiguous and words != name and len(words) < len(name) and not only_the_article_is_missing


def name_parts(towns: Iterable[Municipality]) -> dict[str, Municipality]:
    """Return the names without spaces as they stand in domains and addresses; shared ones and parts are left out."""
    parts: dict[str, Municipality] = {}
    shared: set[str] = set()
    for town in towns:
        for phrase in {town.name, *town.aliases}:
            part = squeezed(phrase)
            if part in parts and parts[part] is not town:
                shared.add(part)
            if len(part) >= 5 and not _short_alias(town, stems(phrase)):
                parts[part] = town
    return {part: town for part, town in parts.items() if part not in shared}
