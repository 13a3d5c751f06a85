"""The bill of materials of what is shipped, in CycloneDX 1.6: the same bytes for the same locks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from bench.dependances.licences import judge
from bench.dependances.livre import PROJET, ROOT, PaquetLivre, read_direct

ALGORITHMES: Final = {"pypi": HashAlgorithm.SHA_256, "npm": HashAlgorithm.SHA_512}


def write_bom(livres: Iterable[PaquetLivre]) -> str:
    """The bill of materials, as JSON; a Python package has the hashes of each of its files in the lock."""
    bom, made = Bom(), {livre.reference: (livre, _component(livre)) for livre in livres}
    root = _product()
    bom.metadata.component = root
    for livre, component in made.values():
        bom.components.add(component)
        bom.register_dependency(component, [made[f"{livre.sorte}:{name}"][1] for name in livre.besoins])
    bom.register_dependency(root, [made[name][1] for name in _direct(made.keys())])
    bom.metadata.timestamp = None
    said = "|".join(sorted(f"{livre.reference}@{livre.version}" for livre, _ in made.values()))
    bom.serial_number = uuid5(NAMESPACE_URL, said)
    return JsonV1Dot6(bom).output_as_string(indent=2) + "\n"


def _product() -> Component:
    project = tomllib.loads((ROOT / PROJET).read_text("utf-8"))["project"]
    return Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        bom_ref=f"{project['name']}@{project['version']}",
        licenses=[LicenseExpression(project["license"])],
    )


def _direct(known: Iterable[str]) -> list[str]:
    """What the product asks for itself: pyproject's, and every npm package (the pages are one bundle)."""
    asked = {f"pypi:{requirement.name.lower()}" for requirement in read_direct()}
    return [name for name in known if name in asked or name.startswith("npm:")]


def _component(livre: PaquetLivre) -> Component:
    group, _, name = livre.nom.rpartition("/")
    algorithm = ALGORITHMES[livre.sorte]
    return Component(
        name=name,
        group=group or None,
        version=livre.version,
        bom_ref=f"{livre.reference}@{livre.version}",
        purl=PackageURL(type=livre.sorte, namespace=group or None, name=name, version=livre.version),
        hashes=[HashType(alg=algorithm, content=digest) for digest in livre.empreintes],
        licenses=[LicenseExpression(judge(livre).expression)],
    )
