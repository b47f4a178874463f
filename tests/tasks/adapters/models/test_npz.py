"""Models are files of plain numbers: one that cannot be read is passed over, the one before is kept."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import config
from tasks.adapters.models.npz import NpzModels, packed, read_model
from tasks.domain.learning.features import counted
from tasks.domain.learning.model import TextModel
from tasks.ports.errors import ConfigurationError


@pytest.fixture(scope="module")
def shipped() -> TextModel:
    return read_model(config.TEXT_MODEL)


def test_a_model_reads_back_as_it_was_kept(tmp_path: Path, shipped: TextModel) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(packed(shipped))
    words = counted(("plan", "accion", "presupuesto"))
    assert np.array_equal(read_model(path).opinion(words), shipped.opinion(words))
    assert read_model(path).version == shipped.version


def test_a_model_knows_when_and_on_how_many_corrections_it_was_fitted(tmp_path: Path, shipped: TextModel) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(packed(replace(shipped, fitted="2026-12-07", learnt=14)))
    assert (read_model(path).fitted, read_model(path).learnt) == ("2026-12-07", 14)
    assert (shipped.fitted, shipped.learnt) == ("", 0)


def test_the_office_s_own_model_stands_before_the_shipped_one_and_its_predecessor_is_kept(
    tmp_path: Path, shipped: TextModel
) -> None:
    models = NpzModels(tmp_path / "models", config.TEXT_MODEL)
    assert models.current().version == shipped.version
    assert models.previous() is None
    for version in ("first", "second"):
        models.keep(replace(shipped, version=version))
    assert models.current().version == "second"
    before = models.previous()
    assert before is not None
    assert before.version == "first"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"not numbers at all" * 50])
def test_an_unreadable_model_is_passed_over(tmp_path: Path, shipped: TextModel, content: bytes) -> None:
    (tmp_path / "text-model.npz").write_bytes(content)
    assert NpzModels(tmp_path, config.TEXT_MODEL).current().version == shipped.version


def test_a_model_that_an_earlier_version_fitted_otherwise_is_passed_over(tmp_path: Path, shipped: TextModel) -> None:
    earlier = replace(shipped, combination=shipped.combination[:-1], version="earlier")
    (tmp_path / "text-model.npz").write_bytes(packed(earlier))
    assert NpzModels(tmp_path, config.TEXT_MODEL).current().version == shipped.version
    endless = replace(shipped, offsets=shipped.offsets * np.nan)
    (tmp_path / "text-model.npz").write_bytes(packed(endless))
    assert NpzModels(tmp_path, config.TEXT_MODEL).current().version == shipped.version


def test_a_model_with_pickled_objects_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, policies=np.array([object()], dtype=object))
    with pytest.raises(ConfigurationError, match="not a text model"):
        read_model(path)


def test_a_policy_that_left_the_catalog_is_never_proposed(shipped: TextModel) -> None:
    fewer = shipped.among(set(shipped.policies) - {"integridad"})
    assert "integridad" not in fewer.policies
    assert fewer.opinion(counted(("valor",))).shape == (len(fewer.policies),)
