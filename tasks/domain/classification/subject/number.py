"""How many policies a text says that it asks about: "dos temas", "además", "por otra parte"."""

from tasks.domain.phrases import Phrases

_COUNTED = (
    r"(?:politicas?|temas?|asuntos?|frentes|cosas|asesorias|puntajes|solicitudes|necesidades|areas|etapas|tareas)"
)
_NO_COUNT = r"(?! (?:dias|horas|anos|veces|personas|mil|sesiones|meses|semanas)\b)"
_TWO = Phrases(
    rf"\b(?:dos|2) (?:\w+ )?{_COUNTED}\b|\b(?:ambas|ambos|(?:las|los|esas|esos|estas|estos|en) (?:dos|2))\b{_NO_COUNT}"
)
_THREE = Phrases(rf"\b(?:tres|3) (?:\w+ )?{_COUNTED}\b|\b(?:las|los|esas|esos|estas|estos) (?:tres|3)\b{_NO_COUNT}")
_MORE = Phrases(
    r"\b(?:ademas|tambien|asimismo|asi mismo|igualmente|adicionalmente|de igual (?:forma|manera)|asi como|"
    r"al igual que|junto con|aparte de|por (?:otra|otro) (?:parte|lado)|de (?:otra|otro) (?:parte|lado)|"
    r"a la vez|al mismo tiempo|de paso|ambas|ambos|dos|tanto)\b"
)


def stated_number(folded: str) -> int:
    """Return how many policies the text says that it asks about, 0 when it does not say."""
    if _THREE.search(folded):
        return 3
    return 2 if _TWO.search(folded) else 0


def says_more(folded: str) -> bool:
    """Whether the text says that one thing is asked besides another."""
    return _MORE.search(folded) is not None
