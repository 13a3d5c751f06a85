"""Soliguide: places of solidarity, their hours in HHMM, their closures, the stops of those that move.

Names of fields as published by Soliguide's own programs and by data·inclusion, which reads its API
(https://apisolidarite.soliguide.fr); no line of them is copied. ``eprouve``: no.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from maillage.annuaire.fiche import FermetureTemporaire, Permanence
from maillage.catalogue.lecture import read_toml
from maillage.horaires.jours import MOIS
from maillage.sources.annuaire.horaires_dits import quote, write_semaine
from maillage.sources.annuaire.lignes import as_dicts, as_texts, list_rows
from maillage.sources.annuaire.recueil import (
    Recueil,
    describe,
    join,
    name_fit,
    number,
    plain_text,
    web_address,
)

SOURCE: Final = "soliguide"
FERIES: Final = {"CLOSED": False, "OPEN": True}
PAR_PRESENTATION: Final = "se-presenter"


def read(path: Path, recueil: Recueil) -> None:
    """A structure a place; a prestation each of its services."""
    for ligne, row in list_rows(path, recueil):
        if not row.get("lieu_id"):
            recueil.fail("champ obligatoire absent", ligne, "lieu_id", "Complétez-le à la source.")
            continue
        read_place(ligne, row, recueil)


def read_place(ligne: int, row: dict[str, Any], recueil: Recueil) -> None:
    """One place and its services."""
    ident = f"{SOURCE}--{row['lieu_id']}"
    where = read_position(row.get("position"))
    hours, more = read_opening(row)
    entity = as_object(row.get("entity"))
    phones = [text for one in as_dicts(entity.get("phones")) for text in as_texts(one.get("phoneNumber"))]
    modalities = as_object(row.get("modalities"))
    moving = str(row.get("placeType", "")).upper() == "ITINERARY"
    stops = tuple(read_stop(n, one) for n, one in enumerate(as_dicts(row.get("parcours")), 1))
    if moving and not stops:
        more["incertain"] += ("Le lieu est itinérant et ses arrêts ne sont pas dits.",)
    common = {
        "source": SOURCE,
        "date_maj": str(row.get("updatedAt") or "")[:10] or None,
        "telephone": phones[0] if phones else None,
        "courriel": entity.get("mail") or None,
        **where,
    }
    told = {
        **common,
        "id": ident,
        "nom": name_fit(row.get("name")),
        "description": describe(plain_text(row.get("description"))),
        "lien_source": f"https://soliguide.fr/fr/fiche/{row['seo_url']}" if row.get("seo_url") else None,
        "site_web": web_address(entity.get("website")),
        "horaires_accueil": None if moving else hours,
    }
    taken = recueil.add_structure(
        told,
        ligne,
        langues=sorted(code for code in as_texts(row.get("languages")) if len(code) == 2),
        sans_marche=as_object(modalities.get("pmr")).get("checked") or None,
        rendez_vous=read_rule(modalities, "appointment"),
        itinerante=moving if row.get("placeType") else None,
        permanences=stops,
        **more,
    )
    if taken:
        for rank, one in enumerate(as_dicts(row.get("services_all")), 1):
            read_service(ligne, rank, one, told, modalities, recueil)


def read_service(
    ligne: int,
    rank: int,
    one: dict[str, Any],
    behind: dict[str, Any],
    modalities: Mapping[str, Any],
    recueil: Recueil,
) -> None:
    """One service of a place."""
    category = str(one.get("category") or "")
    found = read_toml("annuaire.toml")["soliguide"]["categories"].get(category)
    own = as_object(one.get("modalities")) or modalities
    price = as_object(own.get("price"))
    name = name_fit(one.get("name")) or name_fit(category.replace("_", " ").capitalize()) or behind["nom"]
    hours, more = (
        read_opening({"newhours": one.get("hours"), "tempInfos": {"closure": one.get("close")}})
        if one.get("differentHours")
        else (None, {"incertain": ()})
    )
    unsure = list(more.pop("incertain"))
    if found is None:
        unsure.append(f"La catégorie « {category} » n’a pas d’équivalent : sans thématique.")
    if as_object(one.get("saturated")).get("status") == "HIGH":
        unsure.append("Le service est dit saturé.")
    told = {
        **{name: behind.get(name) for name in ("source", "date_maj", "telephone", "courriel", "commune",
           "code_postal", "code_insee", "adresse", "complement_adresse", "longitude", "latitude")},
        "id": f"{behind['id']}--{one.get('serviceObjectId') or rank}",
        "structure_id": behind["id"],
        "nom": name,
        "description": describe(plain_text(one.get("description")))
        or behind.get("description")
        or f"{name}, {behind['nom']}",
        "thematiques": sorted(found or ()),
        "frais": None if price.get("checked") is None else "payant" if price["checked"] else "gratuit",
        "frais_precisions": plain_text(price.get("precisions")) if price.get("checked") else None,
        "publics": ["tous-publics"] if own.get("inconditionnel") else None,
        "conditions_acces": join(
            plain_text(as_object(own.get(key)).get("precisions")) for key in ("orientation", "inscription")
        ),
        "modes_accueil": ["en-presentiel"],
        "horaires_accueil": hours,
    }  # fmt: skip
    recueil.add_prestation(
        told, ligne, rendez_vous=read_rule(own, "appointment"), incertain=tuple(unsure), **more
    )


def read_opening(row: Mapping[str, Any]) -> tuple[str | None, dict[str, Any]]:
    """Hours, and the complement they make: public holidays, closures, what is unsure.

    Hours of a period (``tempInfos.hours``) replace the others on its days. A closure without an end leaves
    the hours to be checked.
    """
    told = as_object(row.get("newhours"))
    hours, unsure = write_semaine(told)
    more: dict[str, Any] = {"feries": FERIES.get(str(told.get("closedHolidays")))}
    infos = as_object(row.get("tempInfos"))
    closure, other = as_object(infos.get("closure")), as_object(infos.get("hours"))
    if other.get("actif") and (period := read_period(other)):
        special, doubts = write_semaine(as_object(other.get("hours")) or other)
        dates = "-".join(f"{day:%Y} {MOIS.split(chr(124))[day.month - 1]} {day:%d}" for day in period)
        rules = [
            f"{dates} off",
            *(f"{dates} {rule}" for rule in (special or "").split("; ") if rule and "PH" not in rule),
        ]
        hours = "; ".join(filter(None, (hours, *rules)))
        unsure = (*unsure, *doubts)
    if closure.get("actif"):
        words = plain_text(closure.get("description")) or plain_text(closure.get("motif"))
        if period := read_period(closure):
            more["fermetures"] = (FermetureTemporaire(*period, words),)
        else:
            was = f" Horaires habituels : {hours}." if hours else ""
            unsure = (
                *unsure,
                f"Fermé pour un temps, sans que la fin soit dite ({words or 'sans motif'}).{was}",
            )
            hours = f"unknown {quote(words or 'fermeture temporaire, fin non dite')}"
    return hours, more | {"incertain": unsure}


def read_period(told: Mapping[str, Any]) -> tuple[date, date] | None:
    """From a day to another, both included; null when one is not said or they are in the wrong order."""
    try:
        first, last = (date.fromisoformat(str(told.get(key) or "")[:10]) for key in ("dateDebut", "dateFin"))
    except ValueError:
        return None
    return (first, last) if first <= last else None


def read_position(told: object) -> dict[str, Any]:
    """Where: under the names of the API's two versions."""
    where = as_object(told)
    point = as_object(where.get("location")).get("coordinates")
    lon, lat = point[:2] if isinstance(point, list) and len(point) >= 2 else (None, None)
    return {
        "adresse": plain_text(where.get("adresse") or where.get("address")),
        "complement_adresse": plain_text(
            where.get("complementAdresse") or where.get("additionalInformation")
        ),
        "code_postal": join([where.get("codePostal") or where.get("postalCode")]),
        "commune": join([where.get("ville") or where.get("city")]),
        "code_insee": join([where.get("cityCode")]),
        "longitude": number(lon),
        "latitude": number(lat),
    }


def read_stop(rank: int, told: Mapping[str, Any]) -> Permanence:
    """A stop of a place that moves."""
    where = read_position(told.get("position"))
    hours, _ = write_semaine(as_object(told.get("hours")))
    return Permanence(
        nom=where["commune"] or plain_text(told.get("description")) or f"Arrêt {rank}",
        horaires=hours,
        code_insee=where["code_insee"],
        longitude=where["longitude"],
        latitude=where["latitude"],
    )


def read_rule(modalities: Mapping[str, Any], name: str) -> bool | None:
    """Whether a modality is asked for; null when not said."""
    found = as_object(modalities.get(name)).get("checked")
    return found if isinstance(found, bool) else None


def as_object(told: object) -> Mapping[str, Any]:
    """An object, empty when it is none."""
    return told if isinstance(told, Mapping) else {}
