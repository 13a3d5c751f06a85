"""A chapter for each theme: its map, and beside it what the map says, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.eloignement import find_limit
from maillage.catalogue.figures_de_reference import CarteDuDiagnostic
from maillage.diagnostic.phrases import enumerate_words
from maillage.francais import avec_unite, known
from maillage.reports.diagnostic import cartes
from maillage.reports.diagnostic.constats import (
    BASKET,
    LARGE,
    choose_eloignement,
    choose_mesh,
    is_apart,
)
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow, people, qualify
from maillage.reports.rendu.blocs import Nombre

TITRES = {
    "panier": "Les services du quotidien",
    "france_services": "L’accueil administratif : France services",
    "medecin": "Se soigner : le médecin généraliste",
}
NAMED, PART = 5, 0.55


def make_sections(lecteur: Lecteur) -> tuple[Section, ...]:
    """A chapter for each map of the catalogue but the main one, which opens the report."""
    here = lecteur.departement
    main = choose_eloignement(lecteur)
    known_maps = [carte for carte in cartes.list_known(lecteur) if main is None or carte.id != main.carte]
    if here is None or not known_maps:
        return ()
    fond = cartes.make_fond(lecteur, here, PART)
    return tuple(make_section(lecteur, here, carte, fond) for carte in known_maps)


def make_section(
    lecteur: Lecteur, here: Territoire, carte: CarteDuDiagnostic, fond: cartes.Fond | None
) -> Section:
    """One theme."""
    texts = (
        *tell_mean(lecteur, here, carte),
        *tell_spread(lecteur, carte.indicateur),
        *tell_communes(lecteur, carte.indicateur),
    )
    drawn = (cartes.draw(carte, fond, lecteur),) if fond else ()
    return Section(f"theme-{carte.id}", TITRES.get(carte.id, carte.titre), texts, drawn)


def tell_mean(lecteur: Lecteur, here: Territoire, carte: CarteDuDiagnostic) -> Iterator[str]:
    """The mean, and how many people are beyond the limit of the service."""
    mean = lecteur.reference(carte.indicateur)
    if known(mean.valeur):
        yield flow(f"{carte.titre} : {Nombre.avec_intervalle(mean)} pour l'habitant moyen{qualify(mean)}.")
    beyond = find_beyond(lecteur, carte.indicateur)
    if beyond is None or not here.population:
        return
    minutes, share = beyond
    if share.valeur is not None:
        far = people(share.valeur * here.population)
        yield flow(
            f"""{Nombre.avec_intervalle(share, 2)} des habitants, {far}, sont à plus de {minutes}
            minutes{qualify(share)}."""
        )


def find_beyond(lecteur: Lecteur, indicateur: str) -> tuple[int, Chiffre] | None:
    """The share of people beyond the limit of what a time is to: minutes and figure."""
    service = "panier" if indicateur == BASKET else lecteur.definition(indicateur).service
    if not service:
        return None
    minutes = find_limit(service).minutes
    return minutes, lecteur.reference(f"part_{service}_plus_{minutes}min")


def tell_spread(lecteur: Lecteur, indicateur: str) -> Iterator[str]:
    """The territories from the nearest to the farthest."""
    found = [
        (figure.valeur, t, figure)
        for t in lecteur.territoires(choose_mesh(lecteur))
        if (figure := lecteur.chiffre(t.niveau, t.code, indicateur)).valeur is not None
    ]
    found.sort(key=lambda row: (row[0], row[1].code))
    if len(found) > 1:
        (_, near, first), (_, far, last) = found[0], found[-1]
        yield flow(
            f"De {Nombre.de(first)} dans {near.en_phrase} à {Nombre.de(last)} dans "
            f"{far.en_phrase}{qualify(first, last)}."
        )


def tell_communes(lecteur: Lecteur, indicateur: str) -> Iterator[str]:
    """The farthest communes, those that are small or near the border left out, and said so."""
    column = lecteur.colonne("commune", indicateur)
    found = [
        (value, t)
        for t in lecteur.territoires("commune")
        if (value := column.chiffre(t.code).valeur) is not None
        and (t.population or 0) >= LARGE
        and not is_apart(t)
    ]
    found.sort(key=lambda pair: (-pair[0], pair[1].code))
    d = column.definition
    if found:
        named = enumerate_words([f"{t.nom} ({avec_unite(v, d.unite, d.arrondi)})" for v, t in found[:NAMED]])
        yield flow(
            f"Parmi les communes de {LARGE} habitants ou plus, loin de la limite du département, les plus "
            f"éloignées : {named}."
        )
