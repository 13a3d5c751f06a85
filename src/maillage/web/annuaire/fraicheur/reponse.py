"""What a structure does by its link, without account: says what holds, writes what does not."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from maillage.web.annuaire.fraicheur import commands, queries
from maillage.web.annuaire.fraicheur.forms import FormulaireConfirmation, say_right
from maillage.web.annuaire.fraicheur.models import DemandeConfirmation
from maillage.web.annuaire.models import FicheTenue
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.decorateurs import for_one_reader
from maillage.web.socle.demande import get_and_post, read_number

SECTION = "annuaire"
MERCI = "C’est noté, merci. Vous pouvez encore changer vos réponses jusqu’à la fin de la campagne."


@get_and_post
@for_one_reader
def confirmation(request: HttpRequest, jeton: str) -> HttpResponse:
    """The structures of a link; « all is right » for each of them, in one click."""
    demande = queries.get_demande(jeton)
    if request.method == "POST":
        rows = queries.read_group(demande, read_number(request, "fiche"))
        return _say_all_right(request, demande, jeton, rows)
    rows = queries.list_fiches(demande)
    context = {
        "section": SECTION,
        "jeton": jeton,
        "demande": demande,
        "fiches": [(row, row.confirmee_le and row.confirmee_le >= demande.campagne.debut) for row in rows],
        "essai": any(row.source.startswith("jeu_essai") for row in rows),
    }
    return render(request, "annuaire/fraicheur/confirmation.html", context)


def _say_all_right(
    request: HttpRequest, demande: DemandeConfirmation, jeton: str, rows: list[FicheTenue]
) -> HttpResponse:
    try:
        commands.answer(demande, {row.pk: say_right(row.fiche) for row in rows}, rows, lire_adresse(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, MERCI, "succes")
    return redirect("annuaire:confirmation", jeton)


@get_and_post
@for_one_reader
def repondre(request: HttpRequest, jeton: str, pk: int) -> HttpResponse:
    """One structure and what it offers, question by question."""
    demande = queries.get_demande(jeton)
    rows = queries.read_group(demande, pk)
    over = queries.read_over(rows)
    given = request.POST if request.method == "POST" else None
    forms = [FormulaireConfirmation(given, row, over[row.pk]) for row in rows]
    wrong = given is not None and any([not form.is_valid() for form in forms])  # noqa: C419  every form says its faults
    if given is not None and not wrong:
        try:
            count = commands.answer(
                demande, {form.row.pk: form.read_reponse() for form in forms}, rows, lire_adresse(request)
            )
        except ValidationError as error:
            _tell(request, forms, error)
            wrong = True
        else:
            more = " Ce que vous avez corrigé sera relu, puis publié." if count else ""
            messages.success(request, MERCI + more, "succes")
            return redirect("annuaire:confirmation", jeton)
    context = {"section": SECTION, "jeton": jeton, "demande": demande, "fiche": rows[0], "formulaires": forms}
    return render(request, "annuaire/fraicheur/repondre.html", context, status=422 if wrong else 200)


def _tell(request: HttpRequest, forms: list[FormulaireConfirmation], error: ValidationError) -> None:
    """Each refusal beside its field; the others at the top of the page."""
    if not hasattr(error, "error_dict"):
        messages.error(request, " ".join(error.messages), "erreur")
        return
    for key, told in error.message_dict.items():
        number, champ = key.split(".")
        form = next(one for one in forms if str(one.row.pk) == number)
        name = {"horaires_accueil": "jour-0", "fermetures": "ferme-debut-0"}.get(champ, champ)
        form.add_error(name, told)


@csrf_exempt  # mail readers post to it by themselves (RFC 8058); the secret is in the address
@get_and_post
@for_one_reader
def arreter(request: HttpRequest, jeton: str) -> HttpResponse:
    """Write no more to this address: a page asks first, since mail readers open links by themselves."""
    demande = queries.get_demande(jeton)
    done = request.method == "POST"
    if done:
        commands.refuse_mail(demande)
    context = {"section": SECTION, "fait": done, "jeton": jeton}
    return render(request, "annuaire/fraicheur/arreter.html", context)
