"""What templates may call, everywhere: addresses, French figures, components."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from django import template
from django.core.exceptions import ImproperlyConfigured
from django.template.defaultfilters import stringfilter
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from maillage import francais as formats
from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.francais import typeset
from maillage.horaires.dire import dire

register = template.Library()
BUILD = Path(__file__).parent.parent / "static" / "socle"

register.filter("nombre", formats.nombre)
register.filter("typo", stringfilter(typeset))
register.filter("heures", dire)
register.filter("jour", formats.jour)


@cache
def _built() -> dict[str, str]:
    path = BUILD / "actifs.json"
    if not path.exists():
        raise ImproperlyConfigured("Les feuilles de style ne sont pas construites : lancez « make install ».")
    names: dict[str, str] = json.loads(path.read_text("utf-8"))
    return names


@register.simple_tag
def actif(name: str) -> str:
    """The address of a built file, its content hash in the name."""
    return static(f"socle/{_built()[name]}")


@register.simple_tag(takes_context=True)
def adresse(context: template.Context, view: str, *args: Any, **query: Any) -> str:
    """The address of a view that keeps the atlas being read; keyword arguments become the query."""
    current = context.get("atlas")
    wanted = {"atlas": current.id} if current and not current.par_defaut else {}
    wanted |= {name: value for name, value in query.items() if value not in (None, "")}
    found = _find(view, *map(str, args), prefix=get_script_prefix())
    return found + (f"?{urlencode(wanted)}" if wanted else "")


@lru_cache(maxsize=4096)
def _find(view: str, *args: str, prefix: str) -> str:
    """The address of a view, found once: a page holds dozens, most of them those of every page."""
    return reverse(view, args=args)


@register.simple_tag(takes_context=True)
def cette_page(context: template.Context, **changes: Any) -> str:
    """The address of this very view with some choices changed; None removes one."""
    wanted = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            wanted.pop(name, None)
        elif isinstance(value, list):
            wanted.setlist(name, value)
        else:
            wanted[name] = value
    return f"?{wanted.urlencode()}"


@register.simple_tag
def accord(count: float, singulier: str, pluriel: str | None = None) -> str:
    """« 2 lieux », « 1 lieu »."""
    return formats.accord(count, singulier, pluriel)


@register.simple_tag
def valeur(value: float | None, unite: str = "", decimales: int = 0) -> SafeString | str:
    """A figure with its unit, or the hatched « non renseigné »."""
    if not formats.known(value):
        return mark_safe(f'<span class="nr">{formats.NON_RENSEIGNE}</span>')
    return formats.avec_unite(value, unite, decimales)


@register.simple_tag
def court(value: float | None, unite: str = "", decimales: int = 0) -> SafeString | str:
    """A figure for a column whose heading holds the unit."""
    if not formats.known(value):
        return mark_safe('<span class="nr"><abbr title="non renseigné">n. r.</abbr></span>')
    return formats.court(value, unite, decimales)


@register.filter
def unite_de_colonne(unite: str) -> str:
    """The unit as a column heading says it."""
    return formats.unite_de_colonne(unite)


@register.simple_tag
def arrondi_lisible(count: float, nom: str = "") -> str:
    """A count of people derived from a share, with no more digits than it deserves; its noun if given."""
    return formats.accord(formats.arrondir(count), nom) if nom else formats.nombre(formats.arrondir(count))


@register.filter
def au_pluriel(nom: str) -> str:
    """The plural of a mesh: « bassins de vie »."""
    return formats.mettre_au_pluriel(nom)


@register.simple_tag
def figure(chiffre: Chiffre) -> SafeString | str:
    """The figure of an indicator with its unit, and its vintage beside it when that is old."""
    d = chiffre.definition
    shown = valeur(chiffre.valeur, d.unite, d.arrondi)
    if not (d.annee and chiffre.connu):
        return shown
    return format_html('{} <span class="doux petit">({})</span>', shown, d.annee)


@register.filter
def nom_palier(palier: str | None, noms: Mapping[str, str]) -> str:
    """A tier in words; empty outside the list."""
    return noms.get(palier or "", palier or "")


@register.filter
def fiabilite(value: str | None) -> str:
    """« estimé » for ``estime``."""
    return formats.FIABILITES.get(value or "", "")


@register.filter
def date_fr(value: date) -> str:
    """A date in words."""
    return formats.jour(value)


@register.simple_tag
def options(paires: Iterable[tuple[Any, Any]], choisi: Any = None) -> SafeString:
    """The options of a list, value and words each: written at once, a list may hold a hundred."""
    lines = (
        f'<option value="{escape(str(value))}"{" selected" if value == choisi else ""}>{escape(str(nom))}'
        for value, nom in paires
    )
    return mark_safe("".join(f"{line}</option>" for line in lines))  # every part is escaped


@register.filter
def paires(definitions: Iterable[Any]) -> list[tuple[str, str]]:
    """Definitions as the options of a list."""
    return [(one.id, one.nom) for one in definitions]


@register.filter
def pris(choisi: Mapping[str, Any], axe: str) -> Any:
    """What is chosen on one axis; null when nothing is."""
    return choisi.get(axe)


@register.inclusion_tag("socle/composants/vide.html")
def vide(titre: str, que_faire: str = "") -> dict[str, str]:
    """The empty state: what is missing, and what one can do."""
    return {"titre": titre, "que_faire": que_faire}


@register.inclusion_tag("socle/composants/avis.html")
def avis(texte: str, ton: str = "", titre: str = "") -> dict[str, str]:
    """A notice. ``ton``: nothing, attention, erreur, succes or ici."""
    return {"texte": texte, "ton": ton, "titre": titre}


@register.simple_tag
def etiquette(texte: str, ton: str = "") -> SafeString:
    """A short status. ``ton``: nothing, accent, ici, succes, erreur or attente. Lists hold dozens of them."""
    return format_html('<span class="etiquette {}">{}</span>', ton, texte)


@register.inclusion_tag("socle/composants/recherche.html", takes_context=True)
def recherche(
    context: template.Context,
    identifiant: str,
    texte: str = "",
    invite: str = "Commune, code postal, service…",
) -> dict[str, Any]:
    """The search box; ``identifiant`` makes its label unique on the page, ``invite`` is shown while empty."""
    return {"identifiant": identifiant, "texte": texte, "invite": invite, "atlas": context.get("atlas")}


@register.inclusion_tag("socle/composants/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Any, nom: str = "résultat") -> dict[str, Any]:
    """Where one is in a long list, and the way to the rest."""
    return {"page": page, "nom": nom, "request": context["request"]}


@register.inclusion_tag("socle/composants/source.html", takes_context=True)
def source(context: template.Context, chiffre: Chiffre) -> dict[str, Any]:
    """The line under a figure: reliability, coverage, sources, method."""
    return {"chiffre": chiffre, "atlas": context["atlas"]}


@register.inclusion_tag("socle/composants/entete_tri.html", takes_context=True)
def entete_tri(
    context: template.Context, cle: str, libelle: str, tri: str, classe: str = "", unite: str = ""
) -> dict[str, Any]:
    """A column heading that sorts: ``tri`` is the current order, ``cle`` or ``-cle``."""
    sens = {cle: "ascending", f"-{cle}": "descending"}.get(tri)
    suivant = f"-{cle}" if tri == cle else cle
    answer = {"libelle": libelle, "sens": sens, "suivant": suivant, "classe": classe, "unite": unite}
    return answer | {"request": context["request"]}


@register.filter
def stabilite(value: str | None) -> str:
    """« toujours retenu » for ``toujours``."""
    words = {"toujours": "toujours retenu", "souvent": "souvent retenu", "selon": "selon les poids choisis"}
    return words.get(value or "", value or "")


@register.filter
def unite_en_toutes_lettres(unite: str) -> str:
    """The unit as a sentence says it.

    >>> unite_en_toutes_lettres("min"), unite_en_toutes_lettres("part"), unite_en_toutes_lettres("0 ou 1")
    ('minutes', '%', '')
    """
    return {"min": "minutes"}.get(unite, formats.unite_de_colonne(unite))


@register.filter
def minuscule(text: str) -> str:
    """The first letter small: a title inside a sentence."""
    return formats.minuscule(text)


@register.filter
def avec_definitions(ligne: Any, table: Any) -> list[tuple[float | None, Any]]:
    """The values of a row of a table, each with the definition of its column."""
    return list(zip(ligne.valeurs, table.definitions, strict=True))


@register.filter
def nom_type(type_service: str) -> str:
    """The French name of a type of service."""
    return nom_de_type(type_service)


@register.filter
def sources_de(chiffre: Chiffre, atlas: Any) -> str:
    """The first sources of a figure in words, each ended by a dot, and how many more there are."""
    names = [atlas.nom_source(source) if atlas else source for source in chiffre.definition.sources]
    more = f"et {len(names) - 2} autres · " if len(names) > 2 else ""
    return "".join(f"{name} · " for name in names[:2]) + more


@register.filter
def nom_de_source(source: str, atlas: Any) -> str:
    """A source in words."""
    return str(atlas.nom_source(source))
