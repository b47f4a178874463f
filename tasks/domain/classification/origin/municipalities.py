"""Which municipality of Antioquia a message comes from, by evidence: address, names beside "alcaldía", "Antioquia"…

A name that other departments have too, a surname or a common word proves nothing alone; a neighbouring department
("Granada, Meta") places the sender outside. Without enough evidence the answer is None: asking costs less than a
wrong letter.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.catalog import Catalog, Municipality
from tasks.domain.classification.asking import Act, Clause, clauses
from tasks.domain.classification.origin.places import (
    CAPITALS,
    DEPARTMENTS,
    address_words,
    department_of_domain,
    is_governors,
    squeezed,
)
from tasks.domain.classification.origin.town_names import PlaceName, entries, name_parts
from tasks.domain.classification.text import Hit, PhraseBook, Spelling, fold, stems
from tasks.domain.mail.message import Correspondent

_DOMAIN = 6.0  # the official domain of the municipality
_DOMAIN_PART = 3.5  # an official domain with the name in it: esehospitalcaucasia.gov.co
_SAID = 3.0  # "municipio de …", "desde …", or the name followed by "Antioquia"
_BARE = 1.5
_WEAK = 0.5  # a bare name that may be something else
_LOCAL_PART = 1.6  # lilianagiraldo.cocorna@gmail.com
_WROTE_BEFORE = 3.0  # enough while nothing else is said; a place said now weighs as much, and then a person decides
_ENOUGH = 3.0
_MARGIN = 1.8  # the best must outweigh the second so many times
_OUTSIDE = 3.0
_LEAST_PART = 6  # letters of a name inside a longer word of an address

_SAYS_SO = frozenset(
    stems(
        "municipio municipal alcaldía alcalde alcaldesa distrito concejo personería desde acá aquí saludos "
        "sede hospital ese empresa empresas instituto personero personera gerencia archivo tránsito"
    )
)
_FROM = frozenset({"desde", "aca", "aqui"})  # even in a list of places, this one is where the writer is
_SOMEBODY = frozenset(
    stems("doctor doctora señor señora ingeniero ingeniera don doña barrio vereda universidad colegio")
)
# Who says one of these in the sentence that names a place tells where he works: "me contrataron en Mutatá"
_WHO = frozenset(
    stems(
        "soy somos trabajo trabajamos laboro escribo escribimos contrataron contratista tesorero tesorera secretario "
        "secretaria enlace gerente"
    )
)
_VENUE = frozenset(stems("auditorio evento jornada reunión taller encuentro hotel foro"))
_LINKS = frozenset({"de", "del", "en", "la", "el", "los", "las", "a", "por"})
_AND = frozenset({"y", "e"})
_GOVERNED = frozenset(stems("gobernación gobernador gobernadora"))
_HERE = frozenset(stems("antioquia ant antioqueño antioqueña antioqueños"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message comes from. `outside` names another department when that is where."""

    dane: str | None = None
    confidence: float = 0.0
    reasons: tuple[str, ...] = ()
    outside: str = ""
    candidates: tuple[str, ...] = ()  # best first


@dataclass(slots=True)
class _Tally:
    """Evidence gathered for each municipality and for elsewhere."""

    proofs: dict[str, dict[tuple[str, str], float]] = field(default_factory=lambda: defaultdict(dict))
    anchored: set[str] = field(default_factory=set)  # something places it in Antioquia, or the name is its own
    regions: set[str] = field(default_factory=set)
    here: bool = False  # "Antioquia" or a subregion is said
    outside: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, town: Municipality, weight: float, proof: tuple[str, str], *, anchored: bool) -> None:
        """Count a proof (where it stands, what it says) once, with the most that it ever weighed."""
        proofs = self.proofs[town.dane]
        proofs[proof] = max(weight, proofs.get(proof, 0.0))
        if anchored:
            self.anchored.add(town.dane)

    def scores(self) -> dict[str, float]:
        """Return the weight of all that speaks for each municipality."""
        return {dane: sum(proofs.values()) for dane, proofs in self.proofs.items()}

    def why(self, dane: str) -> str:
        """Return what speaks for a municipality, in words."""
        return ", ".join(dict.fromkeys(said for _, said in sorted(self.proofs[dane], key=lambda proof: proof[1])))


class Gazetteer:
    """The municipalities of a catalog, ready to be looked for. Built once per catalog."""

    def __init__(self, catalog: Catalog) -> None:
        """Prepare the names, aliases and domains of the catalog's municipalities."""
        self._towns = {town.dane: town for town in catalog.municipalities}
        self._book: PhraseBook[PlaceName] = PhraseBook(entries(catalog.municipalities))
        self._domains = {squeezed(domain): town for town in catalog.municipalities for domain in town.domains}
        self._parts = name_parts(catalog.municipalities)
        self._misspelt = Spelling(self._parts)
        self._subregion = {town.dane: (stems(town.subregion),) for town in catalog.municipalities}
        self._regions: PhraseBook[str] = PhraseBook(
            (region, region) for region in {town.subregion for town in catalog.municipalities}
        )

    def locate(
        self,
        sender: Correspondent,
        reply_to: Correspondent,
        subject: str,
        texts: Sequence[str],
        signature: str,
        before: Sequence[str] = (),
    ) -> Place:
        """Return where a message comes from, by its addresses, subject, own words and signature.

        `before`: the municipalities that the address wrote for earlier; a consultant's several prove little.
        """
        tally = _Tally()
        places = (("asunto", subject), ("texto", "\n".join(texts)), ("firma", signature), ("remitente", sender.name))
        for place, text in places:
            self._read(place, text, tally)
        for address in dict.fromkeys((reply_to.email, sender.email)):
            self._read_address(address, tally)
        for town in filter(None, map(self._towns.get, before)):
            weight = _WROTE_BEFORE if len(before) == 1 else _WEAK
            tally.add(town, weight, ("antes", f"{sender.email} ya escribió desde {town.name}"), anchored=True)
        return self._decide(tally)

    def _read(self, place: str, text: str, tally: _Tally) -> None:
        for clause in clauses(text[:20_000]):
            tokens = clause.stems
            regions = self._regions.find(tokens)
            hits = [hit for hit in self._book.find(tokens) if not _is_part_of_one(hit, regions)]
            if not _HERE.isdisjoint(tokens):
                tally.here = True
            tally.regions.update(region.value for region in regions)
            named = {hit.value.town.dane for hit in hits if hit.value.town}
            for hit in hits:
                from_here = set(tokens[max(0, hit.start - 1) : hit.start]) & _FROM
                scale = 0.3 if clause.act is Act.THANKS else 0.5 if len(named) > 2 and not from_here else 1.0
                self._weigh(place, hit, hits, clause, scale, tally)

    def _weigh(
        self,
        place: str,
        hit: Hit[PlaceName],
        hits: Sequence[Hit[PlaceName]],
        clause: Clause,
        scale: float,
        tally: _Tally,
    ) -> None:
        town, tokens = hit.value.town, clause.stems
        if town is None:
            if hit.value.phrase in CAPITALS:
                tally.outside[hit.value.department] += scale * (_SAID if _introduced(tokens, hit.start) else 0.5)
            elif _of_an_unknown_town(tokens, hit.start, hits):
                tally.outside[hit.value.department] += scale * _SAID
            return
        if town.name in DEPARTMENTS and not _GOVERNED.isdisjoint(tokens[max(0, hit.start - 2) : hit.start]):
            tally.outside[town.name] += scale * _SAID
            return
        before = tokens[max(0, hit.start - 1) : hit.start]
        if set(before) & _SOMEBODY or _of_a_hospital(hit, hits, tokens):
            return
        if elsewhere := _department_after(hit, hits, tokens, town):
            negated = "no" in tokens[max(0, hit.start - 4) : hit.start]
            tally.outside[elsewhere] += 0.0 if negated else scale * _SAID * 1.5
            return
        after = tokens[hit.end : hit.end + 5]
        here = bool(set(after[:3]) & _HERE) or any(_follows(region, after) for region in self._subregion[town.dane])
        alone = not hit.value.shared and len({other.value.town for other in hits}) == 1
        said = (
            here
            or _introduced(tokens, _first_of_row(hit, hits, tokens))
            or len(tokens) == hit.end - hit.start
            or tokens[hit.start] in _SAYS_SO  # "Distrito de Turbo" is a name
            or (alone and (_ends_a_line(hit, clause) if place == "firma" else _says_who(tokens, hit.start)))
        )
        linked = not hit.value.shared and place == "texto" and not set(before).isdisjoint(_LINKS)
        weight = _SAID if said else (_BARE if hit.value.plain or linked else _WEAK)
        tally.add(town, scale * weight, (place, f"«{hit.value.phrase}»"), anchored=here or not hit.value.shared)

    def _read_address(self, email: str, tally: _Tally) -> None:
        local, _, domain = email.partition("@")
        if not domain:
            return
        official = squeezed(domain)
        labels = official.split(".")
        for i in range(len(labels) - 2):
            if town := self._domains.get(".".join(labels[i:])):
                tally.add(town, _DOMAIN, ("dominio", f"dominio {domain}"), anchored=True)
                return
        if (outside := department_of_domain(official)) and not (
            tally.here and _town_too(outside, self._parts) and not is_governors(official)
        ):
            tally.outside[outside] += _DOMAIN
        elif official.endswith(("gov.co", "edu.co", "org.co", "com.co")):
            self._read_label(labels[-3] if len(labels) >= 3 else "", domain, tally)
        else:
            self._read_local(local, tally)

    def _read_label(self, label: str, domain: str, tally: _Tally) -> None:
        found = [(part, town) for part, town in self._parts.items() if part in label]
        if not found and label.endswith("-antioquia"):
            near = self._misspelt.correct(label.removesuffix("-antioquia"))
            found = [(near, self._parts[near])] if near in self._parts else []
        if not found:
            return
        # The place stands last: esehospitalsanrafaelyolombo; of names that end together the longest: montebello.
        part, town = max(found, key=lambda item: (label.rfind(item[0]) + len(item[0]), len(item[0])))
        if label == part and town.homonyms:  # armenia.gov.co is Quindío's
            tally.add(town, _WEAK, ("correo", f"dominio {domain}"), anchored=False)
            return
        anchored = not town.homonyms or "antioquia" in domain
        tally.add(town, _DOMAIN_PART, ("dominio", f"dominio {domain}"), anchored=anchored)

    def _read_local(self, local: str, tally: _Tally) -> None:
        for word in address_words(local):
            if town := self._parts.get(word) or self._at_the_end(word):
                weight = _WEAK if town.homonyms else _LOCAL_PART
                tally.add(town, weight, ("correo", f"correo {local}@…"), anchored=not town.homonyms)

    def _at_the_end(self, word: str) -> Municipality | None:
        """Return the municipality that a word of an address ends with: "apoyoplaneacioncaucasia"."""
        ends = [part for part in self._parts if len(part) >= _LEAST_PART and word.endswith(part)]
        return self._parts[max(ends, key=len)] if ends else None

    def _decide(self, tally: _Tally) -> Place:
        scores = tally.scores()
        ranked = sorted(scores, key=lambda dane: (-scores[dane], dane))
        away, strength = max(tally.outside.items(), key=lambda item: item[1], default=("", 0.0))
        best = scores[ranked[0]] if ranked else 0.0
        if strength >= _OUTSIDE and strength >= best and not (ranked and self._official(tally, ranked[0])):
            return Place(outside=away, confidence=0.9, reasons=(f"fuera de Antioquia: {away}",))
        if not ranked:
            return Place()
        top = self._towns[ranked[0]]
        second = scores[ranked[1]] if len(ranked) > 1 else 0.0
        why = f"{top.name}: {tally.why(top.dane)}"
        if best < _ENOUGH - 1e-9 or best < _MARGIN * second or strength >= _OUTSIDE:
            return Place(candidates=tuple(ranked[:3]), confidence=0.3, reasons=(f"municipio por confirmar ({why})",))
        if not self._anchored(top, tally, ranked):
            return Place(candidates=tuple(ranked[:3]), confidence=0.4, reasons=(_asks_department(top, why),))
        return Place(top.dane, min(0.99, 0.8 + 0.03 * best), (why,), "", tuple(ranked[:3]))

    def _official(self, tally: _Tally, dane: str) -> bool:
        return any(place == "dominio" for place, _ in tally.proofs[dane])

    def _anchored(self, town: Municipality, tally: _Tally, ranked: Sequence[str]) -> bool:
        """Whether a shared name is placed in Antioquia: by domain, department, subregion or a neighbour named."""
        neighbours = (self._towns[dane] for dane in ranked[1:] if dane in tally.anchored)
        return (
            town.dane in tally.anchored
            or tally.here
            or town.subregion in tally.regions
            or any(neighbour.subregion == town.subregion for neighbour in neighbours)
        )


def _asks_department(town: Municipality, why: str) -> str:
    others = ", ".join(town.homonyms[:3]) or "otros departamentos"
    return f"hay otro municipio con ese nombre ({others}): confirmar ({why})"


def _introduced(tokens: tuple[str, ...], start: int) -> bool:
    """Whether "municipio", "alcaldía", "desde" or the like leads to the name that starts here."""
    at = start - 1
    while at >= 0 and tokens[at] in _LINKS and start - at <= 3:
        at -= 1
    if at < 0:
        return False
    if tokens[at] in _SAYS_SO:
        return True
    # "E.S.E. Hospital San Rafael de Yolombó", "Secretaría de Hacienda de Gómez Plata"
    reach = tokens[max(0, start - 9) : start]
    return tokens[start - 1] in {"de", "del"} and bool(
        {"hospital", "ese", "secretaria", "personeria", "instituto", "empresa", "somo", "alcaldia"} & set(reach)
    )


def _says_who(tokens: tuple[str, ...], start: int) -> bool:
    """Whether the sentence says who or where the writer is: "soy contratista en Abejorral"."""
    linked = bool(set(tokens[max(0, start - 1) : start]) & _LINKS)
    return linked and not _WHO.isdisjoint(tokens[:start]) and _VENUE.isdisjoint(tokens)


def _ends_a_line(hit: Hit[PlaceName], clause: Clause) -> bool:
    """Whether a signature's line ends with the name: it is no surname ("ESE César Uribe, Caucasia")."""
    name = re.escape(fold(hit.value.phrase))
    return hit.value.plain or re.search(rf"(?:[,–—|(-]\s*|\bde ){name}\W*$", clause.folded) is not None


def _of_a_hospital(hit: Hit[PlaceName], hits: Sequence[Hit[PlaceName]], tokens: tuple[str, ...]) -> bool:
    """Whether the name is a hospital's: "hospital San Rafael" of wherever, "ESE San Juan de Dios de Segovia"."""
    if not set(tokens[max(0, hit.start - 1) : hit.start]) & {"hospital", "clinica", "ese"}:
        return False
    elsewhere = any(other.start > hit.end and tokens[other.start - 1] in {"de", "del"} for other in hits)
    return not hit.value.plain or tokens[hit.end : hit.end + 2] in {("de", "dio"), ("de", "paul")} or elsewhere


def _first_of_row(hit: Hit[PlaceName], hits: Sequence[Hit[PlaceName]], tokens: tuple[str, ...]) -> int:
    """Return where a row of names begins: in "municipios de Buriticá y de Giraldo" both are introduced."""
    start = hit.start
    for other in reversed(hits):
        gap = tokens[other.end : start]
        if other.end <= start and other.value.town and set(gap) & _AND and set(gap) <= _AND | _LINKS:
            start = other.start
    return start


def _is_part_of_one(hit: Hit[PlaceName], regions: Sequence[Hit[str]]) -> bool:
    """Whether it is no other department but part of a subregion's name: the Bajo Cauca, the Magdalena Medio."""
    return hit.value.town is None and any(one.start <= hit.start and hit.end <= one.end for one in regions)


def _of_an_unknown_town(tokens: tuple[str, ...], start: int, hits: Sequence[Hit[PlaceName]]) -> bool:
    """Whether the department that starts here is that of a town we have no name for.

    "Alcaldía de Duitama, Boyacá"; "desde Acandí (Chocó)".
    """
    for at in range(max(0, start - 6), start - 1):
        led = tokens[at] in _SAYS_SO and tokens[at + 1] in {"de", "del"}
        between = tokens[at + 2 if led else at + 1 : start]
        if (led or tokens[at] in _FROM) and not set(between) & _HERE:
            named = any(at < other.start < start for other in hits)
            return not named and any(word not in _LINKS for word in between)
    return False


def _follows(region: tuple[str, ...], after: tuple[str, ...]) -> bool:
    """Whether the words after a name are its subregion: "San Luis, Oriente", "Bolívar (Suroeste)"."""
    return any(after[i : i + len(region)] == region for i in range(2))


def _department_after(
    hit: Hit[PlaceName], hits: Sequence[Hit[PlaceName]], tokens: tuple[str, ...], town: Municipality
) -> str:
    """Return the other department that follows the name ("Granada, Meta", "San Luis del Tolima"), "" when none does."""
    for other in hits:
        gap = tokens[hit.end : other.start]
        if hit.end <= other.start <= hit.end + 2 and all(word in _LINKS | {"departamento"} for word in gap):
            if other.value.town is None and other.value.phrase not in CAPITALS:
                return other.value.department
            listed = len({name.value.town.dane for name in hits if name.value.town}) > 2
            if other.value.town and other.value.town.name in town.homonyms and not listed:
                return other.value.town.name  # Caldas and Nariño are departments too
    return ""


def _town_too(department: str, parts: Mapping[str, Municipality]) -> bool:
    """Whether a municipality of Antioquia is called like the department: Caldas, Nariño."""
    return squeezed(department) in parts
