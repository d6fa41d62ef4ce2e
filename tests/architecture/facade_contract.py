"""An import-linter contract of our own: slices meet through their faces only (.importlinter names it)."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class FacadeContract(Contract):
    """Nobody reaches into another slice: what it offers, its packages' `__init__` offer.

    - root_package: the package whose children are the slices.
    - libraries: children of the root that are shelves, not slices: each module on them is a face of its own.
    - composition_roots: children of the root that may bind anything to anything.
    - shared_inside: names of modules that the nouns of one slice may import from each other.
    """

    type_name = "facade"

    root_package = fields.StringField()
    libraries = fields.SetField(subfield=fields.StringField())
    composition_roots = fields.SetField(subfield=fields.StringField())
    shared_inside = fields.SetField(subfield=fields.StringField())
    broken_contract_guidance = fields.TextField(required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._reaches_inside(graph, importer.split("."), imported.split("."))
        ]
        lines = [
            f"{importer} -> {imported} (l.{detail['line_number']})"
            for importer, imported in broken
            for detail in graph.get_import_details(importer=importer, imported=imported)
        ]
        return ContractCheck(kept=not lines, metadata={"lines": lines})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["lines"]:
            output.print_error(f"- {line}", bold=False)
        output.new_line()
        contract_utils.render_broken_contract_guidance(self.broken_contract_guidance)  # pyright: ignore[reportArgumentType]

    def _reaches_inside(self, graph: ImportGraph, importer: list[str], imported: list[str]) -> bool:
        roots: set[str] = self.composition_roots  # pyright: ignore[reportAssignmentType]
        libraries: set[str] = self.libraries  # pyright: ignore[reportAssignmentType]
        if imported[0] != self.root_package or len(imported) < 3 or (len(importer) > 1 and importer[1] in roots):
            return False
        if importer[1:2] != imported[1:2]:
            is_shelf = imported[1] in libraries
            return len(imported) > 3 or not (is_shelf or _is_package(graph, imported))
        if len(imported) == 3 or importer[2:3] == imported[2:3]:
            return False
        shared: set[str] = self.shared_inside  # pyright: ignore[reportAssignmentType]
        return len(imported) > 4 or imported[3] not in shared


def _is_package(graph: ImportGraph, module: list[str]) -> bool:
    return bool(graph.find_children(".".join(module)))
