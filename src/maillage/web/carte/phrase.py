"""The view in words: a title, and a sentence that says what the colours say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.http import QueryDict

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.atlas.lecture.transports import say_transports
from maillage.catalogue.lecture import read_toml
from maillage.francais import INSECABLE, avec_unite, majuscule, typeset
from maillage.web.carte import choix
from maillage.web.carte.vue import Dessin, Vue
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.templatetags.maillage import unite_en_toutes_lettres
from maillage.web.territoires import phrases


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


def list_mentions(atlas: AtlasOuvert, dessin: Dessin) -> list[str]:
    """What a figure must not be read without: its unit, public transport or not, that times are estimated."""
    unite = unite_en_toutes_lettres(dessin.definition.unite)
    said = [f"En {unite}."] if unite else []
    said += _tell_transports(atlas, dessin)
    nature = phrases.tell_times(atlas)
    return [*said, nature] if nature and _rests_on_times(dessin) else said


def _tell_transports(atlas: AtlasOuvert, dessin: Dessin) -> list[str]:
    """Whether public transport counts, its days, how one walks; nothing for what does not depend on it."""
    names, place = read_toml("carte.toml"), dessin.vue.place
    if place is None or place[1] in names["sans_temps"] or place[3] not in names["sans_voiture"]:
        return []
    facts = atlas.manifeste.transports if place[3] in names["collectifs"] else None
    return [typeset(f"{majuscule(say_transports(facts, detail=True))}.")]


def _rests_on_times(dessin: Dessin) -> bool:
    """Whether a figure comes from travel times: minutes, or a measure of access to a service."""
    place = dessin.vue.place
    counted = read_toml("carte.toml")["sans_temps"]
    return dessin.definition.unite == "min" or (place is not None and place[1] not in counted)


def list_sources(atlas: AtlasOuvert, dessin: Dessin) -> list[str]:
    """Vintage and first sources, of the second indicator too: what stands under a map wherever it goes."""
    said: list[str] = []
    for column in (dessin.colonne, dessin.seconde):
        if column is not None:
            d = column.definition
            said += [d.millesime, *(atlas.nom_source(source) for source in d.sources[:2])]
    return list(dict.fromkeys(word for word in said if word))


def list_ecarts(query: QueryDict, atlas: AtlasOuvert, vue: Vue) -> list[str]:
    """What an address asks that this atlas does not hold, and what is shown in its place; else empty."""
    said = []
    if (niveau := query.get("niveau", "")) and niveau != vue.niveau:
        said.append(f"Cet atlas n’a pas de chiffres par {NIVEAUX.get(niveau, _quote(niveau))}.")
    named = query.get("indicateur", "")
    if named and named != vue.indicateur:
        said.append(f"Cet atlas n’a pas ici l’indicateur {_quote(_nom(atlas, named))}.")
    if (avec := query.get("avec", "")) and not vue.avec and avec != vue.indicateur:
        said.append(f"Cet atlas n’a pas ici l’indicateur {_quote(_nom(atlas, avec))}, à croiser.")
    if not named and query.get("service"):
        said += _lost_choices(query, vue)
    return [*said, f"La carte montre : {_shown(atlas, vue)}."] if said else []


def _nom(atlas: AtlasOuvert, indicateur: str) -> str:
    return atlas.definition(indicateur).nom if indicateur in atlas.definitions else indicateur


def _shown(atlas: AtlasOuvert, vue: Vue) -> str:
    """The view in a few words."""
    nom = atlas.definition(vue.indicateur).nom
    return f"{nom}, par {NIVEAUX.get(vue.niveau, 'carreau')}"


def _lost_choices(query: QueryDict, vue: Vue) -> list[str]:
    """The first choice that no figure allows, the others made: those after it follow from the change."""
    kept = dict(zip(choix.AXES, vue.place or ("",) * len(choix.AXES), strict=True))
    measured = kept["mesure"] in read_toml("carte.toml")["selon_mode"]
    for axis in choix.AXES:
        asked = query.get(axis, "")
        matters = axis in {"service", "mesure"} or bool(kept["seuil"] if axis == "seuil" else measured)
        lost = asked not in {"", kept[axis]} and vue.indicateur != asked.replace("{type}", kept["service"])
        if matters and lost:
            name = _quote(choix.nom_du_choix(axis, asked))
            return [f"{LIBELLES[axis]} {name} n’existe pas ici dans cet atlas."]
    return []


def _quote(text: str) -> str:
    return f"«{INSECABLE}{text[:80]}{INSECABLE}»"


LIBELLES = {
    "service": "Le service",
    "mesure": "Pour ce service, la mesure",
    "seuil": "Pour cette mesure, le seuil",
    "mode": "Pour cette mesure, le déplacement",
    "groupe": "Pour cette mesure, le groupe",
}


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
        return majuscule(par)
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
