"""What each person of the day does, from a resident without account to an administrator.

Each act puts its mark in a text that the base keeps; ``FOUND`` says where it is then found.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tests.web.serveur import test_arret_brutal as writes

ANONYME = "anonyme"
# A form sent sooner after it was opened is taken for a machine's.
SAISIE_S = 3.2
PAGES = (
    "/", "/programme/", "/programme/fiches/sante/", "/programme/completude/", "/classements/", "/carte/",
    "/annuaire/reseau/", "/trouver/", "/gouvernance/", "/signalements/", "/consultations/", "/donnees/",
)  # fmt: skip
FORMES = ("docx", "pdf", "ods", "xlsx")
UPLOADS_MAX = 40
CHOSEN = {"checkbox", "radio", "submit"}


@dataclass
class Lieux:
    """What the install holds that acts need, read from its base once it is prepared."""

    enquetes: tuple[str, ...] = ()
    code: str = ""
    elaboration: str = ""
    accueillantes: tuple[int, ...] = ()
    fiches: tuple[int, ...] = ()


class Formulaire(HTMLParser):
    """The fields of the form of a page that has a given field, with what they hold."""

    def __init__(self, wanted: str) -> None:
        super().__init__()
        self.wanted, self.forms, self._select = wanted, [{}], ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = told.get("name", "")
            self.forms[-1].setdefault(self._select, "")
        elif tag == "option" and self._select and "selected" in told:
            self.forms[-1][self._select] = told.get("value", "")
        elif tag == "textarea" or (tag == "input" and told.get("type") not in CHOSEN):
            self.forms[-1][told.get("name", "")] = told.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""

    @property
    def fields(self) -> dict[str, str]:
        """Of the first form that has the field."""
        return next(one for one in self.forms if self.wanted in one) | {}


@dataclass
class Acteur:
    """Who acts, on what, and what was asked and acknowledged."""

    reader: Any
    actes: writes.Actes
    lieux: Lieux
    rang: int
    chance: random.Random
    dossier: Path

    def send(self, kind: str, tag: str, path: str, wanted: str, *, wait_s: float = 0, **said: str) -> None:
        """Open the form that has a field, fill it as it stands, send it; moved on is acknowledged."""
        page = Formulaire(wanted)
        page.feed(self.reader.get(path).text)
        fields = page.fields | said
        time.sleep(wait_s)
        self.actes.ask(kind, tag)
        answer = self.reader.post(path, fields)
        if answer.status_code == 302 or "Merci" in answer.text:
            self.actes.acknowledge(kind, tag)
        else:
            raise AssertionError(f"{kind} : {answer.status_code} {path}")

    def mark(self, kind: str, tag: str, path: str, name: str, **said: str) -> None:
        """The same, the mark in the field ``name``."""
        text = f"marque {tag}"
        self.send(kind, text, path, name, **{name: text}, **said)


def signal(who: Acteur, tag: str) -> None:
    """A signalement without account, from an address of its own.

    Its mark is in letters: texts that differ by figures alone are one signalement, received once more.
    """
    who.reader.come_from_elsewhere(who.rang)
    text = f"Le guichet est fermé le samedi, marque {tag.translate(EN_LETTRES)}."
    who.send("signalement", text, "/signalements/nouveau/", "billet", wait_s=SAISIE_S, texte=text)


def answer_survey(who: Acteur, tag: str) -> None:
    """The answer to a survey or to a consultation that is open, by a browser that never answered."""
    who.reader.come_from_elsewhere(who.rang)
    path = f"/enquetes/{who.lieux.enquetes[who.rang % len(who.lieux.enquetes)]}/repondre/"
    page = who.reader.get(path).text
    choices = read_choices(page)
    free = read_free(page)
    text = f"marque {tag}"
    who.send("réponse", text, path, "billet", wait_s=SAISIE_S, **choices, **{free: text})


def read_choices(page: str) -> dict[str, str]:
    """The first answer of each question with choices."""
    found: dict[str, str] = {}

    class Choix(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            told = {name: value or "" for name, value in attrs}
            if tag == "input" and told.get("type") == "radio" and told.get("value"):
                found.setdefault(told["name"], told["value"])

    Choix().feed(page)
    return found


def read_free(page: str) -> str:
    """The name of the first question answered in one's own words."""
    form = Formulaire("billet")
    names: list[str] = []
    start = form.handle_starttag

    def note(tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "textarea":
            names.append(dict(attrs).get("name") or "")
        start(tag, attrs)

    form.handle_starttag = note  # type: ignore[method-assign]
    form.feed(page)
    return names[0]


def speak(who: Acteur, tag: str) -> None:
    """A parole by the open address of an event, without account."""
    who.reader.come_from_elsewhere(who.rang)
    who.mark("parole", tag, f"/elaboration/dire/{who.lieux.code}/", "texte")


def contribute(who: Acteur, tag: str) -> None:
    """A parole by who has an account."""
    who.mark("parole", tag, f"/elaboration/{who.lieux.elaboration}/contribuer/", "texte")


def call_meeting(who: Acteur, tag: str) -> None:
    """A meeting on a day of its own, then its place, which carries the mark."""
    day = (date(2030, 1, 1) + timedelta(days=who.rang)).isoformat()
    who.send("réunion", day, "/gouvernance/reunion/", "jour", comite="copil", territoire="", jour=day)
    made = re.search(r"/gouvernance/seances/[^/]+/", who.reader.moved)
    who.mark("séance", tag, f"{made[0]}modifier/", "lieu")


def raise_matter(who: Acteur, tag: str) -> None:
    """A remontée, of somebody's own arrondissement and theme."""
    path = "/gouvernance/remontees/nouvelle/"
    who.mark("remontée", tag, path, "texte", nature="alerte", theme="sante", territoire="593")


def send_on(who: Acteur, tag: str) -> None:
    """An orientation: the way to call back carries the mark."""
    key = who.lieux.accueillantes[who.rang % len(who.lieux.accueillantes)]
    path = f"/accueil/structures/{key}/orienter/"
    page = who.reader.get(path).text
    besoin = page.partition('name="besoin"')[2].split('value="')[2].partition('"')[0]
    mail = f"{tag}@example.net"
    who.send("orientation", mail, path, "rappel", besoin=besoin, prenom="essai", rappel=mail, accord="on")


def confirm(who: Acteur, tag: str) -> None:
    """A record of the directory said to hold; asked twice, it is so once."""
    key = who.lieux.fiches[who.rang % len(who.lieux.fiches)]
    who.actes.ask("confirmation", str(key))
    if who.reader.post(f"/annuaire/{key}/confirmer").status_code == 302:
        who.actes.acknowledge("confirmation", str(key))


def propose_correction(who: Acteur, tag: str) -> None:
    """Another telephone for a record, sought by the record: it replaces what was proposed before."""
    key = who.lieux.fiches[who.rang % len(who.lieux.fiches)]
    said = {"motif": f"marque {tag}", "telephone": f"0320{who.rang:06d}"}
    who.send("correction", str(key), f"/annuaire/{key}/corriger/", "motif", **said)


def comment(who: Acteur, tag: str) -> None:
    writes.comment(who.reader, who.actes, tag)


def edit(who: Acteur, tag: str) -> None:
    writes.edit(who.reader, who.actes, tag)


def invite(who: Acteur, tag: str) -> None:
    writes.invite(who.reader, who.actes, tag)


def upload(who: Acteur, tag: str) -> None:
    if len(who.actes.demandes["import"]) < UPLOADS_MAX:
        writes.upload(who.reader, who.actes, tag, writes.write_workbook(who.dossier, tag))


def read(who: Acteur, tag: str) -> None:
    who.reader.get(PAGES[who.rang % len(PAGES)])


def download(who: Acteur, tag: str) -> None:
    """A document of the programme as it is now, which a child process makes."""
    assert who.reader.get(f"/programme/exporter/{who.chance.choice(FORMES)}").content


def ask_for_everything(who: Acteur, tag: str) -> None:
    """The big export, by the worker."""
    who.actes.ask("travail", tag)
    who.reader.get("/classements/")
    who.actes.acknowledge("travail", who.reader.post("/classements/tout").headers["Location"])


FOUND = {
    "commentaire": "SELECT texte FROM programme_commentaire",
    "libelle": "SELECT history_change_reason FROM programme_historicalobjectifprioritaire "
    f"WHERE cle = '{writes.OBJECTIF}' AND history_change_reason <> ''",
    "invitation": "SELECT replace(email, '@example.org', '') FROM comptes_personne "
    "WHERE email LIKE '%@example.org'",
    "import": "SELECT substr(texte, 9) FROM programme_itemafom WHERE texte LIKE 'constat %'",
    "signalement": "SELECT texte FROM participation_signalementrecu WHERE texte LIKE '%marque %'",
    "réponse": "SELECT texte FROM participation_textelibre WHERE texte LIKE 'marque %'",
    "parole": "SELECT texte FROM elaboration_parole WHERE texte LIKE 'marque %'",
    "réunion": "SELECT CAST(jour AS text) FROM gouvernance_seance WHERE jour >= '2030-01-01'",
    "séance": "SELECT lieu FROM gouvernance_seance WHERE lieu LIKE 'marque %'",
    "remontée": "SELECT texte FROM gouvernance_remonteedeposee WHERE texte LIKE 'marque %'",
    "orientation": "SELECT rappel FROM annuaire_orientationenvoyee WHERE rappel LIKE '%@example.net'",
    "confirmation": "SELECT CAST(id AS text) FROM annuaire_fichetenue WHERE confirmee_le IS NOT NULL",
    "correction": "SELECT CAST(fiche_id AS text) FROM annuaire_correctionproposee "
    "WHERE motif LIKE 'marque %'",
}
Act = Callable[[Acteur, str], None]
EN_LETTRES = str.maketrans("0123456789-", "abcdefghij ")
HABITANTE = "habitante"
SANS_COMPTE = {ANONYME, HABITANTE}
ROLES: dict[str, tuple[Act, ...]] = {
    "administration": (invite, read, invite),
    "charge-mission": (edit, comment, upload, call_meeting, read),
    "direction": (raise_matter, comment, read),
    "pilote-departemental": (edit, comment, read),
    "pilote-thematique": (comment, edit, contribute, read),
    "copilote": (comment, contribute, read),
    "pilote-territorial": (comment, raise_matter, read),
    "referent-dimension": (comment, read, confirm),
    "partenaire": (comment, contribute, ask_for_everything, read, propose_correction),
    "accueil": (send_on, confirm, propose_correction, read),
    "analyste": (read, comment, download),
    HABITANTE: (signal, answer_survey, speak),
    ANONYME: (read, download),
}
PREPARE = """
import json
from datetime import timedelta
from maillage.web.serveur.preparation import start
start()
from django.utils import timezone
from maillage.web.annuaire.accueil.models import StructureAccueillante
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes.models import Mandat, Personne
from maillage.web.elaboration import commands
from maillage.web.elaboration.models import Evenement
from maillage.web.participation.models import Enquete
known = Personne.objects.get(email="accueil@demonstration.invalid")
for role, scope in (("direction", {}), ("copilote", {"theme": "sante"}), ("analyste", {})):
    one = Personne.objects.create(email=f"{role}@demonstration.invalid", organisation=known.organisation)
    Personne.objects.filter(pk=one.pk).update(password=known.password)
    Mandat.objects.create(
        personne=one, role=role, organisation=known.organisation, debut=timezone.localdate(), **scope
    )
today = timezone.localdate()
event = Evenement.objects.exclude(etat="annule").order_by("-pk").first()
chief = Personne.objects.get(email="charge-mission@demonstration.invalid")
event = commands.open_to_all(chief, event, event.version, today + timedelta(days=30))
opened = Enquete.objects.filter(ouvre_le__lte=today, ferme_le__gte=today)
print(json.dumps({
    "enquetes": list(opened.values_list("cle", flat=True)),
    "code": event.code,
    "elaboration": event.elaboration.cle,
    "accueillantes": list(StructureAccueillante.objects.filter(ouverte=True).values_list("fiche", flat=True)),
    "fiches": list(FicheTenue.objects.filter(sorte="structure").order_by("pk").values_list("pk", flat=True)),
}))
"""


def prepare(install: Any, depart: Path) -> Lieux:
    """The install of ``maillage demo`` on an example already built, and three roles more."""
    place = install.var / "atlas" / "jeu-d-essai"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(depart)
    local = install.environment | {"DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
    base = ("--base", local["DATABASE_URL"]) if "DATABASE_URL" in local else ()
    demo = ("-m", "maillage", "demo", "--var", str(install.var), *base, "--sans-servir", "--sans-navigateur")
    install.mot_de_passe = re.search(r"mot de passe (\S+)", run(local, *demo))[1]
    local |= {"MAILLAGE_VAR": str(install.var), "MAILLAGE_ATLAS": str(place)}
    told = json.loads(run(local, "-c", PREPARE).splitlines()[-1])
    return Lieux(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})


def run(environment: dict[str, str], *arguments: str) -> str:
    """What a process of Python says, errors first."""
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stderr + done.stdout
