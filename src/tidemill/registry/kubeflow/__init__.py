"""What Kubeflow's model registry knows beside MLflow's: names of versions, artifacts, and what serves where."""
