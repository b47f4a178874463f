"""Fitted models as files of plain numbers (.npz without pickle): the office's own, its predecessor, the shipped one."""

import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import structlog

from tasks.domain.classification.subject.evidence import SIGNS
from tasks.domain.learning.model import TextModel
from tasks.ports.errors import ConfigurationError

_CURRENT, _PREVIOUS = "text-model.npz", "text-model.previous.npz"
_MAX_BYTES = 50_000_000
_log = structlog.get_logger()


class NpzModels:
    """The models of one office. A file that cannot be read is told of and passed over: the shipped one serves."""

    def __init__(self, folder: Path, shipped: Path) -> None:
        """Keep fitted models in `folder`; `shipped` is the file that came with the product."""
        self._folder = folder
        self._shipped = shipped

    def current(self) -> TextModel:
        """Return the office's own model if it can be read, else the shipped one."""
        own = self._folder / _CURRENT
        if own.is_file():
            try:
                return read_model(own)
            except ConfigurationError as error:
                _log.warning("text_model_unreadable", error=str(error))
        return read_model(self._shipped)

    def previous(self) -> TextModel | None:
        """Return the office's own model before the one in use, None when there is none that can be read."""
        before = self._folder / _PREVIOUS
        try:
            return read_model(before) if before.is_file() else None
        except ConfigurationError as error:
            _log.warning("text_model_unreadable", error=str(error))
            return None

    def keep(self, model: TextModel) -> None:
        """Put the model in use; the one before it stays beside it under its own name."""
        self._folder.mkdir(parents=True, exist_ok=True)
        current, draft = self._folder / _CURRENT, self._folder / (_CURRENT + ".part")
        with draft.open("wb") as file:
            file.write(packed(model))
            file.flush()
            os.fsync(file.fileno())
        if current.is_file():
            before = self._folder / (_PREVIOUS + ".part")
            before.write_bytes(current.read_bytes())
            before.replace(self._folder / _PREVIOUS)
        draft.replace(current)


def packed(model: TextModel) -> bytes:
    """Return the bytes of a model's file. Weights go as half precision: the probabilities differ by less than 0.001."""
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        policies=_joined(model.policies),
        features=_joined(sorted(model.columns, key=lambda gram: model.columns[gram])),
        rarity=model.rarity.astype(np.float16),
        weights=model.weights.astype(np.float16),
        offsets=model.offsets.astype(np.float32),
        combination=model.combination.astype(np.float32),
        version=_joined((model.version,)),
        history=_joined((model.fitted, str(model.learnt))),
    )
    return buffer.getvalue()


def read_model(path: Path) -> TextModel:
    """Return the model in a file. Raises `ConfigurationError` when it is missing or is none."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigurationError(f"{path}: too large for a text model")
        with np.load(path, allow_pickle=False) as data:
            fitted, learnt = _split(data["history"]) if "history" in data else ("", "0")  # earlier ones had none
            model = TextModel(
                policies=tuple(_split(data["policies"])),
                columns={gram: row for row, gram in enumerate(_split(data["features"]))},
                rarity=data["rarity"].astype(np.float32),
                weights=data["weights"].astype(np.float32),
                offsets=data["offsets"].astype(np.float32),
                combination=data["combination"].astype(np.float32),
                version=_split(data["version"])[0],
                fitted=fitted,
                learnt=int(learnt),
            )
        _check(model)
        return model
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ConfigurationError(f"{path}: not a text model of this version ({error})") from error


def _check(model: TextModel) -> None:
    """Refuse what an earlier version fitted with other signs, and numbers that are none."""
    shapes = (model.weights.shape, model.rarity.shape, model.offsets.shape, model.combination.shape)
    features, policies = len(model.columns), len(model.policies)
    if shapes != ((features, policies), (features,), (policies,), (len(SIGNS) + 1,)):
        raise ValueError(f"its tables are {shapes}")
    if not all(np.isfinite(table).all() for table in (model.weights, model.rarity, model.offsets, model.combination)):
        raise ValueError("not every number is one")


def _joined(words: Iterable[str]) -> np.ndarray:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _split(joined: np.ndarray) -> list[str]:
    return joined.tobytes().decode().split("\n")
