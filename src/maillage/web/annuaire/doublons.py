"""Pairs that may be one place, answered by people; groups already joined, parted at will."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.annuaire.doublons.groupes import MemeLieu, Paire
from maillage.annuaire.doublons.mots import fold
from maillage.annuaire.doublons.paires import Comparaison, measure
from maillage.annuaire.fiche import Structure
from maillage.catalogue.lecture import read_toml
from maillage.francais import accord
from maillage.horaires.dire import dire
from maillage.web.annuaire import commands
from maillage.web.annuaire.fiches import CHAMPS, write_address
from maillage.web.annuaire.lieux import LieuxTenus, list_journal, read_lieux
from maillage.web.annuaire.models import DecisionDoublon

SECTION: Final = "annuaire"
PAR_PAGE, JOURNAL, LOT_AU_PLUS = 10, 100, 200
VUES: Final = {
    "questions": "À trancher",
    "plus-tard": "Remises à plus tard",
    "reunis": "Lieux réunis",
    "decisions": "Décisions",
}
COMPARES: Final = ("telephone", "courriel", "site_web", "horaires_accueil", "siret", "reseaux_porteurs")
NIVEAUX: Final = {
    "identique": "pareil",
    "meme": "pareil",
    "proche": "semblable",
    "compatible": "semblable",
    "muet": "rien à en tirer",
    "voisine": "différent",
    "siren": "même organisme",
    "autre": "différent",
}
COMMUNES: Final = {"meme": "même commune", "autre": "autre commune"}
PAREIL, DIFFERENT, UN_SEUL = "pareil", "différent", "une seule le dit"


@dataclass(frozen=True)
class ChampCompare:
    """A field of two records: what each says, null when it says nothing, and whether they agree, in words."""

    nom: str
    une: Any
    autre: Any
    accord: str


@dataclass(frozen=True)
class PaireMontree:
    """Two structures side by side; ``distance_m`` null when one has no point; ``dite``: somebody's answer."""

    rang: int
    une: Structure
    autre: Structure
    score: str
    raisons: tuple[str, ...]
    distance_m: float | None
    champs: tuple[ChampCompare, ...]
    dite: DecisionDoublon | None


@dataclass(frozen=True)
class LienDit:
    """What holds two records of a group together: their names, why, and who said so when somebody did."""

    une: str
    autre: str
    raisons: tuple[str, ...]
    dite: DecisionDoublon | None


@dataclass(frozen=True)
class LieuMontre:
    """A place and its records, the freshest first."""

    cle: str
    fiches: tuple[Structure, ...]
    liens: tuple[LienDit, ...]


@login_required
@require_GET
@never_cache
def doublons(request: HttpRequest) -> HttpResponse:
    """Questions, those put off, groups or answers, by what one looks for."""
    _check(request)
    lieux = read_lieux()
    vue = request.GET.get("voir", "")
    vue = vue if vue in VUES else "questions"
    later = {
        pair for pair, row in lieux.decisions.items() if row.reponse == DecisionDoublon.Reponse.PLUS_TARD
    }
    questions = [one for one in lieux.reunis.questions if one.ids not in later]
    answered = sum(row.reponse != DecisionDoublon.Reponse.PLUS_TARD for row in lieux.decisions.values())
    context: dict[str, Any] = {
        "section": SECTION,
        "vue": vue,
        "vues": VUES,
        "cles": {ident: key for (kind, ident), key in lieux.tenu.cles.items() if kind == "structure"},
        "reste": len(questions),
        "faites": answered,
        "remises": len(lieux.reunis.questions) - len(questions),
        "groupes": len(lieux.reunis.groupes),
        "structures": len(lieux.structures),
        "cherche": request.GET.get("q", "")[:100],
        "source": request.GET.get("source", "")[:100],
        "sources": sorted({one.source for one in lieux.structures.values()}),
    }
    return render(request, "annuaire/doublons.html", context | _show(request, vue, lieux, later))


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm(commands.REUNIR):
        raise PermissionDenied(commands.REUNIR)


def _show(request: HttpRequest, vue: str, lieux: LieuxTenus, later: set[Paire]) -> dict[str, Any]:
    """One page of what a tab holds."""
    if vue == "decisions":
        names = {ident: one.nom for ident, one in lieux.structures.items()}
        answers = _cut(request, list(lieux.decisions.values()))
        return {"page": answers, "journal": list_journal(JOURNAL), "noms": names}
    if vue == "reunis":
        kept = [one for one in lieux.reunis.groupes if _is_wanted(request, lieux, one.ids)]
        page = _cut(request, kept)
        return {"page": page, "lieux": [show_place(lieux, one) for one in page]}
    kept_pairs = [
        one
        for one in lieux.reunis.questions
        if (one.ids in later) == (vue == "plus-tard") and _is_wanted(request, lieux, one.ids)
    ]
    shown = _cut(request, kept_pairs)
    return {"page": shown, "paires": [show_pair(lieux, rank, one) for rank, one in enumerate(shown)]}


def _cut(request: HttpRequest, rows: list[Any]) -> Page[Any]:
    return Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))


def _is_wanted(request: HttpRequest, lieux: LieuxTenus, ids: Iterable[str]) -> bool:
    """Whether one of the records holds every word looked for, and one is of the source."""
    told = [lieux.structures[ident] for ident in ids]
    source = request.GET.get("source", "")
    if source and all(one.source != source for one in told):
        return False
    words = fold(request.GET.get("q", "")[:100])
    texts = (" ".join(fold(f"{one.nom} {one.adresse or ''} {one.commune or ''}")) for one in told)
    return not words or any(all(word in text for word in words) for text in texts)


def show_pair(lieux: LieuxTenus, rang: int, told: Comparaison) -> PaireMontree:
    """A question as it is read: what agrees, what differs, how likely, why."""
    one, other = (lieux.structures[ident] for ident in told.ids)
    return PaireMontree(
        rang,
        one,
        other,
        tell_score(told.probabilite),
        told.raisons,
        measure(one, other),
        tuple(list_fields(one, other, told.niveaux)),
        lieux.decisions.get(told.ids),
    )


def tell_score(probability: float) -> str:
    """How likely, in words.

    >>> tell_score(0.95), tell_score(0.6), tell_score(0.2)
    ('Très probablement un seul lieu', 'Probablement un seul lieu', 'Plutôt deux lieux')
    """
    return next(str(one["dit"]) for one in read_toml("doublons.toml")["score"] if probability >= one["seuil"])


def list_fields(one: Structure, other: Structure, niveaux: Mapping[str, str]) -> Iterator[ChampCompare]:
    """Name and address as they were weighed, then the fields of which one at least says something."""
    yield ChampCompare("Nom", one.nom, other.nom, NIVEAUX[niveaux.get("nom", "muet")])
    level, town = niveaux.get("adresse"), niveaux.get("commune")
    words = NIVEAUX[level] if level else COMMUNES.get(town or "", UN_SEUL)
    yield ChampCompare("Adresse", write_address(one, None), write_address(other, None), words)
    for name in COMPARES:
        ours, theirs = getattr(one, name), getattr(other, name)
        if name == "horaires_accueil":
            ours, theirs = (dire(text) if text else None for text in (ours, theirs))
        if ours or theirs:
            yield ChampCompare(CHAMPS[name], ours, theirs, _agree(ours, theirs))


def _agree(ours: Any, theirs: Any) -> str:
    if not ours or not theirs:
        return UN_SEUL
    return PAREIL if ours == theirs else DIFFERENT


def show_place(lieux: LieuxTenus, group: MemeLieu) -> LieuMontre:
    """A group with why each of its records is in it."""
    names = {ident: lieux.structures[ident].nom for ident in group.ids}
    links = (
        LienDit(names[told.ids[0]], names[told.ids[1]], told.raisons, lieux.decisions.get(told.ids))
        for told in group.liens
    )
    return LieuMontre(group.ids[0], lieux.list_records(group.ids[0]), tuple(links))


@login_required
@require_POST
def trancher(request: HttpRequest) -> HttpResponse:
    """Write the answers given on a page of questions; those left empty stay questions."""
    answers, motifs = read_answers(request.POST)
    try:
        late = commands.decide(request.user, answers, motifs)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        done = len(answers) - len(late)
        messages.success(request, f"{accord(done, 'réponse écrite', 'réponses écrites')}.", "succes")
        if late:
            told = accord(len(late), "question avait", "questions avaient")
            messages.warning(request, f"{told} déjà reçu une autre réponse : elle est gardée.", "attention")
    return _go_back(request)


def read_answers(told: QueryDict) -> tuple[dict[Paire, str], dict[Paire, str]]:
    """What a form answers, and why, by pair of ids; a choice that does not exist is left out.

    >>> read_answers(QueryDict("r0=meme&a0=x&b0=y&m0=vu&r1=&a1=x&b1=z&r2=oui&a2=x&b2=z"))
    ({('x', 'y'): 'meme'}, {('x', 'y'): 'vu'})
    """
    answers, motifs = {}, {}
    for name in sorted(told)[: 4 * LOT_AU_PLUS]:
        found = re.fullmatch(r"r(\d{1,3})", name)
        if not found or told[name] not in DecisionDoublon.Reponse.values:
            continue
        pair = told.get(f"a{found[1]}", ""), told.get(f"b{found[1]}", "")
        answers[pair] = told[name]
        motifs[pair] = told.get(f"m{found[1]}", "")
    return answers, motifs


@login_required
@require_POST
def separer(request: HttpRequest) -> HttpResponse:
    """Take a record out of the place that it was joined to."""
    ident = request.POST.get("fiche", "")
    group = read_lieux().lieu_de.get(ident) if request.user.has_perm(commands.REUNIR) else None
    others = [one for one in group.ids if one != ident] if group else []
    commands.set_apart(request.user, ident, others, request.POST.get("motif", ""))
    if others:
        messages.success(request, "C’est noté : ce ne sont pas le même lieu.", "succes")
    else:
        messages.warning(request, "Cette fiche n’est réunie à aucune autre.", "attention")
    return _go_back(request)


@login_required
@require_POST
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an answer."""
    commands.withdraw_decision(request.user, get_object_or_404(DecisionDoublon, pk=pk))
    messages.success(
        request, "La réponse est retirée : les fiches sont de nouveau comme avant elle.", "succes"
    )
    return _go_back(request)


def _go_back(request: HttpRequest) -> HttpResponse:
    """The list that one was reading, with its filters."""
    query = request.GET.urlencode()
    return redirect(reverse("annuaire:doublons") + (f"?{query}" if query else ""))
