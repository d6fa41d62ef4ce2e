"""What processes use while they run: sampled, kept by column, shown as curves."""

from tidemill.compute.usage.folding import Fold
from tidemill.compute.usage.models import UNITS, Measure, UseNow
from tidemill.compute.usage.service import MOST_POINTS, ProcessUse, Usage
from tidemill.compute.usage.workers import UsageSampler

__all__ = ["MOST_POINTS", "UNITS", "Fold", "Measure", "ProcessUse", "Usage", "UsageSampler", "UseNow"]
