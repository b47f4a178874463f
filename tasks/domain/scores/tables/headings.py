"""Which column is which: headings of results and assistance files, as offices and Función Pública write them.

Policies are matched by name, never by number: the numbers of `POLÍTICA n` (2018–2021), `POLnn` (2023 on) and the guide
differ from one another.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from tasks.domain.catalog import Policy
from tasks.domain.scores.results import Value
from tasks.domain.scores.tables.cells import fold, text_of

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
GROUP = ("grupo", "grupo par", "grupo de pares", "grupos pares")
PUBLISHED = ("publicacion", "fecha de publicacion", "fecha publicacion")
SIGEP = ("codigo sigep", "sigep", "cod sigep")
DEPARTMENT = ("departamento", "nombre departamento", "nombre del departamento", "depto", "dpto")
MUNICIPALITY = ("municipio", "nombre municipio", "nombre del municipio", "mpio", "nombre mpio")
NATURE = ("naturaleza juridica", "naturaleza")
ENTITY = ("entidad", "nombre entidad", "nombre de la entidad")
DAY = ("fecha", "fecha asistencia", "fecha de asistencia", "date")
MODALITY = ("origen", "modalidad", "modality")  # the sheet has both, and there "Modalidad" is presencial/virtual
CASE = ("caso", "case")
ENTITY_TYPE = ("tipo de entidad", "tipo entidad", "entity type")
CLOSING = ("cierre", "fecha de cierre")

_CODE = re.compile(r"^(?:politica|pol)\s*\d{1,2}\s+")
_CLASS = re.compile(r"^(?:(?:politica|indice|puntaje|resultado)\s+(?:(?:de|del)\s+)?(?:la\s+)?)+")
_YEAR = re.compile(r"\s*\b(?:vigencia|vig|ano)?\s*\b(20\d\d)\b\s*")
_DAY = re.compile(r"(20\d\d) \d\d \d\d(?: 00 00 00)?")  # a year that a spreadsheet keeps as a date
# Not policies: the general index, dimensions (D1…D7), disaggregated indices (I01…), and figures of the peer group.
_OTHER = re.compile(
    r"^(?:idi\b|id[a-z]*$|indice de desempeno institucional|d\d\b|dimension\b|i\d{1,3}\b|unnamed|quintil|ranking"
    r"|puesto|percentil|promedio|minimo|maximo|puntaje|codigo|clasificacion|tipo|orden|region|subregion|categoria|no$|n$)"
)
# The 32 departments and Bogotá, folded: another department's row is left out in silence, a misspelt one is not.
DEPARTMENTS = frozenset({
    "amazonas", "antioquia", "arauca", "atlantico", "bolivar", "boyaca", "caldas", "caqueta", "casanare", "cauca",
    "cesar", "choco", "cordoba", "cundinamarca", "guainia", "guaviare", "huila", "la guajira", "guajira", "magdalena",
    "meta", "narino", "norte de santander", "putumayo", "quindio", "risaralda", "santander", "sucre", "tolima",
    "valle del cauca", "valle", "vaupes", "vichada", "bogota", "bogota d c", "bogota dc", "distrito capital",
    "san andres", "san andres y providencia", "archipielago de san andres", "san andres providencia y santa catalina",
    "archipielago de san andres providencia y santa catalina",
})  # fmt: skip
_IDENTIFYING = frozenset(
    (*DANE, *VIGENCIA, *GROUP, *PUBLISHED, *SIGEP, *DEPARTMENT, *MUNICIPALITY, *NATURE, *ENTITY, *POLICY)
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


def is_identifying(heading: str) -> bool:
    """Whether a folded heading names the entity or the table, not a figure."""
    return heading in _IDENTIFYING


def year_alone(heading: Value) -> int | None:
    """Return the year of a heading that says nothing else: `2022`, `Vigencia 2022`, `Puntaje 2022`, 31/12/2022."""
    text = _CLASS.sub("", fold(heading)).removeprefix("puntaje ")
    match = _YEAR.fullmatch(text) or _DAY.fullmatch(text)
    return int(match[1]) if match else None


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

    def slug_and_year(self, heading: Value) -> tuple[str | None, int | None]:
        """Return the policy and the vigencia of a heading such as `Gobierno digital 2022`."""
        slug = self.slug(heading)
        years = set(_YEAR.findall(fold(heading)))
        if slug is not None or len(years) != 1:
            return slug, None
        slug = self.slug(_YEAR.sub(" ", fold(heading)).strip())
        return slug, int(years.pop()) if slug else None

    def unknown(self, heading: Value) -> str:
        """Return that a heading names no policy, with the one it may have meant (Spanish)."""
        near = get_close_matches(_essence(_CLASS.sub("", _CODE.sub("", fold(heading)))), self.by_name, 1, 0.75)
        hint = f" (¿es «{self.by_name[near[0]]}»?)" if near else ""
        return f"«{text_of(heading)[:80]}» no es una política conocida{hint}"


def _essence(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _LINKING)
