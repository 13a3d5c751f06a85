"""The bilans: where each stands, who owes what, its contributions, its documents."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.bilan.ecriture import FORMES, write_form
from maillage.reports.ecrire.formes import MIMES
from maillage.sdaasp.bilan.etats import LIBELLES, NOMS, SUITES, ActeBilan
from maillage.sdaasp.bilan.scelle import VERDICTS, VerdictScelle
from maillage.web.bilan import commands, forms, lecture, queries
from maillage.web.bilan.models import BilanAnnuel
from maillage.web.gouvernance.presentation import show_champ, write
from maillage.web.gouvernance.queries import Reperes, read_reperes
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.socle.documents import serve_once
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import compare, get_lisible, get_versions_around, read_discussion

GESTES: Final = {
    ActeBilan.DEMANDER: "Demander les contributions",
    ActeBilan.CONSOLIDER: "Consolider pour le département",
    ActeBilan.VALIDER: "Dire validé",
    ActeBilan.FIGER: "Figer ce bilan",
    ActeBilan.REPRENDRE: "Rouvrir les contributions",
}
FRAME: Final = {"section": "programme", "onglet": "bilans"}
JSON: Final = "application/json"


def require_lire(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Bilans are read by whoever holds a mandate."""

    @wraps(view)
    def check(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("bilan.lire"):
            raise PermissionDenied("bilan.lire")
        return view(request, *args, **kwargs)

    return check


@login_required
@require_GET
@never_cache
@require_lire
def bilans(request: HttpRequest) -> HttpResponse:
    """Every bilan, the newest first; a seal that does not hold is said before all."""
    rows = list(BilanAnnuel.objects.all())
    verdicts = lecture.verify_all()
    lines = [(row, LIBELLES[row.marche.etat], verdicts.get(row.annee)) for row in rows]
    context = FRAME | {
        "lignes": lines,
        "disparus": lecture.list_vanished(),
        "rompus": [(year, VERDICTS[v]) for year, v in verdicts.items() if v is not VerdictScelle.INTACT],
        "form": forms.FormulaireAnnee(initial={"annee": timezone.localdate().year}),
        "peut_conduire": request.user.has_perm("bilan.conduire"),
    }
    return render(request, "bilan/bilans.html", context)


@login_required
@require_POST
def ouvrir(request: HttpRequest) -> HttpResponse:
    """Open the bilan of a year."""
    if not request.user.has_perm("bilan.conduire"):
        raise PermissionDenied
    form = forms.FormulaireAnnee(request.POST)
    if not form.is_valid():
        raise Http404("Cette année n’est pas de celles d’un schéma.")
    read_reperes()
    return _open(request, form.cleaned_data["annee"])


def _open(request: HttpRequest, annee: int) -> HttpResponse:
    try:
        return redirect(commands.open_year(request.user, annee))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
        return redirect("bilan:bilans")


@login_required
@require_GET
@never_cache
@require_lire
def bilan(request: HttpRequest, annee: int) -> HttpResponse:
    """One bilan: where it stands, what comes next, who owes what; frozen, its seal."""
    row = get_object_or_404(BilanAnnuel, annee=annee)
    reperes, today = read_reperes(), timezone.localdate()
    marche, frozen = row.marche, row.fige
    lines = queries.list_contributions(row, reperes, today)
    verdict = lecture.verify_all().get(annee)
    context = FRAME | read_discussion(request.user, row) | {
        "objet": row,
        "etat": LIBELLES[marche.etat],
        "fige": frozen,
        "intact": verdict is VerdictScelle.INTACT,
        "verdict": VERDICTS[verdict] if verdict else "",
        "disparu": annee in lecture.list_vanished(),
        "suites": queries.list_next(marche, reperes, today),
        "dues": [line for line in lines if line.rappel],
        "rendues": [line for line in lines if not line.rappel],
        "journal": [
            (etape, NOMS[etape.acte], reperes.noms.arrondissements.get(etape.territoire or "", ""))
            for etape in marche.etapes
        ],
        "gestes": _list_acts(request, row, reperes),
        "formes": FORMES,
    }  # fmt: skip
    return render(request, "bilan/bilan.html", context)


def _list_acts(request: HttpRequest, row: BilanAnnuel, reperes: Reperes) -> list[dict[str, Any]]:
    """What this person may do now: its words, where, the meetings where it may be done, what must be said."""
    marche = row.marche
    after = SUITES[marche.etat]
    found = []
    if ActeBilan.RELIRE in after:
        for code in marche.a_relire:
            if request.user.has_perm("bilan.relire", queries.PorteeDeBilan(code)):
                name = f"Consolider : {reperes.noms.arrondissements.get(code, code)}"
                found.append(_show_act(row, ActeBilan.RELIRE, name, code))
    if request.user.has_perm("bilan.conduire", row):
        found += [_show_act(row, acte, words) for acte, words in GESTES.items() if acte in after]
    return found


def _show_act(row: BilanAnnuel, acte: ActeBilan, words: str, territoire: str = "") -> dict[str, Any]:
    marche = row.marche
    return {
        "acte": acte.value,
        "mots": words,
        "territoire": territoire,
        "seances": queries.list_meetings(marche, row.annee, acte, territoire),
        "comite": bool(marche.circuit.find_comite(acte)),
        "motive": acte is ActeBilan.REPRENDRE or bool(marche.circuit.find_comite(acte)),
    }


@login_required
@require_POST
def avancer(request: HttpRequest, annee: int) -> HttpResponse:
    """One act more."""
    row = get_object_or_404(BilanAnnuel, annee=annee)
    if not row.is_lisible(request.user):
        raise PermissionDenied
    try:
        acte = ActeBilan(request.POST.get("acte", ""))
    except ValueError:
        raise Http404("Cet acte n’existe pas.") from None
    said = {name: request.POST.get(name, "")[:size] for name, size in SIZES.items()}
    version, atlas = read_number(request, "version"), request.atlas  # type: ignore[attr-defined]
    return write(
        request,
        lambda: commands.advance(request.user, row, version, acte, atlas=atlas, **said),
        f"{NOMS[acte]} : c’est enregistré.",
        row,
    )


SIZES: Final = {"territoire": 10, "reunion": 120, "motif": 600}


@login_required
@get_and_post
@never_cache
@require_lire
def contribution(request: HttpRequest, cle: str) -> HttpResponse:
    """One contribution: read by all, written by those who pilot it."""
    row = get_lisible(request.user, "contribution", cle)
    may = request.user.has_perm(row.MODIFIER, row)
    if request.method == "POST" and not may:
        raise PermissionDenied
    draft = row.brouillons.filter(personne=request.user).first() if may else None
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireContribution(data, objet=row, brouillon=draft)
    reperes = read_reperes()
    context: dict[str, Any] = FRAME | read_discussion(request.user, row) | {
        "objet": row,
        "nom": queries.name_part(row, reperes),
        "form": form,
        "ouverte": queries.is_open(row),
        "peut_ecrire": may,
        "brouillon": draft if draft is not None and draft.texte != row.texte else None,
        "connues": queries.list_known(row),
        "ecarts": None,
        "autre": None,
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            return _give(request, row, form)
        except ConflitVersion as conflict:
            context |= _explain(request, row, conflict.actuel, form)
        except ValidationError as error:
            form.add_error("texte", error)
    return render(request, "bilan/contribution.html", context)


@login_required
@require_POST
@require_lire
def brouillon(request: HttpRequest, cle: str) -> HttpResponse:
    """Keep what is being typed, while it is typed; or forget it."""
    row = get_lisible(request.user, "contribution", cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    if "abandonner" in request.POST:
        commands.drop_draft(request.user, row)
        return redirect(row)
    try:
        draft = commands.keep_draft(
            request.user, row, read_number(request, "version"), request.POST.get("texte", "")
        )
    except ValidationError as error:
        return HttpResponse(" ".join(error.messages), status=409)
    return render(request, "bilan/_brouillon.html", {"brouillon": draft})


def _give(request: HttpRequest, row: Any, form: forms.FormulaireContribution) -> HttpResponse:
    said, given = form.cleaned_data, "rendre" in request.POST
    commands.write_contribution(request.user, row, said["version"], said["texte"], rendre=given)
    told = "Votre contribution est rendue : merci." if given else "C’est enregistré ; il reste à la rendre."
    messages.success(request, told, "succes")
    return redirect(row if not given else row.bilan)


def _explain(
    request: HttpRequest, row: Any, current: Any, form: forms.FormulaireContribution
) -> dict[str, Any]:
    """What somebody wrote in between; the form keeps its words, and saving again goes over."""
    before = row.history.filter(version=form.cleaned_data["version"]).order_by("-history_id").first()
    last, _ = get_versions_around(current)
    form.data = request.POST.copy()
    form.data["version"] = str(current.version)
    return {
        "ecarts": compare(before, current, type(current), show_champ),
        "autre": last.history_user if last else None,
    }


@login_required
@require_GET
@never_cache
@require_lire
def document(request: HttpRequest, annee: int, forme: str) -> HttpResponse:
    """The bilan to carry away: what is known today, or what was frozen, and nothing else."""
    row = get_object_or_404(BilanAnnuel, annee=annee)
    if forme not in FORMES:
        raise Http404(f"Ce document n’existe pas : {', '.join(FORMES)}.")
    try:
        read = lecture.read_bilan(annee, request.atlas, timezone.localdate())  # type: ignore[attr-defined]
    except EntreeInvalide as error:
        messages.error(request, str(error), "erreur")
        return redirect(row)
    if read.verdict is VerdictScelle.ALTERE:
        messages.error(request, VERDICTS[read.verdict], "erreur")
        return redirect(row)
    return serve_once(
        request, ("bilan", read.contenu, read.ecrit), f"bilan-{annee}.{forme}", MIMES.get(f".{forme}", JSON),
        lambda path: write_form(read.contenu, read.ecrit, path),
    )  # fmt: skip
