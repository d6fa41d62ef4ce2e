"""The one metadata that all slices' tables share, and the columns that they have in common."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, Text
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG_KEY: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""A growing integer key: SQLite only autoincrements what it calls INTEGER."""

BINARY_TEXT: TypeEngine[str] = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point on either database, whatever the server's locale."""


def WORKSPACE_ID(*, primary_key: bool = False) -> Column[int]:
    """The tenant key. A table either has it or hangs, by foreign keys, on one that has."""
    return Column("workspace_id", Integer, ForeignKey("workspaces.id"), nullable=False, primary_key=primary_key)


def timestamp_ms(name: str, *, nullable: bool = False, **options: Any) -> Column[int]:
    """A column of milliseconds since the Unix epoch."""
    return Column(name, BigInteger, nullable=nullable, **options)
