"""Fixtures that all tests share."""

pytest_plugins = ["tests.plugins.requirements", "tests.plugins.postgres"]
