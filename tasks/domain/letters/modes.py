"""Whether a leader's words say that a session is to be held virtually or on site."""

import re

from tasks.domain.cases.case import Mode
from tasks.domain.cases.names import folded

_SAID = {
    Mode.REMOTE: re.compile(
        r"\bvirtual(?:es|mente)?\b|\b(?:manera|forma|modalidad|sesion|reunion) remota\b|\bremotamente\b|"
        r"\b(?:microsoft teams|google meet|(?:por|via|en) (?:la plataforma )?(?:teams|meet|zoom))\b|"
        r"\bvideo ?(?:conferencia|llamada)\b"
    ),
    Mode.ON_SITE: re.compile(r"\bpresencial(?:es|mente)?\b"),
}
# What is virtual or on site without being the session: "el curso virtual", "atención presencial de 8 a 12".
_OTHER = re.compile(
    r"\b(?:cursos?|aulas?|espacios?|plataformas?|sedes?|campus|ventanillas?|bibliotecas?|modulos?|oficinas?|tramites?|"
    r"herramientas?|contenidos?|material(?:es)?|canal(?:es)?|atencion(?: al (?:ciudadano|publico))?)\s+$"
)
_NOT_SO = re.compile(r"\b(?:no|ni|sin|tampoco|en vez de|en lugar de|si|en caso de que|cuando)\b[^.,;:\n]{0,60}$")


def mode_offered(text: str) -> Mode | None:
    """Return the one way in which the words offer to hold the session; None when they name none, or both."""
    said = folded(text)
    offered = {
        mode
        for mode, words in _SAID.items()
        for found in words.finditer(said)
        if not _OTHER.search(before := said[max(0, found.start() - 90) : found.start()]) and not _NOT_SO.search(before)
    }
    return offered.pop() if len(offered) == 1 else None
