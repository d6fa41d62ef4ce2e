"""All that every backend must pass, in one class."""

from tidemill.compute.backends.contract.adoption import AdoptionContract
from tidemill.compute.backends.contract.ends import EndContract
from tidemill.compute.backends.contract.logs import LogContract
from tidemill.compute.backends.contract.starts import StartContract
from tidemill.compute.backends.contract.stops import StopContract
from tidemill.compute.backends.contract.surroundings import SurroundingsContract
from tidemill.compute.backends.contract.use import UseContract


class BackendContract(
    EndContract,
    StartContract,
    SurroundingsContract,
    StopContract,
    AdoptionContract,
    LogContract,
    UseContract,
):
    """Subclass it, and give `make`, `start_and_die` and `lose`."""
