"""The office's own copies across an upgrade: what nobody edited may follow it, what somebody did stays."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest

import config
import templates
from config.settings import Settings, load
from tasks.operation.copies import Standing, different_copies, renew, take_back, write_missing
from tasks.ports.errors import UsageError

NOW = datetime(2026, 12, 1, 8)  # names a folder, nothing else
ACK, FOOT = "mail/acuse.txt", "mail/pie.txt"


@pytest.fixture(name="settings")
def settings_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home just made, and shipped files that an upgrade may change."""
    for module, name in ((config, "CATALOGS"), (templates, "FOLDER")):
        shutil.copytree(getattr(module, name), tmp_path / name, ignore=shutil.ignore_patterns("*.npz", "__pycache__"))
        monkeypatch.setattr(module, name, tmp_path / name)
    settings = load(None, tmp_path / "home", {})
    write_missing(settings)
    return settings


def upgraded(name: str) -> str:
    path = templates.FOLDER / name
    path.write_text(said := path.read_text(encoding="utf-8") + "Mejor dicho.\n", encoding="utf-8")
    return said


def test_a_copy_that_nobody_edited_follows_the_upgrade_and_an_edited_one_stays(settings: Settings) -> None:
    assert different_copies(settings) == {Standing.OUTDATED: [], Standing.EDITED: []}
    own = settings.templates_path
    (own / FOOT).write_text("Nuestro pie.", encoding="utf-8")
    new = [upgraded(ACK), upgraded(FOOT)][0]
    different = {Standing.OUTDATED: [f"templates/{ACK}"], Standing.EDITED: [f"templates/{FOOT}"]}
    assert different_copies(settings) == different
    old = (own / ACK).read_bytes()
    rehearsed = renew(settings, NOW, rehearse=True)
    assert (own / ACK).read_bytes() == old
    assert different_copies(settings) == different
    assert renew(settings, NOW) == rehearsed
    assert (rehearsed.replaced, rehearsed.edited) == ((own / ACK,), (own / FOOT,))
    assert (own / ACK).read_text(encoding="utf-8") == new
    assert (own / FOOT).read_text(encoding="utf-8") == "Nuestro pie."
    assert renew(settings, NOW).replaced == ()


def test_a_renewal_can_be_taken_back_except_where_the_office_went_on_writing(settings: Settings) -> None:
    own = settings.templates_path
    old = (own / ACK).read_bytes()
    upgraded(ACK), upgraded(FOOT)
    renew(settings, NOW)
    (own / FOOT).write_text("Nuestro pie.", encoding="utf-8")
    back = take_back(settings)
    assert (back.replaced, back.edited) == ((own / ACK,), (own / FOOT,))
    assert (own / ACK).read_bytes() == old
    assert different_copies(settings)[Standing.OUTDATED] == [f"templates/{ACK}"]
    with pytest.raises(UsageError):
        take_back(settings)


@pytest.mark.parametrize("memory", [None, b"{", b"[]"])
def test_without_a_memory_whatever_differs_counts_as_edited_and_what_is_the_same_is_remembered(
    settings: Settings, memory: bytes | None
) -> None:
    kept = settings.config_path / "copies.json"
    upgraded(FOOT)
    kept.unlink() if memory is None else kept.write_bytes(memory)
    assert renew(settings, NOW).replaced == ()
    upgraded(ACK)
    assert different_copies(settings) == {
        Standing.OUTDATED: [f"templates/{ACK}"],
        Standing.EDITED: [f"templates/{FOOT}"],
    }


def test_a_catalogue_that_only_the_office_put_there_is_its_own(settings: Settings) -> None:
    examples = settings.config_path / "examples"
    shutil.copytree(config.CATALOGS / "examples", examples)
    write_missing(settings)
    one = next(examples.iterdir())
    one.write_text("Una frase nuestra.", encoding="utf-8")
    assert different_copies(settings)[Standing.EDITED] == [f"config/examples/{one.name}"]
