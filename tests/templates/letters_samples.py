"""Letters of an invented office, for the tests and for looking at."""

from datetime import UTC, date, datetime

from tasks.domain.cases.case import Case, EntityType, State
from tasks.domain.catalog import Catalog, Municipality, Policy
from tasks.domain.directory import Leader
from tasks.domain.letters.context import LetterContext, LetterFacts, letter_context
from tasks.domain.letters.fields import OfficeFields
from tasks.domain.letters.grouping import group
from tasks.domain.letters.paper import Addressee, Signatory

CATALOG = Catalog(
    policies=(
        Policy(slug="gestion-documental", name="Gestión documental", dimension=5, dimension_name="Información"),
        Policy(slug="gobierno-digital", name="Gobierno digital", dimension=3, dimension_name="Valores"),
        Policy(slug="seguridad-digital", name="Seguridad digital", dimension=3, dimension_name="Valores"),
    ),
    municipalities=(
        Municipality(dane="05756", name="Sonsón", subregion="Oriente"),
        Municipality(dane="05361", name="Ituango", subregion="Norte"),
    ),
)
OFFICE = OfficeFields(
    address="Calle 42 B # 52-106, Medellín",
    phone="604 000 00 00",
    website="www.example.org",
    mailbox="mesa@example.org",
)
LEADERS = (
    Leader(policy="gestion-documental", dependency="Dirección de Gestión Documental", name="Marta Isabel Correa Gil",
           email="marta.correa@example.org"),
    Leader(policy="gobierno-digital", dependency="Secretaría de Tecnologías de Información y las Comunicaciones",
           name="Esteban Ruiz Palacio", email="esteban.ruiz@example.org"),
    Leader(policy="seguridad-digital", dependency="Secretaría de Tecnologías de Información y las Comunicaciones",
           name="Esteban Ruiz Palacio", email="Esteban.Ruiz@example.org"),
)  # fmt: skip
REQUEST_TEXT = (
    "Buenos días, doctora Natalia y equipo:\n\nReciban un cordial saludo desde Sonsón. Teniendo en cuenta los "
    "resultados de la última medición, en la que la política nos bajó cerca de nueve puntos, queremos solicitarles "
    "formalmente una asesoría para mejorarla.\n\nPuntualmente no tenemos claro cómo actualizar las tablas de retención "
    "documental después del rediseño: hasta ahora lo que hemos publicado es el cuadro de clasificación y creíamos que "
    "con eso bastaba.\n\nPodríamos atenderlos virtualmente cualquier martes o jueves en la mañana."
)


def case(number: str, policy: str | None, dane: str | None, **values: object) -> Case:
    """Return a case of request S-2026-0030 in the hands of Ana María."""
    received = datetime(2026, 11, 24, 14, 14, tzinfo=UTC)
    fields = {
        "number": number, "request": "S-2026-0030", "received": received, "since": received, "state": State.DRAFT,
        "policy": policy, "municipality": dane, "entity_type": EntityType.ALCALDIA, "officer": "ana@example.org",
        "requester": "Gloria Elena Cardona Ruiz", "email": "planeacion@example.org",
    }  # fmt: skip
    return Case.model_validate(fields | values)


ONE_CASE = (case("2026-0041", "gestion-documental", "05756"),)
THREE_CASES = (
    case("2026-0042", "gobierno-digital", "05756"),
    case("2026-0043", "seguridad-digital", "05756"),
    case("2026-0044", "seguridad-digital", "05361", entity="Concejo Municipal de Ituango", entity_type="concejo"),
)


def letter(cases: tuple[Case, ...] = ONE_CASE, *, is_draft: bool = True, text: str = REQUEST_TEXT) -> LetterContext:
    """Return the letter that speaks for the cases."""
    to = group(cases, LEADERS).groups[0]
    return letter_context(
        LetterFacts(
            number="DSEGPP-2026-0107",
            addressee=Addressee(name=to.leader.name, dependency=to.leader.dependency, email=to.leader.email),
            group=to,
            catalog=CATALOG,
            office=OFFICE,
            day=date(2026, 12, 3),
            plan_due=date(2026, 12, 18),
            legal_due=date(2026, 12, 16),
            request_text=text,
            signatory=Signatory(name="Natalia Andrea Quiroz Bedoya"),
            prepared_by="Ana María Londoño Vera",
            approved_by="" if is_draft else "Natalia Andrea Quiroz Bedoya",
            official_ref="" if is_draft else "2026030123456",
            annexes=("Solicitud original (correo electrónico)", "Tablas de retención 2024.pdf"),
            copies=("Alcaldía de Sonsón", "Ana María Londoño Vera"),
            is_draft=is_draft,
        )
    )
