"""Samples of any length of time take little room, and keep their mean, least and greatest."""

import numpy as np
import pytest

from tidemill.compute.usage.folding import MOST_BINS, Fold, pack, unpack
from tidemill.core.series import Points

DAY_S = 86_400


def samples(count: int, *, begin_ms: int = 1_700_000_000_000, every_ms: int = 2000) -> Points:
    times = begin_ms + np.arange(count, dtype=np.int64) * every_ms
    return Points(np.zeros(count, dtype=np.int64), times, np.sin(np.arange(count) / 50) + 1)


def test_few_samples_are_kept_one_by_one() -> None:
    points = samples(MOST_BINS)
    fold = Fold.of(points).bounded()
    assert fold.at_ms.tolist() == points.timestamps.tolist()
    assert fold.mean.tolist() == fold.low.tolist() == fold.high.tolist() == points.values.tolist()


def test_a_month_is_small_and_true() -> None:
    """Folded as the sampler does it: twenty minutes at a time."""
    points = samples(30 * DAY_S // 2)
    kept: Fold | None = None
    for start in range(0, len(points), 600):
        fresh = Fold.of(points[start : start + 600])
        whole = fresh if kept is None else Fold.joined([kept, fresh])
        bounded = whole.bounded()
        kept = unpack(bounded.width_ms, *pack(bounded))
    assert kept is not None
    assert sum(map(len, pack(kept))) < 40_000
    assert MOST_BINS // 2 < len(kept) <= MOST_BINS
    assert int(kept.count.sum()) == len(points)
    assert np.diff(kept.at_ms).min() == np.diff(kept.at_ms).max() == kept.width_ms
    assert np.average(kept.mean, weights=kept.count) == pytest.approx(points.values.mean(), rel=1e-5)
    assert kept.high.max() == pytest.approx(2, rel=1e-3)
    assert ((kept.low <= kept.mean) & (kept.mean <= kept.high)).all()


def test_a_chart_has_no_more_points_than_it_asked_for_and_all_extremes() -> None:
    points = samples(1000)
    points.values[517] = 99
    for most in (1, 7, 100, 999, 1000, 5000):
        shown = Fold.of(points).shown(most)
        assert len(shown) <= most
        assert (shown.high.max(), int(shown.count.sum())) == (99, 1000)
        assert shown.at_ms[0] == points.timestamps[0]


def test_bins_of_different_widths_are_laid_on_one_another() -> None:
    points = samples(5000)
    wide = Fold.of(points[:4000]).bounded(500)
    joined = Fold.joined([Fold.of(points[4000:]), wide])
    assert (joined.width_ms, int(joined.count.sum())) == (wide.width_ms, 5000)
    assert (np.diff(joined.at_ms) > 0).all()
