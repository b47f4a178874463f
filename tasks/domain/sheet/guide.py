"""The page of the tab Ayuda, for people who have never seen the sheet."""

GUIDE = (
    "Esta hoja se llena sola con las solicitudes que llegan por correo. Usted decide y escribe; el sistema registra, "
    "redacta los oficios, cuenta los plazos y avisa.",
    "# Los colores del encabezado",
    "Gris: columnas del sistema. Si alguien escribe encima, el valor vuelve y lo escrito queda anotado en «Alertas».",
    "Azul: columnas compartidas. El sistema las llena mientras están vacías; vale lo último que decida una persona.",
    "Verde: columnas suyas. El sistema las lee y nunca las cambia.",
    "Naranja: órdenes. Elija una en «Acción» y, si hace falta, escriba el motivo, la fecha o el caso en «Detalle». "
    "Cuando se cumple, las dos celdas se vacían y el resultado queda en «Alertas».",
    "# Lo de todos los días",
    "Designar: la directora o el director elige un nombre en «Responsable». El borrador del oficio le llega por correo "
    "a esa persona.",
    "Aprobar el oficio: en «Acción» elija «Enviar oficio». Para corregirlo, responda al correo del borrador con el "
    "documento editado.",
    "Corregir la política o el municipio: elija el valor correcto en la lista. Si son varias políticas, sepárelas con "
    "punto y coma (;): se abre un caso por cada una.",
    "Acordar la asesoría: escriba la fecha en «Fecha acordada»; el municipio la recibe por correo. Después, escriba "
    "«Fecha asistencia», «Modalidad», «Asistentes» y «Evidencias».",
    "Cerrar, suspender, trasladar o descartar: elija la acción y escriba siempre el motivo en «Detalle».",
    "Registrar una solicitud que llegó por teléfono: escríbala en una fila nueva, sin número, con «Municipio» y "
    "«Política» (o «Asunto»). En unos minutos recibe su número de caso.",
    "# Qué puede hacer con confianza",
    "Ordenar, filtrar, ocultar o mover columnas, cambiar anchos y colores, agregar columnas y pestañas propias: nada "
    "de eso se pierde.",
    "Si borra una fila por error, vuelve a aparecer. Si pega una fila repetida, vale la primera y la otra se marca.",
    "Si cambia el nombre de un encabezado, el sistema procura reconocer la columna por lo que contiene. Si no está "
    "seguro, no escribe en ella y avisa: devuélvale entonces su nombre.",
    "Los casos cerrados más antiguos pasan a la pestaña «Archivo» de su año cuando ya son muchos.",
    "# Las fechas y los plazos",
    "Escriba las fechas como acostumbra: 3/12/2026, 3-dic-2026 o 3 de diciembre de 2026. Primero va el día.",
    "«Vence» es el plazo interno del paso en curso. «Vence legal» es el plazo de la Ley 1755 de 2015 para responder.",
    "Semáforo: verde, a tiempo; amarillo, quedan dos días hábiles o menos; rojo, vencido; gris, no corre ningún plazo.",
    "# Las otras pestañas",
    "«Revisión»: correos que una persona debe mirar. Responda en «¿Es solicitud?» y, si lo es, elija la política y el "
    "municipio. «Ignorar remitente», en «Acción», deja de revisar lo que esa persona escriba; «Volver a revisar "
    "remitente» lo deshace.",
    "«Líderes», «Equipo» y «Municipios»: las personas. Para un relevo, ponga «Hasta» en la fila anterior y agregue una "
    "fila con «Desde». Las ausencias se escriben así: 2026-12-07 a 2026-12-11.",
    "«Puntajes» y «Oferta»: los resultados publicados y los municipios que se propone invitar.",
    "# Si algo no sale",
    "Lea «Alertas»: dice qué no se entendió y cómo escribirlo. Nada cambia mientras tanto. Para cualquier duda, "
    "escriba a quien opera el servicio (pestaña «Equipo», rol operador).",
)
