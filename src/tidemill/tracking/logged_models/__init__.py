"""Logged models: the model objects that runs give, as MLflow 3 knows them."""
