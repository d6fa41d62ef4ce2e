"""The schema's history: one numbered revision a change, the same on SQLite and PostgreSQL."""
