"""Kubeflow's PipelineSpec IR: read from a package, checked, and made into a graph. Pure: no file, network or clock."""

from tidemill.pipelines.ir.checking import check
from tidemill.pipelines.ir.graph import Dag, Graph, Task
from tidemill.pipelines.ir.packages import Package, read_document, read_package

__all__ = ["Dag", "Graph", "Package", "Task", "check", "read_document", "read_package"]
