"""What each mail says: typed values for the templates of `templates/mail/`, which name the fields in Spanish.

`MAILS` maps a template's name to its context. Besides these fields every template has `oficina` (who writes) and
`token` (the key of the one-click answers, "" when the mail invites no order).
"""

from collections.abc import Mapping

from tasks.domain.letters.fields import TemplateFields
from tasks.domain.mail.writing.contexts.digest import DigestContext, ReportContext
from tasks.domain.mail.writing.contexts.letters import (
    DraftContext,
    LetterMailContext,
    SignContext,
    TransferContext,
    VoidedContext,
)
from tasks.domain.mail.writing.contexts.municipality import (
    AcknowledgementContext,
    ClosingContext,
    ExtensionContext,
    InvitationContext,
    OversizeContext,
    PausedContext,
    SessionContext,
    StatusContext,
    SuccessionContext,
    SurveyContext,
    SuspendedContext,
)
from tasks.domain.mail.writing.contexts.reminders import LeaderReminderContext, OwnDigestContext, ReminderContext
from tasks.domain.mail.writing.contexts.team import (
    AlertContext,
    AssignmentContext,
    BounceContext,
    ExtensionDraftContext,
    ForwardContext,
    LeaderReplyContext,
    OrderAnswerContext,
    ReviewContext,
)

MAILS: Mapping[str, type[TemplateFields]] = {
    "acuse": AcknowledgementContext,
    "alerta": AlertContext,
    "asignar": AssignmentContext,
    "borrador": DraftContext,
    "demasiado-grande": OversizeContext,
    "cierre": ClosingContext,
    "invitacion": InvitationContext,
    "encuesta": SurveyContext,
    "estado": StatusContext,
    "relevo": SuccessionContext,
    "fecha": SessionContext,
    "firma": SignContext,
    "informe": ReportContext,
    "lider": LeaderReplyContext,
    "oficio": LetterMailContext,
    "prorroga": ExtensionContext,
    "prorroga-borrador": ExtensionDraftContext,
    "rebote": BounceContext,
    "recordatorio": ReminderContext,
    "recordatorio-lider": LeaderReminderContext,
    "reenvio": ForwardContext,
    "respuesta": OrderAnswerContext,
    "resumen": DigestContext,
    "resumen-equipo": OwnDigestContext,
    "revision": ReviewContext,
    "traslado": TransferContext,
    "anulado": VoidedContext,
    "suspendida": SuspendedContext,
    "en-espera": PausedContext,
}
