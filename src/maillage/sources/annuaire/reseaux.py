"""Lists of national networks that Maillage already reads as places: France services, France Travail…

Columns as in ``sources.france_services`` and ``sources.points``, met in real files (``eprouve``: yes).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import polars as pl

from maillage.catalogue.annuaire import list_offres
from maillage.horaires.regles import HoraireIllisible
from maillage.sources.annuaire.lignes import list_rows
from maillage.sources.annuaire.recueil import Recueil, join, make_id, name_fit, number
from maillage.sources.france_services import FORMATS, JOURS_PUBLIES, MOBILES, OUI_NON
from maillage.sources.horaires import INCONNU, convert_day, convert_week
from maillage.sources.lieux import mend_postcodes

Ligne = dict[str, Any]
Lu = tuple[dict[str, Any], dict[str, Any]]


def read_france_services(path: Path, recueil: Recueil) -> None:
    """A structure each, and its first-level reception."""
    read_network(path, recueil, "france_services", shape_france_services)


def read_france_travail(path: Path, recueil: Recueil) -> None:
    """An agency each, and its second level for employment."""
    read_network(path, recueil, "france_travail", shape_france_travail)


def read_conseillers(path: Path, recueil: Recueil) -> None:
    """A host of conseillers numériques each, and their help."""
    read_network(path, recueil, "conseillers_numeriques", shape_conseiller)


def read_network(path: Path, recueil: Recueil, network: str, shape: Callable[[Ligne], Lu]) -> None:
    """Each row by ``shape``, then what the network offers by its nature."""
    offre = list_offres()[network]
    day, _ = recueil.read_date()
    for ligne, row in list_rows(path, recueil):
        told, more = shape(row)
        networks = [offre.reseau, *told.get("reseaux_porteurs", ())]
        told |= {"source": offre.id.replace("_", "-"), "date_maj": day, "reseaux_porteurs": networks}
        if recueil.add_structure(told, ligne, licence=recueil.entree.licence, **more):
            recueil.add_offre(offre, str(told["id"]), ligne)


def shape_france_services(row: Ligne) -> Lu:
    """A row of the list of France services."""
    unsure: list[str] = []
    days: dict[str, str | None] = {}
    for day in JOURS_PUBLIES:
        try:
            days[day] = convert_day(row.get(day))
        except HoraireIllisible:
            days[day] = INCONNU
            unsure.append(f"Horaire illisible : « {row[day]} ».")
    moving = FORMATS.get(str(row.get("format_fs"))) in MOBILES
    if moving:
        unsure.append("Itinérante : l’adresse est celle de la base, les arrêts ne sont pas dits.")
    if row.get("commentaire"):
        unsure.append(f"La source précise : « {join([row['commentaire']])} ».")
    told = {
        "id": f"france-services--{row['id_fs']}" if row.get("id_fs") else None,
        "nom": name_fit(row.get("lib_fs")),
        "adresse": join([row.get("adresse")]),
        "complement_adresse": join([row.get("complement_adresse")]),
        "commune": join([row.get("lib_com")]),
        "code_postal": mend(row.get("code_postal")),
        "code_insee": join([row.get("insee_com")]),
        "longitude": number(row.get("longitude")),
        "latitude": number(row.get("latitude")),
        "telephone": join([row.get("telephone")]),
        "courriel": join([row.get("mail")]),
        "horaires_accueil": None if moving else convert_week(days),
    }
    return told, {
        "incertain": tuple(unsure),
        "implantation": f"france_services:{row.get('id_fs')}",
        "rendez_vous": OUI_NON.get(str(row.get("prise_rdv"))),
        "itinerante": moving,
    }


def shape_france_travail(row: Ligne) -> Lu:
    """A row of the list of agencies."""
    told = {
        "id": make_id("france-travail", row.get("nom"), row.get("adresse"), row.get("code_postal")),
        "nom": name_fit(row.get("nom")),
        "siret": row.get("siret"),
        "adresse": join([row.get("adresse")]),
        "commune": join([row.get("ville")]),
        "code_postal": mend(row.get("code_postal")),
        "longitude": number(row.get("longitude")),
        "latitude": number(row.get("latitude")),
    }
    return told, {}


def shape_conseiller(row: Ligne) -> Lu:
    """A row of the list of hosts; the last line of an address is the postcode and the town."""
    name = row.get("raison_sociale")
    *lines, town = str(row.get("adresse") or "").split("\n")
    told = {
        "id": make_id("conseillers-numeriques", row.get("siret"), name, row.get("adresse")),
        "nom": None if name == "0" else name_fit(name),
        "siret": None if row.get("siret") == "null" else row.get("siret"),
        "adresse": join(lines[:1]),
        "complement_adresse": join(lines[1:]),
        "commune": join([town[5:]]) if town[:5].isdigit() else None,
        "code_postal": mend(row.get("code_postal_bis")),
        "code_insee": join([row.get("insee_com")]),
        "longitude": number(row.get("longitude")),
        "latitude": number(row.get("latitude")),
        "reseaux_porteurs": ["france-service"] if row.get("france_services") == "oui" else [],
    }
    return told, {"incertain": ("L’organisme qui emploie est décrit : on est peut-être reçu ailleurs.",)}


def mend(postcode: object) -> str | None:
    """A postcode with the leading zero that a spreadsheet lost.

    >>> mend("1440"), mend("59740"), mend(None)
    ('01440', '59740', None)
    """
    found: str | None = mend_postcodes(pl.Series([join([postcode])], dtype=pl.String))[0]
    return found


COLONNES_CLES: Final = {
    "france_services": {"id_fs", "lib_fs", "format_fs"},
    "france_travail": {"nom", "siret", "adresse", "code_postal", "ville", "departement"},
    "conseillers_numeriques": {"raison_sociale", "insee_com", "nb_cnfs"},
}
"""The columns by which each list is known."""
