"""The datasets of an install, told to a catalogue: the tables of the atlas, the programme, the directory."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import shapely
from django.conf import settings

from maillage.atlas.publication.fichiers import FORMATS, FichierPublie, list_files
from maillage.atlas.publication.tables import (
    FICHIER,
    LicencePubliee,
    TablePubliee,
    choose_licence,
    list_tables,
)
from maillage.catalogue.lecture import read_toml
from maillage.reports.dcat import CatalogueOuvert, Distribution, JeuDeDonnees, ServiceDeDonnees
from maillage.web.annuaire.queries import find_last_write, read_annuaire
from maillage.web.programme import models
from maillage.web.programme.public.edition import count_changes
from maillage.web.publication.annuaire import list_licences
from maillage.web.socle.atlas import AtlasOuvert

SERVIS: Final = re.compile(r"#(indicateurs-|territoires$)")
ANNUAIRE: Final = FichierPublie("annuaire.json", "json", "Annuaire des services, data·inclusion v1", None)

CATALOGUE: Final = "catalogue.ttl"
"""What names the catalogue, its publisher and their contact, in whatever writing they are read."""


@dataclass(frozen=True)
class AdressesPubliees:
    """Where things are. ``base`` ends with a slash; ``page``: the path of a page as it is given.

    ``programme``: the path of the programme as data, null where it is not given. ``atlas``: the id of the
    atlas that each address names; null: they name none, and give the one that opens by itself.
    """

    base: str
    page: Callable[[str], str] = str
    programme: str | None = "programme/exporter/json"
    catalogue: str = CATALOGUE
    services: bool = True
    atlas: str | None = None

    def of(self, path: str) -> str:
        """The whole address of a page of the application."""
        return self.locate(self.page(path).lstrip("/"))

    def locate(self, path: str) -> str:
        """The whole address of a path as it is."""
        return self.base + path + (f"?{urlencode({'atlas': self.atlas})}" if self.atlas else "")


@dataclass(frozen=True)
class OffreOuverte:
    """The datasets that an install can give, with their files: a page lists them, a catalogue tells them."""

    atlas: AtlasOuvert
    poids: Mapping[str, tuple[int, str]]

    @cached_property
    def tables(self) -> tuple[TablePubliee, ...]:
        """The tables of the atlas."""
        found: tuple[TablePubliee, ...] = self.atlas.garder(
            "tables publiées", lambda: list_tables(self.atlas.tables)
        )
        return found

    @cached_property
    def fichiers(self) -> tuple[FichierPublie, ...]:
        """The files of the atlas."""
        found: tuple[FichierPublie, ...] = self.atlas.garder(
            "fichiers publiés", lambda: list_files(self.atlas.tables)
        )
        return found

    def list_of(self, table: TablePubliee | None) -> tuple[FichierPublie, ...]:
        """The files of a table; with null, those of no table."""
        name = table.nom if table else None
        return tuple(one for one in self.fichiers if one.table == name)

    @property
    def annuaire(self) -> bool:
        """Whether there is a directory to give."""
        return bool(read_annuaire().annuaire.structures)

    @property
    def programme(self) -> bool:
        """Whether a programme is there."""
        return models.Referentiel.objects.exists()

    @property
    def licences(self) -> dict[str, LicencePubliee]:
        """Under what each dataset that is not a table may be used again, by its name."""
        sources = self.atlas.manifeste.sources.values()
        return {
            "atlas": choose_licence(one["licence"] for one in sources),
            "programme": choose_licence(()),
            "annuaire": choose_licence(list_licences(read_annuaire())),
        }


def make_catalogue(offre: OffreOuverte, at: AdressesPubliees) -> CatalogueOuvert:
    """The catalogue of an install, or of the site that is made of it."""
    identity, words = settings.MAILLAGE_IDENTITE, read_toml(FICHIER)["catalogue"]
    jeux = (*(make_table(offre, table, at) for table in offre.tables), *make_others(offre, at))
    return CatalogueOuvert(
        adresse=at.locate(CATALOGUE),
        lu=at.locate(at.catalogue),
        titre=f"{identity['nom']}, {tell(offre, words['titre'])}",
        description=words["description"],
        accueil=at.base,
        editeur=identity["organisme"] or f"{identity['nom']}, {offre.atlas.nom}",
        jeux=jeux,
        services=tuple(make_services(jeux, at)) if at.services else (),
    )


def make_table(offre: OffreOuverte, table: TablePubliee, at: AdressesPubliees) -> JeuDeDonnees:
    """A table of the atlas as a dataset."""
    told = {"titre": table.titre, "description": table.description, "mots": table.mots, "page": table.methode}
    given = tuple(make_file(offre, one, at) for one in offre.list_of(table))
    jeu = make_dataset(offre, at, table.nom, told, table.licence, given)
    return replace(of_atlas(jeu, offre.atlas), mentions=table.mentions, annees=table.annees)


def make_others(offre: OffreOuverte, at: AdressesPubliees) -> Iterable[JeuDeDonnees]:
    """The whole atlas, then the programme and the directory, when there are some."""
    words, licences = read_toml(FICHIER)["jeux"], offre.licences

    def make(nom: str, *given: Distribution, written: date | None = None) -> JeuDeDonnees:
        jeu = make_dataset(offre, at, nom, words[nom], licences[nom], given)
        return replace(jeu, modifie=written.isoformat() if written else "")

    yield of_atlas(make("atlas", *(make_file(offre, one, at) for one in offre.list_of(None))), offre.atlas)
    if at.programme is not None and offre.programme:
        address = at.locate(at.programme)
        data = Distribution(address, "Programme, JSON", "json", "application/json")
        yield make("programme", data, written=count_changes()[1])
    if offre.annuaire:
        yield make("annuaire", make_file(offre, ANNUAIRE, at), written=find_last_write())


def describe_directory(offre: OffreOuverte) -> dict[str, Any]:
    """The directory as a resource of a Frictionless data package: not a table, so without a schema."""
    words, licence = read_toml(FICHIER)["jeux"]["annuaire"], offre.licences["annuaire"]
    return {
        "name": "annuaire",
        "path": ANNUAIRE.nom,
        "title": tell(offre, words["titre"]),
        "description": words["description"],
        "format": ANNUAIRE.format,
        "mediatype": ANNUAIRE.type,
        "encoding": "utf-8",
        "licenses": [{"title": licence.nom, "path": licence.adresse}],
    }


def of_atlas(jeu: JeuDeDonnees, atlas: AtlasOuvert) -> JeuDeDonnees:
    """A dataset that changes with the atlas alone: its day and its version are those of the atlas."""
    built = atlas.construit_le
    return replace(jeu, modifie=built.isoformat() if built else "", version=atlas.empreinte)


def make_dataset(
    offre: OffreOuverte,
    at: AdressesPubliees,
    nom: str,
    told: Mapping[str, Any],
    licence: LicencePubliee,
    given: tuple[Distribution, ...],
) -> JeuDeDonnees:
    """A dataset of the page of open data, by the name it has there."""
    address = f"{at.of('/donnees/')}#{nom}"
    return JeuDeDonnees(
        adresse=address,
        titre=tell(offre, told["titre"]),
        description=told["description"],
        mots=tuple(told["mots"]),
        page=address,
        licence=(licence.nom, licence.adresse),
        distributions=given,
        methode=at.of(told["page"]),
        cadre=find_frame(offre.atlas),
    )


def tell(offre: OffreOuverte, titre: str) -> str:
    """A title that says of where it is, and whether its figures are invented."""
    mark = "Jeu d’essai · " if offre.atlas.jeu_essai else ""
    return f"{mark}{titre}, {offre.atlas.nom}"


def make_file(offre: OffreOuverte, fichier: FichierPublie, at: AdressesPubliees) -> Distribution:
    """A file as a distribution; its weight where it was already made."""
    size, sha256 = offre.poids.get(fichier.nom, (None, None))
    name = f"{fichier.titre}, {FORMATS[fichier.format][0]}" if fichier.table else fichier.titre
    return Distribution(at.locate(f"donnees/{fichier.nom}"), name, fichier.format, fichier.type, size, sha256)


def make_services(jeux: Sequence[JeuDeDonnees], at: AdressesPubliees) -> Iterable[ServiceDeDonnees]:
    """The services that give territories and figures one by one, and all the rest under as many licences."""
    licence = choose_licence(jeu.licence[0] for jeu in jeux)
    served = tuple(jeu.adresse for jeu in jeux if SERVIS.search(jeu.adresse))
    for service in read_toml(FICHIER)["services"].values():
        yield ServiceDeDonnees(
            adresse=at.base + service["chemin"],
            titre=service["titre"],
            description=service["description"],
            contrat=at.base + service["contrat"],
            licence=(licence.nom, licence.adresse),
            jeux=served,
        )


def find_frame(atlas: AtlasOuvert) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the département; null without outline."""
    shapes = [shapely.from_wkb(wkb) for wkb in atlas.contours("departement").values()]
    if not shapes:
        return None
    west, south, east, north = (round(float(bound), 5) for bound in shapely.total_bounds(shapes))
    return west, south, east, north
