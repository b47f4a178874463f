"""Oferta AAAA: what is proposed, for the team to tick; a tick opens the case, its withdrawal discards it."""

from collections import defaultdict

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, Origin
from tasks.domain.cases.names import policy_name
from tasks.domain.directory import Directory
from tasks.domain.scores.offer import Proposal
from tasks.domain.sheet.columns import Choices, offer_layout
from tasks.domain.sheet.merge import merge_rows
from tasks.domain.sheet.merging import MergeResult, Request
from tasks.domain.sheet.shadow import Shadow, ShadowChanges, accepted
from tasks.domain.sheet.views import reader
from tasks.offer.opening import open_ticked, take_back
from tasks.ports.ledger import UnitOfWork
from tasks.ports.sheet import Tab, Value
from tasks.reconciliation.edits import SHEET_ACTOR
from tasks.steps import Counts
from tasks.yearly_offer import YearlyOffer, offered_cases

_INCLUDE = "Incluir"
_MOST_NAMED = 4


def merge_offer(
    unit: UnitOfWork, office: Office, yearly: YearlyOffer, tab: Tab, shadow: Shadow, *, again: bool = False
) -> MergeResult:
    """Return the merge of the tab with the offer in force."""
    notes = _Notes(unit, office, yearly)
    cases = offered_cases(unit, yearly.year)
    return merge_rows(
        Request(
            layout=offer_layout(yearly.year, Choices()),
            records={row.key: _row(office, row, cases, notes, shadow) for row in yearly.rows},
            shadow=shadow,
            tab=tab,
            read=reader(Choices()),
            today=office.clock.today(),
            again=again,
        )
    )


def apply_offer(
    unit: UnitOfWork, office: Office, yearly: YearlyOffer, merged: MergeResult
) -> tuple[Counts, ShadowChanges]:
    """Open the cases of ticked rows and take back those of unticked ones; returns counts and the shadow's changes."""
    changes: ShadowChanges = {}
    ticked: list[str] = []
    unticked: list[str] = []
    for edit in merged.staff_edits:
        changes |= accepted(edit)
        if edit.header == _INCLUDE:
            (ticked if edit.value else unticked).append(edit.key)
    opened = open_ticked(unit, office, yearly, ticked, SHEET_ACTOR)
    for key in unticked:
        take_back(unit, office, yearly, key, SHEET_ACTOR)
    counts = {"offered": len(opened), "unoffered": len(unticked)}
    return {name: number for name, number in counts.items() if number}, changes


def _row(office: Office, row: Proposal, cases: dict[str, str], notes: "_Notes", shadow: Shadow) -> dict[str, Value]:
    place = office.catalog.municipality(row.dane_code)
    return {
        "Clave": row.key,
        "Política": policy_name(row.policy, office.catalog),
        "Municipio": place.name if place else row.dane_code,
        "Puntaje": row.score,
        "Puesto": f"{row.rank} de {row.peer_count}",
        "Pares": row.peers,
        "Brecha": row.gap,
        "Prioridad": row.priority,
        # What the team chose here is theirs: the ledger repeats it so that both agree.
        _INCLUDE: shadow.get((row.key, _INCLUDE)),
        "Caso": cases.get(row.key),
        "Alertas": notes.of(row) or None,
    }


class _Notes:
    """What has to be said about a row, with people and cases read once."""

    def __init__(self, unit: UnitOfWork, office: Office, yearly: YearlyOffer) -> None:
        self._office = office
        self._directory: Directory = unit.books.directory().on(office.clock.today())
        self._of_nobody, self._vigencia = yearly.offer.unmeasured, yearly.offer.vigencia
        self._first = yearly.rows[0].key if yearly.rows else ""
        self._withdrawn = {row.key for row in yearly.withdrawn}
        self._asked: dict[str, list[Case]] = defaultdict(list)
        for case in unit.cases.open():
            if case.origin is Origin.DEMAND:
                self._asked[f"{case.municipality}/{case.policy}"].append(case)

    def of(self, row: Proposal) -> str:
        """Return the notes of a row, one sentence each."""
        return " ".join(self._sentences(row))

    def _sentences(self, row: Proposal) -> list[str]:
        said = []
        if row.key in self._withdrawn:
            said.append("Con los resultados corregidos ya no entra en la propuesta.")
        if row.is_waiting:
            said.append("En espera: la capacidad del líder se llena con prioridades mayores.")
        if row.assisted_before:
            said.append("Ya tuvo asistencia en esta política.")
        if asked := self._asked.get(row.key):
            said.append(f"Ya la pidió: caso {', '.join(case.number for case in asked)}.")
        if row.tied_with:
            said.append(f"Empata con {self._names(row.tied_with)}, que quedó fuera.")
        if self._directory.leader(row.policy) is None:
            said.append("La política no tiene líder vigente: complete «Líderes».")
        if self._directory.liaison(row.dane_code) is None:
            said.append("Sin correo del municipio: complete «Municipios» para invitarlo.")
        if own := tuple(policy for policy in row.unmeasured if policy not in self._of_nobody):
            said.append(f"Sin puntaje publicado en {self._names(own)}.")
        if row.key == self._first and self._of_nobody:  # it is about the tab as a whole, and said once
            said.append(f"No se midió en {self._vigencia}: {self._names(self._of_nobody)}; no se ofrecen.")
        return said

    def _names(self, policies: tuple[str, ...]) -> str:
        names = [policy_name(slug, self._office.catalog) for slug in policies[:_MOST_NAMED]]
        more = len(policies) - _MOST_NAMED
        return "; ".join(names) + (f" y {more} más" if more > 0 else "")
