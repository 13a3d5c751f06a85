"""One's own table (ODS, XLSX, CSV): one row a prestation, its structure repeated; columns matched by a table.

The table of correspondence is a TOML or JSON file with a name, to be used again::

    nom = "Liste des points d’accueil"
    source = "departement-59"
    licence = "Licence Ouverte 2.0"
    [colonnes]
    "Organisme" = "structure.nom"
    "Aide proposée" = "service.nom"
    [valeurs."service.thematiques"]
    "Apprendre à se servir d’internet" = "numerique--maitriser-les-fondamentaux-du-numerique"
    [constantes]
    "service.frais" = "gratuit"

Without one, the columns bear the names of fields themselves, as in the template. ``eprouve``: no, only on
tables made by our tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from maillage.annuaire.fiche import ENSEMBLES, FonctionAccueil, Prestation, Structure
from maillage.catalogue.dates import read_date
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.annuaire.recueil import Recueil, make_id, number, trim, web_address
from maillage.sources.fichiers import FeuilleLue, decode, read_bytes, read_json, read_sheet

BOOLEENS: Final = ("sans_marche", "rendez_vous", "feries")
LISTES: Final = ("themes", "fonctions", "langues")
TEXTES: Final = ("licence", "falc")
COMPLEMENTS: Final = (*TEXTES, *LISTES, *BOOLEENS)
ADRESSES_WEB: Final = ("lien_source", "site_web", "accessibilite_lieu", "lien_mobilisation")
NOMBRES: Final = ("longitude", "latitude", "volume_horaire_hebdomadaire", "nombre_semaines")
OUI_NON: Final = {"oui": True, "non": False, "vrai": True, "faux": False, "1": True, "0": False}
FAITS: Final = ("source", "structure_id")
SOURCE: Final = "tableau"


def list_cibles() -> tuple[str, ...]:
    """The fields that a column may be matched with, in the order of the template.

    >>> list_cibles()[:3], "service.thematiques" in list_cibles(), "service.structure_id" in list_cibles()
    (('structure.id', 'structure.nom', 'structure.date_maj'), True, False)
    """
    kinds = (("structure", Structure), ("service", Prestation))
    return tuple(
        f"{kind}.{name}"
        for kind, model in kinds
        for name in (*(one.name for one in fields(model) if one.name not in FAITS), *COMPLEMENTS)
    )


@dataclass(frozen=True)
class CorrespondanceTableau:
    """Which column of a table is which field.

    ``colonnes``: column → field; ``valeurs``: field → {as written: as the schema says it};
    ``constantes``: field → what every row holds.
    """

    nom: str
    source: str = SOURCE
    licence: str | None = None
    colonnes: Mapping[str, str] = field(default_factory=dict)
    valeurs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    constantes: Mapping[str, str] = field(default_factory=dict)


def read_correspondance(path: Path) -> CorrespondanceTableau:
    """A table of correspondence out of its file.

    Raises:
        EntreeInvalide: not TOML nor JSON, or fields that do not exist, all of them.
    """
    if path.suffix.lower() == ".json":
        told = read_json(path)
    else:
        try:
            told = tomllib.loads(decode(read_bytes(path))[0])
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            fault = Faute("ce n’est pas du TOML", path.name, int(found[1]) if found else None)
            raise EntreeInvalide(f"La correspondance {path.name} ne peut être lue.", (fault,)) from error
    return make_correspondance(told, path.name)


def make_correspondance(told: object, fichier: str) -> CorrespondanceTableau:
    """A table of correspondence out of what a file says."""
    if not isinstance(told, Mapping):
        raise EntreeInvalide(f"La correspondance {fichier} est mal formée.")
    parts = {name: told.get(name) or {} for name in ("colonnes", "valeurs", "constantes")}
    wrong = [name for name, value in parts.items() if not isinstance(value, Mapping)]
    if not wrong:
        wrong = [name for name, value in parts["valeurs"].items() if not isinstance(value, Mapping)]
    faults = [Faute(f"« {name} » n’est pas une table", fichier) for name in wrong]
    if not wrong:
        named = [*parts["colonnes"].values(), *parts["valeurs"], *parts["constantes"]]
        faults = [
            Faute(
                f"« {name} » n’est pas un champ",
                fichier,
                que_faire="Voir le modèle : maillage annuaire modele.",
            )
            for name in named
            if name not in list_cibles()
        ]
    if faults:
        raise EntreeInvalide(f"La correspondance {fichier} ne peut être appliquée.", tuple(faults))
    return CorrespondanceTableau(
        str(told.get("nom") or fichier), str(told.get("source") or SOURCE), told.get("licence"), **parts
    )


def read(path: Path, recueil: Recueil, correspondance: CorrespondanceTableau | None = None) -> None:
    """Every row of the first sheet.

    Raises:
        EntreeInvalide: not a table, or columns of the correspondence that it does not have.
    """
    feuille = read_sheet(path)
    wanted = correspondance or guess_correspondance(feuille)
    missing = [name for name in wanted.colonnes if name not in feuille.entetes]
    if missing:
        faults = tuple(Faute("colonne absente du tableau", path.name, 1, name) for name in missing)
        raise EntreeInvalide(f"La correspondance « {wanted.nom} » ne va pas avec {path.name}.", faults)
    seen: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in feuille.cells.iter_rows(named=True):
        ligne = row.pop("_ligne")
        read_row(ligne, apply(row, wanted), wanted, recueil, seen)


def guess_correspondance(feuille: FeuilleLue) -> CorrespondanceTableau:
    """The correspondence of a table whose columns bear the names of fields.

    Raises:
        EntreeInvalide: none does.
    """
    known = {name: name for name in feuille.entetes if name in list_cibles()}
    if "structure.nom" not in known:
        advice = "Donnez une correspondance, ou partez du modèle : maillage annuaire modele."
        fault = Faute("aucune colonne ne porte le nom d’un champ", feuille.fichier, 1, que_faire=advice)
        raise EntreeInvalide(f"Les colonnes de {feuille.fichier} ne sont pas connues.", (fault,))
    return CorrespondanceTableau("modèle", colonnes=known)


def apply(row: Mapping[str, str | None], wanted: CorrespondanceTableau) -> dict[str, str]:
    """What a row says, by field; values translated, those that every row holds added."""
    told = dict(wanted.constantes)
    told |= {target: row[name] or "" for name, target in wanted.colonnes.items() if row.get(name)}
    for target, words in wanted.valeurs.items():
        if target in told:
            parts = split(told[target]) if is_list(target) else [told[target]]
            told[target] = "|".join(words.get(part, part) for part in parts)
    return told


def read_row(
    ligne: int,
    told: dict[str, str],
    wanted: CorrespondanceTableau,
    recueil: Recueil,
    seen: dict[str, tuple[int, dict[str, Any]]],
) -> None:
    """One row: its structure, unless an earlier row gave it, and its prestation when it names one."""
    before = len(recueil.fautes)
    behind, more = open_record("structure", told, ligne, recueil)
    own, of_own = open_record("service", told, ligne, recueil)
    if len(recueil.fautes) > before:
        return
    day, dated = recueil.read_date()
    where = (behind.get(name) for name in ("nom", "adresse", "code_postal", "commune"))
    behind = {"id": make_id(wanted.source, *where), "date_maj": day, "source": wanted.source} | behind
    unsure = () if "structure.date_maj" in told else (dated,)
    ident = behind["id"]
    if ident not in seen:
        seen[ident] = (ligne, behind)
        more = {"licence": wanted.licence} | more
        recueil.add_structure(dict(behind), ligne, incertain=unsure, **more)
    elif seen[ident][1] != behind:
        recueil.fail(
            f"la structure « {ident} » est décrite autrement ligne {seen[ident][0]}", ligne, "structure.nom",
            "Écrivez les deux pareil, ou donnez-leur deux identifiants.",
        )  # fmt: skip
        return
    if own.get("nom"):
        of_place = ("date_maj", "commune", "code_postal", "code_insee", "adresse", "complement_adresse",
                    "longitude", "latitude", "telephone", "courriel")  # fmt: skip
        own = (
            {name: behind.get(name) for name in of_place}
            | {"id": make_id(wanted.source, ident, own["nom"])}
            | own
        )
        recueil.add_prestation(own | {"source": wanted.source, "structure_id": ident}, ligne, **of_own)


def open_record(
    kind: str, told: Mapping[str, str], ligne: int, recueil: Recueil
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a record and those of its complement; what cannot be read is a fault."""
    record: dict[str, Any] = {}
    more: dict[str, Any] = {}
    for target, text in told.items():
        where, name = target.split(".", 1)
        if where != kind:
            continue
        try:
            (more if name in COMPLEMENTS else record)[name] = open_value(name, text)
        except ValueError as error:
            recueil.fail(str(error), ligne, target)
    return trim(record), more


def open_value(name: str, text: str) -> Any:
    """A cell as the field wants it.

    >>> open_value("publics", "a ; b"), open_value("feries", "non"), open_value("date_maj", "31/01/2026")
    (['a', 'b'], False, '2026-01-31')

    Raises:
        ValueError: in French, what the cell should be.
    """
    if name in BOOLEENS:
        if text.strip().lower() not in OUI_NON:
            raise ValueError(f"« {text} » : écrivez oui ou non")
        return OUI_NON[text.strip().lower()]
    if name == "fonctions":
        return tuple(FonctionAccueil(part) for part in check_fonctions(split(text)))
    if name in LISTES or name in ENSEMBLES:
        return tuple(split(text)) if name in LISTES else split(text)
    if name in NOMBRES:
        found = number(text) if name in {"longitude", "latitude"} else float(text.replace(",", "."))
        if found is None:
            raise ValueError(f"« {text} » n’est pas un nombre")
        return int(found) if name == "nombre_semaines" else found
    if name == "date_maj":
        return read_date(text).isoformat()
    return web_address(text) if name in ADRESSES_WEB else text


def check_fonctions(parts: list[str]) -> list[str]:
    """The functions, when they exist."""
    unknown = [part for part in parts if part not in set(FonctionAccueil)]
    if unknown:
        raise ValueError(f"« {unknown[0]} » : écrivez {', '.join(FonctionAccueil)}")
    return parts


def split(text: str) -> list[str]:
    """The parts of a cell: one a line, or between "|" or ";"."""
    return [bare for part in re.split(r"[|;\n]", text) if (bare := part.strip())]


def is_list(target: str) -> bool:
    """Whether a field takes several values."""
    name = target.split(".", 1)[1]
    return name in ENSEMBLES or name in LISTES
