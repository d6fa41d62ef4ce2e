"""Plans through random graphs, orders of events and crashes after any change.

python -m tidemill.pipelines.plan.simulation --seeds 10000        many runs
python -m tidemill.pipelines.plan.simulation --seed 4711 --trace  one of them, told event by event
"""

from tidemill.pipelines.plan.simulation.promises import BrokenPromiseError
from tidemill.pipelines.plan.simulation.running import simulate, told

__all__ = ["BrokenPromiseError", "simulate", "told"]
