"""Shared set-up of the tests."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers"]
pytest.register_assert_rewrite("tests.contracts")
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the crash tests first: they fork, and a worker that has drawn charts has threads that no child gets."""
    items.sort(key=lambda item: item.path.name != "test_crash.py")
