"""What the pages of territories read from an atlas. No database."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import numpy as np

from maillage.catalogue.indicateurs import load_dimensions
from maillage.web.socle.atlas import AtlasOuvert, Chiffre, Deficit, Territoire
from maillage.web.socle.graphiques import (
    bande as dessin_bande,
)
from maillage.web.socle.graphiques import (
    barre as dessin_barre,
)
from maillage.web.socle.graphiques import (
    carte,
    couleurs,
    profil,
)
from maillage.web.territoires import geographie, phrases, selection


@dataclass(frozen=True)
class Repere:
    """A figure of the head of a portrait: sentence, comparison, distribution."""

    chiffre: Chiffre
    reference: Chiffre
    phrase: str
    bande: str


@dataclass(frozen=True)
class Proche:
    """One line of « ce qui est près, ce qui est loin »."""

    chiffre: Chiffre
    reference: Chiffre
    barre: str


@dataclass(frozen=True)
class LigneProfil:
    """One dimension of accessibility: where the territory stands among its peers."""

    nom: str
    chiffre: Chiffre | None
    position: float | None
    dessin: str


@dataclass(frozen=True)
class PetiteCarte:
    """A fixed map with its legend and what it shows."""

    chiffre: Chiffre
    dessin: str
    legende: list[tuple[int, str]]
    lieux: bool


@dataclass(frozen=True)
class Evolution:
    """One figure in an older atlas and in this one."""

    atlas_id: str
    avant: Chiffre
    maintenant: Chiffre
    ecart: str


def niveau_des_points(atlas: AtlasOuvert, niveau: str) -> str:
    """The mesh whose territories are the dots of a distribution: its own, or communes when it has too few."""
    return niveau if len(atlas.territoires(niveau)) > 3 else "commune"


def reference(atlas: AtlasOuvert, indicateur: str) -> Chiffre:
    """The figure of the département, to which all others are compared."""
    code = atlas.departement.code if atlas.departement else ""
    return atlas.chiffre("departement", code, indicateur)


def bande(atlas: AtlasOuvert, chiffre: Chiffre, niveau: str, largeur: int = dessin_bande.LARGEUR) -> str:
    """The distribution of an indicator over a mesh, with this figure on it; narrower for narrow columns."""
    indicateur = chiffre.definition.id
    dots = atlas.garder(
        ("nuage", niveau, indicateur, largeur),
        lambda: dessin_bande.nuage(
            atlas.colonne(niveau, indicateur).valeurs, largeur, pourcent=chiffre.definition.unite == "part"
        ),
    )
    interval = (chiffre.bas, chiffre.haut) if chiffre.bas is not None and chiffre.haut is not None else None
    definition = chiffre.definition
    mean = reference(atlas, indicateur).valeur
    return dessin_bande.bande(dots, chiffre.valeur, mean, definition.unite, definition.arrondi, interval)


def list_reperes(
    atlas: AtlasOuvert, territoire: Territoire, largeur: int = dessin_bande.LARGEUR
) -> list[Repere]:
    """The figures a portrait opens with."""
    dots = niveau_des_points(atlas, territoire.niveau)
    return [
        Repere(
            chiffre := atlas.chiffre(territoire.niveau, territoire.code, indicateur),
            reference(atlas, indicateur),
            selection.phrase(chiffre.definition),
            bande(atlas, chiffre, dots, largeur) if atlas.a(dots, indicateur) else "",
        )
        for indicateur in selection.reperes(atlas, territoire.niveau)
    ]


def list_proches(atlas: AtlasOuvert, territoire: Territoire) -> list[Proche]:
    """Times to everyday services, with the département's; nearest first, unknown last."""
    pairs = [
        (atlas.chiffre(territoire.niveau, territoire.code, indicateur), reference(atlas, indicateur))
        for indicateur in selection.services(atlas, territoire.niveau)
    ]
    known = [c.valeur for pair in pairs for c in pair if c.valeur is not None]
    top = max(known, default=1.0) or 1.0
    cuts = couleurs.Classes((5.0, 8.0, 11.0, 14.0, 18.0, float("inf")), 0.0, inverse=False, decimales=0)
    rows = [
        Proche(here, mean, dessin_barre.barre(here.valeur, mean.valeur, top, cuts.classe(here.valeur)))
        for here, mean in pairs
    ]
    return sorted(rows, key=lambda row: np.inf if row.chiffre.valeur is None else row.chiffre.valeur)


def pairs_de(atlas: AtlasOuvert, territoire: Territoire) -> tuple[list[str], str]:
    """Codes of the peers a territory is compared with, and how to call them."""
    held = atlas.territoires(territoire.niveau)
    same = [t.code for t in held if t.densite_classe == territoire.densite_classe]
    if territoire.niveau == "commune" and territoire.densite_classe and len(same) > 3:
        return same, "des communes de même densité"
    if len(held) > 3:
        return [t.code for t in held], f"des territoires de même niveau ({territoire.nature})"
    return [], ""


def list_profil(atlas: AtlasOuvert, territoire: Territoire) -> list[LigneProfil]:
    """The seven dimensions, in the order of the catalogue; a dimension without a figure says so."""
    peers, _ = pairs_de(atlas, territoire)
    return [_dimension(atlas, territoire, key, nom, peers) for key, nom in load_dimensions().items()]


def _dimension(
    atlas: AtlasOuvert, territoire: Territoire, key: str, nom: str, peers: list[str]
) -> LigneProfil:
    indicateur = selection.de_la_dimension(atlas, territoire.niveau, key)
    if indicateur is None:
        return LigneProfil(nom, None, None, profil.ligne(None))
    column = atlas.colonne(territoire.niveau, indicateur)
    here = column.chiffre(territoire.code)
    values = column.valeurs[[column.rang[code] for code in peers if code in column.rang]]
    place = profil.position(values, here.valeur, column.definition.sens)
    return LigneProfil(nom, here, place, profil.ligne(place))


def list_habitants(atlas: AtlasOuvert, territoire: Territoire) -> list[tuple[Chiffre, Chiffre]]:
    """Who lives here: the figures about people, not about access, with the département's."""
    return [
        (atlas.chiffre(territoire.niveau, territoire.code, indicateur), reference(atlas, indicateur))
        for indicateur in selection.habitants(atlas, territoire.niveau)
    ]


def carte_autour(atlas: AtlasOuvert, territoire: Territoire) -> PetiteCarte | None:
    """The map around a territory: a commune among its neighbours, the communes of a larger one."""
    indicateur = selection.de_la_carte(atlas, "commune")
    shapes = geographie.formes_de(atlas, "commune")
    if indicateur is None or shapes is None:
        return None
    column = atlas.colonne("commune", indicateur)
    cuts = classes_de(atlas, "commune", indicateur)
    if cuts is None:
        return None
    tints = {code: f"c{cuts.classe(value)}" for code, value in zip(column.codes, column.valeurs, strict=True)}
    inside = communes_dans(atlas, territoire)
    window, names = _window(atlas, territoire, shapes, inside)
    places = _places(atlas, column.definition.id, shapes, window)
    drawing = carte.carte(
        shapes,
        tints,
        titre=f"{column.definition.nom}, par commune",
        ici=territoire.code if territoire.niveau == "commune" else None,
        cadre=window,
        lieux=places,
        noms=names,
    )
    return PetiteCarte(
        reference(atlas, indicateur), drawing, cuts.libelles(column.definition.unite), bool(places)
    )


def classes_de(atlas: AtlasOuvert, niveau: str, indicateur: str) -> couleurs.Classes | None:
    """The default colour classes of an indicator over a mesh, cut once."""
    column = atlas.colonne(niveau, indicateur)
    found: couleurs.Classes | None = atlas.garder(
        ("classes", niveau, indicateur),
        lambda: couleurs.classes(
            column.valeurs, "quantiles", 6, column.definition.sens, column.definition.arrondi
        ),
    )
    return found


def communes_dans(atlas: AtlasOuvert, territoire: Territoire) -> list[Territoire]:
    """The communes of a territory (itself for a commune)."""
    if territoire.niveau in {"commune", "departement"}:
        rows = atlas.territoires("commune")
        return [t for t in rows if territoire.niveau == "departement" or t.code == territoire.code]
    return [t for t in atlas.territoires("commune") if t.parents.get(territoire.niveau) == territoire.code]


def _window(
    atlas: AtlasOuvert, territoire: Territoire, shapes: carte.Formes, inside: list[Territoire]
) -> tuple[tuple[float, float, float, float] | None, dict[str, str]]:
    boxes = [shapes.boites[t.code] for t in inside if t.code in shapes.boites]
    if not boxes or territoire.niveau == "departement":
        return None, {}
    if territoire.niveau == "commune":
        near = [
            territoire,
            *sorted(geographie.voisins(atlas, territoire), key=lambda t: -(t.population or 0))[:4],
        ]
        return carte.cadre_autour(shapes, territoire.code, 4.5), {t.code: t.nom for t in near}
    array = np.array(boxes)
    margin = 0.06 * max(array[:, 2].max() - array[:, 0].min(), array[:, 3].max() - array[:, 1].min())
    window = (
        float(array[:, 0].min() - margin),
        float(array[:, 1].min() - margin),
        float(array[:, 2].max() + margin),
        float(array[:, 3].max() + margin),
    )
    largest = sorted(inside, key=lambda t: -(t.population or 0))[:5]
    return window, {t.code: t.nom for t in largest}


def _places(
    atlas: AtlasOuvert,
    indicateur: str,
    shapes: carte.Formes,
    window: tuple[float, float, float, float] | None,
) -> tuple[carte.Lieu, ...]:
    """The implantations of the service the map is about, inside the window; none beyond eighty."""
    table = atlas.implantations()
    if table.is_empty():
        return ()
    rows = table.filter(table["type"] == indicateur.removeprefix("duree_"))
    places = [
        carte.Lieu(row["lon"], row["lat"], row["nom"] or "")
        for row in rows.iter_rows(named=True)
        if row["lon"] is not None and _inside(shapes.place(row["lon"], row["lat"]), window)
    ]
    return tuple(places) if len(places) <= 80 else ()


def _inside(point: tuple[float, float], window: tuple[float, float, float, float] | None) -> bool:
    return window is None or (window[0] <= point[0] <= window[2] and window[1] <= point[1] <= window[3])


def list_parents(atlas: AtlasOuvert, territoire: Territoire) -> list[Territoire]:
    """The territories that hold this one, from the largest."""
    order = ("departement", "arrondissement", "epci")
    keys = [(niveau, territoire.parents[niveau]) for niveau in order if niveau in territoire.parents]
    found = [atlas.territoire(*key) for key in keys if key != (territoire.niveau, territoire.code)]
    held = [t for t in found if t is not None]
    whole = atlas.departement
    return held if whole is None or whole in (territoire, *held) else [whole, *held]


def list_evolutions(avant: AtlasOuvert | None, atlas: AtlasOuvert, territoire: Territoire) -> list[Evolution]:
    """The head figures in the atlas before this one, and now; nothing when either is unknown."""
    if avant is None:
        return []
    rows = []
    for indicateur in selection.reperes(atlas, territoire.niveau):
        old = avant.chiffre(territoire.niveau, territoire.code, indicateur)
        new = atlas.chiffre(territoire.niveau, territoire.code, indicateur)
        if old.connu and new.connu:
            rows.append(Evolution(avant.id, old, new, phrases.ecart(new, old)))
    return rows


def list_deficits(atlas: AtlasOuvert, niveau: str) -> list[tuple[Territoire, Deficit]]:
    """The territories the default rule keeps, by rank."""
    found = [(t, atlas.deficit(niveau, t.code)) for t in atlas.territoires(niveau)]
    kept = [(t, d) for t, d in found if d is not None and d.en_deficit]
    return sorted(kept, key=lambda pair: (pair[1].rang is None, pair[1].rang or 0, pair[0].nom))


def plier(text: str) -> str:
    """Lower case without accents or ligatures, hyphens and apostrophes as spaces.

    >>> plier("Mœuvres-l’Église")
    'moeuvres l eglise'
    """
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    flat = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in flat).split())


def search_territoires(atlas: AtlasOuvert, text: str, limit: int = 40) -> list[Territoire]:
    """Territories whose name or code answers: exact, beginning, every word; larger first."""
    wanted = plier(text)
    index = atlas.garder(
        "index_noms", lambda: [(plier(t.nom), t) for n in atlas.niveaux() for t in atlas.territoires(n)]
    )
    if not wanted:
        return []
    scored = [(score, t) for name, t in index if (score := _score(wanted, name, t.code)) is not None]
    return [t for _, t in sorted(scored, key=lambda pair: (pair[0], -(pair[1].population or 0)))[:limit]]


def _score(wanted: str, name: str, code: str) -> int | None:
    if wanted in {name, code.lower()}:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if all(any(word.startswith(part) for word in name.split()) for part in wanted.split()) else None


def search_indicateurs(atlas: AtlasOuvert, text: str, limit: int = 12) -> list[Chiffre]:
    """Indicators whose name holds every word, with the département's figure."""
    parts = plier(text).split()
    found = [d for d in atlas.definitions.values() if parts and all(part in plier(d.nom) for part in parts)]
    return [reference(atlas, d.id) for d in found[:limit]]
