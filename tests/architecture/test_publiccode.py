"""publiccode.yml against the standard 0.7, read on 29 November 2026 (schema.core, categories, scope).

No validator of it is a Python package. Two mandatory keys cannot be known before somebody publishes the code.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from license_expression import get_spdx_licensing

from maillage.ogc.conformite import CLASSES

ROOT = Path(__file__).parents[2]
DESCRIPTION = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ATTENDUES = {"url", "maintenance/contacts"}  # whoever publishes gives them
OBLIGATOIRES = (
    "publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType", "description",
    "legal/license", "maintenance/type", "maintenance/contacts", "localisation/localisationReady",
    "localisation/availableLanguages",
)  # fmt: skip
CONNUES = {
    *(key.partition("/")[0] for key in OBLIGATOIRES), "applicationSuite", "landingURL", "isBasedOn",
    "softwareVersion", "releaseDate", "logo", "categories", "usedBy", "fundedBy", "roadmap", "supports",
    "organisation", "intendedAudience", "dependsOn",
}  # fmt: skip
# Those of the vocabularies that we use: a new one is to be looked up there first.
VOCABULAIRES = {
    "categories": {
        "geographic-information-systems", "data-analytics", "data-visualization", "project-collaboration",
        "survey", "digital-citizenship",
    },
    "intendedAudience/scope": {"local-authorities", "government", "society"},
    "intendedAudience/countries": {"FR"},
    "platforms": {"web", "windows", "mac", "linux", "ios", "android"},
}  # fmt: skip
ENUMERES = {
    "developmentStatus": {"concept", "development", "beta", "stable", "obsolete"},
    "softwareType": {
        "standalone/mobile", "standalone/iot", "standalone/desktop", "standalone/web", "standalone/backend",
        "standalone/other", "addon", "library", "configurationFiles",
    },
    "maintenance/type": {"internal", "contract", "community", "none"},
    "localisation/localisationReady": {True, False},
}  # fmt: skip


def read(key: str) -> Any:
    """The value at a key; null when there is none, or it is empty."""
    value: Any = DESCRIPTION
    for part in key.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return None if value in ("", [], {}) else value


def test_what_is_mandatory_is_there_but_what_only_a_publisher_knows() -> None:
    assert {key for key in OBLIGATOIRES if read(key) is None} == ATTENDUES
    assert set(DESCRIPTION) <= CONNUES


@pytest.mark.parametrize("key", ENUMERES)
def test_a_closed_choice(key: str) -> None:
    assert read(key) in ENUMERES[key]


@pytest.mark.parametrize("key", VOCABULAIRES)
def test_words_of_a_vocabulary(key: str) -> None:
    assert set(read(key)) <= VOCABULAIRES[key]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_descriptions_have_the_length_that_is_asked(language: str) -> None:
    said = read(f"description/{language}")
    assert len(said["shortDescription"]) <= 150
    assert "\n" not in said["shortDescription"]
    assert 150 <= len(said["longDescription"]) <= 10_000
    assert 5 <= len(said["features"]) <= 20
    assert len(said["features"]) == len(read("description/fr")["features"])


def test_pictures_are_in_the_repository_and_of_an_admitted_kind() -> None:
    shown = [*read("description/fr/screenshots"), *read("description/en/screenshots")]
    assert {Path(name).suffix for name in shown} <= {".png", ".jpg"}
    assert Path(read("logo")).suffix in {".svg", ".svgz", ".png"}
    assert all((ROOT / name).is_file() for name in (*shown, read("logo")))


def test_standards_are_those_that_we_declare() -> None:
    named = [one["id"] for one in read("supports")]
    assert all(re.fullmatch(r"https?://\S+", one) for one in named)
    assert all(f"{one}/conf/core" in CLASSES for one in named if "opengis" in one)


def test_dependencies_are_ours() -> None:
    needed = {one["name"]: one for one in read("dependsOn/open")}
    first, last = (int(needed["Python"][name].split(".")[1]) for name in ("versionMin", "versionMax"))
    assert PROJECT["requires-python"] == f">=3.{first},<3.{last + 1}"
    assert needed["PostgreSQL"]["optional"] is True


def test_it_says_what_the_project_says() -> None:
    assert read("softwareVersion") == PROJECT["version"]
    assert read("legal/license") == PROJECT["license"]
    get_spdx_licensing().parse(read("legal/license"), validate=True, strict=True)
