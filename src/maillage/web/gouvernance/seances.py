"""One meeting: called, held, its agenda, who came, its minutes, its decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.sdaasp.gouvernance.seances import (
    LIBELLES,
    SUITES_COMPTE_RENDU,
    SUITES_DECISION,
    SUITES_SEANCE,
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    Presence,
    count_quorum,
    find_convocation_day,
    find_remarks_end,
    tell_came,
    tell_quorum,
    tell_reponse,
)
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance import commands, forms, models, queries
from maillage.web.gouvernance.dossier import FORMES, NATURES, list_joined, list_offered
from maillage.web.gouvernance.presentation import answer_form, require_lire, write
from maillage.web.gouvernance.views import frame
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.suivi.courriel import is_mail_configured
from maillage.web.suivi.queries import read_discussion

GESTES_SEANCE = {
    EtatSeance.CONVOQUEE: "Dire convoquée",
    EtatSeance.TENUE: "Dire tenue",
    EtatSeance.ANNULEE: "Annuler la séance",
    EtatSeance.PREVUE: "Remettre à l’agenda",
}
GESTES_COMPTE_RENDU = {
    EtatCompteRendu.ENVOYE: "Envoyer pour remarques",
    EtatCompteRendu.REMARQUES: "Noter des remarques",
    EtatCompteRendu.APPROUVE: "Approuver",
}


@login_required
@require_GET
@never_cache
@require_lire
def seance(request: HttpRequest, cle: str) -> HttpResponse:
    """Everything about one meeting."""
    row = queries.get(request.user, "seance", cle)
    reperes = queries.read_reperes()
    comite = reperes.comites.get(row.comite)
    may = request.user.has_perm(row.MODIFIER, row)
    context = (
        frame("annee")
        | read_discussion(request.user, row)
        | read_fichiers(request.user, row)
        | {
            "objet": row,
            "reperes": reperes,
            "comite": comite,
            "nom": reperes.name_seance(row),
            "contre": row.list_against(reperes.noms.schema["departement"]),
            "convoquer_avant": find_convocation_day(row.jour),
            "gestes": _list_moves(SUITES_SEANCE[EtatSeance(row.etat)], GESTES_SEANCE) if may else [],
            "gestes_cr": _list_moves(
                SUITES_COMPTE_RENDU[EtatCompteRendu(row.etat_compte_rendu)], GESTES_COMPTE_RENDU
            ),
            "remarques_jusqu_au": find_remarks_end(row.envoye_le) if row.envoye_le else None,
            "presences": [_show_presence(one) for one in row.list_presences()],
            "compte": count_quorum(row.list_presences(), comite.quorum if comite else None),
            "quorum": tell_quorum(comite.quorum) if comite and comite.quorum is not None else "",
            "attentes": queries.list_attentes(timezone.localdate(), row.comite, row.territoire),
            "inscrites": {point["objet"] for point in row.points if point["objet"]},
            "decisions": [_show_decision(one) for one in row.decisions.all()],
            "ouvertes": queries.list_ouvertes(row),
            "form_decision": forms.FormulaireDecision(**_offer(request.user, row)),
            "formes": FORMES,
            "courriels": queries.count_convocations(row) if may else (0, 0),
            "peut_convoquer": may and row.etat == EtatSeance.CONVOQUEE and is_mail_configured(),
            "documents": NATURES.items(),
            "pieces": list_joined(request, row),
            "peut_modifier": may,
            "modifiable": may and row.etat != EtatSeance.TENUE,
            "tenue": row.etat == EtatSeance.TENUE,
            "approuve": row.etat_compte_rendu == EtatCompteRendu.APPROUVE,
        }
    )
    return render(request, "gouvernance/seance.html", context)


def _list_moves(after: Any, words: dict[Any, str]) -> list[tuple[str, str]]:
    return [(state.value, words[state]) for state in words if state in after]


def _show_presence(one: Presence) -> dict[str, str]:
    return {"organisation": one.organisation, "reponse": tell_reponse(one), "presente": tell_came(one)}


def _offer(personne: Any, row: models.Seance) -> dict[str, Any]:
    """What a decision of this meeting may answer and settle, for this person."""
    return {"remontees": queries.list_a_decider(row), "amendements": queries.list_a_regler(personne)}


def _show_decision(one: models.Decision) -> dict[str, Any]:
    after = SUITES_DECISION[EtatDecision(one.etat)]
    return {
        "objet": one,
        "gestes": [(state.value, LIBELLES[state]) for state in EtatDecision if state in after],
    }


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str) -> HttpResponse:
    """Its day, place and agenda."""
    row = _get_to_change(request, cle)
    form = forms.FormulaireSeance(request.POST if request.method == "POST" else None, objet=row)
    return _answer(
        request, row, form, "Jour, lieu et ordre du jour",
        lambda: commands.change_seance(request.user, row, form.cleaned_data["version"], form.read()),
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def presences(request: HttpRequest, cle: str) -> HttpResponse:
    """Who was called, who came."""
    row = _get_to_change(request, cle)
    form = forms.FormulairePresences(request.POST if request.method == "POST" else None, objet=row)
    return _answer(
        request, row, form, "Présences",
        lambda: commands.change_seance(
            request.user, row, form.cleaned_data["version"], {"presences": form.read()}, "Présences"
        ),
        gabarit="gouvernance/presences.html",
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def pieces(request: HttpRequest, cle: str) -> HttpResponse:
    """What is joined to its packet."""
    row = _get_to_change(request, cle)
    fiches, scenarios = list_offered(request)
    data = request.POST if request.method == "POST" else None
    form = forms.FormulairePieces(data, objet=row, fiches=fiches, scenarios=scenarios)
    return _answer(
        request, row, form, "Pièces du dossier",
        lambda: commands.change_seance(
            request.user, row, form.cleaned_data["version"], {"pieces": form.read()}, "Pièces du dossier"
        ),
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def compte_rendu(request: HttpRequest, cle: str) -> HttpResponse:
    """Its minutes."""
    row = _get_to_change(request, cle)
    form = forms.FormulaireCompteRendu(request.POST if request.method == "POST" else None, objet=row)
    return _answer(
        request, row, form, "Compte rendu",
        lambda: commands.write_minutes(
            request.user, row, form.cleaned_data["version"], form.cleaned_data["texte"]
        ),
    )  # fmt: skip


def _get_to_change(request: HttpRequest, cle: str, sorte: str = "seance") -> Any:
    row = queries.get(request.user, sorte, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    return row


def _answer(
    request: HttpRequest, row: models.Seance, form: Form, titre: str, act: Callable[[], Any],
    gabarit: str = "gouvernance/modifier.html",
) -> HttpResponse:  # fmt: skip
    names = {"titre": titre, "nom": queries.read_reperes().name_seance(row), "depuis": row.jour}
    return answer_form(request, row, form, act, frame("annee") | names, gabarit)


@login_required
@require_POST
def passer(request: HttpRequest, cle: str) -> HttpResponse:
    """Called, held, called off, set again."""
    row = _get_to_change(request, cle)
    etat = _read_state(EtatSeance, request)
    version = read_number(request, "version")
    return write(
        request,
        lambda: commands.move_seance(request.user, row, version, etat),
        f"Séance {LIBELLES[etat]}.",
        row,
    )


@login_required
@require_POST
def convoquer(request: HttpRequest, cle: str) -> HttpResponse:
    """Ask that the convocation leave by mail; nothing without a mail server."""
    row = _get_to_change(request, cle)
    if not is_mail_configured():
        raise Http404("Cette installation n’envoie pas de courriel.")
    return write(
        request, lambda: commands.call_by_mail(request.user, row),
        "La convocation partira au prochain envoi des courriels.", row,
    )  # fmt: skip


@login_required
@require_POST
def passer_compte_rendu(request: HttpRequest, cle: str) -> HttpResponse:
    """Minutes sent, remarked upon, approved."""
    row = _get_to_change(request, cle)
    etat = _read_state(EtatCompteRendu, request)
    version = read_number(request, "version")
    return write(
        request, lambda: commands.move_minutes(request.user, row, version, etat),
        f"Compte rendu {LIBELLES[etat]}.", row,
    )  # fmt: skip


def _read_state(states: Any, request: HttpRequest) -> Any:
    try:
        return states(request.POST.get("etat", ""))
    except ValueError:
        raise Http404("Cet état n’existe pas.") from None


@login_required
@require_POST
def inscrire(request: HttpRequest, cle: str) -> HttpResponse:
    """Put what waits before this comité on the agenda of this meeting."""
    row = _get_to_change(request, cle)
    up = queries.get(request.user, "remontee", request.POST.get("remontee", ""))
    return write(
        request, lambda: commands.put_on_agenda(request.user, row, up, read_number(request, "version")),
        "C’est à l’ordre du jour.", row,
    )  # fmt: skip


@login_required
@require_POST
def decider(request: HttpRequest, cle: str) -> HttpResponse:
    """One more decision."""
    row = _get_to_change(request, cle)
    form = forms.FormulaireDecision(request.POST, **_offer(request.user, row))
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0], "erreur")
        return redirect(row)
    said = dict(form.cleaned_data)
    number, sort, day = (said.pop(name, None) for name in ("amendement", "sort", "effet_le"))
    settled = commands.Reglement(number, sort != "rejete", day) if number else None
    return write(
        request, lambda: commands.decide(request.user, row, said, settled), "La décision est notée.", row
    )


@login_required
@require_GET
@require_lire
def decision(request: HttpRequest, cle: str) -> HttpResponse:
    """A decision is read in the page of its meeting."""
    return redirect(queries.get(request.user, "decision", cle))


@login_required
@require_POST
def passer_decision(request: HttpRequest, cle: str) -> HttpResponse:
    """What becomes of a decision."""
    row = _get_to_change(request, cle, "decision")
    etat = _read_state(EtatDecision, request)
    version, why = read_number(request, "version"), request.POST.get("motif", "")[:600]
    return write(
        request, lambda: commands.move_decision(request.user, row, version, etat, why),
        f"{row.reference} : {LIBELLES[etat]}.", row,
    )  # fmt: skip
