"""The catalog: pipelines and their versions."""

from tidemill.pipelines.catalog.models import Changes, Origin, Pipeline, PipelineVersion, Spec, Words
from tidemill.pipelines.catalog.reading import document_of, spec_of_document, spec_of_package
from tidemill.pipelines.catalog.service import Catalog, NewVersion

__all__ = [
    "Catalog",
    "Changes",
    "NewVersion",
    "Origin",
    "Pipeline",
    "PipelineVersion",
    "Spec",
    "Words",
    "document_of",
    "spec_of_document",
    "spec_of_package",
]
