"""Which public entity writes: alcaldía, concejo, personería, ESE, instituto or company, and its name."""

import re
from collections.abc import Sequence

from tasks.domain.cases.case import EntityType
from tasks.domain.catalog import Municipality
from tasks.domain.classification.text import fold
from tasks.domain.mail.message import Correspondent
from tasks.domain.phrases import Phrases

_TYPES: tuple[tuple[EntityType, re.Pattern[str]], ...] = (
    (EntityType.ESE, re.compile(r"\bese\b|hospital|centro de salud|clinica|empresa social del estado")),
    (EntityType.CONCEJO, re.compile(r"\bconcejo\b|concejal")),
    (EntityType.PERSONERIA, re.compile(r"\bpersoneri?a\b|\bpersonero\b")),
    (
        EntityType.EMPRESA,
        re.compile(r"\bempresas?\b|\besp\b|servicios publicos|acueducto|\baguas de|\beic[em]\b|\bviva [a-z]+"),
    ),
    (
        EntityType.INSTITUTO,
        re.compile(r"\binstituto\b|\binder\b|\bimder\w*|\bindeportes\b|casa de la cultura|instituto descentralizado"),
    ),
)
_DOMAINS: tuple[tuple[EntityType, re.Pattern[str]], ...] = (
    (EntityType.ESE, re.compile(r"hospital|^ese|ese-|ese[a-z]*\.gov|centrodesalud|[a-z]ese\.gov")),
    (EntityType.CONCEJO, re.compile(r"^concejo")),
    (EntityType.PERSONERIA, re.compile(r"^personeria")),
    (EntityType.INSTITUTO, re.compile(r"^inder|^imder|^instituto|^cultura|^indeporte")),
    (EntityType.EMPRESA, re.compile(r"^esp|^aguas|^ep[a-z]|^empresa|^viva")),
)
_INTRODUCES = re.compile(
    r"\b(?:alcaldia|municipio|administracion municipal|secretaria de (?:planeacion|hacienda|gobierno|salud|general)|"
    r"secretari[oa] (?:general|de \w+)|alcaldes?a?)\b"
)
_SELF = Phrases(
    r"\b(?:nuestra|nuestro|como|la|el|desde|somos|esta|este|soy de)\s+(?:la |el |una |un )?"
    r"(?P<what>ese|hospital|"
    r"concejo municipal|personeria|empresa de \w+|empresas publicas|instituto de \w+|instituto)\b"
)
_TYPE_OF = {
    "ese": EntityType.ESE, "hospital": EntityType.ESE,
    "concejo": EntityType.CONCEJO, "personeria": EntityType.PERSONERIA,
    "empresa": EntityType.EMPRESA, "empresas": EntityType.EMPRESA, "instituto": EntityType.INSTITUTO,
}  # fmt: skip
_HOSPITAL = re.compile(
    r"\b(?:E\.?\s?S\.?\s?E\.?\s+)?Hospital(?:\s+(?:de|del|la|las|los|el|y|[A-ZÁÉÍÓÚÑ][\wáéíóúñ]+)){1,8}", re.UNICODE
)


def entity_of(
    sender: Correspondent, texts: Sequence[str], signature: str, town: Municipality | None
) -> tuple[EntityType | None, str]:
    """Return the kind of entity and its name ("Alcaldía de Sonsón"); (None, "") when nothing tells."""
    kind = _by_address(sender) or _by_words(texts, signature) or (EntityType.ALCALDIA if town else None)
    if kind is None:
        return None, ""
    return kind, _name(kind, sender, texts, signature, town)


def _by_address(sender: Correspondent) -> EntityType | None:
    domain = fold(sender.domain)
    for kind, pattern in _DOMAINS:
        if domain.endswith((".gov.co", ".org.co", ".com.co", ".co")) and pattern.search(domain):
            return kind
    shown = f"{fold(sender.name)} {fold(sender.email.partition('@')[0])}"
    for kind, pattern in _TYPES:
        if pattern.search(shown) and not re.search(r"\b(?:delegad|control interno)", shown):
            return kind
    return EntityType.ALCALDIA if re.search(r"-antioquia\.gov\.co$", domain) else None


def _by_words(texts: Sequence[str], signature: str) -> EntityType | None:
    said = fold(" ".join((*(text[:1500] for text in texts), signature)))
    introduced = EntityType.ALCALDIA if _INTRODUCES.search(said) else None
    for match in _SELF.finditer(said):
        kind = next((kind for word, kind in _TYPE_OF.items() if match["what"].startswith(word)), None)
        if kind and not (introduced and match[0].startswith(("el ", "la "))):  # "el concejo municipal" is spoken of
            return kind
    return introduced


def _name(
    kind: EntityType, sender: Correspondent, texts: Sequence[str], signature: str, town: Municipality | None
) -> str:
    place = f" de {town.name}" if town else ""
    if kind is EntityType.ALCALDIA:
        return f"Alcaldía{place}" if town else ""
    if kind is EntityType.ESE:
        for text in (sender.name, *texts, signature):
            if match := _HOSPITAL.search(text[:3000]):
                return " ".join(match[0].split())[:120]
    pattern = next(pattern for other, pattern in _TYPES if other is kind)
    if pattern.search(fold(sender.name)):
        return sender.name[:120]
    label = "ESE" if kind is EntityType.ESE else kind.value.capitalize()
    return f"{label}{place}"
