"""Comités as this département describes them."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.gouvernance.seances import tell_quorum
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import commands, forms, models, queries
from maillage.web.gouvernance.periodes import write_periodes
from maillage.web.gouvernance.presentation import require_lire, write
from maillage.web.gouvernance.views import frame
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi import commands as suivi


@login_required
@require_GET
@never_cache
@require_lire
def comites(request: HttpRequest) -> HttpResponse:
    """Who convenes, who sits, when, what it prepares."""
    reperes = queries.read_reperes()
    rows = {row.valeur.cle: row for row in models.ComiteDecrit.objects.all()}
    roles = dict(Mandat.Role.choices)
    context = frame("comites") | {
        "comites": [
            {
                "comite": comite,
                "ligne": rows.get(key),
                "quand": write_periodes(comite.periodes),
                "roles": [roles.get(role, role) for role in comite.roles],
                "quorum": tell_quorum(comite.quorum) if comite.quorum is not None else "",
                "alimente": [reperes.name_comite(other) for other in comite.alimente],
            }
            for key, comite in reperes.comites.items()
        ],
        "decrits": bool(rows),
        "peut_decrire": request.user.has_perm("gouvernance.decrire"),
    }
    return render(request, "gouvernance/comites.html", context)


@login_required
@require_POST
def decrire(request: HttpRequest) -> HttpResponse:
    """Take the comités proposed as one's own, to change them."""
    commands.describe_comites(request.user, queries.read_reperes().noms.schema["cle"])
    return redirect("gouvernance:comites")


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str = "") -> HttpResponse:
    """A comité, or a new one."""
    if not request.user.has_perm("gouvernance.decrire"):
        raise PermissionDenied
    row = get_object_or_404(models.ComiteDecrit, cle=cle) if cle else None
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireComite(data, objet=row, reperes=queries.read_reperes())
    if form.is_bound and form.is_valid():
        try:
            _save(request, row, form)
        except ValidationError as error:
            form.add_error(None, error)
        except suivi.ConflitVersion:
            form.add_error(None, "Quelqu’un a modifié ce comité entre-temps : rouvrez cette page.")
        else:
            messages.success(request, "C’est enregistré.", "succes")
            return redirect("gouvernance:comites")
    return render(request, "gouvernance/comite.html", frame("comites") | {"form": form, "objet": row})


def _save(request: HttpRequest, row: models.ComiteDecrit | None, form: forms.FormulaireComite) -> None:
    if row is not None:
        suivi.update(request.user, row, form.cleaned_data["version"] or 0, form.read(), "Comité modifié")
        return
    commands.describe_comites(request.user, queries.read_reperes().noms.schema["cle"])
    commands.add_comite(request.user, form.read_new(slugify(form.cleaned_data["sigle"]) or "comite"))


@login_required
@require_POST
def retirer(request: HttpRequest, cle: str) -> HttpResponse:
    """Describe a comité no more."""
    row = get_object_or_404(models.ComiteDecrit, cle=cle)
    return write(
        request,
        lambda: commands.remove_comite(request.user, row),
        f"{row.sigle} est retiré.",
        "gouvernance:comites",
    )
