"""Datasets: named collections of records that evaluations run over, as MLflow 3 knows them."""
