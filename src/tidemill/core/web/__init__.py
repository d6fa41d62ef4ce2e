"""The web kernel: routes declare their permission; one decode in, one encode out; errors in the caller's dialect."""

from tidemill.core.web.answering import answer
from tidemill.core.web.bytes import Content, bytes_response
from tidemill.core.web.errors import (
    LongHeadersError,
    MethodNotAllowedError,
    NoRouteError,
    SlowRequestError,
    UpgradeError,
)
from tidemill.core.web.forms import NATIVE, Form, NativeForm, decode_json
from tidemill.core.web.headers import with_safe_headers
from tidemill.core.web.messages import Nothing, Reply, json_reply
from tidemill.core.web.route import Handler, Route, StreamHandler
from tidemill.core.web.router import Match, Router

__all__ = [
    "NATIVE",
    "Content",
    "Form",
    "Handler",
    "LongHeadersError",
    "Match",
    "MethodNotAllowedError",
    "NativeForm",
    "NoRouteError",
    "Nothing",
    "Reply",
    "Route",
    "Router",
    "SlowRequestError",
    "StreamHandler",
    "UpgradeError",
    "answer",
    "bytes_response",
    "decode_json",
    "json_reply",
    "with_safe_headers",
]
