"""From what a backend tells of a process, in which counters grow, to what its curves show."""

from collections.abc import Mapping

from tidemill.compute.backends.port import Sample
from tidemill.compute.usage.models import Measure


def values_of(sample: Sample, before: Sample | None) -> Mapping[Measure, float]:
    """The values at a sample; those of counters need one before it."""
    levels = {
        Measure.MEMORY: sample.memory_bytes,
        Measure.GPU: None if sample.gpu_milli is None else sample.gpu_milli / 1000,
        Measure.GPU_MEMORY: sample.gpu_memory_bytes,
    }
    found = {measure: float(level) for measure, level in levels.items() if level is not None}
    if before is None or sample.at_ms <= before.at_ms:
        return found
    passed_ms = sample.at_ms - before.at_ms
    counters = (
        (Measure.CPU, sample.cpu_ms, before.cpu_ms, 1.0),
        (Measure.READ, sample.read_bytes, before.read_bytes, 1000.0),
        (Measure.WRITTEN, sample.written_bytes, before.written_bytes, 1000.0),
        (Measure.RECEIVED, sample.received_bytes, before.received_bytes, 1000.0),
        (Measure.SENT, sample.sent_bytes, before.sent_bytes, 1000.0),
    )
    for measure, now, then, scale in counters:
        if now is not None and then is not None:
            # What one of many processes had used goes when it ends, where only /proc tells.
            found[measure] = max(0, now - then) * scale / passed_ms
    return found


def at_begin(sample: Sample, started_ms: int) -> Sample:
    """A sample as it was when the process began: every counter that is known at zero."""

    def zero(counter: int | None) -> int | None:
        return None if counter is None else 0

    return Sample(
        sample.key,
        started_ms,
        cpu_ms=zero(sample.cpu_ms),
        read_bytes=zero(sample.read_bytes),
        written_bytes=zero(sample.written_bytes),
        received_bytes=zero(sample.received_bytes),
        sent_bytes=zero(sample.sent_bytes),
    )
