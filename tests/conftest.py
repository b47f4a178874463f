"""Shared set-up of the tests."""

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers"]
pytest.register_assert_rewrite("tests.contracts")
settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
