"""How an order is named and made complete where it was given: in a line of a mail, or in the cells of a row."""

from collections.abc import Sequence

from tasks.domain.mail.commands import ACTIONS, Verb

# What is ordered by typing into the column of that name (product.md §6).
_TYPED = {
    Verb.ASSIGN: "Responsable",
    Verb.POLICY: "Política",
    Verb.MUNICIPALITY: "Municipio",
    Verb.PLAN: "Fecha acordada",
    Verb.ASSIST: "Fecha asistencia",
}


def called(verb: Verb, *, in_sheet: bool) -> str:
    """Return the order's name in quotes: the word of a mail, or what is chosen or typed in a row."""
    return f"«{ACTIONS.get(verb) or _TYPED.get(verb, verb) if in_sheet else verb}»"


def possible_ones(verbs: Sequence[Verb], *, in_sheet: bool) -> str:
    """Return the sentence that says what can be ordered now."""
    if not in_sheet:
        return f"Ahora se puede: {', '.join(f'«{verb}»' for verb in verbs) or 'ninguna orden'}."
    chosen = ", ".join(f"«{ACTIONS[verb]}»" for verb in verbs if verb in ACTIONS)
    typed = ", ".join(f"«{_TYPED[verb]}»" for verb in verbs if verb in _TYPED)
    said = [f"En Acción puede elegir: {chosen}." if chosen else "", f"También puede llenar: {typed}." if typed else ""]
    return " ".join(filter(None, said)) or "Por ahora no admite ninguna acción."


def missing_motive(verb: Verb, *, in_sheet: bool) -> str:
    """Return the sentence that asks for the motive, or for whom a transfer goes to."""
    transfer = verb is Verb.TRANSFER
    missing = "Falta a quién se traslada" if transfer else "Falta el motivo"
    if in_sheet:
        return f"{missing}: escríbalo en Detalle y elija de nuevo {called(verb, in_sheet=True)} en Acción."
    what = "«trasladar: entidad o dependencia»" if transfer else f"«{verb}: motivo» y la razón"
    return f"{missing}. Escriba {what} en la misma línea."


def example(verb: Verb, argument: str, *, in_sheet: bool) -> str:
    """Return the sentence that shows how the order is made complete."""
    if not in_sheet:
        return f"Escriba, por ejemplo, «{verb}: {argument}»."
    if verb in _TYPED:
        return f"Escriba, por ejemplo, {argument}."
    return f"Escriba en Detalle, por ejemplo, {argument} y elija de nuevo {called(verb, in_sheet=True)} en Acción."
