"""What runs when: `mipg serve` and `prefect.yaml` say the same, and each deployment names a flow that exists."""

import json
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
    collision = "ENQUEUE" if schedule.waits_its_turn else "CANCEL_NEW"
    assert found["concurrency_limit"] == {"limit": 1, "collision_strategy": collision}


@pytest.mark.parametrize(
    ("payload", "path"), [({}, ""), ({"path": None}, ""), ({"path": "/x/á.csv"}, "/x/á.csv"), ({"path": 7}, "7")]
)
def test_an_event_emitted_by_hand_starts_the_run_whatever_it_carries(payload: dict[str, Any], path: str) -> None:
    from prefect.server.utilities.user_templates import render_user_template_sync

    # As the server does with a parameter that is one expression: the value keeps its type.
    template = EVENT_PARAMETERS["path"].replace("}}", "| tojson }}")
    assert json.loads(render_user_template_sync(template, {"event": {"payload": payload}})) == path


@pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda schedule: schedule.flow)
def test_entrypoints_are_dotted_names(schedule: Schedule) -> None:
    module, _, name = _deployments()[schedule.flow]["entrypoint"].rpartition(".")
    assert module == f"flows.{name}"
    assert find_spec(module) is not None
