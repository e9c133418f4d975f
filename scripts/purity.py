"""The import contract "purity": every module is pure, but for those the contract names.

A pure module imports no library that has an effect and no module of ours that is named. As this holds for each of them,
none of them reaches an effect indirectly either, and a new module is pure until somebody says otherwise.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class PurityContract(Contract):
    """`with_effects`: our modules that may act; a package stands for all in it. `effects`: the libraries that act."""

    with_effects = fields.SetField(subfield=fields.StringField())
    effects = fields.SetField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        named: set[str] = set(self.with_effects)  # type: ignore[call-overload]
        libraries: set[str] = set(self.effects)  # type: ignore[call-overload]
        ours = {module for module in graph.modules if not graph.is_module_squashed(module)}
        acting = {module for name in named & ours for module in (name, *graph.find_descendants(name))}
        found = [f"{name} is named in with_effects, and there is no such module" for name in sorted(named - ours)]
        for module in sorted(ours - acting):
            reached = graph.find_modules_directly_imported_by(module) & (acting | libraries)
            found += [_describe(graph, module, imported) for imported in sorted(reached)]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(line, bold=False)


def _describe(graph: ImportGraph, importer: str, imported: str) -> str:
    details = graph.get_import_details(importer=importer, imported=imported)
    lines = ", ".join(f"l.{detail['line_number']}" for detail in details)
    return f"{importer} is pure and may not import {imported} ({lines})"
