"""Uploads of packages: a form with one file, and a query that says what it is to be."""

import asyncio
from collections.abc import Iterator, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tidemill.core.identity import Permission, Scope
from tidemill.core.web import Route, StreamHandler, json_reply
from tidemill.kit.errors import InvalidError
from tidemill.pipelines import Catalog, NewVersion, Words, spec_of_package
from tidemill.protocols.kfp.endpoints import PREFIX
from tidemill.protocols.kfp.form import KFP
from tidemill.protocols.kfp.messages import check_namespace
from tidemill.protocols.kfp.multipart import UploadedFile, uploaded_file
from tidemill.protocols.kfp.pipelines import WirePipeline
from tidemill.protocols.kfp.versions import WireVersion

_FIELD = "uploadfile"


class UploadQuery(msgspec.Struct):
    """What an upload says of its package; `tags` is a JSON object."""

    name: str = ""
    display_name: str = ""
    description: str = ""
    namespace: str = ""
    pipelineid: str = ""
    code_source_url: str = ""
    tags: str = ""

    def words(self, filename: str) -> Words:
        return Words(self.name or self.display_name or filename, self.display_name, self.description, _tags(self.tags))


class UploadEndpoints:
    """`pipelines/upload` and `pipelines/upload_version`."""

    def __init__(self, catalog: Catalog, limit_bytes: int) -> None:
        self._catalog = catalog
        self._limit_bytes = limit_bytes

    def routes(self) -> Iterator[Route]:
        yield _stream("pipelines/upload", self.upload)
        yield _stream("pipelines/upload_version", self.upload_version)

    async def upload(self, scope: Scope, request: Request) -> Response:
        query = _query(scope, request)
        file = await uploaded_file(request, _FIELD, self._limit_bytes)
        words = query.words(file.name)
        # The first version has the pipeline's name; tags and description are the pipeline's own.
        first = await _version_of(file, Words(words.name, words.display_name))
        return json_reply(WirePipeline.of(scope, await self._catalog.create(scope, words, first))).response()

    async def upload_version(self, scope: Scope, request: Request) -> Response:
        query = _query(scope, request)
        if not query.pipelineid:
            raise InvalidError("pipelineid is missing", hint="name the pipeline in the query: ?pipelineid=...")
        await self._catalog.get(scope, query.pipelineid)
        file = await uploaded_file(request, _FIELD, self._limit_bytes)
        new = await _version_of(file, query.words(file.name))
        return json_reply(WireVersion.of(await self._catalog.add_version(scope, query.pipelineid, new))).response()


async def _version_of(file: UploadedFile, words: Words) -> NewVersion:
    spec, _ = await asyncio.to_thread(spec_of_package, file.content, file.name)
    return NewVersion(words, spec)


def _query(scope: Scope, request: Request) -> UploadQuery:
    query = KFP.decode(UploadQuery, b"", dict(request.query_params))
    check_namespace(scope, query.namespace)
    return query


def _tags(text: str) -> Mapping[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str]) if text else {}
    except msgspec.MsgspecError as error:
        raise InvalidError(f"tags: {error}", hint='write a JSON object of texts: {"team": "search"}') from error


def _stream(path: str, handler: StreamHandler) -> Route:
    return Route(
        method="POST",
        path=f"{PREFIX}/{path}",
        permission=Permission.EDIT,
        stream=handler,
        form=KFP,
        content_type="application/json",
        takes_forms=True,
    )
