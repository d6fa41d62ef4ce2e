"""The controller's own code through random lives: seeds, a virtual clock, a scripted machine, crashes at any point.

python -m tidemill.compute.simulation --seeds 10000        many lives
python -m tidemill.compute.simulation --seed 4711 --trace  one of them, told action by action
"""

from tidemill.compute.simulation.life import Within, in_memory
from tidemill.compute.simulation.promises import BrokenPromiseError
from tidemill.compute.simulation.running import simulate, told

__all__ = ["BrokenPromiseError", "Within", "in_memory", "simulate", "told"]
