"""The layers of an atlas: its territories, its carreaux, its places, what its rule of deficits says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import Any, Final, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.atlas.lecture.definitions import Definition, nom_de_type
from maillage.atlas.lecture.lecteur import POPULATION
from maillage.atlas.lecture.territoires import NIVEAUX, Territoire
from maillage.atlas.projection import LAEA, WGS84, find_transformer
from maillage.catalogue.lecture import read_toml
from maillage.francais import mettre_au_pluriel, plat
from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_objets
from maillage.web.publication.colonnes import Colonne, join, make_colonne, make_couche, make_points, repeat
from maillage.web.socle.atlas import AtlasOuvert

ARCHIVES: Final = {"zone": ("zones", "zones")}
"""The archive of tiles that draws a mesh, and its layer there: ``communes`` for the others."""
IDS: Final = {
    "commune": "communes",
    "epci": "epci",
    "canton": "cantons",
    "bassin_vie": "bassins-de-vie",
    "arrondissement": "arrondissements",
    "departement": "departement",
    "zone": "zones",
}
FIABILITES: Final = ("observe", "impute", "estime", "simule")
PARTIES: Final = ("_fiabilite", "_couverture", "_millesime")
"""What goes with a figure, as the end of a name."""
Propriete = ProprieteOuverte


def tell_atlas(atlas: AtlasOuvert, count: int) -> list[Colonne]:
    """What each feature says of where it comes from."""
    made = Propriete("jeu_essai", "Jeu d’essai", "boolean", "Vrai quand une partie de l’atlas est inventée.")
    return [repeat(Propriete("atlas", "Atlas"), atlas.id, count), repeat(made, atlas.jeu_essai, count)]


def list_sources(atlas: AtlasOuvert) -> tuple[str, ...]:
    """The sources of the atlas, name and vintage."""
    return tuple(atlas.nom_source(one) for one in atlas.manifeste.sources)


def list_licences(atlas: AtlasOuvert) -> str:
    """The licences of its sources, each once."""
    told = (str(one.get("licence") or "") for one in atlas.manifeste.sources.values())
    return " ; ".join(dict.fromkeys(licence for licence in told if licence))


def find_contours(atlas: AtlasOuvert, niveau: str, codes: Iterable[str]) -> NDArray[np.object_]:
    """The outlines of these territories; None where the atlas has none."""
    held = atlas.contours(niveau)
    return make_objets([shapely.from_wkb(held[code]) if code in held else None for code in codes])


def make_territoires(atlas: AtlasOuvert, niveau: str) -> CoucheOuverte:
    """The territories of one mesh, with every figure that the atlas has of them."""
    rows = atlas.territoires(niveau)
    codes = tuple(one.code for one in rows)
    name = plat(mettre_au_pluriel(NIVEAUX[niveau])) if len(rows) > 1 else NIVEAUX[niveau]
    return make_couche(
        [
            *_tell_territoires(atlas, niveau, rows),
            *list_chiffres(atlas, niveau, codes),
            *tell_atlas(atlas, len(rows)),
        ],
        id=IDS[niveau],
        titre=name[:1].upper() + name[1:],
        description=f"Niveau « {NIVEAUX[niveau]} » ({atlas.nom}) : contours, population et chiffres, "
        "chacun avec sa fiabilité et son millésime.",
        ids=codes,
        geometries=find_contours(atlas, niveau, codes),
        mots=("territoires", NIVEAUX[niveau], "accès aux services au public"),
        licence=list_licences(atlas),
        sources=list_sources(atlas),
        marque=atlas.empreinte,
        archive=ARCHIVES.get(niveau, ("communes", niveau)),
        tuiles=True,
    )


def _tell_territoires(atlas: AtlasOuvert, niveau: str, rows: tuple[Territoire, ...]) -> Iterator[Colonne]:
    def of(propriete: ProprieteOuverte, key: str) -> Colonne:
        return make_colonne(propriete, lambda: [getattr(one, key) for one in rows])

    yield of(Propriete("code", "Code", description="Le code du territoire (INSEE, SIREN…)."), "code")
    yield of(Propriete("nom", "Nom"), "nom")
    yield of(Propriete("niveau", "Niveau", valeurs=tuple(NIVEAUX)), "niveau")
    people = Propriete(
        "population",
        "Population municipale",
        "integer",
        unite="habitants",
        complements=("population_millesime",),
    )
    yield of(people, "population")
    vintage = Propriete("population_millesime", "Millésime de la population")
    yield repeat(vintage, atlas.definition(POPULATION).millesime or None, len(rows))
    yield of(Propriete("superficie_km2", "Superficie", "number", unite="km²"), "superficie_km2")
    yield of(Propriete("densite_classe", "Classe de densité"), "densite_classe")
    partial = "Vrai quand une partie est hors du département : il n’est jamais classé."
    yield of(Propriete("partiel", "Partiel", "boolean", partial), "partiel")
    if niveau == "zone":
        yield of(Propriete("type_zone", "Nature de la zone"), "type_zone")
    for other in NIVEAUX:
        if any(other in one.parents for one in rows):
            yield _tell_parents(other, rows)


def _tell_parents(niveau: str, rows: tuple[Territoire, ...]) -> Colonne:
    told = Propriete(niveau, f"Code du niveau « {NIVEAUX[niveau]} » qui le contient")
    return make_colonne(told, lambda: [one.parents.get(niveau) for one in rows])


def list_chiffres(atlas: AtlasOuvert, niveau: str, codes: tuple[str, ...]) -> Iterator[Colonne]:
    """Each indicator with its reliability, its coverage and its vintage; a few are given without asking."""
    held = list_parties(atlas)

    def read(name: str) -> NDArray[Any]:
        return held[name].read(atlas, niveau, codes)

    for name in atlas.indicateurs(niveau):
        for part in ("", *PARTIES):
            yield held[name + part].propriete, read


def list_parties(atlas: AtlasOuvert) -> dict[str, ProprieteDeChiffre]:
    """Every property of the figures of an atlas by name, one for all its layers: they are thousands."""

    def make() -> dict[str, ProprieteDeChiffre]:
        first = set(read_toml("services_ouverts.toml")["indicateurs"]["ids"])
        return {
            one.propriete.nom: one
            for definition in atlas.definitions.values()
            for one in _tell_chiffre(atlas, definition, rendue=definition.id in first)
        }

    found: dict[str, ProprieteDeChiffre] = atlas.garder(("ogc", "parties"), make)
    return found


class ProprieteDeChiffre(NamedTuple):
    """A property that tells something of an indicator: ``attribut`` of its column, or of its definition."""

    propriete: ProprieteOuverte
    definition: Definition
    attribut: str

    def read(self, atlas: AtlasOuvert, niveau: str, codes: tuple[str, ...]) -> NDArray[Any]:
        """Its column over these territories; null where the figure is."""
        if self.attribut == "millesime":
            return make_objets([self.definition.millesime or None] * len(codes))
        column = atlas.colonne(niveau, self.definition.id)
        rows = np.array([column.rang.get(code, -1) for code in codes], dtype=np.int64)
        known = ~np.isnan(np.append(column.valeurs, np.nan)[rows])
        if self.attribut == "fiabilites":
            return make_objets(
                [column.fiabilites[row] if ok else None for row, ok in zip(rows, known, strict=True)]
            )
        return np.where(known, np.append(getattr(column, self.attribut), np.nan)[rows], np.nan)


def _tell_chiffre(
    atlas: AtlasOuvert, definition: Definition, *, rendue: bool
) -> Iterator[ProprieteDeChiffre]:
    name, title = definition.id, plat(definition.nom)
    grade, cover, vintage = (name + part for part in PARTIES)
    said = f"Sources : {', '.join(map(atlas.nom_source, definition.sources))}." if definition.sources else ""
    doubt = "" if definition.confirme else " Définition ou constante à confirmer."
    share = "Part des habitants pour lesquels le chiffre est connu."
    figure = Propriete(
        name,
        title,
        "number",
        said + doubt,
        definition.unite,
        rendue=rendue,
        complements=(grade, cover, vintage),
    )
    yield ProprieteDeChiffre(figure, definition, "valeurs")
    told = Propriete(grade, f"{title} : fiabilité", valeurs=FIABILITES, rendue=rendue)
    yield ProprieteDeChiffre(told, definition, "fiabilites")
    told = Propriete(cover, f"{title} : couverture", "number", share, rendue=False)
    yield ProprieteDeChiffre(told, definition, "couvertures")
    yield ProprieteDeChiffre(
        Propriete(vintage, f"{title} : millésime", rendue=rendue), definition, "millesime"
    )


def make_carreaux(atlas: AtlasOuvert) -> CoucheOuverte | None:
    """The cells of the census grid, as squares; null for an atlas without a grid."""
    cells = atlas.carreaux()
    if cells is None:
        return None
    transformer = find_transformer(LAEA, WGS84)
    squares = shapely.transform(
        shapely.box(cells.x_m, cells.y_m, cells.x_m + cells.taille_m, cells.y_m + cells.taille_m),
        lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])),
    )
    count = len(cells.ids)
    kept = [
        make_colonne(Propriete("code", "Identifiant du carreau"), lambda: cells.ids),
        make_colonne(
            Propriete("commune", "Commune", description="Celle où vivent le plus de ses habitants."),
            lambda: map(atlas.commune_du_carreau, cells.ids),
        ),
        (Propriete("population", "Habitants", "number", unite="habitants"), lambda _: cells.population),
        (Propriete("taille_m", "Côté", "number", unite="m"), lambda _: cells.taille_m),
        *list_chiffres(atlas, "carreau", cells.ids),
        *tell_atlas(atlas, count),
    ]
    return make_couche(
        kept,
        id="carreaux",
        titre="Carreaux",
        description=f"Les carreaux de population ({atlas.nom}) et leurs chiffres. Ce que le secret "
        "statistique tait est nul.",
        ids=cells.ids,
        geometries=squares,
        mots=("carreaux", "population", "accès aux services au public"),
        licence=list_licences(atlas),
        sources=list_sources(atlas),
        marque=atlas.empreinte,
        archive=("carreaux", "carreaux"),
        tuiles=True,
    )


def make_implantations(atlas: AtlasOuvert) -> CoucheOuverte | None:
    """Every location that times were computed to; null when the atlas has none."""
    kinds = set(atlas.types_de_lieux())
    rows = tuple(one for one in atlas.implantations() if one.type in kinds)
    if not rows:
        return None
    communes = {one.code: one.nom for one in atlas.territoires("commune")}
    services = {name: plat(nom_de_type(name)) for name in kinds}
    sources = {name: atlas.nom_source(name) for name in {one.source for one in rows}}

    def of(propriete: ProprieteOuverte, read: Any = None) -> Colonne:
        """Its column now, the rows being too heavy to keep; ``read``: a row → its value."""
        get = read or attrgetter(propriete.nom)
        _, make = make_colonne(propriete, lambda: map(get, rows))
        made = make(propriete.nom)
        return propriete, lambda _: made

    columns = [
        of(Propriete("type", "Type de service")),
        of(Propriete("type_nom", "Service"), lambda one: services[one.type]),
        of(Propriete("nom", "Nom", description="Nul quand la source ne le dit pas.")),
        of(Propriete("code_insee", "Commune (code)")),
        of(Propriete("commune", "Commune"), lambda one: communes.get(one.code_insee or "")),
        of(Propriete("precision", "Précision du lieu", valeurs=("adresse", "commune", "base_mobile"))),
        of(Propriete("effectif", "Équipements à ce point", "integer")),
        of(Propriete("capacite", "Capacité", "number")),
        of(Propriete("horaires", "Horaires", description="Dans la syntaxe d’OpenStreetMap.")),
        of(Propriete("itinerant", "Itinérant", "boolean")),
        of(Propriete("source", "Source")),
        of(Propriete("source_nom", "Source et millésime"), lambda one: sources[one.source]),
        *tell_atlas(atlas, len(rows)),
    ]
    return make_couche(
        columns,
        id="implantations",
        titre="Implantations",
        description=f"Les lieux où l’on trouve un service ({atlas.nom}), ceux d’au delà de la limite "
        "compris.",
        ids=tuple(one.id for one in rows),
        geometries=make_points((one.lon, one.lat) for one in rows),
        mots=("services au public", "équipements", "implantations"),
        licence=list_licences(atlas),
        sources=list_sources(atlas),
        marque=atlas.empreinte,
        tuiles=True,
    )


SIMPLES: Final = (
    Propriete("en_deficit", "En déficit", "boolean", "Retenu par la règle."),
    Propriete("decidable", "Décidable", "boolean", "Faux quand trop de chiffres manquent pour en juger."),
    Propriete("rang", "Rang", "integer"),
    Propriete("intensite", "Intensité", "number"),
    Propriete("palier", "Palier"),
    Propriete("palier_tenue", "Tenue du palier", "number", "Part des variantes qui l’y laissent, de 0 à 1."),
    Propriete("robustesse", "Robustesse", "number", "Part des variantes qui le retiennent, de 0 à 1."),
    Propriete("stabilite", "Stabilité", valeurs=("toujours", "souvent", "selon")),
    Propriete("typologie", "Typologie"),
    Propriete("amas", "Voisinage", valeurs=("HH", "HL", "LH", "LL")),
)
LISTES: Final = (
    Propriete("motifs", "Motifs", description="Les critères qui le retiennent."),
    Propriete("raisons", "Raisons", description="Ce que l’on en sait, critères ou non.", long=True),
    Propriete("portrait", "Portrait", long=True),
    Propriete("sous_dotes", "Professions sous-dotées"),
    Propriete("surconcentres", "Professions surconcentrées"),
)


PHRASES: Final = ("raisons", "portrait")


def _say(sentences: Iterable[str]) -> str | None:
    return " ".join(sentences) or None


def make_deficits(atlas: AtlasOuvert, niveau: str) -> CoucheOuverte | None:
    """What the rule of deficits says of each territory that it judged at a mesh; null when it judged none."""
    held = atlas.deficits(niveau)
    rows = [one for one in atlas.territoires(niveau) if one.code in held]
    if not rows:
        return None
    codes = tuple(one.code for one in rows)

    def of(propriete: ProprieteOuverte, read: Any = None) -> Colonne:
        change = read or (lambda value: value)
        return make_colonne(propriete, lambda: [change(getattr(held[code], propriete.nom)) for code in codes])

    columns = [
        make_colonne(Propriete("code", "Code"), lambda: codes),
        make_colonne(Propriete("nom", "Nom"), lambda: [one.nom for one in rows]),
        make_colonne(
            Propriete("population", "Population municipale", "integer", unite="habitants"),
            lambda: [one.population for one in rows],
        ),
        *map(of, SIMPLES),
        *(of(one, _say if one.nom in PHRASES else join) for one in LISTES),
        of(Propriete("profil", "Règle")),
        repeat(
            Propriete("millesime", "Millésime de la source la plus récente"),
            atlas.manifeste.millesime,
            len(codes),
        ),
        repeat(
            Propriete("temps_fiabilite", "Fiabilité des temps", valeurs=FIABILITES),
            atlas.fiabilite_temps,
            len(codes),
        ),
        *tell_atlas(atlas, len(codes)),
    ]
    return make_couche(
        columns,
        id=f"deficits-{IDS[niveau]}",
        titre=f"Déficits d’accès : {plat(mettre_au_pluriel(NIVEAUX[niveau]))}",
        description="Ce que dit la règle des déficits de chaque territoire jugé : retenu ou non, pourquoi, "
        "avec quelle solidité.",
        ids=codes,
        geometries=find_contours(atlas, niveau, codes),
        mots=("déficit d’accès", "diagnostic", NIVEAUX[niveau]),
        licence=list_licences(atlas),
        sources=list_sources(atlas),
        marque=atlas.empreinte,
        tuiles=True,
    )
