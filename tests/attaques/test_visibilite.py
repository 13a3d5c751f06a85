"""One looks, everywhere that an address leads, for what is kept to accounts: a mark stands in each one.

Without an account, then in each role, one fetches and reads every page, document, workbook and search that
the links of the site lead to (files unpacked, the text of PDF too). A mark is seen by those whom its field
names below, and by nobody else.
"""

import datetime as dt
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter, deque
from dataclasses import dataclass, replace
from functools import cache
from html import unescape
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve

from maillage.scenarios.modifications import Ouverture, Scenario
from maillage.sdaasp.programme.mesures import Valeur as ValeurPure
from maillage.sdaasp.programme.structure import describe, list_collections
from maillage.sdaasp.programme.visibilite import RESERVES
from maillage.web.atelier import commands as ateliers
from maillage.web.comptes import commands as comptes
from maillage.web.comptes.models import Mandat
from maillage.web.programme import models
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.indicateurs.commands import create_indicateur
from maillage.web.programme.rules import TABLE
from maillage.web.suivi.commands import comment, update
from tests.web.questions import Questions, note_questions

PERSONNE, COMPTE, HISTORIQUE = "nobody but its author", "any account", "those who read the history"
CONTESTE = "anyone, unless the install keeps it to accounts"
# Field → who may read it. What a value says of its authors is in maillage.sdaasp.programme.visibilite.
CHAMPS = {
    "Valeur.auteur": COMPTE,
    "Valeur.valideur": COMPTE,
    "Valeur.motif": COMPTE,
    "Declinaison.commentaire_meteo": CONTESTE,
    "Objectif.freins": CONTESTE,
    "Commentaire.texte": COMPTE,
    "Amendement.motif": COMPTE,
    "Amendement.changements": COMPTE,
    "Amendement.reponse": COMPTE,
    "Brouillon.motif": PERSONNE,
    "Brouillon.changements": PERSONNE,
    "historique.motif": HISTORIQUE,
    "Scenario.brouillon": PERSONNE,
    "Scenario.ancien_brouillon": PERSONNE,
    "Scenario.comptes": COMPTE,
    "Personne.nom": COMPTE,
    "Personne.email": PERSONNE,
    "Jeton.nom": PERSONNE,
}
MARQUES = {name: f"zinnia{rank}cosmos" for rank, name in enumerate(CHAMPS, 10)}
MOT = "achillea"  # stands beside the mark of an obstacle: a search says again what it was asked
CLE, FORMES = "sante/593/2025/1", ("json", "xlsx", "ods", "docx", "pdf")
STARTS = [
    "/",
    "/programme/",
    "/programme/taches/",
    "/programme/amendements/",
    "/programme/droits/",
    "/programme/indicateurs/?texte=zinnia",
    "/programme/recherche/?texte=zinnia",
    "/programme/objectifs/sante.1/",
    f"/programme/recherche/?texte={MOT}",
    "/recherche/?q=zinnia",
    "/atelier/",
    "/comptes/moi/",
    "/comptes/inviter/",
    "/administration/",
    "/api/",
    "/api/1/openapi.json",
    "/sante",
    f"/programme/declinaisons/{CLE}/",
    f"/programme/historique/declinaison/{CLE}/",
    f"/programme/modifier/declinaison/{CLE}/",
    f"/programme/amendements/declinaison/{CLE}/",
    f"/programme/indicateurs/{CLE}%231/",
    f"/programme/historique/indicateur/{CLE}%231/",
    *(f"/programme/exporter/{forme}" for forme in FORMES),
    *(f"/programme/exporter/{forme}?fiche=sante" for forme in FORMES),
]
PAR_VUE = 3


@pytest.fixture
def plantee(nord, compte) -> None:
    """A programme with a mark in every restricted field."""
    chief, other = compte("charge_mission"), compte("partenaire")
    for person in (chief, other):
        person.last_name, person.email = (
            MARQUES["Personne.nom"],
            f"{MARQUES['Personne.email']}{person.pk}@example.org",
        )
        person.save()
    row = models.Declinaison.objects.get(cle=CLE)
    row = update(chief, row, row.version, {"statut": "engagee"}, MARQUES["historique.motif"])
    told = {"meteo": "orage", "commentaire_meteo": MARQUES["Declinaison.commentaire_meteo"]}
    row = update(chief, row, row.version, told, "")
    op = models.ObjectifPrioritaire.objects.get(cle="sante.1")
    stop = {"libelle": f"{MARQUES['Objectif.freins']} {MOT}", "statut": None, "condition_levee": None}
    update(chief, op, op.version, {"freins": [stop]}, "")
    comment(other, row, MARQUES["Commentaire.texte"])
    for kind, draft in (("Amendement", False), ("Brouillon", True)):
        wanted = {"commentaire_meteo": MARQUES[f"{kind}.changements"]}
        propose_amendement(other, row, wanted, MARQUES[f"{kind}.motif"], brouillon=draft)
    models.Amendement.objects.filter(etat="propose").update(reponse=MARQUES["Amendement.reponse"])
    indicator = create_indicateur(chief, row, {"libelle": "Accueils", "nature": "quantitative"})
    said = {name: MARQUES[f"Valeur.{name}"] for name in RESERVES["valeurs"]}
    models.Valeur.objects.create(
        indicateur=indicator, date=dt.date(2026, 1, 31), valeur=4, etat="validee", **said
    )
    comptes.create_jeton(other, MARQUES["Jeton.nom"])
    keep_scenarios(other)


def keep_scenarios(author) -> None:
    """A draft that closes a place; one open to accounts, whose draft said something else."""
    draft = Scenario(
        nom=MARQUES["Scenario.brouillon"],
        description=MARQUES["Scenario.brouillon"],
        modifications=(Ouverture(type="ecole", nom=MARQUES["Scenario.brouillon"], commune="59001"),),
    )
    ateliers.create_scenario(author, draft, "")
    open_to_all = replace(draft, nom=MARQUES["Scenario.ancien_brouillon"], description="", modifications=())
    row = ateliers.create_scenario(author, open_to_all, "")
    told = replace(open_to_all, nom=MARQUES["Scenario.comptes"], description=MARQUES["Scenario.comptes"])
    row = ateliers.write_file(author, row, row.version, told, "", MARQUES["Scenario.ancien_brouillon"])
    ateliers.share(author, row, row.version, "comptes", None)


def read(answer) -> str:
    """The text of an answer: files unpacked, PDF set in words, HTML with its entities resolved."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as box:
            return "\n".join(box.read(name).decode("utf-8", "replace") for name in box.namelist())
    if content[:5] == b"%PDF-":
        read = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
        return read.stdout.decode() + content.decode("latin-1")
    return unescape(content.decode("utf-8", "replace"))


@dataclass(frozen=True)
class Lue:
    """A page: the marks in it, where it leads, whether it is a PDF."""

    marques: frozenset[str]
    liens: tuple[str, ...]
    pdf: bool


LUES: dict[str, list[tuple[Questions, Lue]]] = {}
MARQUE = re.compile(r"zinnia\d\dcosmos")
NOMS = {mark: name for name, mark in MARQUES.items()}


def ask(client, address: str, reader: str, personne: int | None, reserves: tuple[str, ...]) -> Lue:
    """What this reader is answered; fetched, unless it was by another of whom it asked the same."""
    for asked, page in LUES.setdefault(address, []):
        if asked.hold_for(reader, reserves):
            return page
    with note_questions(reader, personne, reserves) as asked:
        answer = client.get(address, follow=True)
        text = "\n".join([str(answer.headers), read(answer)])
    marks = frozenset(NOMS[mark] for mark in MARQUE.findall(text))
    page = Lue(marks, tuple(re.findall(r'(?:href|src|action)="([^"]+)"', text)), "%PDF" in text)
    LUES[address].append((asked, page))
    return page


@cache
def name_view(path: str) -> str | None:
    """The view that answers at a path; None: nobody."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def crawl(client, personne=None, role="anonyme", formes=FORMES, reserves=()) -> dict[str, Lue]:
    """Address → page, of the starts and of what they lead to, a few addresses per view."""
    key = personne and personne.pk
    waiting, seen, per_view, found = deque(STARTS), set(STARTS), Counter(), {}
    while waiting:
        address = waiting.popleft()
        forme = re.search(r"\.(pdf|ods|xlsx|docx)|exporter/(\w+)", address)
        if forme and (forme[1] or forme[2]) not in formes:
            continue
        found[address] = ask(client, address, role, key, reserves)
        for link in found[address].liens:
            target = urldefrag(urljoin(address, link))[0]
            if target in seen or not target.startswith("/") or target.startswith("/static"):
                continue
            view = name_view(urlsplit(target).path)
            if view is None:
                continue
            per_view[view] += 1
            if per_view[view] <= PAR_VUE and view != "comptes:deconnexion":
                seen.add(target)
                waiting.append(target)
    return found


def find_leaks(found: dict[str, Lue], allowed: set[str]) -> list[tuple[str, str]]:
    return [
        (name, address)
        for address, page in found.items()
        for name in sorted(page.marques)
        if CHAMPS[name] not in allowed
    ]


def test_every_text_of_a_programme_is_public_or_reserved_on_purpose():
    """A new field of a value, or a new name of a person anywhere, must be put in the table or out of it."""
    assert {f.nom for f in describe(ValeurPure)} - {
        "indicateur",
        "date",
        "valeur",
        "texte",
        "groupe",
        "etat",
    } == {
        *RESERVES["valeurs"],
        "chiffre",
    }
    named = {
        f"{n}.{f.nom}" for n, cls in list_collections() for f in describe(cls) if f.nom in RESERVES["valeurs"]
    }
    assert named == {f"{n}.{f}" for n, fields in RESERVES.items() for f in fields}


@pytest.mark.lent
@pytest.mark.usefixtures("sur_place")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not on this machine")
def test_without_an_account(client, plantee):
    found = crawl(client)
    assert len(found) > len(STARTS) + 30
    assert any(page.pdf for page in found.values())
    assert find_leaks(found, {CONTESTE}) == []
    for name in ("Declinaison.commentaire_meteo", "Objectif.freins"):
        shown = {address.partition("?")[0] for address, page in found.items() if name in page.marques}
        assert {"/programme/exporter/json", "/programme/exporter/ods"} <= shown, name


@pytest.mark.lent
@pytest.mark.usefixtures("sur_place")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not on this machine")
@pytest.mark.parametrize("kept", [("freins",), ("meteo", "freins")])
def test_without_an_account_where_the_install_keeps_more(client, plantee, settings, kept):
    settings.MAILLAGE_RESERVES = kept
    formes = ("json", "pdf") if len(kept) > 1 else ("json",)
    found = crawl(client, formes=formes, reserves=kept)
    leaks = {name for name, _ in find_leaks(found, set())}
    names = {"meteo": "Declinaison.commentaire_meteo", "freins": "Objectif.freins"}
    assert leaks == {mark for name, mark in names.items() if name not in kept}
    search = f"/programme/recherche/?texte={MOT}"
    told = read(client.get(search))
    assert ("/programme/objectifs/sante.1/" in told) == ("freins" not in kept)
    point = client.get("/territoires/departement/90/en-une-page/").content.decode()
    assert ("Météo" in point, "action bloquée" in point) == (("meteo" not in kept),) * 2


def test_an_account_reads_what_the_install_keeps(client, compte, plantee, settings):
    settings.MAILLAGE_RESERVES = ("meteo", "freins")
    client.force_login(compte(), "django.contrib.auth.backends.ModelBackend")
    assert MARQUES["Declinaison.commentaire_meteo"] in read(client.get(f"/programme/declinaisons/{CLE}/"))
    assert MARQUES["Objectif.freins"] in read(client.get("/programme/objectifs/sante.1/"))
    point = client.get("/territoires/departement/90/en-une-page/").content.decode()
    assert "1\xa0action bloquée" in point


@pytest.mark.lent
@pytest.mark.usefixtures("sur_place")
@pytest.mark.parametrize("role", ["", *Mandat.Role.values])
def test_in_each_role(client, compte, plantee, role):
    reader = compte(role)
    client.force_login(reader, "django.contrib.auth.backends.ModelBackend")
    found = crawl(client, reader, role or "sans mandat", ("json", "ods"))
    allowed = {COMPTE, CONTESTE} | ({HISTORIQUE} if role in TABLE["lire_historique"] else set())
    leaks = find_leaks(found, allowed)
    if role in {"administration", "charge_mission"}:  # they keep the accounts
        leaks = [leak for leak in leaks if leak[0] != "Personne.email"]
    assert leaks == []
    shown = frozenset().union(*(page.marques for page in found.values()))
    assert {"Valeur.auteur", "Valeur.valideur", "Valeur.motif", "Commentaire.texte"} <= shown


def test_what_an_account_was_given_is_never_given_to_nobody(client, compte, plantee):
    """The export that an account has just asked for is not the one that the next asker gets."""
    address = "/programme/exporter/json"
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    whole = client.get(address)
    assert MARQUES["Valeur.motif"] in whole.content.decode()
    client.logout()
    mark = {"If-None-Match": whole.headers["ETag"]} if "ETag" in whole.headers else {}
    public = client.get(address, headers=mark)
    assert public.status_code == 200
    assert MARQUES["Valeur.motif"] not in public.content.decode()
