"""The shape of the tree: which way imports point, and what stands at its top."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "tasks", "config", "templates", "deployments")


def test_imports_point_inwards_and_only_bootstrap_names_adapters() -> None:
    script = "from importlinter.cli import lint_imports; import sys; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_top_level_holds_the_five_packages_and_nothing_besides_tests() -> None:
    found = {path.parent.name for path in ROOT.glob("*/*.py") if not path.parent.name.startswith(".")}
    assert found <= {*PACKAGES, "tests"}
    assert set(PACKAGES) <= found
    assert not list((ROOT / "tests").rglob("__init__.py")), "tests/flows/__init__.py would hide flows"


@pytest.mark.parametrize("flow", sorted(path.stem for path in (ROOT / "flows").glob("[a-z]*.py")))
def test_a_flow_is_read_in_one_minute(flow: str) -> None:
    assert len((ROOT / "flows" / f"{flow}.py").read_text("utf-8").splitlines()) <= 60


def test_functions_stay_short() -> None:
    lengths = sorted(_lengths())
    assert lengths[len(lengths) // 2] <= 10
    assert lengths[int(len(lengths) * 0.9)] <= 30
    assert lengths[-1] <= 60


def _lengths() -> list[int]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    trees = [
        ast.parse(path.read_text("utf-8"))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "migrations" not in path.parts
    ]
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, kinds)
    ]
