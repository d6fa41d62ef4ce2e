"""Logs of workloads: read by range, followed, searched and downloaded, whether their processes still run or not."""

from tidemill.compute.logs.models import ErrorPlace, FollowEnd, LogLine, LogPage, Place
from tidemill.compute.logs.search import Found, FoundPage, LogSearch, Query
from tidemill.compute.logs.service import Logs
from tidemill.compute.logs.shelf import BackendOf, LogShelf, Which

__all__ = [
    "BackendOf",
    "ErrorPlace",
    "FollowEnd",
    "Found",
    "FoundPage",
    "LogLine",
    "LogPage",
    "LogSearch",
    "LogShelf",
    "Logs",
    "Place",
    "Query",
    "Which",
]
