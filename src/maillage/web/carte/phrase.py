"""The view in words: a title, and a sentence that says what the colours say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.catalogue.lecture import read_toml
from maillage.francais import INSECABLE, avec_unite
from maillage.web.carte import choix
from maillage.web.carte.vue import Dessin
from maillage.web.socle.atlas import AtlasOuvert


@dataclass(frozen=True)
class Phrase:
    """``titre``: the service, or the indicator; ``quoi``: what is measured, for whom, how, by which mesh."""

    titre: str
    quoi: str
    moyenne: Chiffre
    etendue: tuple[str, str] | None
    selon: str


def make_phrase(atlas: AtlasOuvert, dessin: Dessin) -> Phrase:
    """The title and the sentence of a view."""
    definition = dessin.definition
    code = atlas.departement.code if atlas.departement else ""
    niveau = NIVEAUX.get(dessin.vue.niveau, "carreau")
    known = dessin.colonne.valeurs[np.isfinite(dessin.colonne.valeurs)]
    ends = (
        (
            avec_unite(float(known.min()), definition.unite, definition.arrondi),
            avec_unite(float(known.max()), definition.unite, definition.arrondi),
        )
        if len(known)
        else None
    )
    place = dessin.vue.place
    titre = choix.nom_du_service(place[0]) if place else definition.nom
    mean = atlas.chiffre("departement", code, definition.id)
    return Phrase(titre, _quoi(dessin, place), mean, ends, f"{_article(niveau)}{niveau}")


def _article(nom: str) -> str:
    """« la », « le » or « l’ » before a mesh.

    >>> _article("commune"), _article("carreau"), _article("arrondissement"), _article("zone prioritaire")
    ('la ', 'le ', 'l’', 'la ')
    """
    if nom[0] in "aeiou":
        return "l’"
    return "la " if nom.startswith(("commune", "zone")) else "le "


def _quoi(dessin: Dessin, place: choix.Place | None) -> str:
    par = f"par {NIVEAUX.get(dessin.vue.niveau, 'carreau')}"
    if place is None:
        return par.capitalize()
    names = read_toml("carte.toml")
    _, mesure, seuil, mode, groupe = place
    words = [choix.nom_de_mesure(mesure)]
    if seuil:
        words[0] += f"{INSECABLE}: à plus de {seuil} minutes"
    if mesure in names["selon_mode"]:
        words.append(names["modes"].get(mode, mode))
    if groupe != names["defauts"]["groupe"]:
        words.append(names["pour"].get(groupe) or f"pour{INSECABLE}: {dessin.definition.objet}")
    return ", ".join([*words, par])
