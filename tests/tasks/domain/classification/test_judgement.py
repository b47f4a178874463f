"""The whole judgement: kinds by sender and words, and what it never does."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.cases.case import EntityType
from tasks.domain.classification.judgement import Judgement, Kind, judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.mail.message import Attachment, Correspondent, Mail, Thread
from tasks.domain.mail.reading.parsing import parse
from tests.benchmarks.classification import CORPUS, INDEPENDENT, TRICKY, evaluate

SONSON = "planeacion@sonson-antioquia.gov.co"
WORKBOOK = Attachment("Resultados_MDI_2025.xlsx", "application/vnd.ms-excel", b"PK")


def mail(sender: str, subject: str, text: str, name: str = "", **rest: object) -> Mail:
    return Mail(sender=Correspondent(name, sender), subject=subject, text=text, **rest)  # type: ignore[arg-type]


def judged(office: OfficeView, *args: str, thread: Thread | None = None, **rest: object) -> Judgement:
    return judge(mail(*args, **rest), thread, office)  # type: ignore[arg-type]


def test_thanks_above_the_request_that_they_answer_ask_nothing(office: OfficeView) -> None:
    below = (
        f"De: Planeación <{SONSON}>\nEnviado el: lunes\nPara: Mesa\nAsunto: solicitud\n\n"
        "Solicitamos un taller de control interno."
    )
    subject = "Gracias por el taller"
    thanks = f"Muy bueno el taller de ayer, quedamos muy contentos.\n\n{below}"
    assert judged(office, SONSON, subject, thanks).kind in {Kind.NOISE, Kind.REVIEW}
    again = f"Gracias por recibirnos. Ahora necesitamos también el modelo de acta.\n\n{below}"
    assert judged(office, SONSON, subject, again).kind is Kind.REQUEST


def test_a_personeria_that_demands_an_account_is_for_a_person(office: OfficeView) -> None:
    demand = "En ejercicio de nuestra función de Ministerio Público requerimos que informen qué asistencia recibieron."
    found = judged(office, "personeria@sonson-antioquia.gov.co", "Requerimiento", demand, "Personería de Sonsón")
    assert (found.kind, found.auto) == (Kind.REVIEW, False)
    assert "término legal" in " ".join(found.reasons)
    asks = "Solicitamos asesoría en control interno para la personería."
    assert judged(office, "personeria@sonson-antioquia.gov.co", "Asesoría", asks).kind is Kind.REQUEST


def test_a_clear_request_is_judged_whole(office: OfficeView) -> None:
    found = judged(
        office,
        SONSON,
        "Asesoría en gestión documental",
        "Buenos días.\nSolicitamos asesoría para las tablas de retención documental y el PINAR.",
        "Gloria Cardona",
    )
    assert (found.kind, found.policies, found.municipality) == (Kind.REQUEST, ("gestion-documental",), "05756")
    assert found.auto
    assert (found.entity_type, found.entity) == (EntityType.ALCALDIA, "Alcaldía de Sonsón")
    assert (found.requester, found.email) == ("Gloria Cardona", SONSON)
    assert found.summary == "Solicitamos asesoría para las tablas de retención documental y el PINAR."
    assert any("«PINAR»" in reason and "Gestión documental" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("sender", "subject", "text", "kind"),
    [
        ("ana@dep.gov.co", "RE: Por asignar", "asignar: Jorge", Kind.COMMAND),
        ("ana@dep.gov.co", "almuerzo", "¿Vamos el jueves a almorzar?", Kind.NOISE),
        ("x@otra.example", "Re: caso", "Buenos días, quedo atento", Kind.REVIEW),
        (SONSON, "Gracias", "Mil gracias por todo, excelente equipo.", Kind.NOISE),
        (SONSON, "Oferta", "Muchas gracias, por ahora no requerimos asesoría en transparencia.", Kind.NOISE),
        (SONSON, "Re: S-2026-0141", "Nos sirve el jueves", Kind.FOLLOWUP),
        ("x@gmail.com", "Derecho de petición", "Solicito copia del contrato de la vía.", Kind.REVIEW),
        ("notificaciones@contraloria.gov.co", "Requerimiento", "Sírvase remitir los soportes.", Kind.REVIEW),
        ("juzgado01@cendoj.ramajudicial.gov.co", "Notificación", "Se vincula a la Gobernación.", Kind.REVIEW),
        ("ventas@plus.example", "MIPG", "Asesoría en las 19 políticas con 10 % de descuento.", Kind.NOISE),
        ("cursos@fp.example", "Capacitación MIPG", "Se invita a las entidades al taller del 3 de junio.", Kind.NOISE),
        ("a@guarne-antioquia.gov.co", "Pago", "Solicito certificado laboral de mi contrato.", Kind.REVIEW),
        ("a@b.example", "", "", Kind.REVIEW),
        (SONSON, "numerales", "¿Qué contenidos debe tener el botón de transparencia?", Kind.REQUEST),
        (SONSON, "backup", "No sabemos cada cuánto se hacen las copias de seguridad de la información.", Kind.REQUEST),
        (SONSON, "Re: cita jueves", "Listo, confirmado el jueves a las 8.", Kind.NOISE),
        (
            "comercial@archivar.example",
            "Cumpla",
            "¿Su alcaldía pierde expedientes? Le mostramos nuestra solución de gestión documental.",
            Kind.NOISE,
        ),
        (
            "ofertas@archivar.example",
            "Archivo",
            "¿Su municipio pierde expedientes? Nuestra plataforma de gestión documental cuesta $900.000.",
            Kind.NOISE,
        ),
        (
            "camilo.ospina@gmail.com",
            "Archivo",
            "¿Su municipio pierde expedientes? Nuestra plataforma de gestión documental cuesta $900.000.",
            Kind.REVIEW,
        ),
        ("luz@gmail.com", "Mala atención", "En la alcaldía de Sonsón no me atienden y me tratan mal.", Kind.REVIEW),
        (
            "secretaria@concejo-sonson-antioquia.gov.co",
            "Proposición 14",
            "La corporación solicita responder el cuestionario sobre control interno. Plazo: cinco días.",
            Kind.REVIEW,
        ),
        (
            "marta@dep.gov.co",
            "RE: Oficio DSEGPP-2026-0041",
            "Proponemos dos sesiones, el 11 de marzo.",
            Kind.LEADER_PLAN,
        ),
        ("equipo@dep.gov.co", "DSEGPP-2026-0041", "Adjunto listado de asistencia de la sesión.", Kind.LEADER_EVIDENCE),
    ],
)
def test_the_kind_follows_sender_and_words(
    office: OfficeView, sender: str, subject: str, text: str, kind: Kind
) -> None:
    assert judged(office, sender, subject, text).kind is kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Asesoría de Sonsón dictada el lunes; va el registro de asistencia. La segunda queda para después.",
         Kind.LEADER_EVIDENCE),
        ("Jornada con el municipio realizada ayer por Teams, grabación en el enlace.", Kind.LEADER_EVIDENCE),
        ("¿Ya tienen el inventario? Si no es de archivo sino de contratación, eso no es de mi competencia.",
         Kind.FOLLOWUP),
        ("Antes de programar: ¿lo que piden es convalidar o actualizar?", Kind.FOLLOWUP),
    ],
)  # fmt: skip
def test_a_leader_tells_what_was_done_or_asks_before_planning(office: OfficeView, text: str, kind: Kind) -> None:
    thread = Thread(requests=("S-2026-0041",), policies=("gestion-documental",), municipality="05756")
    assert judged(office, "marta@dep.gov.co", "RE: Oficio DSEGPP-2026-0041", text, thread=thread).kind is kind


@pytest.mark.parametrize(
    "text",
    [
        "Sonsón tendrá auditoría de archivo y deseamos asesoría de ustedes en tablas de retención documental.",
        "Queremos asesoría de ustedes en tablas de retención documental.",
        "El municipio desea acompañamiento en tablas de retención documental.",
    ],
)
def test_who_wishes_advice_asks_for_it(office: OfficeView, text: str) -> None:
    found = judged(office, SONSON, "Archivo", text)
    assert (found.kind, found.policies) == (Kind.REQUEST, ("gestion-documental",))


@pytest.mark.parametrize(
    "text",
    [
        "Hola Lucho, te envío la planilla y la cuenta. ¿Me confirmas si ya pasó a tesorería?",
        "Buenas tardes Paty, te dejo el RUT firmado, me avisas.",
    ],
)
def test_a_private_mail_gone_astray_is_for_a_person(office: OfficeView, text: str) -> None:
    assert judged(office, SONSON, "cuenta de noviembre", text).kind is Kind.REVIEW


def test_an_order_under_a_borrowed_name_is_recognised_and_not_automatic(office: OfficeView) -> None:
    found = judged(office, "n@otra.example", "Re: caso 2026-0102", "asignar: Jorge", "Natalia Quiroz")
    assert found.kind is Kind.COMMAND
    assert not found.auto


def test_a_results_workbook_is_loaded_unasked_only_from_whom_we_trust(office: OfficeView) -> None:
    text = "Se publican los resultados de la medición del desempeño institucional."
    ours = judged(office, "ana@dep.gov.co", "RV: resultados FURAG", text, attachments=(WORKBOOK,))
    stranger = judged(office, "x@otra.example", "Resultados MDI", text, attachments=(WORKBOOK,))
    assert (ours.kind, ours.auto) == (Kind.RESULTS, True)
    assert (stranger.kind, stranger.auto) == (Kind.RESULTS, False)


def test_a_request_outside_antioquia_is_for_a_person(office: OfficeView) -> None:
    found = judged(office, "tic@granada-meta.gov.co", "Gobierno digital", "El municipio solicita asesoría en PETI.")
    assert (found.kind, found.municipality, found.auto) == (Kind.REVIEW, None, False)


def test_a_letter_that_cannot_be_read_opens_a_request_without_policy(office: OfficeView) -> None:
    scan = Attachment("oficio.pdf", "application/pdf", b"%PDF")
    found = judged(office, SONSON, "Oficio solicitud asesoría MIPG", "Adjunto oficio.", attachments=(scan,))
    assert (found.kind, found.policies, found.auto) == (Kind.REQUEST, (), False)


def test_what_a_trusted_hand_passes_on_counts_for_the_person_inside(office: OfficeView) -> None:
    inside = mail(
        SONSON, "Inquietud", "Solicitamos asesoría en PETI y datos abiertos, política de gobierno digital.", "Luz"
    )
    passed = {"headers": {"from": ("ventanilla@dep.gov.co",)}, "inner": inside}
    trusted = judged(office, "ventanilla@dep.gov.co", "RV: Inquietud", "Para su trámite.", **passed)  # type: ignore[arg-type]
    colleague = judged(office, "archivo@dep.gov.co", "RV: Inquietud", "Para su trámite.", inner=inside)
    stranger = judged(office, "x@gmail.com", "RV: Inquietud", "Para su trámite.", inner=inside)
    assert (trusted.requester, trusted.email, trusted.municipality) == ("Luz", SONSON, "05756")
    assert (colleague.requester, colleague.email) == ("Luz", "")
    assert stranger.email == "x@gmail.com"


@pytest.mark.parametrize(
    ("sender", "name", "text", "email"),
    [
        ("437123@certificado.4-72.com.co", f"EMAIL CERTIFICADO de {SONSON}", "", ""),
        ("no-reply@e-entrega.co", "e-entrega", f"Remitente: Luz Mery <{SONSON}>\n", ""),
        ("x@not4-72.com.co", f"EMAIL CERTIFICADO de {SONSON}", "", "x@not4-72.com.co"),
    ],
)
def test_certified_mail_is_asked_by_who_sent_it(
    office: OfficeView, sender: str, name: str, text: str, email: str
) -> None:
    need = f"{text}Solicitamos asesoría en gestión documental, TRD y PINAR."
    found = judge(mail(sender, "Solicitud", need, name), None, office)
    assert found.email == email
    assert found.municipality == "05756"
    assert found.kind in {Kind.REQUEST, Kind.REVIEW}


def test_a_carriers_receipt_is_a_machines_and_a_sealed_letter_a_persons(office: OfficeView) -> None:
    carrier = "notificaciones@certificado.4-72.com.co"
    assert judged(office, carrier, "Constancia de entrega de su correo", "Entregado.").kind is Kind.AUTO
    sealed = judged(office, "no-reply@e-entrega.co", "Le enviaron un documento", "Ábralo en el enlace.")
    assert sealed.kind is Kind.REVIEW


def test_the_original_sender_is_found_below_those_who_only_passed_it_on(office: OfficeView) -> None:
    def level(address: str, subject: str, text: str) -> str:
        when = "lunes, 2 de febrero de 2026 9:00"
        return f"De: {address}\nEnviado: {when}\nPara: otra\nAsunto: {subject}\n\n{text}\n\n"

    need = level(f"Luz <{SONSON}>", "Solicitud", "Solicitamos asesoría en TRD y PINAR.\nRadicado No. 20260112345")
    below = level("Correspondencia <correspondencia@otra.example>", "ENC: Solicitud", "Va adjunto.") + need
    found = judged(office, "ventanilla@dep.gov.co", "RV: ENC: Solicitud", f"Para su trámite.\n\n{below}")
    assert (found.requester, found.municipality, found.kind) == ("Luz", "05756", Kind.REQUEST)


def test_a_follow_up_takes_policies_and_municipality_of_its_thread(office: OfficeView) -> None:
    thread = Thread(policies=("integridad",), municipality="05837")
    found = judged(office, "x@gmail.com", "Re: algo", "¿Alguna novedad con lo nuestro?", thread=thread)
    assert (found.kind, found.policies, found.municipality) == (Kind.FOLLOWUP, ("integridad",), "05837")


def test_a_new_need_in_an_old_thread_is_a_request(office: OfficeView) -> None:
    thread = Thread(policies=("integridad",), municipality="05756")
    text = "Lo de integridad ya quedó.\nLe escribo por otra cosa: ¿nos dan asesoría en gestión documental, PGD y TRD?"
    found = judged(office, SONSON, "Re: Código de Integridad", text, thread=thread)
    assert (found.kind, found.policies) == (Kind.REQUEST, ("gestion-documental",))


def test_the_answer_goes_to_reply_to_and_nowhere_without_a_sender(office: OfficeView) -> None:
    asked = "Solicitamos asesoría en TRD y PINAR."
    found = judged(office, "x@gmail.com", "Archivo", asked, reply_to=Correspondent("", SONSON))
    assert found.email == SONSON
    assert judged(office, "", "Archivo", asked).email == ""


def test_copies_are_known_by_id_by_content_and_by_wording(office: OfficeView) -> None:
    text = (
        "Solicitamos asesoría en gestión documental para actualizar las tablas de retención y el programa de archivo."
    )
    first = mail(SONSON, "TRD", text, message_id="<1@x>", content_key="a")
    again = mail(SONSON, "TRD", text, message_id="<1@x>", content_key="a")
    elsewhere = mail("g@gmail.com", "Fwd: TRD", text, message_id="<2@x>", content_key="a")
    reworded = mail(SONSON, "TRD", f"Por si no les llegó:\n\n{text}", message_id="<3@x>", content_key="b")
    found = list(judge_sequence([first, again, elsewhere, reworded], office))
    assert [f.kind for f in found] == [Kind.REQUEST, Kind.DUPLICATE, Kind.DUPLICATE, Kind.DUPLICATE]
    assert {f.policies for f in found} == {("gestion-documental",)}


def test_two_letters_on_one_template_are_two_requests(office: OfficeView) -> None:
    template = (
        "El municipio de Sonsón solicita de la manera más atenta una asesoría en la política de {}, toda vez que en la "
        "última medición obtuvo un puntaje inferior al promedio."
    )
    mails = [mail(SONSON, "Solicitud", template.format(p), content_key=p) for p in ("Gestión Documental", "Integridad")]
    assert [f.kind for f in judge_sequence(mails, office)] == [Kind.REQUEST, Kind.REQUEST]


@settings(max_examples=60)
@given(st.text(max_size=600), st.text(max_size=80), st.text(max_size=60), st.binary(max_size=60))
def test_no_message_breaks_the_judge(office: OfficeView, text: str, subject: str, sender: str, content: bytes) -> None:
    file = Attachment("oficio.docx", "application/x", content)
    found = judge(mail(sender, subject, text, sender, attachments=(file,)), None, office)
    assert len(found.summary) <= 160
    assert found.reasons


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the development corpus is not beside the project")
def test_the_development_corpus_keeps_its_figures() -> None:
    report = evaluate(CORPUS)
    assert report.lost == []
    assert len(report.false_cases) <= 0.02 * report.others
    assert len(report.wrong_policies) <= 0.02 * report.decided
    assert report.decided >= 0.6 * report.requests
    assert report.wrong_places == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the development corpus is not beside the project")
def test_a_judgement_does_not_depend_on_the_messages_around_it(office: OfficeView) -> None:
    for path in sorted(Path(CORPUS).glob("m0[0-3]*.eml")):
        parsed = parse(path.read_bytes())
        assert next(judge_sequence([parsed], office)) == judge(parsed, None, office)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        ("ana@gmail.com", "Consulta", "Soy ciudadana de Bello y quiero denunciar que la alcaldía no responde."),
        (
            "maria@gmail.com",
            "Solicitud",
            "En ejercicio del derecho de petición, solicito se me informe el puntaje MIPG.",
        ),
        ("x@contraloria.gov.co", "Requerimiento", "Sírvase remitir los planes de mejoramiento de control interno."),
    ],
)
def test_what_has_a_legal_term_is_for_a_person_who_also_says_what_it_is_about(
    office: OfficeView, sender: str, subject: str, text: str
) -> None:
    found = judge(mail(sender, subject, text), None, office)
    assert (found.kind, found.auto, found.policies) == (Kind.REVIEW, False, ())
    assert "término legal" in found.reasons[0]


def test_a_control_body_that_answers_in_a_known_thread_is_for_a_person_too(office: OfficeView) -> None:
    thread = Thread(requests=("S-2026-0001",), policies=("integridad",), municipality="05756")
    found = judge(
        mail("x@contraloria.gov.co", "Re: S-2026-0001", "Sírvase remitir copia de lo actuado."), thread, office
    )
    assert found.kind is Kind.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Les informamos que en el municipio no hemos podido inscribir los trámites en el SUIT.",
        "No tenemos tablas de retención y la bodega se inundó. Muchas gracias.",
    ],
)
def test_a_need_told_without_a_question_is_never_noise(office: OfficeView, text: str) -> None:
    assert judge(mail(SONSON, "Información", text), None, office).kind in {Kind.REQUEST, Kind.REVIEW}


def test_an_inheritance_abroad_is_no_request(office: OfficeView) -> None:
    lure = "Soy el abogado de un finado que dejó USD 4 millones. Necesito su ayuda y asesoría para reclamar los fondos."
    assert judged(office, "barrister@correo.example", "Propuesta", lure).kind is not Kind.REQUEST


def test_praise_that_names_policies_is_no_request(office: OfficeView) -> None:
    praise = (
        "Quiero resaltar la calidad de quienes nos acompañaron en la jornada de control interno y de participación "
        "ciudadana. El mapa quedó terminado. Quiero expresar nuestra gratitud por el acompañamiento brindado."
    )
    assert judged(office, SONSON, "Reconocimiento", praise).kind is not Kind.REQUEST
    needs = f"{praise} Necesitamos ahora asesoría en control interno."
    assert judged(office, SONSON, "Reconocimiento", needs).kind is Kind.REQUEST


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("RE: asesoría en talento humano", "Muy amable, doctora. Con eso quedamos listos y no hace falta nada más."),
        ("Acta", "Para su archivo comparto el acta del comité: 1. Solicitud de Hacienda sobre el plan de compras."),
        ("Archivo", "El viernes inauguramos el archivo central. Nos encantaría que nos acompañaran en el brindis."),
        (
            "Catastro",
            "Requerimos conocer cuándo será la actualización catastral y cuánto es el aporte.",
        ),
        ("Dengue", "Necesitamos insumos para fumigar y un epidemiólogo: van 38 casos de dengue."),
        ("Traslado", "Traslado por competencia la queja de la Junta para que se brinde respuesta al peticionario."),
        ("Proposición", "El Concejo aprobó exigir al departamento el nombramiento del docente. Acta para respuesta."),
    ],
)
def test_what_asks_for_no_advice_opens_no_case(office: OfficeView, subject: str, text: str) -> None:
    assert judged(office, SONSON, subject, text).kind is Kind.REVIEW


def test_a_reply_that_asks_for_advice_is_a_request(office: OfficeView) -> None:
    text = "Muchas gracias. Ahora necesitamos asesoría en control interno."
    assert judged(office, SONSON, "RE: talento humano", text).kind is Kind.REQUEST


def test_thanks_for_advice_received_stay_noise(office: OfficeView) -> None:
    text = "Muchas gracias por la asesoría en control interno, quedamos muy contentos."
    assert judge(mail(SONSON, "Gracias", text), None, office).kind is Kind.NOISE


def test_the_summary_goes_on_after_a_colon(office: OfficeView) -> None:
    text = "Solicitamos asesoría en la política de Gestión Documental: tablas de retención documental. Gracias."
    assert "Gestión Documental: tablas de retención documental." in judged(office, SONSON, "Apoyo", text).summary


def test_the_summary_says_how_and_by_when(office: OfficeView) -> None:
    text = "La Contraloría pide respuesta y es urgente. Solicitamos asesoría virtual en tablas de retención documental."
    found = judge(mail(SONSON, "Apoyo", text), None, office)
    assert found.summary.endswith("(modalidad virtual; urgente: habla de «Contraloría»)")


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (
            "avisos@auditemos.com.co",
            "Tres trucos para su auditoría interna",
            "1. Planee por riesgos. 2. Hable con las líneas de defensa. ¿Le falta ayuda? Adquiera nuestro plan oro.",
        ),
        (
            "calidad@sonson.gov.co",
            "Contamos nuestra experiencia en participación ciudadana",
            "Felices les contamos que nuestra rendición de cuentas fue premiada. El video quedó en la página.",
        ),
        ("calidad@sonson.gov.co", "Código de integridad", "Les comparto que ya adoptamos el código de integridad."),
        ("calidad@sonson.gov.co", "modelo de PPDA", "Recibimos el modelo de prevención del daño antijurídico."),
    ],
)
def test_what_is_told_offered_or_preached_opens_no_case(
    office: OfficeView, sender: str, subject: str, text: str
) -> None:
    assert judge(mail(sender, subject, text), None, office).kind in {Kind.NOISE, Kind.REVIEW}


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("Planeación <p@sonson-antioquia.gov.co>", "Se solicita a cada secretario responder las preguntas de control "
         "interno de su política antes del viernes.\n\nCopia informativa: Mesa MIPG."),
        ("Alcalde <a@sonson-antioquia.gov.co>", "Hace un año les pedimos ayuda con control interno y hoy todo marcha. "
         "No venimos a pedirles nada, solo a contarles."),
        ("Natalia Quiroz <direccion.ejecutiva@gmail.com>", "Necesito que me colabores con unas tarjetas de regalo para "
         "una compra rápida y confidencial en Sonsón."),
    ],
)  # fmt: skip
def test_a_copy_a_mere_greeting_and_a_borrowed_name_open_no_case(office: OfficeView, sender: str, text: str) -> None:
    name, _, address = sender.removesuffix(">").partition(" <")
    assert judged(office, address, "Control interno", text, name).kind is Kind.REVIEW


def test_a_plan_of_the_year_that_follows_from_the_development_plan_is_no_other_axis(office: OfficeView) -> None:
    text = (
        "Queremos un solo plan de acción del año para toda la alcaldía de Sonsón, con metas y responsables, que salga "
        "del plan de desarrollo (ese ya está). ¿Nos ayudan a armarlo?"
    )
    assert judged(office, "p@sonson-antioquia.gov.co", "Un solo plan", text).kind is Kind.REQUEST


@pytest.mark.parametrize("name", ["Invitación audiencia.pdf", "Acta comité.docx", "Informe de auditoría.pdf"])
def test_an_attachment_that_says_it_is_no_letter_opens_no_case(office: OfficeView, name: str) -> None:
    text = "Se remite para su conocimiento."
    sent = mail(SONSON, "rendición de cuentas", text, attachments=(Attachment(name, "application/pdf", b"x"),))
    assert judge(sent, None, office).kind is not Kind.REQUEST


def test_an_earlier_request_asked_after_without_a_thread_opens_no_second_case(office: OfficeView) -> None:
    text = "Buenas tardes, ¿ya hay fecha para la reunión que pidió el alcalde el 30 de septiembre?"
    assert judge(mail(SONSON, "Re: bajamos once puntos", text), None, office).kind is Kind.REVIEW


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        ("ramiro@gmail.com", "Fui empleado de la alcaldía de Sonsón, me sacaron sin concurso: que hagan algo."),
        (
            "jac@gmail.com",
            "La junta de acción comunal de Sonsón solicita que nos informen cómo va la rendición de cuentas.",
        ),
        ("gerencia@vias.com.co", "Presentamos derecho de petición en Sonsón sobre el contrato y no responden."),
    ],
)
def test_a_citizen_who_asks_about_a_municipality_opens_no_case(office: OfficeView, sender: str, text: str) -> None:
    assert judge(mail(sender, "Alcaldía de Sonsón", text), None, office).kind is Kind.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Les informo que el municipio afronta 43 demandas, por lo que se hace necesario el apoyo de su dependencia.",
        "Cada dependencia da una cifra distinta. Nos dijeron que ustedes capacitan en la política estadística.",
        "Les presento a la nueva jefe de archivo, a quien le vendría bien una inducción en tablas de retención.",
    ],
)
def test_what_is_told_so_that_the_office_helps_is_never_noise(office: OfficeView, text: str) -> None:
    assert judge(mail(SONSON, "Para su conocimiento", text), None, office).kind in {Kind.REQUEST, Kind.REVIEW}


def test_a_firm_that_names_no_entity_is_asked_by_a_person(office: OfficeView) -> None:
    text = "Quisiéramos una orientación sobre las tablas de retención documental."
    assert judge(mail("gerencia@consultores.com.co", "TRD", text), None, office).kind is Kind.REVIEW
    text = f"Asesoro a un municipio del Oriente. {text}"
    assert judge(mail("gerencia@consultores.com.co", "TRD", text), None, office).kind is Kind.REQUEST


def test_what_looks_like_noise_is_not_lost_and_noise_opens_no_case() -> None:
    report = evaluate(TRICKY)
    assert report.lost == report.false_cases == report.wrong_places == []


def test_mail_that_others_wrote_is_never_lost_nor_misfiled(office: OfficeView) -> None:
    report = evaluate(INDEPENDENT)
    assert report.lost == report.false_cases == report.wrong_places == []
    assert len(report.wrong_policies) <= 0.02 * report.decided
    assert report.decided >= 0.6 * report.requests
