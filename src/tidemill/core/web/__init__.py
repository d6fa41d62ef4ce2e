"""The web kernel: routes that declare their permission, one decode in, one encode out, errors in the caller's dialect."""

from tidemill.core.web.answering import answer
from tidemill.core.web.forms import NATIVE, Form, NativeForm
from tidemill.core.web.messages import Nothing, Reply, json_reply
from tidemill.core.web.route import Handler, Route, StreamHandler
from tidemill.core.web.router import Match, Router

__all__ = [
    "NATIVE",
    "Form",
    "Handler",
    "Match",
    "NativeForm",
    "Nothing",
    "Reply",
    "Route",
    "Router",
    "StreamHandler",
    "answer",
    "json_reply",
]
