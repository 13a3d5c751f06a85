"""What anybody does: signal, read what was signalled and answered, follow one's own by a secret link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.participation.identifiants import cut, find_identifying
from maillage.participation.reglages import read_setting
from maillage.web.fichiers.models import FichierDonne
from maillage.web.participation import commands, queries
from maillage.web.participation.forms import FormulairePhoto, FormulaireSignalement
from maillage.web.participation.models import SignalementRecu
from maillage.web.participation.origine import read_origin
from maillage.web.participation.presentation import frame, list_journal
from maillage.web.participation.traitement import read_acts
from maillage.web.programme.noms import get_noms
from maillage.web.socle import magasin
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.queries import read_discussion

PAR_PAGE = 50


@require_GET
@never_cache
def signalements(request: HttpRequest) -> HttpResponse:
    """What was signalled, what was answered: all that is public, by theme, arrondissement and state."""
    noms = get_noms()
    chosen = {name: request.GET.get(name, "")[:60] for name in ("theme", "territoire", "suivi")}
    rows = queries.list_publics(**chosen)
    held = Paginator(rows, PAR_PAGE).get_page(request.GET.get("page"))
    context = frame("signalements") | {
        "noms": noms,
        "choix": chosen,
        "suivis": queries.SUIVIS,
        "page": held,
        "lignes": [(row, row.valeur.reponse) for row in held],
        "communes": queries.list_communes(request.atlas),  # type: ignore[attr-defined]
        "peut_traiter": request.user.has_perm("participation.moderer")
        or request.user.has_perm("participation.repondre"),
        "filtre": any(chosen.values()),
    }
    return render(request, "participation/signalements.html", context)


@get_and_post
@for_one_reader
def signaler(request: HttpRequest) -> HttpResponse:
    """Say what does not work. What names somebody is shown first, and will be hidden."""
    noms = get_noms()
    atlas = request.atlas  # type: ignore[attr-defined]
    communes = queries.list_communes(atlas)
    form = FormulaireSignalement(
        request.POST if request.method == "POST" else None, noms=noms, communes=communes,
        initial=read_origin(request, noms),
    )  # fmt: skip
    context: dict[str, Any] = frame("signaler") | {
        "form": form,
        "garde_texte": read_setting("garde_du_texte_recu"),
        "garde_contact": read_setting("garde_du_contact"),
    }
    if not form.is_bound:
        return render(request, "participation/signaler.html", context)
    if form.is_valid():
        if form.trouves and not form.is_seen():
            form.show()
            texte = form.cleaned_data["texte"]
            context |= {
                "trouves": form.trouves,
                "morceaux": cut(texte, find_identifying(texte, communes.values())),
            }
            return render(request, "participation/signaler.html", context)
        try:
            return _take(
                request, form, queries.find_arrondissement(atlas, form.cleaned_data.get("commune", ""))
            )
        except ValidationError as error:
            form.add_error(None, error)
            return render(request, "participation/signaler.html", context, status=429)
    if form.is_stale():
        form.renew()
    return render(request, "participation/signaler.html", context)


def _take(request: HttpRequest, form: FormulaireSignalement, place: str) -> HttpResponse:
    said = form.cleaned_data
    demande = commands.DemandeSignalement(
        texte=said["texte"], theme=said["theme"], territoire=place or said.get("territoire", ""),
        commune=said.get("commune", ""), lieu=said["lieu"], rappel=said["rappel"],
    )  # fmt: skip
    who = request.user if request.user.is_authenticated else None
    depot = commands.deposit(who, demande, form.numero, lire_adresse(request))
    if depot.jeton is None:
        messages.info(request, "Ce formulaire avait déjà été envoyé : rien n’a été ajouté.", "info")
        return redirect("participation:signalements")
    messages.success(
        request, "C’est reçu, merci. Gardez l’adresse de cette page : elle est à vous seul.", "succes"
    )
    return redirect("participation:suivi", depot.jeton)


@require_GET
@for_one_reader
def suivre(request: HttpRequest, jeton: str) -> HttpResponse:
    """What became of what I signalled: the link is the key, and shows it all."""
    row = queries.get_suivi(jeton)
    target = SignalementRecu.objects.filter(cle=row.joint).first() if row.joint else None
    context = frame() | {
        "objet": row,
        "jeton": jeton,
        "adresse_suivi": request.build_absolute_uri(reverse("participation:suivi", args=[jeton])),
        "journal": list_journal(row),
        "reponse": row.valeur.reponse,
        "motif": row.valeur.motif,
        "rappels": list(row.rappels.all()),
        "photo": queries.find_photo(row),
        "form_photo": FormulairePhoto() if row.etat in commands.A_LIRE_ETATS else None,
        "reuni": target,
        "reponse_reunie": target.valeur.reponse if target else "",
        "retire": row.etat == commands.A.RETIRER.value,
    }
    return render(request, "participation/suivre.html", context)


def _give_photo(request: HttpRequest, row: SignalementRecu, jeton: str) -> HttpResponse:
    form = FormulairePhoto(request.POST, request.FILES)
    wrong = [] if form.is_valid() else [error for errors in form.errors.values() for error in errors]
    if not wrong:
        try:
            commands.give_photo(row, form.cleaned_data["photo"].read())
        except ValidationError as error:
            wrong = error.messages
    for text in wrong:
        messages.error(request, text, "erreur")
    if not wrong:
        messages.success(request, "La photo est jointe ; elle ne sera publiée qu’après relecture.", "succes")
    return redirect("participation:suivi", jeton)


@get_and_post
@for_one_reader
def photo_suivie(request: HttpRequest, jeton: str) -> HttpResponse:
    """The photo of what I signalled, or another one."""
    row = queries.get_suivi(jeton)
    if request.method == "POST":
        return _give_photo(request, row, jeton)
    return _send(queries.find_photo(row))


def _send(found: FichierDonne | None) -> HttpResponse:
    """A photo, in which nothing may act."""
    if found is None:
        raise Http404("Il n’y a pas de photo ici.")
    try:
        body = magasin.read(settings.MAILLAGE_FICHIERS, found.empreinte)
    except FileNotFoundError:
        raise Http404("Cette photo n’est plus là.") from None
    answer = HttpResponse(body, content_type=found.mime)
    answer["Content-Disposition"] = "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_GET
@for_one_reader
def donnees(request: HttpRequest, jeton: str) -> HttpResponse:
    """All that is kept of what I signalled, to carry away."""
    answer = JsonResponse(
        queries.tell_data(queries.get_suivi(jeton)), json_dumps_params={"ensure_ascii": False}
    )
    answer["Content-Disposition"] = 'attachment; filename="mon-signalement.json"'
    return answer


@require_POST
@for_one_reader
def oublier_contact(request: HttpRequest, jeton: str) -> HttpResponse:
    """Erase how to call me back."""
    commands.forget_contact(queries.get_suivi(jeton))
    messages.success(request, "Votre contact est effacé.", "succes")
    return redirect("participation:suivi", jeton)


@require_POST
@for_one_reader
def retirer(request: HttpRequest, jeton: str) -> HttpResponse:
    """Take it back: it is erased."""
    try:
        commands.withdraw(queries.get_suivi(jeton))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "Votre signalement est effacé.", "succes")
    return redirect("participation:suivi", jeton)


@require_GET
@never_cache
def signalement(request: HttpRequest, cle: str) -> HttpResponse:
    """One signalement, what was answered; more for who treats it."""
    row = queries.get_signalement(request.user, cle)
    treats = row.is_lisible(request.user)
    value = row.valeur
    found = queries.find_photo(row) if treats or row.photo_publique else None
    context = frame("signalements") | {
        "objet": row,
        "noms": get_noms(),
        "communes": queries.list_communes(request.atlas),  # type: ignore[attr-defined]
        "journal": list_journal(row, tout=treats),
        "reponse": value.reponse,
        "pilotes": queries.list_pilotes(row),
        "photo": found,
        "traite": treats,
        "public": value.is_public,
        "aujourdhui": timezone.localdate(),
    }
    if treats:
        context |= read_discussion(request.user, row) | read_acts(request.user, row)
    return render(request, "participation/signalement.html", context)


@require_GET
@never_cache
def photo(request: HttpRequest, cle: str) -> HttpResponse:
    """The photo of a signalement: public once a reader has said that nobody is recognised in it."""
    row = queries.get_signalement(request.user, cle)
    if not (row.photo_publique or row.is_lisible(request.user)):
        raise Http404("Il n’y a pas de photo ici.")
    return _send(queries.find_photo(row))
