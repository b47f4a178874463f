"""The turns of phrase by which a message gives away what it is. Read over folded text (lower case, no accents)."""

import re

from tasks.domain.phrases import Phrases

APPROVES = Phrases(r"\baprueb|\baprobad|ajustes|ajustad|corregid|con (?:mis )?cambios")
DONE = Phrases(
    r"\b(?:se (?:realizo|presto|llevo a cabo|dicto|brindo|efectuo|hizo|dejo|atendio)|(?:fue|fueron) (?:realizad|"
    r"prestad|dictad)"
    r"\w*|realizamos|dictamos|prestamos|fuimos|asistieron|atendimos|hicimos|listados? de asistencia|"
    r"lista de asistencia|registros? de asistencia|"
    r"(?:sesion|asesoria|capacitacion|taller|reunion|visita|jornada|asistencia)(?:es)? (?:\w+ ){0,4}"
    r"(?:realizad|dictad|prestad|brindad)[oa]s?|"
    r"asistentes|evidencias?|fotos?|fotografias|soportes?|pantallazos?|memorias?|actas? de (?:la )?(?:reunion|"
    r"asistencia))\b"
)
PROPOSES = Phrases(
    r"\b(?:propon\w+|propuest\w+|planes? de (?:asistencia|asesoria|trabajo)|cronograma|sesion(?:es)?|la vemos asi|"
    r"programa(?:mos|da|do|r)|agend\w+|virtual|presencial|(?:seria|sea|quedaria) el \d|proxim[oa] (?:lunes|martes|"
    r"miercoles|"
    r"jueves|viernes)|plan\b|\d{1,2} de (?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|"
    r"noviembre|"
    r"diciembre))"
)
DAY = re.compile(
    r"\d{1,2} de [a-z]{4,}|\b(?:lunes|martes|miercoles|jueves|viernes|sabado)\b|\d{1,2}[/-]\d{1,2}|\bel \d{1,2}\b"
)
FUTURE = Phrases(
    r"\b(?:propon\w+|propuest\w+|planes? de asistencia|se (?:realizara|prestara|dictara)|(?:la|lo) vemos|"
    r"proxim[oa]s?|adjunto (?:el )?plan)\b"
)
FOR_OTHERS = Phrases(
    r"\b(?:solicitan?|piden?|pidio|pidieron|requieren?|necesitan?|quieren?|quiere|llamo|llamaron|escribio)\b"
)
NEW_NEED = Phrases(
    r"\b(?:otr[oa] (?:cosa|tema|asunto|consulta|solicitud|necesidad|inquietud|politica)|nuev[oa] (?:solicitud|"
    r"necesidad|"
    r"peticion|asesoria|consulta|tema|requerimiento)|aprovech(?:o|amos|ando)|adicional(?:mente)? (?:a lo anterior|"
    r"queremos|"
    r"necesitamos|solicitamos)|hoy (?:te|le|les) escrib\w+|ahora (?:necesitamos|queremos|requerimos|nos|el|la)|"
    r"de otra parte|cambiando de tema)\b"
)
TELLS_A_NEED = Phrases(
    r"\b(?:no (?:tenemos|hemos|sabemos|contamos|existe|hay|logramos|encontramos|entendemos|pudimos|tengo|se como)|"
    r"no (?:\w+ )?(?:ha|han|sabe\w*|tiene\w*|existe\w*|logra\w*|camina\w*|funciona\w*)\b|"
    r"(?:nadie|ningun[oa]?)\b|sin (?:publicar|saber|terminar|inscribir|organizar|actualizar|hacer|una?|ningun\w*|"
    r"politica|plan|procedimiento)\b|vencid[oa]s?|desactualizad[oa]s?|pendientes? de su|nos quedamos|primera vez|"
    r"recien (?:nombrad|llegad|posesionad)[oa]|ataques?|incidentes?|saludo a la bandera|"
    r"nos (?:falta|hace falta|quedo pendiente|preocupa|exig\w+|toca|corresponde)|"
    r"estamos (?:atrasad|perdid|bloquead)\w*|tenemos (?:dudas?|problemas?|dificultad\w*|pendiente)|"
    r"qued(?:o|aron) (?:pendiente|sin)|dificultad\w*|hallazgos?)\b"
)
# What the office neither advises on nor decides: its own departments do.
OTHER_OFFICE = Phrases(
    r"\bsisben\w*\b.{0,60}\b(?:clave|usuario|desbloque|puntaje)|\b(?:clave|usuario|desbloque\w*|"
    r"puntaje)\b.{0,60}\bsisben|"
    r"\bocad\b|\bmga\b|\bplaca huella\b|\bmaquinaria amarilla\b|\bsubsidio de vivienda\b|\bcetil\b|\bestampilla\b|"
    r"\bayudas? humanitarias?\b"
)
# What a town's offices need of other secretarías, unless they ask how to do it better.
OTHER_MATTER = Phrases(
    r"\bactualizacion catastral\b|\bambulancias?\b|\bdengue\b|\btransporte escolar\b|\bcolombia mayor\b|"
    r"\bnombramiento (?:\w+ ){0,4}docentes?\b|\bplanta docente\b"
)
OFFICE_MAILBOX = re.compile(
    r"^(?:alcaldia|hospital|ese|concejo|personeria|tesoreria|planeacion|secretaria|hacienda|gobierno|archivo|sistemas|"
    r"inspeccion|comisaria|despacho|contratacion|almacen|juridica|controlinterno|talentohumano)[a-z._-]{3,}\d*@"
)
OWN_MATTER = Phrases(
    r"\bcertificad\w+ (?:laboral\w*|(?:electronico )?de tiempos|de (?:retencion|ingresos|contratos?))\b|"
    r"\bdesprendibles?\b|"
    r"\bmis? (?:contrato|pago|nomina|liquidacion|cuenta de cobro|salario|sueldo|certificado|predio|pension|cesantias|"
    r"hoja de vida)s?\b"
)  # of a person, not of an office
TRADER = Phrases(
    r"^(?:ventas?|comercial\w*|mercadeo|marketing|publicidad|info|informes|boletin\w*|noticias|news\w*|promociones|"
    r"eventos|cursos|capacitaciones|inscripciones|asesorias?comercial\w*|contacto|hola)\d*@|noreply"
)
SELLS = Phrases(
    r"\b(?:ofrecemos|ofrezco|(?:pongo|ponemos) a su disposicion|mis servicios|nuestros servicios)\b|\bcotizacion\b|"
    r"\b(?:le|les) (?:muestro|agendo|activamos|cuento como)|\b(?:agendemos|me regala) una (?:reunion|cita)|"
    r"\bmas de \d+ (?:alcaldias|entidades|municipios)|\bya confian en\b|"
    r"\btrabajamos con (?:\w+ ){0,2}(?:gobernaciones|"
    r"alcaldias|entidades|municipios)|\bejecutiv[oa] de cuenta\b|\bnuestra oferta\b|\bconozca los planes\b|"
    r"\b(?:presentarles|presentacion de) (?:nuestro portafolio|la firma)|\bcontamos con \d+ profesionales|"
    r"\bbrochure\b|\bsoy (?:coach|conferencista)|\bplan premium\b|\bsi le interesa\b|"
    r"\btengo un (?:taller|curso)|\banos asesorando\b|\balianza con\b|\basesores en\b|\bsu entidad\b|"
    r"\bsu (?:alcaldia|municipio|entidad|administracion|concejo|equipo)\b.{0,80}\?|\bdemo(?:stracion)?s?\b|"
    r"\b(?:mostrar|presentar|ensenar)(?:le|les|selo) |\b(?:pre)?venta\b|\$ ?\d|\bprecios?\b|\btarifas?\b|"
    r"\bllamenos\b|\bcontactenos\b|\bcontratenos\b|\bnuestr[oa]s? (?:plataforma|solucion|software|sistema|sgdea|"
    r"herramienta|curso|producto|oferta|libro|firma|consultoria|portafolio)|\bpropuesta (?:comercial|economica)|"
    r"\bsin (?:costo|compromiso)\b|\bprueba gratuita\b|\b(?:asesoria|diagnostico|demo) gratuit[oa]\b"
)
ADVERTISES = Phrases(
    r"\ben esta edicion\b|\bedicion (?:n\w*\W*)?\d+|\btitulares\b|\blea? (?:mas|completo|ademas)\b|\bleer (?:mas|"
    r"completo)|"
    r"ver en el navegador|\bboletin(?:es)?\b|inscripciones\b|\binscribete\b|conecta?te\b|conectese|cupo limitado|"
    r"entrada libre|registrese|registrate|abiertas inscripciones|matriculas?\b|especializacion|\bbecas\b|"
    r"pag(?:ue|a) (?:hasta )?en|\bponentes?\b|\bponencias\b|\bpanelistas?\b|\bforo\b|congreso\b|hospedaje|"
    r"postulaciones|\bpauta\b|\btarifario|\blicitaciones\b|\bsmmlv\b|cuenta de prueba|"
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
DECEIVES = Phrases(
    r"(?:cuenta|contrasena|clave|buzon)\b.{0,60}\b(?:vence|sera desactivad|sera suspendid|expira)|giros gratis|"
    r"inicie sesion con su correo|ingrese aqui|desde el siguiente vinculo|\bcasino\b|no rompas la cadena|"
    r"(?:valide|verifique|confirme|actualice) (?:su|sus) (?:cuenta|contrasena|clave|datos|buzon)|"
    r"cuenta sera (?:suspendida|"
    r"bloqueada|desactivada)|loteria|ganador(?:a)? de|premio|herencia|beneficiari[oa].{0,40}euros|"
    r"millones de (?:dolares|euros)|"
    r"datos bancarios|transferencia internacional|criptomoneda|haga clic (?:aqui|en el enlace)|"
    r"factura (?:electronica )?pendiente"
)
# An inheritance in foreign money: such a writer is always somebody's lawyer, banker or widow.
LURES = Phrases(
    r"\b(?:finad|difunt|fallecid|hereder)[oa]\b.{0,200}\b(?:usd|dolares|euros)\b|"
    r"\b(?:usd|dolares|euros)\b.{0,200}\b(?:finad|difunt|fallecid|hereder)[oa]\b"
)
STUDIES = Phrases(
    r"trabajo de grado|\btesis\b|soy estudiante|semillero de investigacion|califique de 1 a|su opinion nos|"
    r"diligenci\w+ (?:\w+ ){0,2}encuesta|estoy investigando|diligenci\w+ (?:esta|la) encuesta"
)
OWN_NEED = Phrases(
    r"\b(?:(?<!opinion )nos (?:pueden|podrian|orient|asesor|ayud|colabor)\w*|(?:soy|somos|trabajo|laboro) "
    r"(?:(?!y\b|no\b)\w+ ){0,6}(?:alcaldia|municipio|hospital|ese)\b|"
    r"soy (?:el |la )?(?:nuev[oa] )?(?:secretari[oa]|jefe|jefa|personer[oa]|contratista|tesorer[oa]|inspector\w*|"
    r"contador[a]?|almacenista|coordinador[a]?|auxiliar|tecnic[oa]|abogad[oa]|ingenier[oa]|enlace|gerente|lider|"
    r"archivista|"
    r"comisari[oa]|profesional) (?:contratista )?(?:de|en|del)\b|(?:soy|como) (?:el |la )?(?:gerente|asesor[a]? \w+|"
    r"abogad[oa]|contratista) (?:\w+ ){0,2}de (?:la |el )?(?:ese|alcaldia|municipio|hospital)\b|"
    r"(?:asesor|represent|acompan|soporte|servicios? )\w* (?:a )?(?:un|una|al) (?:municipio|alcaldia|hospital)|"
    r"(?:alcaldia|municipio|hospital|entidad) que (?:asesor|acompan|represent)\w+|(?:nuestra|nuestro|esta|"
    r"la) (?:alcaldia|municipio|administracion) (?:solicita|requiere|necesita)|"
    r"(?:solicit(?:o|amos)|requerimos|necesit(?:o|amos)|pedimos) (?:\w+ ){0,4}(?:asesor|apoy|acompan|capacit|"
    r"orient|asist)\w*)"
)
REPORTS = Phrases(
    # what was done …
    r"\bya (?:(?:l[aeo]s?|nos|se|me|anoche|ayer) ){0,2}(?:\w+(?:amos|imos)|qued\w+|subi|envie|termine|mande|firmo|"
    r"aprobo|"
    r"adopto|publico)\b|\b(?:fue|fueron|quedo|quedaron|se encuentran?|esta|estan) (?:\w+ )?(?:aprobad|adoptad|"
    r"actualizad|publicad|radicad|remitid|reconocid|recibid|socializad|convalidad|numerad)\w+|\blogramos que\b|"
    r"\bobtuvo\b|\bsubimos\b|"
    # … told or sent for information …
    r"\bles? (?:compart(?:o|imos)|cuento|contamos|report\w+) (?:que|el|la|los|las|nuestr\w+)\b|\bnos complace\b|"
    r"\bse (?:remite|envia|adjunta|anexa|publica|copia|entrega)n?\b|\b(?:adjunto|anexo|remito|envio|van?|relaciono) "
    r"(?:\w+ ){0,3}(?:actas?|informes?|lista\w*|soportes?|evidencias?|fotos?|certificad\w+|memorandos?|copias?|"
    r"actividades)\b|\brecibimos\b|\brecibidos?\b|\bacuso recibo\b|\b(?:va|van) (?:fotos|escanead\w+)|"
    # … and what becomes of a meeting or a message.
    r"\bconfirm(?:o|amos) (?:mi |la |nuestra )?asistencia\b|\basistire(?:mos)?\b|\balla estaremos\b|\bexcusas?\b|"
    r"\bno (?:podemos|podre|podremos|puedo|me es posible) (?:asistir|ir)\b|\bcaso omiso\b|\bpor error (?:envi|"
    r"mand)\w+|"
    r"\bmi ultimo dia\b|\bqueda encargad[oa]\b|\bme pensiono\b|\bpueden usar\b"
)
ANSWERS = Phrases(r"^\W*(?:re\W+)?respuestas? (?:a )?(?:la )?encuesta\b")
INVITES = Phrases(
    r"\b(?:sera un (?:honor|gusto|placer)|nos honr\w+|el (?:gusto|honor|placer) de (?:invitar|contar)|invit(?:o|a|"
    r"amos|an)\b|"
    r"invitacion|los esperamos|inaugur(?:a|aci|e)\w+|brindis)"
)
WE = Phrases(r"\b(?:nos|nuestr[oa]s?|tenemos|queremos|necesitamos|hemos|debemos|estamos|sabemos)\b")
THEY = Phrases(
    r"\b(?:la alcaldia|el alcalde|la alcaldesa|la administracion|el municipio)\b.{0,60}\bn(?:o|unca|ada|adie)\b"
)
FOLLOWS_UP = Phrases(
    r"\bya hay (?:fecha|respuesta|noticias)\b|\bque (?:paso|ha pasado|hubo) con\b|\ben que va\b|"
    r"\bseguimos esperando\b|"
    r"\bsin (?:tener |recibir )?respuesta\b|\bno hemos (?:tenido|recibido) (?:\w+ )?respuesta\b|"
    r"\b(?:solicit|pidi|radic|envi|escrib)\w+ (?:\w+ ){0,3}(?:el (?:pasado )?\d|desde el \d|hace \w+ (?:dia|"
    r"semana|mes))"
)
DECLINES = Phrases(
    r"\bno (?:l[aeo]s? )?vamos a (?:tom|acept|particip)\w+|\bno l[ao]s? vamos a\b|\bpreferimos que\b|"
    r"\bdejemoslo asi\b|\bagradec\w+ (?:\w+ ){0,3}ofrecimiento\b.{0,60}\bpero\b|"
    r"\bno (?:estamos|estoy) interesad\w+|\bno hay necesidad de (?:reprogram|ven)\w+"
)
SEEKS_WORK = Phrases(
    r"\b(?:mi|adjunto|envio|anexo) (?:hoja de vida|hv|cv|curriculum)\b|\b(?:hay|si tienen|tienen|"
    r"buscando) (?:vacantes?|"
    r"profesionales)\b|\brealizar practicas\b"
)
PRESS = Phrases(r"^(?:prensa|comunicaciones|boletin\w*|noticias|redaccion)\d*@")
ANNOUNCES = Phrases(
    r"\b(?:(?:tienen?|tenemos) el gusto de invitar\w*|(?:le|les|los|lo) invit(?:a|amos|an)\b|invitan? a|invitacion|"
    r"se (?:les )?(?:informa|"
    r"comunica)|les? inform(?:o|amos)|nos permitimos informar|cambio de (?:correo|direccion|telefono)|"
    r"favor actualizar|"
    r"para su (?:informacion|conocimiento)|los esperamos|se convoca|el honor de contar|transmision por|"
    r"orden del dia|actualizamos nuestros|informamos que|comunicar las fechas|se unen?|nos unimos|a partir del|"
    r"le ha invitado|feliz (?:navidad|dia)|felicit\w+)\b"
)
# What a copy for information says: it is asked of somebody else, or is settled.
FOR_INFORMATION = Phrases(
    r"\bpara (?:tu|su|vuestro) (?:conocimiento|informacion|archivo)\b|\bpara (?:conocimiento|informacion)\b|"
    r"\bsin tramite\b|"
    r"\bno hay que hacer nada\b|\bno requiere (?:de )?(?:tramite|respuesta|gestion|observaciones)\b|"
    r"\bsolo para (?:que )?(?:l[oa]s? )?(?:tenga\w*|sepa\w*|conoz\w+|informar\w*)|"
    r"\bya (?:l[oa]s? )?(?:atendimos|atendieron|resolvimos|respondimos|tramitamos)\b"
)
COPIED = Phrases(r"\b(?:copia|titulo|caracter|fines?|efectos) informativ[oa]s?\b|\bse les? copia\b")
ASKS_NOTHING = Phrases(
    r"\bno (?:l[eo]s? )?(?:venimos|vengo|escrib\w+|es) (?:a|para) (?:ped|solicit)[ai]r(?:l[eo]s?)? (?:nada|mas)\b|"
    r"\bno (?:l[eo]s? )?(?:estamos|estoy) (?:pidi|solicit)\w+(?:l[eo]s?)? nada\b"
)
ELSEWHERE = Phrases(
    r"^\W*(?:(?:copia|cc)\b|(?:senor(?:es|a)?|doctor(?:a|es)?)\W+(?:(?:del?|la|el) )*(?:funcion publica|dafp|dnp|"
    r"ministeri|mintic|planeacion nacional|procuradur|contralor|fiscal|archivo general|colombia compra|dane|"
    r"superintend|icbf|sena|cnsc|comision nacional)|copia a la gobernacion)",
    re.MULTILINE,
)
# "Lili, ¿me pasas el CDP?": who says "tú" to somebody by name does not write to an office.
TO_A_FRIEND = Phrases(
    r"^\W*(?:(?:hola|oye|buen(?:[oa]s)?(?: (?:dias?|tardes|noches))?)\W+)?(?!(?:hola|buen\w*|cordial|saludos?|"
    r"senor\w*|doctor\w*|dra?|respetad\w+|estimad\w+|apreciad\w+|equipo|"
    r"companer\w+|colegas?|amig\w+|ingenier\w+)\b)(?P<name>[a-z]+)(?: [a-z]+)?\W*,.{0,400}\b(?:(?:me|nos|le|lo|la) "
    r"(?:pasas|mandas|confirmas|envias|ayudas|avisas|cuentas|recuerdas|prestas|firmas|llevas|traes|das)|te (?:mando|"
    r"envio|cuento|encargo|pido|reenvio|dejo|llamo|paso))\b",
    re.DOTALL,
)
ACKNOWLEDGE = Phrases(
    r"\b(?:favor|por favor|agradecemos|solicitamos)? ?(?:actualizar|confirmar|tener en cuenta|agendar)\b"
)
PASSES_ON = Phrases(r"\b(?:oficio|solicitud|peticion|requerimiento|radicad[oa]|remit\w+|traslad\w+|reenvi\w+)\b")
TRADE = Phrases(r"\bmipg\b|\bfurag\b|modelo integrado|\bpolitica de\b|desempeno institucional|\bmdi\b|\bidi\b")
# What a private person says when nothing is asked: thanks, wishes, who comes and who does not, what is settled.
COURTEOUS = Phrases(
    r"\bgracias\b|\bagradec\w+|\bfeli[zc]\w*|\bconfirm(?:o|amos)\b|\basistir\w*|\bno (?:me es posible|puedo|"
    r"podre) ir\b|"
    r"\bexcusas?\b|\bdisculp\w+|\bme pensiono\b|\bya no es necesari|\brecibid[oa]s?\b"
)
