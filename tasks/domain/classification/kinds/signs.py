"""The turns of phrase by which a message gives away what it is. Read over folded text (lower case, no accents)."""

import re

APPROVES = re.compile(r"\baprueb|\baprobad|ajustes|ajustad|corregid|con (?:mis )?cambios")
DONE = re.compile(
    r"\b(?:se (?:realizo|presto|llevo a cabo|dicto|brindo|efectuo|hizo|dejo|atendio)|(?:fue|fueron) (?:realizad|"
    r"prestad|dictad)"
    r"\w*|realizamos|dictamos|prestamos|fuimos|asistieron|atendimos|hicimos|listados? de asistencia|"
    r"lista de asistencia|"
    r"asistentes|evidencias?|fotos?|fotografias|soportes?|pantallazos?|memorias?|actas? de (?:la )?(?:reunion|"
    r"asistencia))\b"
)
PROPOSES = re.compile(
    r"\b(?:propon\w+|propuest\w+|planes? de (?:asistencia|asesoria|trabajo)|cronograma|sesion(?:es)?|la vemos asi|"
    r"programa(?:mos|da|do|r)|agend\w+|virtual|presencial|(?:seria|sea|quedaria) el \d|proxim[oa] (?:lunes|martes|"
    r"miercoles|"
    r"jueves|viernes)|plan\b|\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|"
    r"diciembre))"
)
FUTURE = re.compile(
    r"\b(?:propon\w+|propuest\w+|planes? de asistencia|se (?:realizara|prestara|dictara)|(?:la|lo) vemos|"
    r"proxim[oa]s?|adjunto (?:el )?plan)\b"
)
FOR_OTHERS = re.compile(
    r"\b(?:solicitan?|piden?|pidio|pidieron|requieren?|necesitan?|quieren?|quiere|llamo|llamaron|escribio)\b"
)
NEW_NEED = re.compile(
    r"\b(?:otr[oa] (?:cosa|tema|asunto|consulta|solicitud|necesidad|inquietud|politica)|nuev[oa] (?:solicitud|"
    r"necesidad|"
    r"peticion|asesoria|consulta|tema|requerimiento)|aprovech(?:o|amos|ando)|adicional(?:mente)? (?:a lo anterior|"
    r"queremos|"
    r"necesitamos|solicitamos)|hoy (?:te|le|les) escrib\w+|ahora (?:necesitamos|queremos|requerimos|nos|el|la)|"
    r"de otra parte|cambiando de tema)\b"
)
TELLS_A_NEED = re.compile(
    r"\b(?:no (?:tenemos|hemos|sabemos|contamos|existe|hay|logramos|encontramos|entendemos|pudimos|tengo|se como)|"
    r"nos (?:falta|hace falta|quedo pendiente|preocupa|exig\w+|toca|corresponde)|"
    r"estamos (?:atrasad|perdid|bloquead)\w*|tenemos (?:dudas?|problemas?|dificultad\w*|pendiente)|"
    r"qued(?:o|aron) (?:pendiente|sin)|dificultad\w*|hallazgos?)\b"
)
AUTHORITY = re.compile(
    r"contralori|procuradur|fiscalia|juzgado|tribunal|defensoria del pueblo|rama judicial|ramajudicial|"
    r"superintendenc|"
    r"consejo de estado|corte constitucional|auditoria general|asamblea (?:departamental|de antioquia)|"
    r"asambleadeantioquia"
)
COUNCIL = re.compile(r"asamblea|concej|diputad")
POLITICAL_CONTROL = re.compile(
    r"\bcontrol politico\b|\bcitacion a (?:debate|sesion)|\bse (?:le )?cita a (?:debate|sesion)|"
    r"\b(?:responder|absolver|contestar|resolver) (?:el|este|al|un)? ?(?:siguiente )?cuestionario|"
    r"\bproposicion (?:n\w*\W*)?\d"
)
COURT = re.compile(
    r"\b(?:auto admisorio|admite (?:la )?(?:accion de )?tutela|notificacion (?:de (?:la )?)?(?:tutela|fallo|auto|"
    r"demanda|accion)|"
    r"medida provisional|vincula(?:r|cion|do)s? (?:a|al|de) (?:la )?(?:gobernacion|departamento)|despacho judicial|"
    r"oficio juzgado|accionad[oa])\b"
)
PETITION = re.compile(
    r"derecho(?:s)? de peticion (?:de|-|en|para|art)|en ejercicio del (?:derecho|articulo 23)|"
    r"articulo 23 de la constitucion|"
    r"\bsolicito (?:copia|se me|me (?:informe|expida|entregue|certifique))|presento (?:derecho|queja|denuncia|"
    r"peticion)|"
    r"\b(?:quiero|deseo|vengo a|debo|me permito) (?:denunciar|quejarme|reclamar|(?:poner|presentar) (?:una )?"
    r"(?:queja|denuncia|peticion))|\bsoy (?:un |una )?(?:ciudadan[oa]|habitante|residente|vecin[oa])\b|"
    r"veedur\w+ ciudadan\w+ (?:solicita|denuncia)"
)
COMPLAINS = re.compile(
    r"\b(?:no (?:me|nos) (?:atiend\w+|quier\w+ atender|solucion\w+|dan (?:respuesta|razon|solucion))|"
    r"me (?:trat\w+ (?:muy )?mal|niegan|negaron|humill\w+|maltrat\w+)|(?:es|presento|pongo|dejo) (?:una|mi|esta) queja|"
    r"queja formal|mi (?:queja|reclamo|denuncia)|llam(?:e|en|ar) la atencion|(?:pesima|mala) atencion)\b"
)
COMPLAINT_SUBJECT = re.compile(r"^\W*(?:queja|reclamo|denuncia|inconformidad)\b")
OWN_MATTER = re.compile(
    r"\bcertificad\w+ (?:laboral\w*|de (?:retencion|ingresos|contratos?))\b|\bdesprendibles?\b|"
    r"\bmis? (?:contrato|pago|nomina|liquidacion|cuenta de cobro|salario|sueldo|certificado|predio|pension|cesantias|"
    r"hoja de vida)s?\b"
)  # of a person, not of an office
TRADER = re.compile(
    r"^(?:ventas?|comercial\w*|mercadeo|marketing|publicidad|info|informes|boletin\w*|noticias|news\w*|promociones|"
    r"eventos|cursos|capacitaciones|inscripciones|asesorias?comercial\w*|contacto|hola)\d*@|noreply"
)
SELLS = re.compile(
    r"\bsu (?:alcaldia|municipio|entidad|administracion|concejo|equipo)\b.{0,80}\?|\bdemo(?:stracion)?s?\b|"
    r"\b(?:mostrar|presentar|ensenar)(?:le|les|selo) |\b(?:pre)?venta\b|\$ ?\d|\bprecios?\b|\btarifas?\b|"
    r"\bllamenos\b|\bcontactenos\b|\bcontratenos\b|\bnuestr[oa]s? (?:plataforma|solucion|software|sistema|sgdea|"
    r"herramienta|curso|producto|oferta|libro|firma|consultoria|portafolio)|\bpropuesta (?:comercial|economica)|"
    r"\bsin (?:costo|compromiso)\b|\bprueba gratuita\b|\b(?:asesoria|diagnostico|demo) gratuit[oa]\b"
)
ADVERTISES = re.compile(
    r"descuento|\boferta\b.{0,60}(?:%|precio|especial)|nosotros lo hacemos|anos de experiencia|"
    r"portafolio de servicios|"
    r"solicite (?:su |una |la )?(?:demo\w*|cotizacion|cita)|cotizacion sin costo|pago anticipado|inscri(?:base|"
    r"banse)|"
    r"postule|mensaje masivo|cancelar (?:la )?suscripcion|darse de baja|no desea recibir|unsubscribe|boletin\b|"
    r"convocatoria abierta|abierta (?:la )?convocatoria|promocion(?:es)? especial|lo invitamos a nuestro (?:curso|"
    r"diplomado|"
    r"seminario)|diplomado|webinar|precios? especial|ultimos cupos|cupos limitados|nuestros? (?:clientes|software|"
    r"servicios|"
    r"consultores|expertos)|contrate (?:ya|hoy|antes)|agende (?:una |su )(?:demo|llamada)|aliado estrategico"
)
DECEIVES = re.compile(
    r"(?:valide|verifique|confirme|actualice) (?:su|sus) (?:cuenta|contrasena|clave|datos|buzon)|"
    r"cuenta sera (?:suspendida|"
    r"bloqueada|desactivada)|loteria|ganador(?:a)? de|premio|herencia|beneficiari[oa].{0,40}euros|"
    r"millones de (?:dolares|euros)|"
    r"datos bancarios|transferencia internacional|criptomoneda|haga clic (?:aqui|en el enlace)|"
    r"factura (?:electronica )?pendiente"
)
STUDIES = re.compile(
    r"trabajo de grado|\btesis\b|soy estudiante|semillero de investigacion|diligenci\w+ (?:esta|la) encuesta"
)
OWN_NEED = re.compile(
    r"\b(?:nos (?:pueden|podrian|orient|asesor|ayud|colabor)\w*|(?:soy|somos|trabajo|"
    r"laboro) (?:\w+ ){0,6}(?:alcaldia|municipio|"
    r"hospital|ese)|(?:nuestra|nuestro|esta|la) (?:alcaldia|municipio|administracion) (?:solicita|requiere|necesita)|"
    r"(?:solicit(?:o|amos)|requerimos|necesit(?:o|amos)|pedimos) (?:\w+ ){0,4}(?:asesor|apoy|acompan|capacit|"
    r"orient|asist)\w*)"
)
ANNOUNCES = re.compile(
    r"\b(?:(?:tienen?|tenemos) el gusto de invitar\w*|(?:le|les|los|lo) invit(?:a|amos|an)\b|invitan? a|invitacion|"
    r"se (?:les )?(?:informa|"
    r"comunica)|les? inform(?:o|amos)|nos permitimos informar|cambio de (?:correo|direccion|telefono)|"
    r"favor actualizar|"
    r"para su (?:informacion|conocimiento)|a partir del|le ha invitado|feliz (?:navidad|dia)|felicit\w+)\b"
)
ACKNOWLEDGE = re.compile(
    r"\b(?:favor|por favor|agradecemos|solicitamos)? ?(?:actualizar|confirmar|tener en cuenta|agendar)\b"
)
PASSES_ON = re.compile(r"\b(?:oficio|solicitud|peticion|requerimiento|radicad[oa]|remit\w+|traslad\w+|reenvi\w+)\b")
TRADE = re.compile(r"\bmipg\b|\bfurag\b|modelo integrado|\bpolitica de\b|desempeno institucional|\bmdi\b|\bidi\b")
