"""Logs that machines and people can read, and the process's Prometheus registry."""

import contextlib
import logging
import sys
import threading
from typing import TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

from tidemill.core.settings import wants_colour

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
_LATENCY_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def configure_logs(level: str, form: str, stream: TextIO = sys.stderr) -> None:
    """Set up structured logs once per process: `form` is console, json, or auto (console on a terminal)."""
    console = form == "console" or (form == "auto" and stream.isatty())
    renderer = _for_people(stream) if console else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level, logging.INFO)),
        logger_factory=_LoggerFactory(stream),
        cache_logger_on_first_use=True,
    )


def _for_people(stream: TextIO) -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=stream.isatty() and wants_colour())


class Telemetry:
    """The metrics of one server process; slices add their own to `registry`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "tidemill_http_requests", "Requests answered.", ["route", "method", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "tidemill_http_request_duration_seconds",
            "Time from a request's head to its answer's end.",
            ["route", "method"],
            buckets=_LATENCY_BUCKETS_S,
            registry=self.registry,
        )
        self.in_flight = Gauge("tidemill_http_requests_in_flight", "Requests being answered.", registry=self.registry)


class _LoggerFactory:
    """Makes loggers that fail nobody: a log on a full disk loses its lines, not the requests that wrote them."""

    def __init__(self, stream: TextIO) -> None:
        self._logger = _Logger(stream)

    def __call__(self, *_: object) -> "_Logger":
        return self._logger


class _Logger:
    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def msg(self, message: str) -> None:
        with self._lock, contextlib.suppress(OSError, ValueError):  # ValueError: the stream is closed
            self._stream.write(f"{message}\n")
            self._stream.flush()

    debug = info = warning = error = critical = exception = msg
