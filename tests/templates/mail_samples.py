"""One or more samples of every mail, for the tests and for looking at."""

from collections.abc import Mapping

from tasks.domain.cases.survey import QUESTIONS
from tasks.domain.letters.fields import TemplateFields
from tasks.domain.mail.writing.contexts.common import CaseLine
from tasks.domain.mail.writing.contexts.digest import (
    Chart,
    Count,
    DigestContext,
    FigureRow,
    Need,
    ReportContext,
    WeekRow,
)
from tasks.domain.mail.writing.contexts.letters import (
    DraftContext,
    LetterMailContext,
    SignContext,
    TransferContext,
    VoidedContext,
)
from tasks.domain.mail.writing.contexts.municipality import (
    AcknowledgedRequest,
    AcknowledgementContext,
    AssistedCase,
    ClosingContext,
    ExtensionContext,
    InvitationContext,
    OversizeContext,
    PausedContext,
    SessionContext,
    StatusContext,
    StatusLine,
    SuccessionContext,
    SurveyContext,
    SuspendedContext,
)
from tasks.domain.mail.writing.contexts.reminders import (
    LeaderReminderContext,
    OwnDigestContext,
    ReminderContext,
    ReminderItem,
)
from tasks.domain.mail.writing.contexts.team import (
    AlertContext,
    AssignmentContext,
    BounceContext,
    ExtensionDraftContext,
    ForwardContext,
    LeaderReplyContext,
    OrderAnswerContext,
    Proposal,
    ReviewContext,
    ReviewItem,
    ToAssign,
)

SHEET = "https://docs.example.org/hoja"
ONE = CaseLine(number="2026-0041", policy="Gestión documental", municipality="Sonsón", entity="Alcaldía de Sonsón")
ASSISTED = AssistedCase(**ONE.model_dump(), day="10 de diciembre de 2026")
TWO = (
    CaseLine(number="2026-0042", policy="Gobierno digital", municipality="Sonsón"),
    CaseLine(
        number="2026-0043",
        policy="Transparencia, acceso a la información pública y lucha contra la corrupción",
        municipality="San Pedro de los Milagros",
    ),
)
TEAM = ("Ana María Londoño Vera", "Jorge Iván Cano Tamayo", "Luz Dary Higuita Moreno")
GLORIA = "Gloria Elena Cardona Ruiz"

ACKNOWLEDGED = AcknowledgedRequest(
    number="S-2026-0030",
    subject="Solicitud de asesoría política de Gestión documental",
    received="24 de noviembre de 2026",
    answer_by="16 de diciembre de 2026",
    cases=(ONE,),
)
TO_ASSIGN = ToAssign(
    **ONE.model_dump(),
    requester=GLORIA,
    email="planeacion@sonson.example.org",
    subject="Solicitud de asesoría política de Gestión documental",
    summary="Apoyo para actualizar las tablas de retención documental después del rediseño.",
    received="24 de noviembre de 2026",
    due="26 de noviembre de 2026",
    legal_due="16 de diciembre de 2026",
    suggestion="Ana María Londoño Vera",
    why="ha atendido 14 casos de esta política y tiene 3 casos abiertos",
)
ROWS = (
    FigureRow(label="Gestión documental", open=6, overdue=2, opened=3, closed=1),
    FigureRow(label="Transparencia, acceso a la información pública y lucha contra la corrupción", open=4, opened=1),
)


def _reminder(level: str, lateness: str) -> ReminderContext:
    letter = ReminderItem(
        **ONE.model_dump(), letter="DSEGPP-2026-0107", what="Falta el plan de asistencia",
        due="viernes 18 de diciembre de 2026", lateness=lateness, level=level,
    )  # fmt: skip
    other = ReminderItem(
        **TWO[0].model_dump(), what="Falta enviar el oficio", due="lunes 21 de diciembre de 2026",
        lateness="vence hoy", level="today", orders=("aprobado 2026-0042", "no recordar 2026-0042: 12/01/2027"),
    )  # fmt: skip
    told = ReminderItem(
        **TWO[1].model_dump(), what="Faltan las evidencias", due="lunes 14 de diciembre de 2026", level="officer",
        lateness="venció hace 3 días hábiles", informed=True, stage="asistencia prestada",
        waits_for="Marta Isabel Correa Gil (líder de la política)",
    )  # fmt: skip
    return ReminderContext(name="Ana María Londoño Vera", items=(letter, other, told), sheet=SHEET)


def _to_leader(level: str, lateness: str) -> LeaderReminderContext:
    item = ReminderItem(
        **ONE.model_dump(), letter="DSEGPP-2026-0107", what="Enviar el plan de asistencia",
        due="viernes 18 de diciembre de 2026", lateness=lateness, level=level, stage="oficio enviado",
    )  # fmt: skip
    taken = ReminderItem(
        **TWO[1].model_dump(), letter="DSEGPP-2026-0099", what="Prestar la asistencia acordada", level="today",
        due="lunes 21 de diciembre de 2026", lateness="vence hoy", stage="plan recibido",
        news="Usted recibe este caso.",
    )  # fmt: skip
    return LeaderReminderContext(
        name="Marta Isabel Correa Gil", items=(item, taken), more=2, officer=TEAM[0], officer_email="ana@example.org",
        attached=("DSEGPP-2026-0107.pdf", "DSEGPP-2026-0099.pdf"),
    )  # fmt: skip


def _own() -> OwnDigestContext:
    draft = ReminderItem(
        **TWO[0].model_dump(), what="Aprobar el borrador del oficio", due="martes 22 de diciembre de 2026",
        lateness="vence mañana", light="amarillo", letter="DSEGPP-2026-0110",
        orders=("aprobado 2026-0042", "devolver 2026-0042: ", "no recordar 2026-0042: 12/01/2027"),
    )  # fmt: skip
    late = ReminderItem(
        **ONE.model_dump(), letter="DSEGPP-2026-0107", what="Enviar el plan de asistencia", light="rojo",
        due="viernes 18 de diciembre de 2026", lateness="venció hace 1 día hábil", informed=True,
        waits_for="Marta Isabel Correa Gil (líder de la política)", orders=("plan 2026-0041: ",),
    )  # fmt: skip
    other = ReminderItem(
        **TWO[1].model_dump(), what="Prestar la asistencia acordada", due="lunes 18 de enero de 2027", light="verde",
        lateness="vence en 18 días hábiles", news="Está a cargo de Jorge Iván Cano Tamayo, ausente.",
    )  # fmt: skip
    soon = late.model_copy(update={"number": "2026-0050", "light": "amarillo", "lateness": "vence hoy"})
    return OwnDigestContext(
        name=TEAM[0], day="lunes 21 de diciembre de 2026", drafts=(draft,), overdue=(late,), soon=(soon,),
        later=(other,), total=5, late=1, more=1, resting=3, sheet=SHEET,
    )  # fmt: skip


_DIGEST = DigestContext(
    name="Natalia Andrea Quiroz Bedoya",
    period="del 23 al 29 de noviembre de 2026",
    note="Este resumen sale con un día de retraso porque el servicio estuvo detenido.",
    headline="Llegaron 12 casos esta semana (promedio semanal: 9,3 en las últimas 8 semanas y 7,1 en las mismas del "
    "año anterior) y se cerraron 4. Hay 37 en gestión; 3 están vencidos.",
    classified=("De 12 casos que llegaron por correo, 11 se clasificaron sin intervención (92 %).",),
    needs=(
        Need(case="2026-0041", what="Gestión documental, Sonsón", why="por asignar desde el 24 de noviembre",
             orders=("asignar 2026-0041: Ana María Londoño Vera", "directa 2026-0041")),
        Need(case="2026-0012", what="Integridad, Jericó", why="oficio enviado; vencido hace 7 días hábiles",
             officer="Jorge Iván Cano Tamayo", waits_for="Luz Gómez", orders=("recordar 2026-0012",)),
    ),
    opened=12, closed=4, open=37, overdue=3, unassigned=1, review=2,
    response="6 días hábiles", response_before="8 en las últimas 8 semanas",
    received=42,
    fates=(Count(label="casos abiertos", count=12), Count(label="unidos a un caso", count=18),
           Count(label="duplicados", count=2), Count(label="sin solicitud", count=8),
           Count(label="en revisión", count=2)),
    by_itself=(Count(label="acuses", count=12), Count(label="recordatorios", count=7)),
    unsure=("2 mensajes esperan en la pestaña Revisión.",),
    opinions=("¿Le sirvió la asesoría? 4,5 de 5 (2 respuestas)", "¿Podrá aplicar lo visto? 5,0 de 5 (1 respuesta)"),
    stages=(FigureRow(label="por asignar", open=1), FigureRow(label="oficio enviado", open=20, overdue=3, opened=8)),
    policies=ROWS,
    subregions=(FigureRow(label="Oriente", open=9, overdue=1, opened=4),),
    leaders=(FigureRow(label="Marta Isabel Correa Gil", open=6, overdue=2, opened=3),),
    weeks=(WeekRow(week="del 16 al 22 de noviembre de 2026", opened=9, closed=6, response="8 días hábiles",
                   opened_before=7, response_before="9 días hábiles"),),
    charts=(Chart(cid="grafica-1", title="Tiempo de respuesta", description="Bajó de 8 a 6 días hábiles."),),
    notices=("El oficio DSEGPP-2026-0099 quedó anulado: se dirigió a otra dependencia.",),
    sheet=SHEET,
)  # fmt: skip

SAMPLES: Mapping[str, tuple[str, TemplateFields]] = {
    "acuse": ("acuse", AcknowledgementContext(name=GLORIA, requests=(ACKNOWLEDGED,))),
    "acuse-por-definir": (
        "acuse",
        AcknowledgementContext(
            requests=(
                AcknowledgedRequest(
                    number="S-2026-0031", received="1.º de diciembre de 2026", cases=(CaseLine(number="2026-0045"),)
                ),
            )
        ),
    ),
    "acuse-varias": (
        "acuse",
        AcknowledgementContext(
            name=GLORIA,
            requests=(ACKNOWLEDGED, ACKNOWLEDGED.model_copy(update={"number": "S-2026-0032", "cases": TWO})),
        ),
    ),
    "alerta": (
        "alerta",
        AlertContext(
            lines=("No llega correo desde hace 6 horas: revise la conexión con el buzón.",),
            recovered=("La hoja de casos volvió a responder.",),
        ),
    ),
    "asignar": ("asignar", AssignmentContext(name="Natalia Quiroz", cases=(TO_ASSIGN,), team=TEAM, sheet=SHEET)),
    "asignar-varios": (
        "asignar",
        AssignmentContext(
            cases=(
                TO_ASSIGN,
                TO_ASSIGN.model_copy(update=TWO[1].model_dump() | {"suggestion": "", "note": "Ana María no está."}),
            ),
            team=TEAM,
        ),
    ),
    "borrador": (
        "borrador",
        DraftContext(
            name="Ana María Londoño Vera", letter="DSEGPP-2026-0107", version=2, leader="Marta Isabel Correa Gil",
            dependency="Dirección de Gestión Documental", cases=(ONE, *TWO), due="1.º de diciembre de 2026",
            news="Usted devolvió la versión 1: «Falta mencionar el rediseño».",
        ),
    ),
    "cierre": (
        "cierre",
        ClosingContext(
            name=GLORIA, cases=(ONE,), sessions="3 y 10 de diciembre de 2026",
            result="En la vigencia 2026 el puntaje de la política pasó de 61,4 a 70,2.",
        ),
    ),
    "lider": (
        "lider",
        LeaderReplyContext(
            name="Ana María Londoño Vera", who="Marta Isabel Correa Gil (Dirección de Gestión Documental)",
            what="envió su plan de asistencia", done="Se anotó que el plan llegó hoy.", letter="DSEGPP-2026-0107",
            cases=(ONE, *TWO), text="Buenos días:\n\nPodemos atenderlos el 15 o el 16 de enero. Adjunto el plan.",
            proposals=(
                Proposal(day="viernes 15 de enero de 2027", order="plan 2026-0041: 15/01/2027"),
                Proposal(day="sábado 16 de enero de 2027", order="plan 2026-0041: 16/01/2027", note="no es día hábil"),
            ),
            asks="Confirme la fecha acordada; con ella se informa al municipio, con la invitación de calendario.",
            enclosed=("Plan de asistencia.pdf",), left_out=("Presentación.pptx (30,2 MB)",),
        ),
    ),
    "lider-rechaza": (
        "lider",
        LeaderReplyContext(
            who="Marta Isabel Correa Gil", what="responde que no es de su competencia",
            done="El caso volvió a «por clasificar» con esa nota.", letter="DSEGPP-2026-0107", cases=(ONE,),
            text="Le informo que este tema no es de mi competencia.",
            asks="Escriba en la hoja la política que corresponde, o responda «política: NOMBRE».",
        ),
    ),
    "lider-solicitante": (
        "lider",
        LeaderReplyContext(
            name="Ana María Londoño Vera", side="Quien hizo la solicitud", who=GLORIA, what="escribió de nuevo",
            cases=(ONE,), text="Adjuntamos el acta que faltaba.", enclosed=("Acta.pdf",),
            asks="El caso 2026-0041 está suspendido. Si con esto se puede seguir, responda «reanudar 2026-0041»; "
            "si aún falta algo, escríbale directamente.",
        ),
    ),
    "firma": (
        "firma",
        SignContext(
            name="Natalia Andrea Quiroz Bedoya", letter="DSEGPP-2026-0107", leader="Marta Isabel Correa Gil",
            dependency="Dirección de Gestión Documental", officer="Ana María Londoño Vera", cases=(ONE, *TWO),
        ),
    ),
    "rebote": (
        "rebote",
        BounceContext(
            name="Ana María Londoño Vera", subject="Oficio DSEGPP-2026-0107: solicitud de asistencia técnica",
            address="marta.corea@antioquia.gov.co", why="550 5.1.1 User unknown", letter="DSEGPP-2026-0107",
            is_leader=True, cases=(ONE,),
        ),
    ),
    "rebote-municipio": ("rebote", BounceContext(subject="Fecha", address="x@sonson.example.org", cases=(ONE,))),
    "anulado": (
        "anulado",
        VoidedContext(
            name="Marta Isabel Correa Gil",
            letter="DSEGPP-2026-0107",
            dated="3 de diciembre de 2026",
            cases=(ONE,),
            renewed=True,
            officer=TEAM[0],
            officer_email="ana.londono@example.org",
        ),
    ),
    "anulado-sin-nuevo": ("anulado", VoidedContext(letter="DSEGPP-2026-0107", cases=TWO)),
    "traslado": (
        "traslado",
        TransferContext(
            letter="DSEGPP-2026-0108", to="Secretaría de Hacienda", case="2026-0041", subject="Devolución de un pago",
            received="24 de noviembre de 2026", annexes=("Solicitud original (correo electrónico)",),
        ),
    ),
    "traslado-copia": (
        "traslado",
        TransferContext(
            name=GLORIA, letter="DSEGPP-2026-0108", to="Secretaría de Hacienda", is_copy=True, case="2026-0041",
        ),
    ),
    "encuesta": ("encuesta", SurveyContext(name=GLORIA, cases=(ASSISTED,), questions=QUESTIONS)),
    "encuesta-varios": (
        "encuesta",
        SurveyContext(
            name=GLORIA,
            cases=(
                ASSISTED,
                AssistedCase(number="2026-0042", policy="Control interno", day="11 de diciembre de 2026"),
            ),
            questions=QUESTIONS,
        ),
    ),
    "estado": (
        "estado",
        StatusContext(
            name=GLORIA,
            day="3 de diciembre de 2026",
            cases=(
                StatusLine(
                    **ONE.model_dump(),
                    stands="El 26 de noviembre remitimos su solicitud a la Dirección de Gestión Documental.",
                    next_step="Esperamos su plan de asistencia a más tardar el 11 de diciembre.",
                ),
            ),
        ),
    ),
    "relevo": (
        "relevo",
        SuccessionContext(
            name="Hernán Gallego", municipality="Sonsón", before=GLORIA,
            cases=(
                StatusLine(
                    **ONE.model_dump(),
                    subject="Asesoría en tablas de retención",
                    stands="El 26 de noviembre remitimos su solicitud a la Dirección de Gestión Documental.",
                    next_step="Esperamos su plan de asistencia a más tardar el 11 de diciembre.",
                ),
            ),
        ),
    ),
    "estado-ninguno": ("estado", StatusContext(day="3 de diciembre de 2026")),
    "fecha": (
        "fecha",
        SessionContext(
            name=GLORIA, cases=(ONE,), day="jueves 10 de diciembre de 2026", mode="virtual",
            leader="Marta Isabel Correa Gil",
            dependency="Dirección de Gestión Documental", officer=TEAM[0], officer_email="ana@example.org",
            previous="martes 8 de diciembre de 2026",
        ),
    ),
    "invitacion": (
        "invitacion",
        InvitationContext(
            name=GLORIA, letter="DSEGPP-2027-0031", municipality="Sonsón", vigencia="2026", cases=(ONE,),
            answer_by="15 de julio de 2027",
        ),
    ),
    "informe": (
        "informe",
        ReportContext(
            name="Natalia Quiroz", vigencia="2026",
            headline="Los municipios asesorados subieron 4,2 puntos más de lo que era de esperar "
            "(intervalo del 95 %: 1,1 a 7,3).",
            findings=("31 casos comparables en 24 municipios.", "La mejora mayor fue en Gestión documental."),
            cautions=("Quienes piden asesoría pueden diferir de los demás.",),
            changes=("El puntaje de Jericó en Integridad pasó de 55,0 a 57,3.",),
            attachments=("informe-mejoras-2026.pdf", "informe-mejoras-2026.docx"),
        ),
    ),
    "oficio": (
        "oficio",
        LetterMailContext(
            name="Marta Isabel Correa Gil", letter="DSEGPP-2026-0107", official_ref="2026030123456",
            policies="la política de Gestión documental", entities="la Alcaldía de Sonsón", cases=(ONE,),
            plan_due="18 de diciembre de 2026", officer=TEAM[0], officer_email="ana@example.org",
            annexes=("Solicitud original", "Tablas de retención 2024.pdf"),
        ),
    ),
    "oficio-concejo": (
        "oficio",
        LetterMailContext(
            name="Marta Isabel Correa Gil", letter="DSEGPP-2026-0108", entities="el Concejo de Granada",
            policies="la política de Gestión documental", cases=(ONE,), plan_due="18 de diciembre de 2026",
        ),
    ),
    "oficio-oferta": (
        "oficio",
        LetterMailContext(
            name="Marta Isabel Correa Gil", letter="DSEGPP-2027-0031", offered=True, entities="12 municipios",
            policies="la política de Gestión documental",
            cases=tuple(ONE.model_copy(update={"number": f"2027-{n:04}"}) for n in range(1, 13)),
            plan_due="18 de diciembre de 2026", officer=TEAM[0], officer_email="ana@example.org",
            annexes=("DSEGPP-2027-0031.pdf",),
        ),
    ),
    "prorroga": (
        "prorroga",
        ExtensionContext(
            name=GLORIA, cases=(ONE,), received="24 de noviembre de 2026", due="16 de diciembre de 2026",
            new_due="15 de enero de 2027", motive="la dependencia líder programa las sesiones de enero.",
            letter="DSEGPP-2026-0112",
        ),
    ),
    "prorroga-borrador": (
        "prorroga-borrador",
        ExtensionDraftContext(
            name=GLORIA, cases=(ONE,), received="24 de noviembre de 2026", due="16 de diciembre de 2026",
            new_due="15 de enero de 2027", motive="la dependencia líder programa las sesiones de enero.",
            officer=TEAM[0], letter="DSEGPP-2026-0112",
            changes=("Se cambió «las sesiones de enero» por «las sesiones de febrero».",),
        ),
    ),
    "demasiado-grande": (
        "demasiado-grande",
        OversizeContext(name=GLORIA, subject="Asesoría en gestión documental", limit="64 MB"),
    ),
    "en-espera": (
        "en-espera",
        PausedContext(
            name=GLORIA, cases=(ONE,), motive="Falta el acto administrativo que aprobó las tablas de 2019.",
            officer=TEAM[0], officer_email="ana.londono@example.org",
        ),
    ),
    "suspendida": (
        "suspendida",
        SuspendedContext(
            name=GLORIA, cases=(ONE, *TWO), since="2 de diciembre de 2026", motive="falta el acta del comité",
            answer_by="12 de enero de 2027",
        ),
    ),
    "recordatorio-lider": ("recordatorio-lider", _to_leader("before", "vence mañana")),
    "recordatorio-lider-grave": ("recordatorio-lider", _to_leader("director", "venció hace 7 días hábiles")),
    "recordatorio-antes": ("recordatorio", _reminder("before", "vence mañana")),
    "recordatorio-vencido": ("recordatorio", _reminder("officer", "venció hace 2 días hábiles")),
    "recordatorio-grave": ("recordatorio", _reminder("director", "venció hace 7 días hábiles")),
    "reenvio": (
        "reenvio",
        ForwardContext(
            case="2026-0046", team="Equipo de Política Pública", axis="política pública",
            subject="Formulación de la política pública de juventud", requester=GLORIA, email="planeacion@example.org",
            received="24 de noviembre de 2026",
        ),
    ),
    "respuesta": (
        "respuesta",
        OrderAnswerContext(
            done=True, answers=("Caso 2026-0041: quedó a cargo de Ana María Londoño Vera.",), subject="Re: Por asignar"
        ),
    ),
    "respuesta-negada": (
        "respuesta",
        OrderAnswerContext(
            done=False,
            answers=("El caso 2026-0041 está en «oficio enviado» y no admite «aprobado».",),
            subject="Re: Borrador del oficio",
            possible=("plan 2026-0041: FECHA", "suspender 2026-0041: motivo", "cerrar 2026-0041: motivo"),
        ),
    ),
    "resumen": ("resumen", _DIGEST),
    "resumen-vacio": (
        "resumen",
        DigestContext(name="Natalia Quiroz", period="del 21 al 27 de diciembre de 2026", is_empty=True, open=12),
    ),
    "resumen-equipo": ("resumen-equipo", _own()),
    "revision": (
        "revision",
        ReviewContext(
            messages=(
                ReviewItem(
                    received="24 de noviembre de 2026", sender="Juan Pérez <juan@example.org>",
                    subject="Derecho de petición", reason="Parece la petición de un ciudadano.",
                    suggestion="Trasladar a Atención a la Ciudadanía.", legal_due="1.º de diciembre de 2026",
                ),
                ReviewItem(received="24 de noviembre de 2026"),
            ),
            waiting=5,
            sheet=SHEET,
        ),
    ),
}  # fmt: skip
