"""Lineage as a tree of lines: what a thing came of below it, and what came of it."""

from collections.abc import Iterator, Mapping

from tidemill.sdk.registry_messages import Lineage, LineageNode

_KINDS = {
    "dataset": "data",
    "commit": "commit",
    "pipeline_task": "task",
    "run": "run",
    "logged_model": "model",
    "model_version": "version",
    "endpoint": "endpoint",
}
_MOST_LINES = 200


def lineage_lines(found: Lineage) -> Iterator[str]:
    """The start, then what it came of and what came of it, each thing once, and what measured the model it is of."""
    nodes = {node.key: node for node in found.nodes}
    sources: dict[str, list[str]] = {}
    targets: dict[str, list[str]] = {}
    for edge in found.edges:
        sources.setdefault(edge.target, []).append(edge.source)
        targets.setdefault(edge.source, []).append(edge.target)
    yield _words(nodes[found.start])
    for word, nearby in (("came of", sources), ("led to", targets)):
        lines = list(_below(found.start, nodes, nearby, {found.start}, 1))[:_MOST_LINES]
        if lines:
            yield f"{word}:"
            yield from lines
    measured = [
        nodes[key]
        for node in found.nodes
        if node.kind == "logged_model"
        for key in targets.get(node.key, ())
        if nodes[key].kind == "run" and found.start != key and node.key in sources.get(found.start, ())
    ]
    if measured:
        yield "measured by:"
        yield from (f"  {_words(node)}" for node in measured[:_MOST_LINES])


def _below(
    key: str, nodes: Mapping[str, LineageNode], nearby: Mapping[str, list[str]], seen: set[str], depth: int
) -> Iterator[str]:
    for other in nearby.get(key, ()):
        if other in seen or other not in nodes:
            continue
        seen.add(other)
        yield f"{'  ' * depth}{_words(nodes[other])}"
        yield from _below(other, nodes, nearby, seen, depth + 1)


def _words(node: LineageNode) -> str:
    detail = f"/{node.detail}" if node.kind == "model_version" else f" ({node.detail})" if node.detail else ""
    state = f", {node.state.lower().removeprefix('logged_model_')}" if node.state else ""
    gone = "" if node.exists else ", gone"
    return f"{_KINDS.get(node.kind, node.kind)} {node.title}{detail}{state}{gone}"
