"""An office with the shipped catalog and invented people."""

import pytest

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.models.npz import read_model
from tasks.domain.classification.office import Matchers, OfficeView
from tasks.domain.directory import Directory, Leader, Person, Role


@pytest.fixture(scope="session")
def office() -> OfficeView:
    catalog = load_catalog([config.CATALOGS])
    people = (
        Person(name="Natalia Quiroz", email="natalia@dep.gov.co", role=Role.DIRECTOR),
        Person(name="Ana Londoño", email="ana@dep.gov.co", role=Role.OFFICER),
    )
    leaders = (
        Leader(
            policy="gestion-documental", name="Marta Correa", email="marta@dep.gov.co", contacts=("equipo@dep.gov.co",)
        ),
    )
    return OfficeView(
        catalog,
        Matchers.of(catalog, read_model(config.TEXT_MODEL)),
        Directory(people=people, leaders=leaders),
        own_addresses=("mesa@dep.gov.co",),
        trusted_forwarders=("ventanilla@dep.gov.co",),
    )
