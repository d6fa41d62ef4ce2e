"""Native routes of tracking: what the page asks beside MLflow's own endpoints."""

from tidemill.tracking.routes.artifacts import ArtifactApi
from tidemill.tracking.routes.events import EventApi
from tidemill.tracking.routes.experiments import ExperimentApi
from tidemill.tracking.routes.home import HomeApi
from tidemill.tracking.routes.metrics import MetricApi
from tidemill.tracking.routes.runs import RunApi

__all__ = ["ArtifactApi", "EventApi", "ExperimentApi", "HomeApi", "MetricApi", "RunApi"]
