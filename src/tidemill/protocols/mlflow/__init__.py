"""MLflow's REST API, 2.0 and 3.0, as its unmodified clients speak it."""

from tidemill.protocols.mlflow.form import MLFLOW
from tidemill.protocols.mlflow.routes import Services, mlflow_routes

__all__ = ["MLFLOW", "Services", "mlflow_routes"]
