"""Fitting: the same texts give the same model, and the shipped one is that of the shipped texts."""

import numpy as np
import pytest

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.files.examples import load_examples
from tasks.adapters.models.fitting import SklearnTrainer, fingerprint
from tasks.adapters.models.npz import packed, read_model
from tasks.domain.catalog import Catalog
from tasks.domain.classification.subject.policies import read_policies
from tasks.domain.classification.subject.vocabulary import phrase_book
from tasks.domain.learning.examples import Example


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog([config.CATALOGS])


def test_the_shipped_model_is_that_of_the_shipped_texts(catalog: Catalog) -> None:
    """When this fails, somebody edited the texts: run `python -m deployments.text_model`."""
    written = load_examples([config.CATALOGS], catalog)
    assert read_model(config.TEXT_MODEL).version == fingerprint(written, catalog)


def test_the_same_texts_give_the_same_model(catalog: Catalog) -> None:
    few = load_examples([config.CATALOGS], catalog)[::12]
    one, other = (SklearnTrainer().fit(few, catalog) for _ in range(2))
    assert packed(one) == packed(other)


def test_what_staff_corrected_is_learnt(catalog: Catalog) -> None:
    trainer = SklearnTrainer()
    written = load_examples([config.CATALOGS], catalog)
    said = "Buenas, ¿nos colaboran con el zurrungueo del palenque municipal?"
    lessons = [Example(f"{said} Vereda {n}.", ("gestion-estadistica",), "Apoyo", f"S-{n}") for n in range(12)]
    model, book = trainer.fit((*written, *lessons), catalog), phrase_book(catalog)
    assert read_policies("Apoyo", [said], book, model).candidates[0] == "gestion-estadistica"
    assert np.isfinite(model.weights).all()
