"""The environment variables of the SDK: where a user's own code finds its server. Nothing else of the SDK reads any.

TIDEMILL_URI        the server's address, such as http://127.0.0.1:5000
TIDEMILL_WORKSPACE  the workspace to work in; else "default"
TIDEMILL_DATA_DIR   where no address is given: the data directory whose server is meant; else ~/.tidemill
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

URI = "TIDEMILL_URI"
WORKSPACE = "TIDEMILL_WORKSPACE"
DATA_DIR = "TIDEMILL_DATA_DIR"
_DEFAULT_DATA_DIR = "~/.tidemill"


@dataclass(frozen=True, slots=True)
class Variables:
    """What the environment says; empty where it says nothing."""

    uri: str
    workspace: str
    data_dir: str


def read_variables(environment: Mapping[str, str] | None = None) -> Variables:
    """Read them, of this process unless told otherwise."""
    environ = os.environ if environment is None else environment
    return Variables(environ.get(URI, ""), environ.get(WORKSPACE, ""), environ.get(DATA_DIR) or _DEFAULT_DATA_DIR)
