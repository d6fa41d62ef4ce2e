"""What goes wrong with environments."""

from tidemill.kit.errors import InvalidError


class BuildFailedError(InvalidError):
    """The packages that were asked for could not be installed; the message has the end of what the installer said."""

    code = "environment_not_built"
