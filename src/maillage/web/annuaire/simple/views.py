"""The plain version of a record, written and read again by who has a mandate; its picture, by anybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.sdaasp.programme.lisibilite import list_suggestions, measure
from maillage.web.annuaire.commands import CORRIGER
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.simple import commands
from maillage.web.annuaire.simple.models import VersionSimple
from maillage.web.fichiers.models import FichierDonne
from maillage.web.socle import magasin
from maillage.web.socle.demande import get_and_post

SECTION = "annuaire"


class FormulaireSimple(forms.Form):
    """The words, who read them again, the picture."""

    texte = forms.CharField(
        label="En mots simples", required=False, max_length=3000, widget=forms.Textarea({"rows": 10}),
        help_text="Des phrases courtes, une idée par phrase. Vide : la version simple est retirée.",
    )  # fmt: skip
    relecteurs = forms.CharField(
        label="Relue par", required=False, max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text="Les groupes ou organismes de personnes concernées qui l’ont relue, un par ligne. "
        "Pas de nom de personne.",
    )  # fmt: skip
    relue_le = forms.DateField(
        label="Relue le", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="Un texte changé ensuite n’est plus « relu », sauf si vous donnez un nouveau jour.",
    )  # fmt: skip
    image = forms.FileField(
        label="Image", required=False, widget=forms.FileInput({"accept": "image/*"}),
        help_text="JPEG, PNG ou WebP. Elle perd le lieu, la date et l’appareil de sa prise.",
    )  # fmt: skip
    alternative = forms.CharField(
        label="Ce que l’image montre", required=False, max_length=300,
        help_text="Lu à qui ne la voit pas.",
    )  # fmt: skip
    sans_image = forms.BooleanField(label="Retirer l’image", required=False)

    def read(self) -> commands.SaisieSimple:
        """What was typed."""
        said = self.cleaned_data
        return commands.SaisieSimple(
            said["texte"], said["relecteurs"].splitlines(), said["relue_le"],
            said["image"].read() if said["image"] else None, said["alternative"], said["sans_image"],
        )  # fmt: skip


def find_image(fiche: int) -> FichierDonne | None:
    """The picture of the plain version of a record; null without one."""
    rows = FichierDonne.objects.filter(objet=f"simple-{fiche}", retire_le=None)
    return rows.order_by("-pk").first()


def read_simple(fiche: FicheTenue) -> dict[str, Any]:
    """What the page of a record says in plain words: 2 queries, 1 without a plain version."""
    row = VersionSimple.objects.filter(fiche=fiche).first()
    return {"simple": row, "image": find_image(fiche.pk) if row else None}


@login_required
@get_and_post
@never_cache
def simple(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, with measures of what is written; the machine never says that a text is plain."""
    fiche = get_object_or_404(FicheTenue, pk=pk)
    if not request.user.has_perm(CORRIGER):
        raise PermissionDenied(CORRIGER)
    held = read_simple(fiche)
    row, image = held["simple"], held["image"]
    initial = {
        "texte": row.texte if row else "",
        "relecteurs": "\n".join(row.relecteurs) if row else "",
        "relue_le": row.relue_le if row else None,
        "alternative": image.description if image else "",
    }
    posted = request.method == "POST"
    form = FormulaireSimple(
        request.POST if posted else None, request.FILES if posted else None, initial=initial
    )
    if form.is_bound and form.is_valid():
        try:
            kept = commands.write_simple(request.user, fiche, form.read())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = f"C’est enregistré. {kept.relecture}" if kept else "La version simple est retirée."
            messages.success(request, told, "succes")
            return redirect(fiche)
    text = form["texte"].value() or ""
    context = {
        "section": SECTION, "fiche": fiche, "form": form, "image": image,
        "mesures": measure(text) if text else None, "conseils": list_suggestions(text) if text else (),
    }  # fmt: skip
    return render(request, "annuaire/simple/simple.html", context, status=422 if form.is_bound else 200)


@require_GET
@never_cache
def image(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a plain version, in which nothing may act."""
    found = find_image(pk)
    try:
        body = magasin.read(settings.MAILLAGE_FICHIERS, found.empreinte) if found else None
    except FileNotFoundError:
        body = None
    if found is None or body is None:
        raise Http404("Il n’y a pas d’image ici.")
    answer = HttpResponse(body, content_type=found.mime)
    answer["Content-Disposition"] = "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
