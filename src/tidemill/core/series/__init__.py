"""Series of points, packed by column: tails as they come, chunks that last, and charts of any length out of both.

Pure: no database and no clock. Who keeps series (metrics of runs, use of workloads) keeps blobs and summaries.
"""

from tidemill.core.series.bins import Bins, bin_points, complete_bins, plan_bins
from tidemill.core.series.chunk import MAX_POINTS, Chunk, decode_chunk, encode_chunk
from tidemill.core.series.compaction import CHUNK_POINTS, NewChunk, complete_compaction, plan_compaction
from tidemill.core.series.merging import Page, complete_page, merge, plan_page
from tidemill.core.series.order import INT64_MAX, INT64_MIN, OrderKey, latest_position
from tidemill.core.series.points import NO_POINTS, Extent, Point, Points
from tidemill.core.series.sampling import StepRange, by_step, complete_sample, plan_sample
from tidemill.core.series.summary import ChunkSummary
from tidemill.core.series.tail import decode_tail, decode_tails, encode_tail
from tidemill.core.series.windows import Axis, Window, extent_of

__all__ = [
    "CHUNK_POINTS",
    "INT64_MAX",
    "INT64_MIN",
    "MAX_POINTS",
    "NO_POINTS",
    "Axis",
    "Bins",
    "Chunk",
    "ChunkSummary",
    "Extent",
    "NewChunk",
    "OrderKey",
    "Page",
    "Point",
    "Points",
    "StepRange",
    "Window",
    "bin_points",
    "by_step",
    "complete_bins",
    "complete_compaction",
    "complete_page",
    "complete_sample",
    "decode_chunk",
    "decode_tail",
    "decode_tails",
    "encode_chunk",
    "encode_tail",
    "extent_of",
    "latest_position",
    "merge",
    "plan_bins",
    "plan_compaction",
    "plan_page",
    "plan_sample",
]
