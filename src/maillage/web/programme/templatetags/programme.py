"""What the templates of the programme may call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import template
from django.utils.text import slugify

from maillage import francais as formats
from maillage.sdaasp.indicateurs.couverture import Case, MatriceCouverture
from maillage.sdaasp.indicateurs.valeurs import DECIMALES_CALCULEES
from maillage.sdaasp.programme.lisibilite import tell_relecture
from maillage.sdaasp.programme.vocabulaire import LIBELLES, Opinion, get_libelle
from maillage.web.programme import presentation
from maillage.web.programme.indicateurs import chiffres
from maillage.web.programme.lieux import name_place, tell_figure
from maillage.web.programme.noms import Noms
from maillage.web.programme.taches.pilotes import list_pilotes, name_pilotes

register = template.Library()
_MOTS = {str(member): label for member, label in LIBELLES.items()}


@register.filter
def relecture_dite(relecteurs: Sequence[str], le: date | None = None) -> str:
    """Who read a plain version again and when it is known, or that nobody did."""
    return tell_relecture(relecteurs, le)


@register.filter
def nom(noms: Noms, cle: str | None) -> str:
    """The name behind a key."""
    return noms.get(cle)


@register.simple_tag(takes_context=True)
def pilote(context: template.Context, row: Any) -> str:
    """The territorial pilot of a declinaison: as written, else by mandate.

    Mandates name people: only accounts read them, and a public page is kept without looking at them.
    """
    if row.pilote_territorial or not context["user"].is_authenticated:
        return row.pilote_territorial or ""
    held = context.render_context.dicts[0]
    if "pilotes" not in held:
        held["pilotes"] = list_pilotes()
    return ", ".join(name_pilotes(row, held["pilotes"]))


@register.filter
def ton(statut: str | None) -> str:
    """The tone of a status."""
    return presentation.TONS.get(statut, "")


@register.filter
def mot(valeur: str | None) -> str:
    """A value of a closed list in words."""
    return "À confirmer" if valeur is None else _MOTS.get(valeur, valeur)


@register.filter
def etat_cible(avec_cible: Iterable[str], cle: str) -> str:
    """The state of the cell « cible » of an objective."""
    return "couvert" if cle in avec_cible else "vide"


@register.inclusion_tag("programme/couverture/_case.html", takes_context=True)
def cellule(
    context: template.Context,
    etat: str,
    *,
    trou: str = "",
    geste: str = "",
    rien: str = "rien",
    page: str = "",
    voir: str = "",
    mot: str = "",
) -> dict[str, str]:
    """A cell of a matrix.

    ``trou`` and ``geste``: where and how those who may fill it; ``page`` and ``voir``: what it rests on.
    """
    geste = geste if context["peut_completer"] and trou else ""
    known = {"etat": etat, "trou": trou, "geste": geste, "rien": rien, "page": page, "voir": voir}
    return known | {"mot": mot or mot_case(etat)}


@register.filter
def classe(etat: str) -> str:
    """The style of a cell."""
    return etat.replace("_", "-")


@register.filter
def mot_case(etat: str) -> str:
    """The state of a cell in words."""
    return {"couvert": "couvert", "a_confirmer": "à confirmer"}.get(etat, "rien")


@register.filter
def choisir(mapping: Mapping[str, Any], cle: str) -> Any:
    """``mapping[cle]``, or nothing."""
    return mapping.get(cle, "")


@register.filter
def lignes(matrice: MatriceCouverture) -> list[tuple[Any, list[tuple[Any, Case]], bool]]:
    """(row head, its cells with their column, whether the row is empty)."""
    empty = {head.cle for head in matrice.lignes_vides}
    return [
        (head, list(zip(matrice.colonnes, row, strict=True)), head.cle in empty)
        for head, row in zip(matrice.lignes, matrice.cases, strict=True)
    ]


@register.filter
def compter(etats: Iterable[str], etat: str) -> int:
    """How many are in a state."""
    return sum(one == etat for one in etats)


@register.filter
def comptes(matrice: MatriceCouverture) -> list[tuple[Any, int]]:
    """(column, how many of its cells are not empty)."""
    columns = zip(*matrice.cases, strict=True) if matrice.cases else ()
    counts = [sum(case.etat != "vide" for case in column) for column in columns]
    return list(zip(matrice.colonnes, counts, strict=True))


@register.filter
def mot_champ(champ: str) -> str:
    """The name of a field of the exchange format in words."""
    words = {
        "libelle": "libellé",
        "statut": "état",
        "effets": "effets attendus",
        "themes_lies": "autres thèmes",
    }
    return words.get(champ, champ)


@register.filter
def mot_alerte(nature: str) -> str:
    """The nature of an alert in words."""
    words = {"retard": "en retard", "sans_valeur": "sans valeur", "baisse": "en recul", "ecart": "écart"}
    return words[nature]


@register.filter
def premier(pair: tuple[str, ...]) -> str:
    """The first of two."""
    return pair[0] if pair else ""


@register.filter
def second(pair: tuple[str, ...]) -> str:
    """The second of two."""
    return pair[1] if pair else ""


@register.filter
def slug_cle(cle: str) -> str:
    """A key as the anchor of a page."""
    return slugify(cle.replace("/", "-"))


register.filter("nombre_exact", formats.nombre_exact)
register.filter("euros", formats.euros)
register.filter("mesure_exacte", formats.mesure_exacte)


@register.simple_tag
def mesure_suivie(valeur: Any, unite: str | None) -> str:
    """A value of an indicator: as it was typed, or as an atlas computed it."""
    return formats.mesure_exacte(valeur.valeur, unite, DECIMALES_CALCULEES if valeur.chiffre else 6)


@register.filter
def de_nom(nom: str) -> str:
    """« d’Avesnes-sur-Helpe », « de Douai »."""
    return formats.de(nom)


@register.filter
def jour_iso(texte: str | None) -> str:
    """A date of the exchange format in words; nothing for none."""
    return formats.jour(date.fromisoformat(texte)) if texte else ""


@register.filter
def jour_court(texte: str | None) -> str:
    """A date of the exchange format as 31/01/2027; nothing for none."""
    return f"{date.fromisoformat(texte):%d/%m/%Y}" if texte else ""


@register.filter
def vides(matrice: MatriceCouverture) -> set[str]:
    """Keys of the empty columns."""
    return {head.cle for head in matrice.colonnes_vides}


@register.filter
def detail(valeur: Any, noms: Noms) -> str:
    """A value of the exchange format in words."""
    return presentation.show(valeur, noms)


@register.filter
def chiffre_cite(chiffre: Mapping[str, Any]) -> str:
    """A frozen figure in words."""
    return tell_figure(chiffre)


@register.filter
def ton_amendement(etat: str) -> str:
    """The tone of the state of an amendment."""
    return {"adopte": "succes", "rejete": "erreur", "en_examen": "accent", "propose": "accent"}.get(
        etat, "attente"
    )


@register.filter
def opinion(sens: str) -> str:
    """An opinion on an amendment, in words."""
    return get_libelle(Opinion(sens))


@register.filter
def cle(held: Mapping[str, Any], key: str) -> Any:
    """What a table holds under a key; nothing when it has none."""
    return held.get(key)


@register.simple_tag(takes_context=True)
def propositions(context: template.Context, objet: Any, indicateurs: Iterable[Any]) -> dict[str, Any]:
    """The figures of the atlas that speak of an object, and what already follows one."""
    found = chiffres.propose_for_theme(context["atlas"], objet, context["noms"])
    return {"rangs": found, "suivis": chiffres.list_followed(indicateurs)}


@register.simple_tag(takes_context=True)
def nom_indicateur(context: template.Context, identifiant: str) -> str:
    """The name of an indicator of the atlas being read; its identifier when this atlas does not know it."""
    atlas = context["atlas"]
    known = atlas.definitions if atlas else {}
    return known[identifiant].nom if identifiant in known else identifiant


@register.simple_tag
def nom_lieu(row: Any) -> str:
    """The territory of the figure that fills an indicator, in full; nothing when it names none."""
    return (name_place(f"{row.niveau}:{row.code}") or row.code) if row.code else ""
