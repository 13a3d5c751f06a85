"""The directory of the administration (DILA, « base de données locales »): JSON, or columns of JSON text.

Fields as named by the producer's specifications and by public programs that read them: ``pivot`` (types of
counter), ``adresse`` (coordinates as text), ``plage_ouverture``, ``telephone``, ``site_internet``,
``adresse_courriel``, ``date_modification``. ``eprouve``: no.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from maillage.catalogue.annuaire import find_offre
from maillage.catalogue.dates import read_date
from maillage.sources.annuaire.horaires_dits import write_plages
from maillage.sources.annuaire.lignes import as_dicts, as_list, as_texts, list_rows, pick
from maillage.sources.annuaire.recueil import (
    Recueil,
    describe,
    join,
    name_fit,
    number,
    plain_text,
    web_address,
)

SOURCE: Final = "annuaire-administration"
ACCESSIBLE: Final = {"ACC": True, "NAC": False, "accessible": True, "non accessible": False}


def read(path: Path, recueil: Recueil) -> None:
    """A structure a counter; what its network offers, where the catalogue says it of its type."""
    for ligne, row in list_rows(path, recueil):
        read_row(ligne, row, recueil)


def read_row(ligne: int, row: dict[str, Any], recueil: Recueil) -> None:
    """One counter."""
    unsure: list[str] = []
    place = choose_address(as_dicts(row.get("adresse")), unsure)
    hours, unread = write_plages(as_dicts(row.get("plage_ouverture")))
    pivots = [kind for one in as_dicts(row.get("pivot")) for kind in as_texts(one.get("type_service_local"))]
    offres = [offre for kind in pivots if (offre := find_offre(kind))]
    mails, phones = as_texts(row.get("adresse_courriel"), ";"), as_dicts(row.get("telephone"))
    if len(mails) > 1 or len(phones) > 1:
        unsure.append("Plusieurs téléphones ou courriels : le premier est retenu.")
    told = {
        "source": SOURCE,
        "id": f"{SOURCE}--{row['id']}" if row.get("id") else None,
        "nom": name_fit(row.get("nom")),
        "date_maj": read_day(row.get("date_modification")),
        "description": describe(plain_text(row.get("mission"))),
        "lien_source": web_address(row.get("url_service_public")),
        "siret": row.get("siret"),
        "telephone": pick(phones, "valeur"),
        "courriel": mails[0] if mails else None,
        "site_web": web_address(pick(as_dicts(row.get("site_internet")), "valeur")),
        "horaires_accueil": hours,
        "code_insee": next(iter(as_texts(row.get("code_insee_commune"))), None),
        "reseaux_porteurs": sorted({offre.reseau for offre in offres if offre.reseau}),
        **{name: value for name, value in place.items() if name != "sans_marche"},
    }
    more = {"incertain": (*unsure, *unread), "sans_marche": place.get("sans_marche")}
    if recueil.add_structure(told, ligne, licence=recueil.entree.licence, **more):
        for offre in {one.id: one for one in offres}.values():
            recueil.add_offre(offre, str(told["id"]), ligne)


def choose_address(places: list[dict[str, Any]], unsure: list[str]) -> dict[str, Any]:
    """Where one goes: the address that is not only postal, its point, its access."""
    if not places:
        return {}
    seen = [one for one in places if "postale" not in str(one.get("type_adresse", "")).lower()]
    if not seen:
        unsure.append("Seule une adresse postale est dite : on n’y est peut-être pas reçu.")
    one = (seen or places)[0]
    access = ACCESSIBLE.get(str(one.get("accessibilite") or "").strip())
    if access is None and one.get("accessibilite"):
        unsure.append(f"Accessibilité : « {join([one['accessibilite'], one.get('note_accessibilite')])} ».")
    return {
        "adresse": join([one.get("numero_voie")]),
        "complement_adresse": join(
            [one.get("complement1"), one.get("complement2"), one.get("service_distribution")], ", "
        ),
        "code_postal": join([one.get("code_postal")]),
        "commune": join([one.get("nom_commune")]),
        "longitude": number(one.get("longitude")),
        "latitude": number(one.get("latitude")),
        "sans_marche": access,
    }


def read_day(told: object) -> str | None:
    """The day of a date written with or without its hour, French or ISO; text that is none stays text.

    >>> read_day("13/05/2024 10:11:12"), read_day("2024-05-13T10:11:12+02:00"), read_day("hier")
    ('2024-05-13', '2024-05-13', 'hier')
    """
    found = as_list(told)
    if not found:
        return None
    text = re.split(r"[T ]", str(found[0]).strip(), maxsplit=1)[0]
    try:
        return read_date(text).isoformat()
    except ValueError:
        return str(found[0])
