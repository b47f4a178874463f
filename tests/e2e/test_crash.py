"""Killed at its effects, and at random moments: the next run ends where an undisturbed one does.

Every kind of effect is tried in every act, the first one in one act and the last in the next, and some in between;
MIPG_CRASH_ALL=1 tries every single effect, which takes half an hour.
"""

import os
import random
import shutil
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tasks.bootstrap import Office
from tasks.operation.setup import prepare
from tests.e2e.bombs import Fuse, arm
from tests.e2e.story import ACTS, Act, an_office, state

RANDOM_KILLS = 3  # per act
IN_BETWEEN = 3  # further effects per act


@dataclass(frozen=True)
class Played:
    """An act as it was played undisturbed: the home before its runs, and the state after them."""

    act: Act
    before: Path
    after: dict[str, Any]
    effects: tuple[str, ...]  # their names, in order
    seconds: float


def _run(act: Act, office: Office) -> None:
    prepare(office)
    for run in act.runs:
        run(office)


def _play_counting(act: Act, home: Path, count: Path) -> None:
    fuse = Fuse()
    _run(act, arm(an_office(home, act.moment), fuse))
    count.write_text("\n".join(fuse.names))


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Play the whole story once, keeping a copy of the home before each act's runs."""
    root = tmp_path_factory.mktemp("story")
    home = root / "home"
    played: dict[str, Played] = {}
    for act in ACTS:
        office = an_office(home, act.moment)
        act.people(home, office)
        before = root / f"before-{act.name}"
        shutil.copytree(home, before)
        started = time.monotonic()
        # In a child: drawing charts starts threads, and a process that has them cannot be forked for the kills.
        assert _in_child(partial(_play_counting, act, home, root / "effects")) == 0
        effects = tuple((root / "effects").read_text().split("\n"))
        played[act.name] = Played(act, before, state(an_office(home, act.moment)), effects, time.monotonic() - started)
    return played


def _in_child(work: Callable[[], None], kill_after: float | None = None) -> int:
    """Run in a forked child and return its wait status; a kill comes from outside when a time is given."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(70)
        os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _settled(played: Played, folder: Path) -> dict[str, Any]:
    """Return the state after the same number of undisturbed runs that a killed act gets in the end."""
    home = folder / f"settled-{played.act.name}"
    if not home.exists():
        shutil.copytree(played.before, home)
        for _ in range(3):
            assert _in_child(lambda: _run(played.act, an_office(home, played.act.moment))) == 0
    return state(an_office(home, played.act.moment))


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_killed_at_an_effect_the_next_run_ends_where_an_undisturbed_one_does(
    name: str, story: dict[str, Played], tmp_path: Path
) -> None:
    played = story[name]
    expected = _settled(played, tmp_path)
    assert expected["audit"] == []
    for effect in _chosen(played.effects, last=list(story).index(name) % 2 == 1):
        found = _after_kill(played, tmp_path / "killed", dies_at=effect)
        assert found == expected, f"killed at effect {effect} of {len(played.effects)}: {played.effects[effect - 1]}"


def _chosen(names: Sequence[str], *, last: bool) -> list[int]:
    """Return which effects (counted from 1) are tried: the first (or last) of each kind, and some in between."""
    everything = range(1, len(names) + 1)
    if os.environ.get("MIPG_CRASH_ALL") == "1":
        return list(everything)
    numbered = list(enumerate(names, 1))
    one_each = {kind: number for number, kind in (numbered if last else reversed(numbered))}
    return sorted({*one_each.values(), *everything[:: max(1, len(names) // IN_BETWEEN)]})


@pytest.mark.timeout(400)
@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_killed_at_random_moments_nothing_is_lost_or_doubled(
    name: str, story: dict[str, Played], tmp_path: Path
) -> None:
    played = story[name]
    expected = _settled(played, tmp_path)
    dice = random.Random(name)
    for _ in range(RANDOM_KILLS):
        moment = dice.uniform(0, played.seconds)
        found = _after_kill(played, tmp_path / "killed", kill_after=moment)
        assert found == expected, f"killed after {moment:.3f} s"


def _after_kill(played: Played, home: Path, dies_at: int = 0, kill_after: float | None = None) -> dict[str, Any]:
    """Kill one try of the act's runs, run it twice more and return the state."""
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(played.before, home)
    act = played.act
    status = _in_child(lambda: _run(act, arm(an_office(home, act.moment), Fuse(dies_at))), kill_after)
    if dies_at:
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"effect {dies_at} never came"
    for _ in range(2):
        assert _in_child(lambda: _run(act, an_office(home, act.moment))) == 0
    return state(an_office(home, act.moment))
