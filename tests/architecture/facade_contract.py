"""An import-linter contract of our own: slices meet through their faces only (.importlinter names it)."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class FacadeContract(Contract):
    """Nobody reaches into another slice: what it offers, its package's `__init__` offers.

    - root_package: the package whose children are the slices.
    - libraries: children of the root that are shelves, not slices: what lies on them is a face each.
    - composition_roots: children of the root that may bind anything to anything.
    """

    type_name = "facade"

    root_package = fields.StringField()
    libraries = fields.SetField(subfield=fields.StringField())
    composition_roots = fields.SetField(subfield=fields.StringField())
    broken_contract_guidance = fields.TextField(required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if self._reaches_inside(importer.split("."), imported.split("."))
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

    def _reaches_inside(self, importer: list[str], imported: list[str]) -> bool:
        roots: set[str] = self.composition_roots  # pyright: ignore[reportAssignmentType]
        libraries: set[str] = self.libraries  # pyright: ignore[reportAssignmentType]
        if imported[0] != self.root_package or importer[1:2] == imported[1:2] or roots.intersection(importer[1:2]):
            return False
        parts_of_a_face = 3 if libraries.intersection(imported[1:2]) else 2
        return len(imported) > parts_of_a_face
