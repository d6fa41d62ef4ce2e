"""From what is uploaded to a spec that can be run: read and checked, or refused with place and reason."""

from collections.abc import Mapping
from typing import Any

from tidemill.pipelines.catalog.models import Spec
from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.packages import Package, read_document, read_package


def spec_of_package(content: bytes, filename: str) -> tuple[Spec, str]:
    """The spec of a package, and the name that its author gave the pipeline.

    Raises InvalidError. A large one takes a while: call it on a thread.
    """
    return _checked(read_package(content, filename))


def spec_of_document(document: Mapping[str, Any]) -> tuple[Spec, str]:
    """The same of plain data: a pipeline spec, or one beside its platform spec, as Kubeflow's client sends them."""
    return _checked(read_document(document))


def document_of(spec: Spec) -> Mapping[str, Any]:
    """A spec as Kubeflow's API shows it: alone, or beside its platform spec."""
    if not spec.platforms:
        return spec.document
    return {"pipeline_spec": spec.document, "platform_spec": {"platforms": spec.platforms}}


def _checked(package: Package) -> tuple[Spec, str]:
    check(package.pipeline)
    return Spec(package.document, package.platforms), package.pipeline.pipeline_info.name
