"""The programmes embedded in the catalogue, as dataclasses.

Texts of the CSV files: lists are separated by ``|``; a link is ``cible=published wording``, ``cible`` alone
when the wording is the name, ``cible?=wording`` while nobody has confirmed it, ``?=wording`` when it points
to nothing known, ``*=wording`` for every other theme.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.catalogue.lecture import list_folders, read_csv, read_toml
from maillage.sdaasp.programme.echange import from_plain
from maillage.sdaasp.programme.fne import ActionFne, OrientationFne
from maillage.sdaasp.programme.modele import Declinaison, FicheAction, Lien, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison

NORD = "nord-2025-2030"
PROSE_FICHE = ("enjeux",)
PROSE_OP = ("effets", "freins", "moyens")
SYNTHESE = "Synthèse : Déclinaisons territoriales prioritaires pour 2025"


def load_programme(name: str = NORD) -> Programme:
    """The embedded programme ``name``.

    >>> programme = load_programme()
    >>> len(programme.themes), len(programme.objectifs), len(programme.declinaisons)
    (10, 27, 48)
    """
    folder = f"programmes/{name}"
    plain: dict[str, Any] = {
        key: [*value] if isinstance(value, list) else value
        for key, value in read_toml(f"{folder}/programme.toml").items()
    }
    base = from_plain(Programme, plain)
    themes = tuple(theme.cle for theme in base.themes)
    rows = {
        table: read_csv(f"{folder}/{table}.csv") for table in ("fiches", "objectifs", "fne", "declinaisons")
    }
    return Programme(
        **{name: getattr(base, name) for name in plain},
        fiches=tuple(_read_fiche(row, themes) for row in rows["fiches"]),
        objectifs=tuple(_read_objective(row) for row in rows["objectifs"]),
        orientations_fne=_read_fne(rows["fne"]),
        declinaisons=tuple(_read_declinaison(row) for row in rows["declinaisons"]),
    )


def find_embedded(departement: str) -> str | None:
    """The name of the programme embedded for a département; null when it has none.

    >>> find_embedded("59"), find_embedded("38")
    ('nord-2025-2030', None)
    """
    names = list_folders("programmes")
    held = {read_toml(f"programmes/{name}/programme.toml")["schema"]["departement"]: name for name in names}
    return held.get(departement)


def split_list(text: str) -> tuple[str, ...]:
    """The parts of a ``|`` list; empty text is no part."""
    return tuple(text.split("|")) if text else ()


def read_link(text: str) -> Lien:
    """One link.

    >>> read_link("participation?=Démocratie participative")
    Lien(cible='participation', libelle_publie='Démocratie participative', confirme=False)
    >>> read_link("?=Contrat PLV").cible is None
    True
    """
    target, _, wording = text.partition("=")
    confirmed = not target.endswith("?")
    return Lien(cible=target.removesuffix("?") or None, libelle_publie=wording or None, confirme=confirmed)


def _read_links(text: str, themes: tuple[str, ...], own: str) -> tuple[Lien, ...]:
    links = tuple(read_link(part) for part in split_list(text))
    if len(links) == 1 and links[0].cible == "*":
        return tuple(
            Lien(cible=theme, libelle_publie=links[0].libelle_publie) for theme in themes if theme != own
        )
    return links


def _read_fiche(row: Mapping[str, str], themes: tuple[str, ...]) -> FicheAction:
    return FicheAction(
        cle=row["cle"],
        theme=row["theme"],
        titre=row["titre"],
        pilote=row["pilote"] or None,
        copilotes=split_list(row["copilotes"]),
        dimensions=_read_links(row["dimensions"], themes, row["theme"]),
        themes_lies=_read_links(row["themes_lies"], themes, row["theme"]),
        demarches=_read_links(row["demarches"], themes, row["theme"]),
        non_repris=PROSE_FICHE,
        source=row["source"],
    )


def _read_objective(row: Mapping[str, str]) -> ObjectifPrioritaire:
    return ObjectifPrioritaire(
        cle=row["cle"],
        fiche=row["fiche"],
        ordre=int(row["ordre"]),
        libelle=row["libelle"],
        non_repris=PROSE_OP,
        source="Synthèse",
    )


def _read_fne(rows: tuple[dict[str, str], ...]) -> tuple[OrientationFne, ...]:
    return tuple(
        OrientationFne(
            cle=row["cle"],
            titre=row["libelle"],
            ordre=int(row["ordre"]),
            actions=tuple(
                ActionFne(cle=action["cle"], libelle=action["libelle"], ordre=int(action["ordre"]))
                for action in rows
                if action["orientation"] == row["cle"]
            ),
            priorites=split_list(row["priorites"]),
            tous=row["tous"] == "oui",
            source="Synthèse : Le plan d’actions de la feuille de route dans le Nord",
        )
        for row in rows
        if not row["orientation"]
    )


def _read_declinaison(row: Mapping[str, str]) -> Declinaison:
    keys = split_list(row["objectifs"])
    wordings = row["objectif_publie"].split("|") if row["objectif_publie"] else [""] * len(keys)
    links = tuple(read_link(f"{key}={wording}") for key, wording in zip(keys, wordings, strict=True))
    statut = StatutDeclinaison(row["statut"]) if row["statut"] else None
    none_expected = statut is StatutDeclinaison.NON_TRAITEE
    return Declinaison(
        theme=row["theme"],
        arrondissement=row["arrondissement"],
        annee=int(row["annee"]),
        libelle=row["libelle"] or None,
        statut=statut,
        objectifs=links if links or none_expected else None,
        source=SYNTHESE,
    )
