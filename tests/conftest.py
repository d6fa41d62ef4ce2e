"""Fixtures that all tests share."""

pytest_plugins = [
    "tests.plugins.requirements",
    "tests.plugins.postgres",
    "tests.plugins.object_store",
    "tests.plugins.server",
]
