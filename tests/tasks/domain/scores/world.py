"""A small catalogue and synthetic departments in which the true effect of assistance is known. No figure is real."""

from collections.abc import Callable
from datetime import date

import numpy as np

from tasks.domain.catalog import Catalog, Municipality, Policy
from tasks.domain.scores.results import Assistance, Score

NAMES = {
    "planeacion-institucional": "Planeación institucional",
    "gestion-presupuestal": "Gestión presupuestal y eficiencia del gasto público",
    "compras-contratacion": "Compras y contratación pública",
    "talento-humano": "Gestión estratégica del talento humano",
    "integridad": "Integridad",
    "transparencia": "Transparencia, acceso a la información pública y lucha contra la corrupción",
    "fortalecimiento-organizacional": "Fortalecimiento organizacional y simplificación de procesos",
    "servicio-ciudadano": "Servicio al ciudadano",
    "participacion-ciudadana": "Participación ciudadana en la gestión pública",
    "racionalizacion-tramites": "Racionalización de trámites",
    "gobierno-digital": "Gobierno digital",
    "seguridad-digital": "Seguridad digital",
    "defensa-juridica": "Defensa jurídica",
    "mejora-normativa": "Mejora normativa",
    "seguimiento-evaluacion": "Seguimiento y evaluación del desempeño institucional",
    "gestion-documental": "Gestión documental",
    "gestion-estadistica": "Gestión de la información estadística",
    "gestion-conocimiento": "Gestión del conocimiento y la innovación",
    "control-interno": "Control interno",
}
POLICIES = tuple(NAMES)
PLACES = ("Medellín", "Abejorral", "Abriaquí", "Alejandría", "Amagá", "Amalfi", "Andes", "Angelópolis", "Angostura")
SEPTEMBER_2020 = date(2020, 9, 10)  # before 2019, after 2021


def catalog(places: int = 125) -> Catalog:
    """Nineteen policies and `places` municipalities: 05001, 05002 …"""
    policies = tuple(
        Policy(
            slug=slug,
            name=name,
            dimension=1,
            dimension_name="Prueba",
            headings=("Transparencia",) if slug == "transparencia" else (),
        )
        for slug, name in NAMES.items()
    )
    names = [*PLACES, *(f"Municipio {i}" for i in range(len(PLACES), places))]
    return Catalog(
        policies=policies,
        municipalities=tuple(
            Municipality(dane=dane(i), name=name, subregion="Oriente") for i, name in enumerate(names[:places])
        ),
    )


def dane(index: int) -> str:
    return f"{5 + index // 900:02d}{index % 900 + 1:03d}"


class World:
    """Scores with persistent levels and yearly noise; assistance picks each municipality's lowest policies."""

    def __init__(
        self,
        seed: int = 0,
        places: int = 125,
        policies: int = 19,
        vigencias: tuple[int, ...] = (2017, 2018, 2019, 2020, 2021),
    ) -> None:
        self.random = np.random.default_rng(seed)
        self.places, self.policies, self.vigencias = places, POLICIES[:policies], vigencias
        shape = (places, policies)
        level = 55 + self.random.normal(0, 6, (places, 1)) + self.random.normal(0, 4, shape)
        self.scores = {v: np.clip(level + self.random.normal(0, 7, shape), 0, 100) for v in vigencias}
        self.assistance: list[Assistance] = []

    def assist_lowest(self, share: float = 0.4, per_place: int = 2, effect: float = 0.0, before: int = 2019) -> "World":
        """Help a share of the municipalities in the policies that are lowest relative to their others."""
        gap = self.scores[before] - self.scores[before].mean(axis=1, keepdims=True)
        for place in range(int(self.places * share)):
            for policy in np.argsort(gap[place])[:per_place]:
                self.assist(place, self.policies[policy], effect=effect)
        return self

    def assist(
        self, place: int, policy: str, day: date = SEPTEMBER_2020, effect: float = 0.0, modality: str = "oferta"
    ) -> "World":
        """Help one municipality in one policy; the effect shows in the last vigencia."""
        self.assistance.append(Assistance(dane(place), policy, day, modality))
        column = self.policies.index(policy)
        last = self.scores[self.vigencias[-1]]
        last[place, column] = min(100.0, last[place, column] + effect)
        return self

    def rows(self, drop: Callable[[Score], bool] = lambda score: False) -> list[Score]:
        """All scores but those that `drop` names."""
        scores = (
            Score(dane(place), policy, vigencia, round(float(table[place, column]), 2))
            for vigencia, table in self.scores.items()
            for place in range(self.places)
            for column, policy in enumerate(self.policies)
        )
        return [score for score in scores if not drop(score)]
