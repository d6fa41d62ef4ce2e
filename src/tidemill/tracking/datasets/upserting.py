"""Saying records: what is new, what was said before, and what that makes of the whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tidemill.kit.ids import random_hex
from tidemill.tracking.datasets.models import ChangedRecord, KnownRecord, NewRecord
from tidemill.tracking.datasets.records import SaidRecord

_FINGERPRINTS = 1 << 63


@dataclass(slots=True)
class Changes:
    """What the records of a call change, by the digest of their inputs."""

    new: dict[str, NewRecord] = field(default_factory=dict[str, NewRecord])
    changed: dict[str, ChangedRecord] = field(default_factory=dict[str, ChangedRecord])
    updated: int = 0
    """Records that were said before, by an earlier call or by this one."""
    user: str | None = None


def changes_of(said: Iterable[SaidRecord], known: Mapping[str, KnownRecord]) -> Changes:
    """The changes that records make to those that are known; the same inputs again are one record."""
    changes = Changes()
    for record in said:
        digest = record.inputs_digest
        changes.user = record.user or changes.user
        if digest in known:
            changes.updated += 1
            _say_again(changes, record, known[digest])
        elif (before := changes.new.get(digest)) is not None:
            changes.updated += 1
            written, user = record.over(before.written.content), record.user or before.user
            changes.new[digest] = NewRecord(before.uuid, digest, before.inputs, written, user)
        else:
            changes.new[digest] = NewRecord(f"dr-{random_hex()}", digest, record.inputs, record.first, record.user)
    return changes


def fingerprint_after(fingerprint: int, changes: Changes, known: Mapping[str, KnownRecord]) -> int:
    """A dataset's fingerprint after changes of its records: a sum, so that no order of them counts."""
    added = sum(new.written.fingerprint for new in changes.new.values())
    moved = sum(changed.written.fingerprint - known[digest].fingerprint for digest, changed in changes.changed.items())
    return (fingerprint + added + moved) % _FINGERPRINTS


def fingerprint_without(fingerprint: int, removed: Iterable[int]) -> int:
    """A dataset's fingerprint after records of these fingerprints are gone."""
    return (fingerprint - sum(removed)) % _FINGERPRINTS


def _say_again(changes: Changes, record: SaidRecord, known: KnownRecord) -> None:
    """Nothing is written where a record says nothing that was not said before."""
    digest = record.inputs_digest
    before = changes.changed.get(digest)
    content = known.content if before is None else before.written.content
    written = record.over(content)
    if written.content != content:
        user = record.user or (before.user if before is not None else None)
        changes.changed[digest] = ChangedRecord(known.id, written, user)
