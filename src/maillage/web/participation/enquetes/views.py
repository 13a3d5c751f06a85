"""Surveys: answered by anybody, made and read by who runs them, their results by all."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord
from maillage.participation.identifiants import find_identifying, mask
from maillage.participation.papier import list_answers, list_heads
from maillage.reports.ecrire.formes import MIMES
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.ecrire.tableur import make_csv, write_workbook
from maillage.reports.participation import (
    COLONNES,
    list_rows,
    make_paper,
    make_results,
    tell_answers,
    tell_hidden,
    tell_margin,
)
from maillage.sources.tableau import read_table
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.participation.enquetes import commands, forms, queries
from maillage.web.participation.models import ConsultationPublique, Enquete, TexteLibre
from maillage.web.participation.presentation import frame
from maillage.web.participation.queries import list_communes
from maillage.web.programme.noms import get_noms
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.socle.documents import carry, serve_once

COOKIE = "enquete"
UN_AN = 365 * 24 * 3600


@require_GET
@never_cache
def enquetes(request: HttpRequest) -> HttpResponse:
    """The surveys one may answer, and those whose results are public."""
    today = timezone.localdate()
    context = frame("enquetes") | {
        "lignes": [(row, row.is_open(today)) for row in queries.list_enquetes(request.user, today)],
        "mene": request.user.has_perm("participation.enqueter"),
    }
    return render(request, "participation/enquetes.html", context)


@require_GET
@never_cache
def enquete(request: HttpRequest, cle: str) -> HttpResponse:
    """A survey: its results once public; the way to answer it while it is open; more for who runs it."""
    today = timezone.localdate()
    row = queries.get_enquete(request.user, cle, today)
    runs = row.is_lisible(request.user)
    about = ConsultationPublique.objects.filter(enquete=row).first()
    if about is not None and not runs:
        return redirect(about)
    results = queries.read_results(row) if row.publiee_le else None
    context = frame("enquetes") | {
        "objet": row,
        "consultation": about,
        "noms": get_noms(),
        "ouverte": row.is_open(today),
        "close": today > row.ferme_le,
        "mene": runs,
        "recues": row.reponses.count() if runs else None,
        "a_relire": [
            (text, question, mask(text.texte, find_identifying(text.texte)))
            for text, question in queries.list_a_relire(row)[:50]
        ]
        if runs
        else [],
        "form_papier": forms.FormulairePapier() if runs and not row.publiee_le else None,
        "adresse": _address(request, row),
        "qr": mark_safe(_draw(_address(request, row))),
        "resultats": results,
        "dit": _tell(results) if results else None,
    }
    return render(request, "participation/enquete.html", context)


def _address(request: HttpRequest, row: Enquete) -> str:
    return request.build_absolute_uri(reverse("enquetes:repondre", args=[row.cle]))


def _draw(address: str) -> str:
    return str(segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True))


def _tell(results: queries.ResultatsEnquete) -> dict[str, Any]:
    """The sentences and the shares of a page of results."""
    return {
        "reponses": tell_answers(results.reponses, results.minimum),
        "marge": tell_margin(results.marge),
        "tris": [
            (tri, [(line, _share(line.effectif, tri.reponses)) for line in tri.lignes])
            for tri in results.tris
        ],
        "croises": [
            (one, table, tell_hidden(table, results.minimum) if table else "")
            for one, table in results.croises
        ],
    }  # fmt: skip


def _share(effectif: int | None, reponses: int | None) -> float | None:
    """A share of the answers; null when it is hidden."""
    return None if effectif is None or not reponses else effectif / reponses


@get_and_post
@never_cache
def repondre(request: HttpRequest, cle: str) -> HttpResponse:
    """Answer, without a name; one answer a browser where the survey says so."""
    row = get_object_or_404(Enquete, cle=cle)
    today = timezone.localdate()
    context = frame("enquetes") | {
        "objet": row, "consultation": ConsultationPublique.objects.filter(enquete=row).first()
    }  # fmt: skip
    if not row.is_open(today):
        return render(
            request, "participation/enquete_fermee.html", context, status=404 if not row.publiee_le else 200
        )
    if row.une_seule and request.get_signed_cookie(row.cle, default="", salt=COOKIE):
        return render(request, "participation/enquete_merci.html", context | {"deja": True})
    form = forms.FormulaireReponse(request.POST if request.method == "POST" else None, questions=row.valeurs)
    if form.is_bound and form.is_valid():
        try:
            commands.answer_enquete(row, form.read(), lire_adresse(request))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            done = render(request, "participation/enquete_merci.html", context)
            if row.une_seule:
                done.set_signed_cookie(
                    row.cle, "oui", salt=COOKIE, max_age=UN_AN, httponly=True, samesite="Lax",
                    secure=request.is_secure(),
                )  # fmt: skip
            return done
    return render(request, "participation/enquete_repondre.html", context | {"form": form})


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str = "") -> HttpResponse:
    """A new survey, or another text for one that nobody has answered."""
    if not request.user.has_perm("participation.enqueter"):
        raise PermissionDenied("participation.enqueter")
    row = queries.get_menee(request.user, cle) if cle else None
    form = forms.FormulaireEnquete(
        request.POST if request.method == "POST" else None, objet=row, noms=get_noms()
    )
    context = frame("enquetes") | {"nouvelle": row is None}

    def act() -> None:
        assert row is not None
        commands.change_enquete(
            request.user, row, form.cleaned_data["version"] or 0, form.read(), form.cleaned_data["questions"]
        )

    if row is not None:
        return answer_form(request, row, form, act, context, "participation/enquete_modifier.html")
    if form.is_bound and form.is_valid():
        try:
            return redirect(
                commands.create_enquete(request.user, form.read(), form.cleaned_data["questions"])
            )
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, "participation/enquete_modifier.html", context | {"form": form})


@require_GET
def papier(request: HttpRequest, cle: str) -> HttpResponse:
    """The form on paper."""
    row = queries.get_enquete(request.user, cle, timezone.localdate())
    address = _address(request, row)
    state = ("enquete-papier", row.cle, row.version, address)

    def write_file(path: Path) -> None:
        path.write_bytes(
            write_pdf(
                make_paper(
                    row.titre,
                    row.presentation,
                    row.valeurs,
                    row.ferme_le,
                    address,
                    _draw_alone(address),
                    essai=row.essai,
                )
            )
        )

    return serve_once(request, state, "enquete.pdf", MIMES[".pdf"], write_file)


def _draw_alone(address: str) -> str:
    """The code as an SVG that stands alone."""
    inline = str(segno.make(address, error="m").svg_inline(scale=4, border=2))
    return inline.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)


@login_required
@require_GET
def modele(request: HttpRequest, cle: str) -> HttpResponse:
    """The table to type paper answers in: its heads, and nothing below."""
    row = queries.get_menee(request.user, cle)
    return carry(make_csv(list_heads(row.valeurs), []), "text/csv; charset=utf-8", "reponses-papier.csv")


@login_required
@require_POST
def importer(request: HttpRequest, cle: str) -> HttpResponse:
    """Paper answers, from a table: all of them, or every fault with its row."""
    row = queries.get_menee(request.user, cle)
    form = forms.FormulairePapier(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0], "erreur")
        return redirect(row)
    try:
        lines = _read_file(row, form.cleaned_data["fichier"])
        count = commands.import_paper(request.user, row, lines)
    except EntreeInvalide as error:
        context = frame("enquetes") | {"objet": row, "erreur": error}
        return render(request, "participation/enquete_fautes.html", context, status=422)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, f"{accord(count, 'réponse entrée', 'réponses entrées')}.", "succes")
    return redirect(row)


def _read_file(row: Enquete, given: Any) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"reponses{Path(given.name).suffix.lower()}"
        path.write_bytes(given.read())
        sheets = [sheet for sheet in read_table(path) if not sheet.masquee]
        if not sheets:
            raise EntreeInvalide("Ce classeur n’a aucune feuille.")
        sheet = sheets[0]
        return list_answers(
            row.valeurs, sheet.colonnes, sheet.lignes, fichier=given.name[:80], entete=sheet.entete
        )


@login_required
@require_POST
def relire_texte(request: HttpRequest, cle: str, texte: str) -> HttpResponse:
    """Show a text, or do not."""
    row = queries.get_menee(request.user, cle)
    held = get_object_or_404(TexteLibre, pk=texte, enquete=row)
    form = forms.FormulaireTexte(request.POST)
    if not form.is_valid():
        raise Http404("Ce texte est vide, ou trop long.")
    known = tuple(list_communes(request.atlas).values())  # type: ignore[attr-defined]
    said = form.cleaned_data
    decision = commands.DecisionDeTexte(
        said["texte"], request.POST.get("acte") == "publier", relu=said["relu"]
    )
    return write(
        request,
        lambda: commands.read_text(request.user, row, held, decision, known),
        "C’est enregistré.",
        row,
    )


@login_required
@require_POST
def publier(request: HttpRequest, cle: str) -> HttpResponse:
    """Show its results to all."""
    row = queries.get_menee(request.user, cle)
    version = read_number(request, "version")
    return write(
        request,
        lambda: commands.publish_results(request.user, row, version),
        "Les résultats sont publics.",
        row,
    )


@require_GET
@never_cache
def resultats(request: HttpRequest, cle: str, forme: str) -> HttpResponse:
    """The results to carry away: CSV, ODS, JSON."""
    row = queries.get_enquete(request.user, cle, timezone.localdate())
    if row.publiee_le is None or forme not in {"csv", "ods", "json"}:
        raise Http404("Ces résultats ne sont pas publiés, ou pas sous cette forme.")
    found = queries.read_results(row)
    name = f"enquete.{forme}"
    if forme == "csv":
        rows = [[getattr(cell, "valeur", cell) for cell in line] for line in list_rows(found.tris)]
        return carry(make_csv(COLONNES, rows), "text/csv; charset=utf-8", name)
    if forme == "json":
        answer = JsonResponse(_to_json(found), json_dumps_params={"ensure_ascii": False})
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    shown = [table for _, table in found.croises if table]
    texts = [(one.texte, said) for one, said in found.textes]
    document = make_results(
        row.titre, found.tris, shown, found.reponses, found.minimum, found.marge, texts, essai=row.essai
    )
    return carry(write_workbook(document), MIMES[".ods"], name)


def _to_json(found: queries.ResultatsEnquete) -> dict[str, Any]:
    """Null is hidden; the reasons stand beside."""
    return {
        "titre": found.enquete.titre,
        "jeu_essai": found.enquete.essai,
        "reponses": found.reponses,
        "minimum_montre": found.minimum,
        "marge_95": found.marge,
        "questions": [
            {"question": tri.question.texte, "moyenne": tri.moyenne,
             "reponses": [{"reponse": line.modalite, "effectif": line.effectif} for line in tri.lignes]}
            for tri in found.tris
        ],
        "croises": [
            {"question": one.texte, "par": table.par.texte if table else None,
             "groupes": [
                 {"groupe": g, **dict(zip(table.modalites, n, strict=True))} for g, n in table.groupes
             ] if table else [],
             "groupes_tus": table.tus if table else None}
            for one, table in found.croises
        ],
        "textes": [{"question": one.texte, "textes": list(said)} for one, said in found.textes],
    }  # fmt: skip
