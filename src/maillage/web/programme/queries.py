"""Reads of the programme. What a page needs, in a pinned number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.sdaasp.indicateurs.couverture import TerritoireEnDeficit, list_deficits
from maillage.sdaasp.programme.afom import ChiffreCite
from maillage.sdaasp.programme.modele import Programme
from maillage.sdaasp.programme.recherche import list_terms, make_index, matches
from maillage.web.programme import chargement, models
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.formats import accord

A_CONFIRMER = "a_confirmer"


@dataclass(frozen=True)
class Noms:
    """The names behind the keys: what every page shows."""

    schema: Mapping[str, Any]
    themes: Mapping[str, str]
    declinables: tuple[str, ...]
    arrondissements: Mapping[str, str]
    zones: Mapping[str, str]
    dimensions: Mapping[str, str]
    demarches: Mapping[str, str]

    def get(self, key: str | None) -> str:
        """The name of any key of these lists, else the key itself."""
        for names in (self.themes, self.dimensions, self.demarches, self.arrondissements, self.zones):
            if key is not None and key in names:
                return names[key]
        return key or ""


def get_noms() -> Noms:
    """The names, in one query; 404 while no programme has been loaded."""
    row = models.Referentiel.objects.only("contenu").first()
    if row is None:
        raise Http404("Aucun programme n’a encore été chargé.")
    content = row.contenu
    places = content["territoires"]
    return Noms(
        schema=content["schema"],
        themes={t["cle"]: t["nom"] for t in content["themes"]},
        declinables=tuple(t["cle"] for t in content["themes"] if t["declinable"]),
        arrondissements={t["code"]: t["nom"] for t in places if t["niveau"] == "arrondissement"},
        zones={t["code"]: t["nom"] for t in places if t["niveau"] == "zone"},
        dimensions={d["cle"]: d["nom"] for d in content["dimensions_transversales"]},
        demarches={p["cle"]: p["sigle"] or p["nom"] for p in content["plans_externes"]},
    )


_held: dict[str, tuple[tuple[Any, ...], Programme]] = {}


def read_programme() -> Programme:
    """The whole programme; kept in this process, read again only when something was written since."""
    stamp = _stamp()
    held = _held.get("programme")
    if held is None or held[0] != stamp:
        held = _held["programme"] = (stamp, chargement.read())
    return held[1]


def _stamp() -> tuple[Any, ...]:
    """What changes at each write, in two queries: rows and when they moved, the last historical records."""
    first, *others = (
        model.objects.order_by().values(sorte=Value(sorte)).annotate(n=Count("pk"), at=Max("modifie_le"))
        for sorte, model in models.SORTES.items()
    )
    past, *more = (
        model.history.order_by()
        .values(sorte=Value(model.__name__))
        .annotate(n=Count("pk"), last=Max("history_id"))
        for model in (models.Referentiel, models.Cible, models.Valeur)
    )
    rows = (*first.union(*others), *past.union(*more))
    return tuple(sorted(tuple(row.values()) for row in rows))


@dataclass(frozen=True)
class Filtres:
    """What a list of declinaisons is narrowed to; empty is everything. It lives in the address."""

    theme: str = ""
    arrondissement: str = ""
    annee: str = ""
    statut: str = ""
    op: str = ""
    texte: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filtres:
        """From the query of an address; unknown names are ignored, lengths bounded."""
        return cls(**{name: query.get(name, "").strip()[:120] for name in cls.__dataclass_fields__})


def list_declinaisons(filtres: Filtres) -> QuerySet[models.Declinaison]:
    """The declinaisons that pass the filters, in the order of the programme."""
    rows = models.Declinaison.objects.all()
    for name in ("theme", "arrondissement"):
        if value := getattr(filtres, name):
            rows = rows.filter(**{name: value})
    if filtres.annee.isdigit():
        rows = rows.filter(annee=int(filtres.annee))
    if filtres.statut:
        rows = rows.filter(statut=None if filtres.statut == A_CONFIRMER else filtres.statut)
    if filtres.op:
        rows = rows.filter(cles_op__contains=f" {filtres.op} ")
    return search(rows, filtres.texte)


def search(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows that hold every word, whatever the accents and plurals."""
    wanted = Q()
    for term in list_terms(text):
        wanted &= Q(index__contains=f" {term}")
    return rows.filter(wanted)


def search_all(text: str, limit: int = 20) -> list[tuple[str, list[models.Suivi]]]:
    """(heading, rows) of everything that holds the words, one query per kind."""
    headings = {
        "fiche": "Fiches",
        "objectif": "Objectifs prioritaires",
        "declinaison": "Déclinaisons",
        "indicateur": "Indicateurs",
        "afom": "Constats AFOM",
        "pratique": "Bonnes pratiques",
        "label": "Labels",
    }
    found = [
        (headings[sorte], list(search(model.objects.all(), text)[:limit]))
        for sorte, model in models.SORTES.items()
    ]
    return [(heading, rows) for heading, rows in found if rows]


def search_cadre(text: str) -> list[tuple[str, str]]:
    """(anchor on the page of the frame, wording) of the orientations, levers, plans that hold the words."""
    programme = read_programme()
    named = [
        *(("orientations", o.titre) for o in programme.orientations_strategiques),
        *(("leviers", lever.nom) for lever in programme.leviers),
        *(("dimensions", d.nom) for d in programme.dimensions_transversales),
        *((o.cle, o.titre) for o in programme.orientations_fne),
        *((o.cle, a.libelle) for o in programme.orientations_fne for a in o.actions),
        *((p.cle, " ".join(filter(None, (p.nom, p.sigle, p.porteur)))) for p in programme.plans_externes),
    ]
    return [(anchor, wording) for anchor, wording in named if matches(text, make_index(wording))][:20]


def list_annees() -> list[int]:
    """The years that have declinaisons."""
    return list(models.Declinaison.objects.order_by("annee").values_list("annee", flat=True).distinct())


def count_by_theme(arrondissement: str = "") -> dict[str, dict[str | None, int]]:
    """theme → status → number, in one query."""
    rows = models.Declinaison.objects.order_by().values("theme", "statut").annotate(n=Count("pk"))
    if arrondissement:
        rows = rows.filter(arrondissement=arrondissement)
    found: dict[str, dict[str | None, int]] = {}
    for row in rows:
        found.setdefault(row["theme"], {})[row["statut"]] = row["n"]
    return found


def get_objet(sorte: str, cle: str) -> models.Suivi:
    """One followed object, or a 404."""
    model = models.SORTES.get(sorte)
    if model is None:
        raise Http404(f"« {sorte} » n’est pas une sorte d’objet du programme.")
    row: models.Suivi = get_object_or_404(model, cle=cle)
    return row


def find_objet(cle: str) -> models.Suivi | None:
    """The object of a key, whatever its kind."""
    for model in models.SORTES.values():
        if (row := model.objects.filter(cle=cle).first()) is not None:
            return row
    return None


def list_objectifs(fiche: str | None = None) -> QuerySet[models.ObjectifPrioritaire]:
    """The OP, of one fiche or all."""
    rows = models.ObjectifPrioritaire.objects.all()
    return rows.filter(fiche=fiche) if fiche else rows


def list_fiches() -> QuerySet[models.FicheAction]:
    """The fiches in the order of the programme."""
    return models.FicheAction.objects.all()


def list_indicateurs(objets: Iterable[str] | None = None) -> QuerySet[models.IndicateurSuivi]:
    """Indicators with their targets and values, of some objects or all."""
    rows = models.IndicateurSuivi.objects.prefetch_related("cibles", "valeurs")
    return rows if objets is None else rows.filter(objet__in=list(objets))


def list_commentaires(objet: str) -> QuerySet[models.Commentaire]:
    """The comments on an object, oldest first."""
    return models.Commentaire.objects.filter(objet=objet).select_related("auteur")


def is_suivi(objet: str, personne: Any) -> bool:
    """Whether a person follows an object."""
    return (
        personne.is_authenticated
        and models.Abonnement.objects.filter(objet=objet, personne=personne).exists()
    )


def list_amendements(personne: Any = None, objet: str | None = None) -> QuerySet[models.Amendement]:
    """Amendments, newest first; drafts only of ``personne``."""
    mine = Q(auteur=personne) if personne is not None and personne.pk else Q(pk__in=[])
    rows = models.Amendement.objects.select_related("auteur").filter(~Q(etat="brouillon") | mine)
    return rows.filter(objet=objet) if objet else rows


def list_pratiques(texte: str = "", **liens: str) -> list[models.BonnePratique]:
    """Good practices that hold the words and serve each given link (``objectifs``, ``territoire``…)."""
    rows = search(models.BonnePratique.objects.all(), texte)
    if place := liens.pop("territoire", ""):
        rows = rows.filter(territoire=place)
    wanted = [(name, key) for name, key in liens.items() if key]
    return [row for row in rows if all(key in getattr(row, name) for name, key in wanted)]


def list_labels() -> QuerySet[models.Label]:
    """Every label, by name."""
    return models.Label.objects.all()


def read_discussion(personne: Any, row: models.Suivi) -> dict[str, Any]:
    """What the pages of an object say of it: comments, amendments, whether this person follows it."""
    return {
        "commentaires": list(list_commentaires(row.cle)),
        "amendements": list(list_amendements(personne, row.cle)),
        "suivi": is_suivi(row.cle, personne),
        "peut_discuter": personne.has_perm("programme.commenter"),
        "peut_pratique": personne.has_perm("programme.contribuer_pratique"),
        "peut_historique": personne.has_perm("programme.lire_historique"),
    }


def list_versions(row: models.Suivi) -> list[Any]:
    """The states of an object through time, newest first, with their authors."""
    return list(row.history.select_related("history_user").order_by("-history_date", "-history_id"))  # type: ignore[attr-defined]


def get_etat(row: models.Suivi, moment: datetime) -> Any:
    """The object as it was at a moment; ``None`` before it existed."""
    return row.history.filter(history_date__lte=moment).order_by("-history_date", "-history_id").first()  # type: ignore[attr-defined]


def list_afom(arrondissement: str, theme: str) -> QuerySet[models.ItemAfom]:
    """The items of one matrix, most voted first."""
    rows = models.ItemAfom.objects.all()
    if arrondissement:
        rows = rows.filter(arrondissement=arrondissement)
    return rows.filter(theme=theme) if theme else rows


@dataclass(frozen=True)
class Nouveautes:
    """What happened around one followed object since a date: the object, its moves newest first."""

    cle: str
    objet: models.Suivi | None
    mouvements: list[models.Mouvement]


def _list_moves(personne: Any, since: str) -> QuerySet[models.Mouvement]:
    """Moves, by others, around what a person follows, after the date ``since`` of each subscription."""
    mine = models.Abonnement.objects.filter(personne=personne)
    around = Q(objet=OuterRef("objet")) | Q(objet=OuterRef("sur")) | Q(objet=OuterRef("theme"))
    followed = mine.filter(around, **{f"{since}__lt": OuterRef("le")})
    return models.Mouvement.objects.filter(Exists(followed)).exclude(auteur=personne)


def count_nouveautes(personne: Any) -> int:
    """How many things changed in what a person follows since she last looked; 100 stands for more."""
    return _list_moves(personne, "lu_le")[:100].count()


def list_nouveautes(personne: Any, since: str = "lu_le") -> list[Nouveautes]:
    """What changed in what a person follows since she last looked (or ``envoye_le``), by followed object."""
    rows = list(models.Abonnement.objects.filter(personne=personne).order_by("objet"))
    moves = list(_list_moves(personne, since).select_related("auteur")[:200])
    objects = find_objets(row.objet for row in rows)
    found = [
        Nouveautes(
            row.objet,
            objects.get(row.objet),
            [m for m in moves if row.objet in (m.objet, m.sur, m.theme) and m.le > getattr(row, since)],
        )
        for row in rows
    ]
    return sorted((n for n in found if n.mouvements), key=lambda n: n.mouvements[0].le, reverse=True)


def find_objets(keys: Iterable[str]) -> dict[str, models.Suivi]:
    """Key → object, whatever its kind, one query per kind."""
    wanted = set(keys)
    rows = (row for model in models.SORTES.values() for row in model.objects.filter(cle__in=wanted))
    return {row.cle: row for row in rows} if wanted else {}


def list_suites(objectifs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What an AFOM item leads to: OP → (its label, its declinaisons and indicators counted in words)."""
    keys = sorted(set(objectifs))
    rows = models.ObjectifPrioritaire.objects.filter(cle__in=keys) if keys else []
    measured = Counter(models.IndicateurSuivi.objects.filter(objet__in=keys).values_list("objet", flat=True))
    found = {}
    for row in rows:
        served = models.Declinaison.objects.filter(cles_op__contains=f" {row.cle} ").count()
        words = f"{accord(served, 'déclinaison')}, {accord(measured[row.cle], 'indicateur')}"
        found[row.cle] = (row.libelle, words)
    return found


def list_votes(personne: Any, items: Iterable[models.ItemAfom]) -> set[str]:
    """The items that a person has voted for."""
    if not personne.is_authenticated:
        return set()
    votes = models.Vote.objects.filter(personne=personne, item__in=list(items))
    return set(votes.values_list("item__cle", flat=True))


def list_taches(personne: Any, today: date) -> dict[str, Any]:
    """What waits for this person: what lacks something in her perimeter, values to validate, follow-ups."""
    mandates = personne.mandats_en_cours
    scope = Q(pk__in=[])
    for mandate in mandates:
        part = Q()
        if mandate.theme:
            part &= Q(theme=mandate.theme)
        if mandate.territoire:
            part &= Q(arrondissement=mandate.territoire.removeprefix("arrondissement:"))
        scope |= part
    mine = models.Declinaison.objects.filter(scope)
    followed = models.Abonnement.objects.filter(personne=personne).order_by("objet")
    objects = find_objets(row.objet for row in followed)
    blank = mine.filter(Q(statut=None) | Q(objectifs=None) | Q(pilote_territorial=None))
    late = [row for row in mine.filter(datee=True)[:500] if any(_is_late(step, today) for step in row.etapes)]
    return {
        "a_completer": list(blank[:50]),
        "en_retard": late[:50],
        "valeurs": list(_list_values_to_validate(personne)),
        "suivis": list(objects.values()),
        "par_courriel": any(row.par_courriel for row in followed),
        "nouveautes": list_nouveautes(personne),
        "amendements": list(list_amendements(personne).filter(auteur=personne)[:20]),
    }


def _is_late(step: Mapping[str, Any], today: date) -> bool:
    return bool(step["fin"]) and not step["faite_le"] and step["fin"] < today.isoformat()


def _list_values_to_validate(personne: Any) -> Iterable[models.Valeur]:
    if not personne.has_perm("programme.valider_valeur"):
        return []
    return models.Valeur.objects.filter(etat="proposee").select_related("indicateur")[:50]


def list_chiffres(atlas: AtlasOuvert | None, niveau: str, code: str) -> dict[str, ChiffreCite]:
    """Every known figure of a territory, frozen; key: indicator."""
    if atlas is None:
        return {}
    found = {key: cite(atlas, niveau, code, key) for key in atlas.indicateurs(niveau)}
    return {key: figure for key, figure in found.items() if figure is not None}


def cite(atlas: AtlasOuvert, niveau: str, code: str, indicateur: str) -> ChiffreCite | None:
    """One figure of the atlas as evidence; ``None`` when the atlas does not know it."""
    if not atlas.a(niveau, indicateur):
        return None
    figure = atlas.chiffre(niveau, code, indicateur)
    if figure.valeur is None:
        return None
    return ChiffreCite(
        atlas=atlas.id,
        niveau=niveau,
        code=code,
        indicateur=indicateur,
        millesime=figure.definition.millesime,
        valeur=figure.valeur,
        fiabilite=figure.fiabilite or "observe",
    )


def list_bound_figures(atlas: AtlasOuvert) -> dict[str, ChiffreCite]:
    """Key of each indicator bound to the atlas → the figure this atlas gives it; unknown ones left out."""
    bound = models.IndicateurSuivi.objects.exclude(Q(indicateur_atlas=None) | Q(niveau=None) | Q(code=None))
    found = {row.cle: cite(atlas, row.niveau, row.code, row.indicateur_atlas) for row in bound}
    return {key: figure for key, figure in found.items() if figure is not None}


def list_deficits_diagnostic(atlas: AtlasOuvert | None) -> tuple[TerritoireEnDeficit, ...]:
    """The intercommunalities that the diagnosis of the atlas finds in deficit; none without an atlas."""
    if atlas is None:
        return ()
    found = []
    for place in atlas.territoires("epci"):
        deficit = atlas.deficit("epci", place.code)
        if deficit is not None and deficit.en_deficit:
            found.append(TerritoireEnDeficit(place.cle, place.nom, get_arrondissement(atlas, place.code)))
    return tuple(found)


def get_arrondissement(atlas: AtlasOuvert, epci: str) -> str | None:
    """The arrondissement of all the communes of an intercommunality; ``None`` when they lie in several."""
    found = {
        c.parents.get("arrondissement") for c in atlas.territoires("commune") if c.parents.get("epci") == epci
    }
    return found.pop() if len(found) == 1 else None


def list_zones(programme: Programme, atlas: AtlasOuvert | None) -> tuple[TerritoireEnDeficit, ...]:
    """Territories in deficit: those the schema names, then those the diagnosis finds."""
    return (*list_deficits(programme), *list_deficits_diagnostic(atlas))
