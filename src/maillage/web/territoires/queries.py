"""What the pages of territories read from an atlas. No database."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from urllib.parse import urlencode

import numpy as np
from django.utils.safestring import SafeString, mark_safe

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.references import Reference
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.recherche.index import IndexRecherche
from maillage.atlas.recherche.recolte import make_index
from maillage.atlas.recherche.reponse import Reponse
from maillage.diagnostic.paliers import cumulate_people
from maillage.reports.rendu import (
    bande as dessin_bande,
)
from maillage.reports.rendu import (
    barre as dessin_barre,
)
from maillage.reports.rendu import couleurs
from maillage.reports.rendu.paliers import draw_curve
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import selection


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


def niveau_des_points(atlas: AtlasOuvert, niveau: str) -> str:
    """The mesh whose territories are the dots of a distribution: its own, or communes when it has too few."""
    return niveau if len(atlas.territoires(niveau)) > 3 else "commune"


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
    mean = atlas.reference(indicateur).valeur
    return dessin_bande.bande(dots, chiffre.valeur, mean, definition.unite, definition.arrondi, interval)


def list_reperes(
    atlas: AtlasOuvert, territoire: Territoire, largeur: int = dessin_bande.LARGEUR
) -> list[Repere]:
    """The figures a portrait opens with."""
    dots = niveau_des_points(atlas, territoire.niveau)
    return [
        Repere(
            chiffre := atlas.chiffre(territoire.niveau, territoire.code, indicateur),
            atlas.reference(indicateur),
            selection.phrase(chiffre.definition),
            bande(atlas, chiffre, dots, largeur) if atlas.a(dots, indicateur) else "",
        )
        for indicateur in selection.reperes(atlas, territoire.niveau)
    ]


def list_proches(atlas: AtlasOuvert, territoire: Territoire) -> list[Proche]:
    """Times to everyday services, with the département's; nearest first, unknown last."""
    pairs = [
        (atlas.chiffre(territoire.niveau, territoire.code, indicateur), atlas.reference(indicateur))
        for indicateur in selection.services(atlas, territoire.niveau)
    ]
    known = [c.valeur for pair in pairs for c in pair if c.valeur is not None]
    top = max(known, default=1.0) or 1.0
    cuts = couleurs.fixed_classes((5.0, 8.0, 11.0, 14.0, 18.0), "moins")
    rows = [
        Proche(here, mean, dessin_barre.barre(here.valeur, stroke, top, cuts.classe(here.valeur)))
        for here, mean in pairs
        for stroke in (None if territoire.niveau == "departement" else mean.valeur,)
    ]
    return sorted(rows, key=lambda row: np.inf if row.chiffre.valeur is None else row.chiffre.valeur)


def list_habitants(atlas: AtlasOuvert, territoire: Territoire) -> list[tuple[Chiffre, Chiffre]]:
    """Who lives here: the figures about people, not about access, with the département's."""
    return [
        (atlas.chiffre(territoire.niveau, territoire.code, indicateur), atlas.reference(indicateur))
        for indicateur in selection.habitants(atlas, territoire.niveau)
    ]


def list_parents(atlas: AtlasOuvert, territoire: Territoire) -> list[Territoire]:
    """The territories that hold this one, from the largest."""
    order = ("departement", "arrondissement", "epci")
    keys = [(niveau, territoire.parents[niveau]) for niveau in order if niveau in territoire.parents]
    found = [atlas.territoire(*key) for key in keys if key != (territoire.niveau, territoire.code)]
    held = [t for t in found if t is not None]
    whole = atlas.departement
    return held if whole is None or whole in (territoire, *held) else [whole, *held]


def list_deficits(atlas: AtlasOuvert, niveau: str) -> list[tuple[Territoire, Deficit]]:
    """The territories the default rule keeps, by rank."""
    found = [(t, atlas.deficit(niveau, t.code)) for t in atlas.territoires(niveau)]
    kept = [(t, d) for t, d in found if d is not None and d.en_deficit]
    return sorted(kept, key=lambda pair: (pair[1].rang is None, pair[1].rang or 0, pair[0].nom))


def count_ranked(atlas: AtlasOuvert, niveau: str) -> int:
    """How many territories of a mesh have a rank in the list."""
    return sum(deficit.rang is not None for _, deficit in list_deficits(atlas, niveau))


def count_deficits(atlas: AtlasOuvert) -> dict[str, tuple[int, int]]:
    """niveau → (territories the rule keeps, territories it judged), for the meshes it judged."""
    found = {}
    for niveau in atlas.niveaux():
        judged = [
            d for t in atlas.territoires(niveau) if (d := atlas.deficit(niveau, t.code)) and d.decidable
        ]
        if judged:
            found[niveau] = (sum(d.en_deficit for d in judged), len(judged))
    return {niveau: found[niveau] for niveau in ORDRE if niveau in found}


@dataclass(frozen=True)
class LignePalier:
    """A tier of one mesh: how many territories and people, and their share of all people."""

    nom: str
    territoires: int
    habitants: float
    part: float


def count_tiers(atlas: AtlasOuvert, niveau: str) -> list[LignePalier]:
    """What each tier holds at one mesh; none for an atlas made before there were tiers."""
    people = sum(t.population or 0 for t in atlas.territoires(niveau)) or 1.0
    rows = list_deficits(atlas, niveau)
    found = []
    for palier in atlas.paliers:
        inside = [t.population or 0.0 for t, d in rows if d.palier == palier.id]
        found.append(LignePalier(palier.nom, len(inside), sum(inside), sum(inside) / people))
    return found if any(d.palier for _, d in rows) else []


def draw_tiers(atlas: AtlasOuvert, niveau: str) -> SafeString | str:
    """The curve of people by intensity; empty when no territory is in a tier."""
    rows = [(t, d) for t, d in list_deficits(atlas, niveau) if d.palier]
    intensity = np.array([d.intensite or 0.0 for _, d in rows], np.float64)
    people = np.array([t.population or 0.0 for t, _ in rows], np.float64)
    curve = cumulate_people(np.ones(len(rows), np.bool_), intensity, people)
    return mark_safe(draw_curve(curve, atlas.paliers))


def list_references(atlas: AtlasOuvert, here: Territoire) -> list[tuple[Chiffre, tuple[Reference, ...]]]:
    """The figures of a territory that larger territories have too, each beside theirs; unknown left out."""

    def read() -> list[tuple[str, tuple[Reference, ...]]]:
        known = {name: _list_known(atlas, name) for name in atlas.indicateurs(here.niveau)}
        return [(name, told) for name, told in known.items() if told]

    compared: list[tuple[str, tuple[Reference, ...]]] = atlas.garder(("références", here.niveau), read)
    figures = ((atlas.chiffre(here.niveau, here.code, name), known) for name, known in compared)
    return [(chiffre, known) for chiffre, known in figures if chiffre.connu]


def _list_known(atlas: AtlasOuvert, name: str) -> tuple[Reference, ...]:
    """The known references of an indicator; none for what counts people or places."""
    if name.startswith("nombre_") or atlas.definition(name).unite.startswith("habitants"):
        return ()
    return tuple(told for told in atlas.references(name) if told.valeur is not None)


# The order in which lists of priority territories are read.
ORDRE = ("epci", "arrondissement", "canton", "bassin_vie", "commune", "zone")


def count_typologies(rows: list[tuple[Territoire, Deficit]]) -> list[tuple[str, int]]:
    """What the matter is, and for how many; the most frequent first."""
    counts = Counter(deficit.typologie or "Sans type" for _, deficit in rows)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def list_arrondissements(atlas: AtlasOuvert) -> list[tuple[Territoire, list[Chiffre], Deficit | None]]:
    """Each arrondissement with its head figures and what the rule says of it."""
    names = selection.reperes(atlas, "arrondissement")
    return [
        (t, [atlas.chiffre(t.niveau, t.code, name) for name in names], atlas.deficit(t.niveau, t.code))
        for t in atlas.territoires("arrondissement")
    ]


def search(atlas: AtlasOuvert, text: str, limit: int = 40) -> list[Reponse]:
    """What answers a few words; the index of an atlas is made once."""
    index: IndexRecherche = atlas.garder("recherche", lambda: make_index(atlas))
    found = index.search(text, limit)
    return found if atlas.par_defaut else [replace(one, url=keep_atlas(one.url, atlas.id)) for one in found]


def keep_atlas(url: str | None, atlas_id: str) -> str | None:
    """An address that keeps the atlas being read.

    >>> keep_atlas("/carte/?indicateur=densite", "nord-2025"), keep_atlas("/carte/", "nord-2025")
    ('/carte/?indicateur=densite&atlas=nord-2025', '/carte/?atlas=nord-2025')
    """
    return url and f"{url}{'&' if '?' in url else '?'}{urlencode({'atlas': atlas_id})}"


def search_territoires(atlas: AtlasOuvert, text: str, limit: int = 40) -> list[Territoire]:
    """The territories among what answers."""
    found = (atlas.territoire(one.genre, one.code) for one in search(atlas, text, limit))
    return [one for one in found if one]


def is_ambiguous(text: str) -> bool:
    """Whether a text may be an INSEE code and a postcode: five digits.

    >>> is_ambiguous("59350"), is_ambiguous("59"), is_ambiguous("Lille")
    (True, False, False)
    """
    return len(text) == 5 and text.isascii() and text.isdigit()
