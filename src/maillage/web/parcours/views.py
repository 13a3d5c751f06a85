"""The course on one page; its versions of the text, its acts, who signs."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.parcours.controle import list_reservations
from maillage.sdaasp.parcours.dates import list_dates
from maillage.sdaasp.parcours.etapes import find_current, list_etapes, tell_reste
from maillage.sdaasp.parcours.etat import find_etat
from maillage.sdaasp.programme.modele import Schema
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.parcours import commands, forms, models, queries
from maillage.web.parcours.presentation import require
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_day

CADRE: Final[dict[str, Any]] = {"section": "programme", "onglet": "parcours"}
TONS = {"faite": "succes", "ouverte": "accent", "a_venir": ""}
ETATS = {"faite": "faite", "ouverte": "en cours", "a_venir": "à venir"}


@login_required
@require_GET
@never_cache
@require("lire")
def etat(request: HttpRequest) -> HttpResponse:
    """Where the course stands, what comes next, by when, and why; today or on another day."""
    noms = get_noms()
    today = timezone.localdate()
    jour = read_day(request.GET.get("le")) or today
    course = models.read_parcours()
    etapes = list_etapes(course, jour)
    current = find_current(etapes)
    lignes = queries.list_lignes(jour)
    dates = list_dates(course, jour)
    may = request.user.has_perm("parcours.conduire")
    acts = queries.get_actes()
    context = (
        CADRE
        | (read_fichiers(request.user, acts) | {"objet": acts} if acts.pk else {})
        | {
            "jour": jour,
            "autre_jour": jour != today,
            "schema": noms.schema,
            "etat": str(find_etat(course, _make_schema(noms.schema), jour)),
            "etapes": [(one, ETATS[one.etat], TONS[one.etat], tell_reste(one.reste)) for one in etapes],
            "courante": current,
            "reste": tell_reste(current.reste) if current else "",
            "prochaine": next((one for one in dates if one.quand and one.quand >= jour), None),
            "dates": dates,
            "lignes": lignes,
            "reservations": list_reservations(course),
            "textes": queries.list_textes(lignes),
            "conventions": queries.group_conventions(list(models.Signataire.objects.all())),
            "actes": acts,
            "pieces": queries.list_pieces(course, jour, read_completude(read_programme(), request.atlas)),  # type: ignore[attr-defined]
            "peut_conduire": may,
            "peut_arreter": request.user.has_perm("parcours.arreter", acts),
            "peut_emporter": request.user.has_perm("parcours.emporter"),
            "a_saisir": may and any(line.objet.saisi_le is None for line in lignes) and bool(course.textes),
        }
    )
    return render(request, "parcours/etat.html", context)


def _make_schema(plain: Any) -> Schema:
    names = ("cle", "nom", "departement", "debut", "fin", "version")
    return Schema(**{name: plain[name] for name in names})


@login_required
@get_and_post
@never_cache
@require("conduire")
def actes(request: HttpRequest) -> HttpResponse:
    """The approval, the arrêté, publicity, revision."""
    row = queries.get_actes()
    form = forms.FormulaireActes(request.POST if request.method == "POST" else None, objet=row)
    context = CADRE | {"titre": "Les actes"}

    def act() -> None:
        commands.change_actes(request.user, form.cleaned_data["version"] or 0, form.read())

    return answer_form(request, row, form, act, context, "parcours/formulaire.html")


@login_required
@get_and_post
@never_cache
def arrete(request: HttpRequest) -> HttpResponse:
    """The arrêté of the préfet, with its reference and its day."""
    row = queries.get_actes()
    if not request.user.has_perm("parcours.arreter", row):
        raise PermissionDenied("parcours.arreter")
    form = forms.FormulaireArrete(request.POST if request.method == "POST" else None, objet=row)
    context = CADRE | {"titre": "L’arrêté du préfet"}

    def act() -> None:
        commands.record_order(request.user, form.cleaned_data["version"] or 0, form.read())

    return answer_form(request, row, form, act, context, "parcours/formulaire.html")


@login_required
@get_and_post
@never_cache
@require("conduire")
def nouveau_texte(request: HttpRequest) -> HttpResponse:
    """Freeze one more version of the text."""
    form = forms.FormulaireTexte(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            row = commands.add_texte(request.user, said["arretee_le"], said["objet"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{row} : le programme est copié tel qu’il est aujourd’hui.", "succes")
            return redirect("parcours:etat")
    context = CADRE | {
        "form": form,
        "titre": "Arrêter une version du texte",
        "bouton": "Arrêter cette version",
    }
    return render(request, "parcours/formulaire.html", context)


@login_required
@require_GET
@never_cache
@require("lire")
def texte(request: HttpRequest, numero: int) -> HttpResponse:
    """One version of the text: what it changes in the one before, who was given it."""
    row = get_object_or_404(models.TexteSoumis, numero=numero)
    shown = queries.list_textes(queries.list_lignes(timezone.localdate()))
    context = CADRE | {
        "objet": row,
        "organismes": next(one.organismes for one in shown if one.objet.pk == row.pk),
        "ecarts": queries.list_changes(row, get_noms()),
        "intacte": commands.hash_content(row.contenu) == row.empreinte,
    }
    return render(request, "parcours/texte.html", context)


@login_required
@get_and_post
@never_cache
@require("conduire")
def signataire(request: HttpRequest, cle: str = "") -> HttpResponse:
    """Who signs, what they commit to, when they signed."""
    row = queries.get(request.user, "signataire", cle) if cle else None
    form = forms.FormulaireSignataire(request.POST if request.method == "POST" else None, objet=row)
    context = CADRE | {"titre": row or "Ajouter un signataire"}

    def act() -> None:
        if row is None:
            commands.add_signataire(request.user, form.read())
        else:
            commands.change_signataire(request.user, row, form.cleaned_data["version"] or 0, form.read())

    if row is not None and row.signe_le is None:
        context["retirer"] = "parcours:retirer-signataire"
    return answer_form(request, row or models.Signataire(), form, act, context, "parcours/formulaire.html")


@login_required
@require_POST
@require("conduire")
def retirer_signataire(request: HttpRequest, cle: str) -> HttpResponse:
    """Take out a signatory who has not signed."""
    row = queries.get(request.user, "signataire", cle)
    return write(
        request,
        lambda: commands.remove_signataire(request.user, row),
        f"{row.nom} n’est plus signataire.",
        row,
    )
