"""The public part of the programme, as layers: always what anyone reads, whoever asks."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import AnonymousUser

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_objets
from maillage.sdaasp.programme.modele import Declinaison, ObjectifPrioritaire, Programme
from maillage.web.programme.lecture import SchemaAbsent, read_version
from maillage.web.programme.visibilite import read_for
from maillage.web.publication.atlas import find_contours
from maillage.web.publication.colonnes import Colonne, join, make_colonne, make_couche
from maillage.web.socle.atlas import AtlasOuvert

Propriete = ProprieteOuverte
IDS: Final = ("programme-declinaisons", "programme-objectifs")


def read_public() -> Programme | None:
    """The programme as anyone reads it; null while no schema has begun."""
    try:
        return read_for(AnonymousUser())
    except SchemaAbsent:
        return None


def make_declinaisons(atlas: AtlasOuvert, programme: Programme) -> CoucheOuverte | None:
    """What each arrondissement does for each theme, on the outline of the arrondissement."""
    rows = programme.declinaisons
    if not rows:
        return None
    themes = {one.cle: one.nom for one in programme.themes}
    places = {one.code: one.nom for one in programme.territoires}

    def of(propriete: ProprieteOuverte, read: Any) -> Colonne:
        return make_colonne(propriete, lambda: [read(one) for one in rows])

    columns = [
        of(Propriete("cle", "Clé"), lambda one: one.cle),
        of(Propriete("theme", "Thème"), lambda one: one.theme),
        of(Propriete("theme_nom", "Nom du thème"), lambda one: themes.get(one.theme)),
        of(Propriete("arrondissement", "Arrondissement"), lambda one: one.arrondissement),
        of(
            Propriete("arrondissement_nom", "Nom de l’arrondissement"),
            lambda one: places.get(one.arrondissement),
        ),
        of(Propriete("annee", "Année", "integer"), lambda one: one.annee),
        of(Propriete("libelle", "Action", description="Nul : à confirmer."), lambda one: one.libelle),
        of(Propriete("statut", "Statut"), lambda one: one.statut and str(one.statut)),
        of(Propriete("objectifs", "Objectifs prioritaires"), _list_objectifs),
        of(Propriete("pilote_territorial", "Pilote territorial"), lambda one: one.pilote_territorial),
        of(Propriete("etapes", "Étapes"), lambda one: join(step.libelle for step in one.etapes)),
        of(
            Propriete("etapes_faites", "Étapes faites", "integer"),
            lambda one: sum(step.faite_le is not None for step in one.etapes),
        ),
        of(Propriete("zones", "Zones"), lambda one: join(one.zones)),
        of(Propriete("meteo", "Météo"), lambda one: one.meteo and str(one.meteo)),
        of(Propriete("commentaire_meteo", "Ce que dit le pilote"), lambda one: one.commentaire_meteo),
        of(Propriete("source", "Source"), lambda one: one.source),
    ]
    return make_couche(
        columns,
        id=IDS[0],
        titre="Programme : déclinaisons territoriales",
        description="Ce que le schéma prévoit dans chaque arrondissement, par thème et par année : sa part "
        "publique.",
        ids=tuple(one.cle.replace("/", "-") for one in rows),
        geometries=find_contours(atlas, "arrondissement", (one.arrondissement for one in rows)),
        temps=(
            make_objets(f"{one.annee}-01-01" for one in rows),
            make_objets(f"{one.annee}-12-31" for one in rows),
        ),
        mots=("programme d’actions", "schéma"),
        sources=(programme.schema.nom,),
        marque=repr(read_version()),
    )


def _list_objectifs(one: Declinaison) -> str | None:
    return join(link.cible or link.libelle_publie for link in one.objectifs or ())


def make_objectifs(programme: Programme) -> CoucheOuverte | None:
    """The priority objectives, which stand nowhere on a map."""
    rows = programme.objectifs
    if not rows:
        return None
    fiches = {one.cle: one for one in programme.fiches}
    themes = {one.cle: one.nom for one in programme.themes}

    def of(propriete: ProprieteOuverte, read: Any) -> Colonne:
        return make_colonne(propriete, lambda: [read(one) for one in rows])

    def sheet(one: ObjectifPrioritaire, name: str) -> Any:
        return getattr(fiches[one.fiche], name) if one.fiche in fiches else None

    columns = [
        of(Propriete("cle", "Clé"), lambda one: one.cle),
        of(Propriete("libelle", "Objectif prioritaire"), lambda one: one.libelle),
        of(Propriete("fiche", "Fiche"), lambda one: one.fiche),
        of(Propriete("fiche_titre", "Titre de la fiche"), lambda one: sheet(one, "titre")),
        of(Propriete("theme", "Thème"), lambda one: sheet(one, "theme")),
        of(Propriete("theme_nom", "Nom du thème"), lambda one: themes.get(sheet(one, "theme"))),
        of(Propriete("pilote", "Pilote"), lambda one: sheet(one, "pilote")),
        of(Propriete("ordre", "Ordre", "integer"), lambda one: one.ordre),
        of(Propriete("effets", "Effets attendus"), lambda one: join(one.effets)),
        of(Propriete("moyens", "Moyens"), lambda one: join(way.libelle for way in one.moyens or ())),
        of(Propriete("freins", "Freins"), lambda one: join(stop.libelle for stop in one.freins or ())),
        of(Propriete("territoires", "Territoires en déficit servis"), lambda one: join(one.territoires)),
        of(Propriete("source", "Source"), lambda one: one.source),
    ]
    return make_couche(
        columns,
        id=IDS[1],
        titre="Programme : objectifs prioritaires",
        description="Les objectifs prioritaires de chaque fiche du schéma : leur part publique. Ils n’ont "
        "pas de géométrie.",
        ids=tuple(one.cle.replace("/", "-") for one in rows),
        geometries=make_objets([None] * len(rows)),
        mots=("programme d’actions", "schéma"),
        sources=(programme.schema.nom,),
        marque=repr(read_version()),
    )
