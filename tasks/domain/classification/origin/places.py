"""What lies outside Antioquia, and how names look inside addresses."""

import re

from tasks.domain.classification.text import fold

# The other departments of Colombia and Bogotá; facts, fixed since 1991.
DEPARTMENTS = (
    "Amazonas", "Arauca", "Atlántico", "Bolívar", "Boyacá", "Caldas", "Caquetá", "Casanare", "Cauca", "Cesar", "Chocó",
    "Córdoba", "Cundinamarca", "Guainía", "Guaviare", "Huila", "La Guajira", "Magdalena", "Meta", "Nariño",
    "Norte de Santander", "Putumayo", "Quindío", "Risaralda", "Santander", "Sucre", "Tolima", "Valle del Cauca",
    "Vaupés", "Vichada", "Valle", "Guajira", "Santander del Sur",
)  # fmt: skip

# Capitals and larger cities elsewhere, by the department they are in. Armenia is left out: Antioquia has one too.
CAPITALS = {
    "Arauca": "Arauca", "Barranquilla": "Atlántico", "Bogotá": "Bogotá", "Bucaramanga": "Santander",
    "Buenaventura": "Valle del Cauca", "Cali": "Valle del Cauca", "Cartagena": "Bolívar",
    "Cúcuta": "Norte de Santander",
    "Dosquebradas": "Risaralda", "Florencia": "Caquetá", "Ibagué": "Tolima", "Manizales": "Caldas",
    "Mocoa": "Putumayo", "Montería": "Córdoba", "Neiva": "Huila", "Palmira": "Valle del Cauca", "Pasto": "Nariño",
    "Pereira": "Risaralda", "Popayán": "Cauca", "Quibdó": "Chocó", "Riohacha": "La Guajira", "Santa Marta": "Magdalena",
    "Sincelejo": "Sucre", "Soacha": "Cundinamarca", "Tunja": "Boyacá", "Valledupar": "Cesar", "Villavicencio": "Meta",
    "Yopal": "Casanare",
}  # fmt: skip


def squeezed(name: str) -> str:
    """Return a name or domain as addresses write it: folded, no spaces, punycode read."""
    try:
        plain = name.encode("ascii").decode("idna") if "xn--" in name else name
    except UnicodeError:
        plain = name
    return re.sub(r"[^a-z0-9.-]", "", fold(plain))


def address_words(local: str) -> list[str]:
    """Return the words of an address before the @: "lilianagiraldo.cocorna" → two."""
    return [word for word in re.split(r"[^a-z]+", fold(local)) if len(word) >= 4]


_GOVERNMENT = re.compile(
    r"^gob(?:ernacion)?(?:-|de)-?|-gob(?:ernacion)?$"
)  # caldas-gob.gov.co, gobernaciondecaldas.gov.co


# Departments that a town of Antioquia is called like: their bare name in an address does not say which of the two.
_TOWNS_TOO = frozenset({"bolivar", "caldas", "narino"})


def department_of_domain(domain: str) -> str:
    """Return the other department that an official domain is in (granada-meta.gov.co, choco.gov.co), "" for none."""
    label = _label(domain)
    tail = label.rpartition("-")[2] if "-" in label or label not in _TOWNS_TOO else ""
    governed = _GOVERNMENT.sub("", label)
    for department in DEPARTMENTS:
        if squeezed(department) == tail or (governed != label and squeezed(department) == governed):
            return department
    return next((department for city, department in CAPITALS.items() if label == squeezed(city)), "")


def is_governors(domain: str) -> bool:
    """Whether an official domain says that it is a department's own: what is called like it elsewhere is no town."""
    return _GOVERNMENT.search(_label(domain)) is not None


def _label(domain: str) -> str:
    return domain.removesuffix(".gov.co").rpartition(".")[2] if domain.endswith(".gov.co") else ""
