"""Where a case stands, in words for the municipality that asked: honest, and nothing about anybody else."""

from datetime import date

from tasks.domain.cases.case import Case, State
from tasks.domain.spanish import date_in_words

_STANDS = {
    State.TO_CLASSIFY: "Estamos definiendo a qué política corresponde su solicitud.",
    State.TO_ASSIGN: "Su solicitud está clasificada y se está designando a la persona responsable.",
    State.DRAFT: "La persona responsable prepara el oficio para la dependencia que lidera la política.",
    State.LETTER_SENT: "Su solicitud fue remitida a la dependencia que lidera la política, que prepara el plan.",
    State.PLANNED: "La dependencia que lidera la política ya respondió con su plan de asistencia.",
    State.ASSISTED: "La asesoría ya se prestó; se están reuniendo las evidencias.",
    State.FOLLOW_UP: "La asesoría ya se prestó; se compararán los puntajes de la próxima medición.",
    State.DIRECT: "Nuestro equipo atiende directamente su solicitud.",
    State.SUSPENDED: "El caso está suspendido a la espera de información del municipio.",
    State.CLOSED: "El caso está cerrado.",
    State.TRANSFERRED: "Su solicitud corresponde a otro equipo o entidad, a quien se traslada para que le responda.",
    State.DISCARDED: "La solicitud no continuó como caso de asesoría.",
}
_NEXT = {
    State.TO_CLASSIFY: "Sigue designar a la persona responsable.",
    State.TO_ASSIGN: "Sigue remitirla a la dependencia que lidera la política.",
    State.DRAFT: "Sigue el plan de asistencia de la dependencia que lidera la política.",
    State.LETTER_SENT: "Sigue acordar la fecha de la asesoría; se la informaremos por este medio.",
    State.SUSPENDED: "Responda a este correo con la información pendiente para reanudarlo.",
}


def stands(case: Case) -> str:
    """Return the sentence that says where the case is."""
    if case.merged_into and not case.is_open:
        return f"Su solicitud se unió al caso {case.merged_into}, con el que continúa."
    return _STANDS[case.state]


def next_step(case: Case, today: date) -> str:
    """Return the sentence that says what comes next, "" when nothing does."""
    if case.agreed and case.agreed >= today and case.is_open:
        return f"La asesoría está acordada para el {date_in_words(case.agreed)}."
    return _NEXT.get(case.state, "")
