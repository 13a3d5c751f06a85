"""Which reader reads which source."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.sources import list_sources
from maillage.sources import (
    arcep,
    bpe,
    carreaux,
    changements,
    cog,
    complements,
    contours,
    france_services,
    lieux_voisins,
    mouvements,
    offre,
    points,
    rattachement,
    recensement,
    saisies,
    temps_publies,
    zonages,
    zones,
)
from maillage.sources.priorite import prefer_dedicated
from maillage.sources.recenses import fill_unlisted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from maillage.sources.base import Table

STATISTIQUES = (
    "populations", "logements", "navettes", "revenus", "ecoles", "fragilites_sante", "bpe_2024",
    "equipements_sportifs", "etablissements_sirene", "demandeurs_emploi", "apl", "prestations_caf", "rsa",
    "bas_revenus", "assistants_maternels", "paje", "aah",
)  # fmt: skip
READERS: dict[str, Callable[[tuple[Path, ...]], tuple[Table, ...]]] = {
    "cog": cog.read_communes,
    "cog_insee": cog.read_insee,
    "cog_npm": cog.read_npm,
    "cog_mouvements": mouvements.read,
    "appartenance": zonages.read_membership,
    "mairies": zonages.read_town_halls,
    "contours": contours.read_communes,
    "qpv": contours.read_qpv,
    "zones": zones.read,
    "carreaux_eurostat": carreaux.read_eurostat,
    "carreaux_filosofi": carreaux.read_filosofi,
    "bpe_2013": offre.read_bpe2013,
    "bpe_denombrement": offre.read_bpe_counts,
    "logements_recensement": recensement.read_housing,
    "revenus_insee": recensement.read_incomes,
    "bpe": bpe.read_geolocated,
    "france_services": france_services.read,
    "france_travail": points.read_france_travail,
    "etablissements_sante": points.read_sante,
    "gares": points.read_gares,
    "conseillers_numeriques": points.read_conseillers,
    "temps_acces_departements": temps_publies.read,
    "lieux_voisins": lieux_voisins.read,
    "lieux_departement": saisies.read_places,
    "capacites": saisies.read_capacities,
    "complements": complements.read,
    "places_jeune_enfant": saisies.read_childcare,
    "arcep_fixe": arcep.read_fixed,
    "arcep_mobile": arcep.read_mobile,
    **{source: partial(offre.read_statistics, source) for source in STATISTIQUES},
}


def read(source: str, *paths: Path) -> tuple[Table, ...]:
    """The checked tables of one source: most give one, commune statistics may give statistics and offer.

    They are under the codes of present communes as far as the catalogue knows their changes.

    Raises:
        EntreeInvalide: unknown source, or the file's faults, all of them.
    """
    if source not in READERS:
        known = ", ".join(sorted(READERS))
        raise EntreeInvalide(f"Aucun lecteur de tables pour la source « {source} » (sources : {known}).")
    return tuple(changements.carry(table, changements.list_known()) for table in READERS[source](paths))


def read_all(found: dict[str, tuple[Path, ...]]) -> tuple[Table, ...]:
    """Every table of what ``find_sources`` found, in the catalogue's order (OpenStreetMap has its reader).

    Every table is carried to present communes, with the file of movements where there is one; lists of
    communes are completed by the tables of membership and town halls; points that bear only the name of
    their commune get its code.

    Raises:
        EntreeInvalide: once, with the faults of every file.
    """
    tables: list[Table] = []
    errors: list[EntreeInvalide] = []
    for source in list_sources():
        if source not in found or source not in READERS:
            continue
        try:
            tables.extend(READERS[source](found[source]))
        except EntreeInvalide as error:
            errors.append(error)
    if errors:
        fautes = tuple(faute for error in errors for faute in error.fautes)
        raise EntreeInvalide(" ".join(error.message for error in errors), fautes)
    changes = changements.list_changes(tables)
    present = zonages.enrich(changements.carry(table, changes) for table in tables)
    return prefer_dedicated(rattachement.attach(fill_unlisted(present)))
