"""Places of digital mediation: the national schema (https://schema.data.gouv.fr/LaMednum/standard-mediation-num/).

CSV, workbook or JSON; lists are JSON lists, or texts joined by "|". Values are the schema's own, in French.
SIILAB gives its places in the same columns, but for hours, one column a day (``lundi`` to ``dimanche``): so
says the file by which the national map reads it, ``assets/input/siilab/siilab.config.json`` of the repository
``anct-cartographie-nationale/mednum-cli``. ``eprouve``: no.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from maillage.catalogue.annuaire import list_offres
from maillage.catalogue.lecture import read_toml
from maillage.horaires.regles import HoraireIllisible
from maillage.sources.annuaire.dila import read_day
from maillage.sources.annuaire.lignes import as_texts, list_rows
from maillage.sources.annuaire.recueil import (
    Recueil,
    describe,
    join,
    name_fit,
    number,
    plain_text,
    web_address,
)
from maillage.sources.horaires import INCONNU, JOURS, convert_day, convert_week

SOURCE: Final = "mediation-numerique"
LANGUES: Final = {"Langues étrangères (anglais)": "en"}
AUTRES_LANGUES: Final = "Langues étrangères (autres)"


def read(path: Path, recueil: Recueil) -> None:
    """A structure a place, and one prestation: what it helps with."""
    for ligne, row in list_rows(path, recueil):
        read_row(ligne, row, recueil)


def read_row(ligne: int, row: dict[str, Any], recueil: Recueil) -> None:
    """One place."""
    known = read_toml("annuaire.toml")["mediation"]
    unsure: list[str] = []
    where = read_address(row)
    mails = as_texts(row.get("courriels"))
    siret = "".join(str(row.get("pivot") or "").split())
    programmes = as_texts(row.get("dispositif_programmes_nationaux"))
    networks = sorted({known["programmes"][one] for one in programmes if one in known["programmes"]})
    hours, doubts = read_hours(row)
    unsure += doubts
    unsure += [f"Programme sans équivalent : {one}." for one in programmes if one not in known["programmes"]]
    common = {
        "source": SOURCE,
        "date_maj": read_day(row.get("date_maj")),
        "telephone": join([row.get("telephone")]),
        "courriel": mails[0] if mails else None,
        "horaires_accueil": hours,
        **where,
    }
    told = {
        **common,
        "id": f"{SOURCE}--{row['id']}" if row.get("id") else None,
        "nom": name_fit(row.get("nom")),
        "description": describe(plain_text(row.get("presentation_detail") or row.get("presentation_resume"))),
        "siret": siret if len(siret) == 14 and siret.strip("0") else None,
        "site_web": web_address(next(iter(as_texts(row.get("site_web"))), None)),
        "accessibilite_lieu": web_address(row.get("fiche_acces_libre")),
        "reseaux_porteurs": networks,
    }
    care = as_texts(row.get("prise_en_charge_specifique"))
    if AUTRES_LANGUES in care:
        unsure.append("D’autres langues sont parlées, sans être nommées.")
    ways = as_texts(row.get("itinerance"))
    if ways == ["Itinérant"]:
        unsure.append("Le lieu est itinérant : ses arrêts ne sont pas dits.")
    languages = ("fr", *sorted(LANGUES[one] for one in care if one in LANGUES))
    more = {
        "langues": languages if len(languages) > 1 else (),
        "itinerante": ways == ["Itinérant"] if ways else None,
        "incertain": tuple(unsure),
    }
    if recueil.add_structure(told, ligne, licence=recueil.entree.licence, **more):
        add_help(ligne, row, told, common, recueil)


def add_help(
    ligne: int, row: dict[str, Any], behind: dict[str, Any], common: dict[str, Any], recueil: Recueil
) -> None:
    """What a place helps with."""
    known = read_toml("annuaire.toml")["mediation"]
    offre = list_offres()["mediation_numerique"]
    services = as_texts(row.get("services"))
    unsure = [f"Service sans équivalent : {one}." for one in services if one not in known["services"]]
    price = as_texts(row.get("frais_a_charge"))
    modes = as_texts(row.get("modalites_acces"))
    publics = sorted(
        {
            known["publics"][one]
            for one in as_texts(row.get("publics_specifiquement_adresses"))
            if one in known["publics"]
        }
    )
    told = {
        **common,
        "id": f"{behind['id']}--mediation",
        "structure_id": behind["id"],
        "nom": offre.nom,
        "type": offre.type,
        "description": describe(behind["description"]) or describe(join(services, ", ")),
        "thematiques": sorted({code for one in services for code in known["services"].get(one, ())}),
        "frais": {"Gratuit": "gratuit", "Payant": "payant"}.get(join(price) or ""),
        "frais_precisions": None if price in ([], ["Gratuit"]) else join(price, ", "),
        "publics": publics,
        "modes_accueil": ["en-presentiel"],
        "modes_mobilisation": sorted({known["modes"][one] for one in modes if one in known["modes"]}),
        "mobilisable_par": ["usagers"],
        "lien_mobilisation": web_address(row.get("prise_rdv")),
    }  # fmt: skip
    recueil.add_prestation(
        told, ligne, themes=offre.themes, fonctions=offre.fonctions, incertain=tuple(unsure)
    )


def read_hours(row: dict[str, Any]) -> tuple[str | None, list[str]]:
    """Hours as the schema writes them, else out of one column a day, and what can't be read of them.

    >>> read_hours({"lundi": "09:00 - 12:00", "mardi": "Fermé", "mercredi": "le matin"})
    ('Mo 09:00-12:00; We unknown', ['Horaire illisible : « le matin ».'])
    """
    if row.get("horaires"):
        return join([row["horaires"]]), []
    days: dict[str, str | None] = {}
    unsure = []
    for column in JOURS:
        told = join([row.get(column.removeprefix("h_"))])
        try:
            days[column] = None if told and told.lower().startswith("ferm") else convert_day(told)
        except HoraireIllisible:
            days[column] = INCONNU
            unsure.append(f"Horaire illisible : « {told} ».")
    return convert_week(days), unsure


def read_address(row: dict[str, Any]) -> dict[str, Any]:
    """Where: columns of the schema, or the address as an object."""
    inner = row.get("adresse")
    told = inner if isinstance(inner, dict) else row
    street = (
        join([told.get("numero_voie"), told.get("repetition"), told.get("nom_voie")])
        if isinstance(inner, dict)
        else join([inner])
    )
    return {
        "adresse": street,
        "complement_adresse": join([told.get("complement_adresse")]),
        "commune": join([told.get("commune")]),
        "code_postal": join([told.get("code_postal")]),
        "code_insee": join([told.get("code_insee")]),
        "longitude": number(row.get("longitude")),
        "latitude": number(row.get("latitude")),
    }
