"""docs/guide/parcours.md is the measure and its proof: each act is walked by links and buttons, and counted.

A step is the beginning of what a link or a button says, in the order of the page; « formulaire » before it
sends its form. A click is counted for each; a screen for each page read, the first and the last included.
"""

import re
from pathlib import Path
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from maillage.web.programme import models
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.indicateurs.commands import create_indicateur, propose_valeur

DOCUMENT = Path(__file__).parents[2] / "docs" / "guide" / "parcours.md"
BUREAU, ACCUEIL = "/programme/taches/", "/"
LATE = {
    "libelle": "Signer la convention",
    "debut": None,
    "fin": "2025-02-01",
    "faite_le": None,
    "moyens": None,
}
SIGNER = "Action en retard"


class Geste(NamedTuple):
    """One act: what the page of the guide calls it, where it begins, its steps, what is typed on the way."""

    nom: str
    etapes: tuple[str, ...]
    saisie: dict[str, str] = {}  # noqa: RUF012 - never changed


GESTES = {
    "charge_mission": (
        Geste("Mettre à jour une étape en retard", (SIGNER, "formulaire Enregistrer")),
        Geste("Décider un amendement", ("Préciser le lieu", "formulaire Mettre à l’examen")),
        Geste("Valider une valeur", ("Accueils", "formulaire Valider"), {"motif": "Relevé"}),
        Geste(
            "Faire d’un chiffre un indicateur",
            ("Vue d’ensemble", "Santé", "formulaire En faire un indicateur"),
        ),
        Geste("Emporter le programme en PDF", ("Vue d’ensemble", "PDF")),
    ),
    "pilote_territorial": (
        Geste("Mettre à jour une étape en retard", (SIGNER, "formulaire Enregistrer")),
        Geste("Dire que c’est bloqué", (SIGNER, "formulaire Enregistrer"), {"meteo": "orage"}),
        Geste("Lire ce qui a changé depuis la dernière visite", ()),
        Geste("Lire son arrondissement en une page", ("En une page",)),
        Geste(
            "Donner un indicateur à une action", ("Déclinaisons", SIGNER, "formulaire En faire un indicateur")
        ),
    ),
    "direction": (
        Geste("Voir ce qui est en retard ou bloqué", ()),
        Geste("Lire le département en une page", ("En une page",)),
        Geste("Imprimer cette page", ("En une page", "Imprimer")),
        Geste("Savoir ce que la loi demande encore", ("Ce que la loi demande",)),
        Geste("Lire le budget", ("Vue d’ensemble",)),
    ),
    "partenaire": (
        Geste("Ajouter un constat", ("Atouts, faiblesses", "formulaire Ajouter"), {"texte": "Peu de bus"}),
        Geste("Voter pour un constat", ("Atouts, faiblesses", "formulaire voter")),
        Geste("Décrire une bonne pratique", ("Les bonnes pratiques", "Décrire une bonne pratique")),
        Geste("Commenter une action", ("Les déclinaisons", SIGNER, "formulaire Commenter"), {"texte": "Oui"}),
        Geste("Proposer un amendement", ("Les déclinaisons", SIGNER, "Proposer un amendement")),
    ),
    "habitant": (
        Geste("Trouver sa commune", ("formulaire Chercher",), {"q": "Valbrune"}),
        Geste("Savoir ce qui est prévu et à qui demander", ("Programme", "En clair", "Douai")),
        Geste("Voir la carte d’un service", ("Carte",)),
        Geste("Lire l’accès d’une intercommunalité", ("Portraits", "CA du Bourg")),
        Geste("Chercher un mot dans le programme", ("Programme", "formulaire Chercher"), {"texte": "santé"}),
    ),
}
NOMS = {
    "charge_mission": "Chargée de mission",
    "pilote_territorial": "Pilote territorial",
    "direction": "Sous-préfet",
    "partenaire": "Partenaire",
    "habitant": "Habitant",
}


@pytest.fixture
def vivant(nord, compte) -> None:
    """A programme where each role has something to do."""
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    row.libelle, row.statut, row.etapes = SIGNER, "engagee", [{**LATE, "cout_eur": None}]
    row.save()
    other = compte("partenaire")
    propose_amendement(other, row, {"libelle": "Autre"}, "Préciser le lieu")
    indicator = create_indicateur(
        compte("charge_mission"), row, {"libelle": "Accueils", "nature": "quantitative"}
    )
    propose_valeur(compte("analyste"), indicator, {"date": timezone.localdate(), "valeur": 4})
    place = {"arrondissement": "591", "theme": "droits", "nature": "atout", "texte": "Des bus"}
    models.ItemAfom.objects.create(cle="droits/591/afom1", **place)


def walk(client: Client, start: str, act: Geste) -> tuple[int, int]:
    """(clicks, screens) of an act, each step found on the page before it."""
    answer = client.get(start)
    for step in act.etapes:
        page = html.fromstring(answer.content.decode(), base_url=answer.request["PATH_INFO"])
        page.make_links_absolute()
        kind, _, words = step.rpartition("formulaire")
        answer = (
            _send(client, page, words.strip(), act.saisie)
            if kind or words != step
            else _follow(client, page, step)
        )
        assert answer.status_code == 200, (act.nom, step, answer.status_code)
    return len(act.etapes), len(act.etapes) + 1


def _say(element) -> str:
    return " ".join(element.text_content().split())


def _follow(client: Client, page, words: str):
    links = [a for a in page.iter("a") if _say(a).startswith(words)]
    assert links, (words, "no such link")
    return client.get(links[0].get("href"), follow=True)


def _send(client: Client, page, words: str, typed: dict[str, str]):
    for form in page.forms:
        buttons = [b for b in form.iter("button") if _say(b).startswith(words)]
        if not buttons or (typed and not set(typed) & set(form.fields) and form.method == "GET"):
            continue
        data = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
        data |= {name: value for name, value in typed.items() if name in form.fields}
        if buttons[0].get("name"):
            data[buttons[0].get("name")] = buttons[0].get("value")
        address = form.get("action") or page.base_url
        return (client.post if form.method == "POST" else client.get)(address, data, follow=True)
    raise AssertionError((words, "no such button"))


def read_table() -> dict[tuple[str, str], tuple[int, int]]:
    """(role, act) → (clicks, screens) that the page of the guide gives today."""
    found, role = {}, ""
    for line in DOCUMENT.read_text("utf-8").splitlines():
        role = line.removeprefix("## ") if line.startswith("## ") else role
        if cells := re.fullmatch(r"\| ([^|]+) \| [^|]+ \| [^|]+ \| (\d+) \| (\d+) \|", line):
            found[role, cells[1].strip()] = int(cells[2]), int(cells[3])
    return found


@pytest.mark.parametrize("role", GESTES)
def test_each_act_takes_the_clicks_that_the_guide_says(client, compte, vivant, role):
    told = read_table()
    place = {"territoire": "arrondissement:593"} if role == "pilote_territorial" else {}
    if role != "habitant":
        client.force_login(compte(role, **place), "django.contrib.auth.backends.ModelBackend")
    start = ACCUEIL if role == "habitant" else BUREAU
    measured = {(NOMS[role], act.nom): walk(client, start, act) for act in GESTES[role]}
    assert measured == {key: value for key, value in told.items() if key[0] == NOMS[role]}
