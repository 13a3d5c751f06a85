"""Consultations read by all: those open, what each asks about, what came of it."""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.participation.consultations import TRIS_AVIS
from maillage.reports.consultation import make_synthese_consultation, tell_absent, tell_heard
from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.participation import tell_hidden
from maillage.web.gouvernance.presentation import write
from maillage.web.participation.consultations import commands, forms, queries
from maillage.web.participation.presentation import frame
from maillage.web.participation.queries import list_communes
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_int
from maillage.web.socle.documents import serve_once
from maillage.web.suivi.queries import find_objet

FORMES: Final = ("pdf", "docx", "ods")


@require_GET
@never_cache
def consultations(request: HttpRequest) -> HttpResponse:
    """Those one may answer, and those whose synthesis is public."""
    lines = queries.list_consultations(request.user, timezone.localdate())
    return render(request, "participation/consultations/consultations.html",
                  frame("consultations") | {"lignes": lines, "noms": get_noms()})  # fmt: skip


@require_GET
@never_cache
def consultation(request: HttpRequest, cle: str) -> HttpResponse:
    """What is asked, about which words; its synthesis once public; more for who runs it."""
    today = timezone.localdate()
    row = queries.get_consultation(request.user, cle, today)
    runs = row.is_lisible(request.user)
    told = queries.read_synthese(row) if row.enquete.publiee_le else None
    context = frame("consultations") | {
        "objet": row,
        "enquete": row.enquete,
        "ouverte": row.enquete.is_open(today),
        "close": today > row.enquete.ferme_le,
        "consulte": find_objet(row.objet),
        "mene": runs,
        "nombres": queries.count_avis(row) if runs else {},
        "recues": row.enquete.reponses.count() if runs else None,
        "form_suites": forms.FormulaireSuites(initial={"suites": row.suites, "version": row.version})
        if runs
        else None,
        "synthese": told,
        "dit": _tell(told) if told else None,
    }
    return render(request, "participation/consultations/consultation.html", context)


def _tell(told: queries.SyntheseConsultation) -> dict[str, Any]:
    """The sentences, the counts and the comments of a synthesis."""
    found = told.resultats
    return {
        "entendus": tell_heard(found.reponses, found.minimum, told.recus),
        "absents": tell_absent(told.absents),
        "tris": [
            (tri, [(one, _share(one.effectif, tri.reponses)) for one in tri.lignes]) for tri in found.tris
        ],
        "croise": [(table, tell_hidden(table, found.minimum)) for _, table in found.croises if table][:1],
        "avis": [(TRIS_AVIS[tri], rows) for tri, rows in told.avis.items() if rows],
    }


def _share(effectif: int | None, reponses: int | None) -> float | None:
    return None if effectif is None or not reponses else effectif / reponses


@login_required
@get_and_post
@never_cache
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Open a consultation on an object of the programme, or on an amendment."""
    if not request.user.has_perm("participation.enqueter"):
        raise PermissionDenied("participation.enqueter")
    consulte = _read_consulte(request)
    initial = {"titre": f"Votre avis : {consulte.intitule}"[:200]}
    form = forms.FormulaireConsultation(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        places = list(get_noms().arrondissements.values())
        try:
            demande = commands.DemandeConsultation(**form.cleaned_data, lieux=places)
            return redirect(commands.open_consultation(request.user, consulte, demande))
        except PermissionDenied:
            form.add_error(None, "Votre mandat ne couvre pas ce texte : demandez à qui le pilote.")
        except ValidationError as error:
            form.add_error(None, error)
    context = frame("consultations") | {"form": form, "consulte": consulte}
    return render(request, "participation/consultations/nouvelle.html", context)


def _read_consulte(request: HttpRequest) -> queries.TexteConsulte:
    number = read_int(request.GET.get("amendement"))
    if number is not None:
        return queries.read_amendement(number)
    return queries.read_objet(request.GET.get("sorte", ""), request.GET.get("objet", "")[:120])


@login_required
@require_POST
def suites(request: HttpRequest, cle: str) -> HttpResponse:
    """Say what was made of it."""
    row = queries.get_menee(request.user, cle)
    form = forms.FormulaireSuites(request.POST)
    if not form.is_valid():
        raise Http404("Ce texte est vide, ou trop long.")
    known = tuple(list_communes(request.atlas).values())  # type: ignore[attr-defined]
    said = form.cleaned_data
    return write(
        request,
        lambda: commands.tell_suites(request.user, row, said["version"], said["suites"], known),
        "C’est enregistré.", row,
    )  # fmt: skip


@require_GET
@never_cache
def synthese(request: HttpRequest, cle: str, forme: str) -> HttpResponse:
    """The synthesis as a document."""
    row = queries.get_consultation(request.user, cle, timezone.localdate())
    if row.enquete.publiee_le is None or forme not in FORMES:
        raise Http404("Cette synthèse n’est pas publiée, ou pas sous cette forme : .pdf, .docx ou .ods.")
    told = queries.read_synthese(row)
    found = told.resultats
    written = make_synthese_consultation(
        titre=row.enquete.titre, intitule=row.intitule, extrait=[tuple(one.values()) for one in row.extrait],
        periode=(row.enquete.ouvre_le, row.enquete.ferme_le), reponses=found.reponses,
        minimum=found.minimum, tris=found.tris, croises=[table for _, table in found.croises if table][:1],
        avis=told.avis, tus=told.tus, absents=told.absents, suites=row.suites, essai=row.enquete.essai,
    )  # fmt: skip
    return serve_once(
        request, ("consultation", written, forme), f"synthese.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(written, path),
    )  # fmt: skip
