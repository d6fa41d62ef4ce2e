"""What several of the registry's routes take."""

from typing import Annotated

import msgspec

MAX_PAGE = 1000
Number = Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
Limit = Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGE)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class ModelName(msgspec.Struct):
    """A model by its name."""

    name: str = ""


class VersionName(msgspec.Struct):
    """A version by the name of its model and its number."""

    name: str = ""
    version: Number = 1


class CardText(msgspec.Struct):
    """What people should know, in Markdown."""

    card: str
    name: str = ""


class VersionCardText(msgspec.Struct):
    """The same, of a version."""

    card: str
    name: str = ""
    version: Number = 1
