"""Common Spanish words one letter away from a word of the shipped vocabulary: they are themselves, never misspelt.

Folded and in the singular. Found by running `text.Spelling` over a list of the words most used in Spanish; other
genders of a vocabulary word ("financiera") are left out, for they are the same word.
"""

LOOK_ALIKES = frozenset(
    """
    abdicacion abertal abigero abobado abocado abonado aboyado absentismo acender acerado acierto acuario
    acurado adaptar adiccion adjutor administrado aferente aficion agestion aguardar ahogado alarido alcaidia
    alcalifa alcallia alcandia alevantamiento alevantar alidada aliento almario alterativa alterativo altividad
    amencia ampliativo analistica analizador anegamiento anejamiento aplanar apolitica aprendiza aproposito
    argalia arquitectural arteria artificiar asignar asinergia atarjea atendar atener atrabajar atrasado
    audicion audidor audito avaluacion avaluar bacante bacteria baleria barrera bastecimiento batera baticulo
    beateria bendicion bercera bestion biforme bogador bombear bombeo bordador borrado boteria cabido cabildeo
    cabillo caboral cabrera caldado calida calinda callado canario cantable cantia cantica cantiga cantina
    capeta capita capitan capitel capitol carera careta caridad carleta carpena carrear carrena carreta cartera
    carteta caseificacion caspita cavidad cenital centrada centrar ceracion cercado cercera cerrera cesacion
    chapeta cianica ciatica cibdadana cibdadano cinica cintera cintero cismatico citrica clarificacion codeina
    codena coercion cognicion coligacion colision colombina colombino colomina cometario comistion comparar
    comprado comuna concejo concluso concrecion condensa condesa conejo conejuno conficion connivencia
    consecracion conseyo constable constriccion consueta consula consular consunta consunto contento contero
    contiguidad continencia contractacion contracto contralto contrasto contrito conyunto copilacion copilar
    copular coranica coranico cornejo cremacion cretica criacion cualidad cuanta cuantica cuantima cuerdo
    cultera cultora cultual cultural cumulador curacion decendencia decesion decisivo declamacion decurso
    dedicion deduccion deducir defensar deferencia defesa defesar deficiencia deficiente dejacion delacion
    demision dentada dentorno dentro deparar depuesta deputar desacoto desbaste descararse desecho desgaste
    desmana desmanado desmandado despacio despuesta detencion devalar deviacion diccion diferencia diferenciar
    dileccion dilecta diligencia directoria diseccion disector disension distancia diversion dotacion economica
    edicion educacion educcion educir eferente egestion elacion eleccion emocionar empresaria empuesta encestar
    enebral enriada enroque entenciar entenga enterada entono entrama entrana entrano entriega enunciar
    erguimiento erogar escision espacico espaldon esquela esquena estadio estiron estivon estora estotra estrada
    estratega estructural eterno evacuacion evacuar excreto excusacion exquisito extenso extorno extrano fablado
    facienda falcado fallazgo fallido ferramienta filiacion fluxible follado formativa formativo formiato
    fresera frotacion furcion garantir gardar garganta gateria generar geonomia gestera gestudo guarda guardia
    guarida habiente hacendar hallado hateria herramental hervidor hintero histerico historial historica horrido
    ilegalidad incensivo inciente incitacion independente indiccion indiciado indiciador industrial inferna
    inferno infidencia infidente influyente informativa informativo infundir ingente iniciador iniciativo
    inmersion inorme inscripto integra integrar integro intensa intenso intenta intento interin interina
    interino internacion internado interventora inventivo islario jarrera laborar lamiente lanceado lancear
    lateria lecion lectora lenidad lentura letigio letrada letura limitacion linterna llagamiento lucencia
    manifestar materia medano mediacion mediado mediato medicina mejoria memorar memorial menoria mentada
    mentida metodologia meyoramiento monitorio montoreno nacionalizacion nacionalizar natividad nocional
    normalizacion notacion oficiar oficinal omision oolitica optacion orario ostensible otoscopia pandear
    papelero papelon permico perrona pintena pinteno piratica placear planador planeta plantacion plantado
    plantar plantear plateado platear policial polucion ponderado potacion pradial pratica precepcion precision
    predica preferencia prelacion premiso prendida prension preposito prepuesta presencia presenciar presera
    presupuesta previsora primacia primeria primeva procero procesar procesional profeso promision propinacion
    prosupuesto provecer provecto proyeccion publicano publicata pulican puncion rabieta racional radiacion
    radiado radiador rateria reaccion reagudo realdad rebultado recabdo recado recamo recision recluso recuero
    recuesta redaccion redecir redencion redicion regadia regaifa regala regalar regaliz regaliza regencia
    relucir remisoria rentada renuncia repuesta resalado rescaldo reservacion respaldon resultando reticulo
    retorno revalida reverencia revision revisora revolucion rigente ritmica rogacion rondena sabiente salariar
    secreto secretoria secretorio secuestrario sedicion seduccion seducir segudar seguida seguramiento sensoria
    sentada sentida servador sindicado sindicador sobordo sobreno sobrino succion sudario sumario suncion
    tabaleo tablear tableo talero tallado tambero tarjera tecnologica telefonia tempanar tempora temporil
    tempranal tencion tender tendera tendero tentada tercena terceria ternera terrera tesoneria tesorera testudo
    tintero trabado trabamiento traite trapajo trasferencia trasferir trasformacion traslapo traslato
    trasparencia tribual tribuna triunfal turgencia unciforme uncion uncionario usurario vaciante vagante
    validad vallado valuacion valuar vaporacion velacion vendicion ventada ventrada ventral vicente vidente
    vientre vindicador vindicativo vivencia votacion
    """.split()  # noqa: SIM905
)
