"""Which column is which: headings of results and assistance files, as offices and Función Pública write them.

Policies are matched by name, never by number: the numbers of `POLÍTICA n` (2018–2021), `POLnn` (2023 on) and the guide
differ from one another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tasks.domain.catalog import Policy
from tasks.domain.scores.results import Value
from tasks.domain.scores.tables.cells import fold

# Headings after `fold`; the first of a list that is present wins.
DANE = (
    "dane code",
    "codigo dane",
    "divipola",
    "dane",
    "cod dane",
    "codigo divipola",
    "cod divipola",
    "codigo dane municipio",
    "codigo municipio",
    "idmunicipio",
)
VIGENCIA = ("vigencia", "ano", "anio", "year")
POLICY = ("policy slug", "politica", "policy", "politica mipg")
SCORE = ("score", "puntaje")
GROUP = ("grupo", "grupo par")
PUBLISHED = ("publicacion", "fecha de publicacion", "fecha publicacion")
SIGEP = ("codigo sigep", "sigep", "cod sigep")
DEPARTMENT = ("departamento",)
MUNICIPALITY = ("municipio",)
NATURE = ("naturaleza juridica",)
ENTITY = ("entidad", "nombre entidad", "nombre de la entidad")
DAY = ("fecha", "fecha asistencia", "fecha de asistencia", "date")
MODALITY = ("origen", "modalidad", "modality")  # the sheet has both, and there "Modalidad" is presencial/virtual
CASE = ("caso", "case")
ENTITY_TYPE = ("tipo de entidad", "tipo entidad", "entity type")
CLOSING = ("cierre", "fecha de cierre")

_CODE = re.compile(r"^(?:politica|pol)\s*\d{1,2}\s+")
_CLASS = re.compile(r"^(?:politica|indice)\s+(?:(?:de|del)\s+)?(?:la\s+)?")
# Not policies: the general index, dimensions (D1…D7), disaggregated indices (I01…), and figures of the peer group.
_OTHER = re.compile(
    r"^(?:idi\b|indice de desempeno institucional|d\d\b|dimension\b|i\d{1,3}\b|unnamed|quintil|ranking|puesto|percentil"
    r"|promedio|minimo|maximo|puntaje|codigo|clasificacion|tipo|orden|region|subregion|categoria|no$|n$)"
)
_LINKING = frozenset({"de", "del", "la", "el", "los", "las", "y", "e", "en", "a", "al"})


def find_column(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the index of the first of `names` in a folded header, or None."""
    return next((header.index(name) for name in names if name in header), None)


def find_score_column(header: Sequence[str]) -> int | None:
    """Return the index of the score column: `score`, `puntaje`, or the first heading that starts with `puntaje`."""
    exact = find_column(header, SCORE)
    if exact is not None:
        return exact
    return next((i for i, name in enumerate(header) if name.startswith("puntaje ")), None)


def is_other_figure(heading: str) -> bool:
    """Whether a folded heading is a known figure that is no policy (IDI, dimensions, indices, ranks)."""
    return not heading or bool(_OTHER.match(heading))


def has_policy_code(heading: Value) -> bool:
    """Whether a heading says itself that it is a policy (`POL07 …`, `Política 3: …`)."""
    return bool(_CODE.match(fold(heading)))


@dataclass(frozen=True)
class PolicyNames:
    """Finds the slug behind a policy's published name."""

    by_name: Mapping[str, str]

    @classmethod
    def of(cls, policies: Iterable[Policy]) -> "PolicyNames":
        """Collect slug, name and further published headings of every policy."""
        names: dict[str, str] = {}
        for policy in policies:
            for name in (policy.slug, policy.name, *policy.headings):
                names.setdefault(_essence(fold(name)), policy.slug)
        return cls(names)

    def slug(self, heading: Value) -> str | None:
        """Return the policy that a cell or heading names (codes, capitals, accents and linking words aside)."""
        name = fold(heading)
        if not name or re.match(r"^i\d{1,3}\b", name):  # I11 … is an index within a policy, even if it shares its name
            return None
        plain = _CODE.sub("", name)
        candidates = (name, plain, _CLASS.sub("", plain))
        return next((self.by_name[key] for key in map(_essence, candidates) if key in self.by_name), None)


def _essence(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _LINKING)
