"""One word per thing: a domain class that the glossary does not know is a new word said in silence."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

DOMAIN = ("territoires", "sdaasp", "scenarios")
GLOSSAIRE = Path(__file__).parents[2] / "GLOSSAIRE.md"


def domain_classes() -> Iterator[str]:
    for package in DOMAIN:
        path = importlib.import_module(f"maillage.{package}").__path__
        for module in pkgutil.walk_packages(path, f"maillage.{package}."):
            for name, cls in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if (
                    cls.__module__ == module.name
                    and dataclasses.is_dataclass(cls)
                    and not name.startswith("_")
                ):
                    yield name


def test_each_domain_class_has_its_sentence() -> None:
    known = set(re.findall(r"^\| (\w+) \|", GLOSSAIRE.read_text("utf-8"), re.MULTILINE))
    assert sorted(set(domain_classes()) - known) == []


def test_terms_are_unique_and_in_order() -> None:
    rows = re.findall(r"^\| ([^|]+?) \|", GLOSSAIRE.read_text("utf-8"), re.MULTILINE)
    terms = [term for term in rows if term != "terme" and not term.startswith("---")]
    assert terms == sorted(set(terms), key=str.casefold)
