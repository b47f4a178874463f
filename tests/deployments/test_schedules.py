"""What runs when: `mipg serve` and `prefect.yaml` say the same, and each deployment names a flow that exists."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from deployments.schedules import EVENT_PARAMETERS, SCHEDULES, Schedule
from tasks.operation.runs import NAMES

YAML = Path(__file__).parents[2] / "deployments" / "prefect.yaml"


def _deployments() -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in yaml.safe_load(YAML.read_text("utf-8"))["deployments"]}


def test_every_flow_is_deployed_once() -> None:
    assert sorted(schedule.flow for schedule in SCHEDULES) == sorted(NAMES) == sorted(_deployments())


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.flow)
def test_the_file_for_work_pools_says_the_same_as_serve(schedule: Schedule) -> None:
    found = _deployments()[schedule.flow]
    crons = [(one["cron"], one["timezone"]) for one in found.get("schedules", [])]
    assert crons == ([(schedule.cron, "America/Bogota")] if schedule.cron else [])
    assert found["description"] == schedule.why
    assert [trigger["expect"] for trigger in found.get("triggers", [])] == (
        [[schedule.event]] if schedule.event else []
    )
    assert all(trigger["parameters"] == EVENT_PARAMETERS for trigger in found.get("triggers", []))
    assert found["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.flow)
def test_entrypoints_are_dotted_names(schedule: Schedule) -> None:
    module, _, name = _deployments()[schedule.flow]["entrypoint"].rpartition(".")
    assert module == f"flows.{name}"
    assert find_spec(module) is not None
