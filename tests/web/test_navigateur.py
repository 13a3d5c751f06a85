"""In a real browser: axe on each page and state, the keyboard alone, no script, 390 pixels, zoom 200 %."""

import io
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.catalogue.departements import list_departements
from maillage.catalogue.services_web import FondDePlan
from maillage.reports.rendu import couleurs
from maillage.scenarios.modifications import Fermeture, Ouverture, Scenario
from maillage.sdaasp.bilan.etats import ActeBilan
from maillage.sdaasp.gouvernance.remontees import NatureRemontee
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.annuaire import commands as annuaire
from maillage.web.atelier import commands as ateliers
from maillage.web.atelier.calcul import request_effets
from maillage.web.bilan import commands as bilan
from maillage.web.comptes.commands import create_demonstration
from maillage.web.fichiers.commands import give
from maillage.web.gouvernance import commands as gouvernance
from maillage.web.parcours import commands as parcours
from maillage.web.programme.amendements.commands import propose_amendement
from maillage.web.programme.models import FicheAction
from maillage.web.programme.reprise.commands import load
from maillage.web.publication.models import EnvoiDeWebhook, Webhook
from maillage.web.socle import commands
from maillage.web.socle import pages as gardees
from maillage.web.socle.atlas import choose, open_folder
from maillage.web.socle.models import Travail

pytestmark = [pytest.mark.navigateur, pytest.mark.lent, pytest.mark.django_db(transaction=True)]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--use-angle=swiftshader"]
# A page made up for a test is « public » to the browser, which would keep it from this machine's server.
ARGUMENTS.append("--disable-features=LocalNetworkAccessChecks")
PUBLIQUES = [
    "/",
    "/recherche/",
    "/recherche/?q=bourg",
    "/recherche/?q=zzzz",
    "/territoires/",
    "/territoires/commune/90004/",
    "/territoires/commune/90009/",
    "/territoires/commune/90002/",
    "/territoires/departement/90/",
    "/comparer/",
    "/comparer/?t=commune:90001&semblables=1",
    "/comparer/?q=val",
    "/prioritaires/",
    "/evolution/",
    "/evolution/?atlas=essai-2025",
    "/croiser/",
    "/sans-voiture/",
    "/trouver/",
    "/trouver/?besoin=manger",
    "/trajet/",
    "/classements/",
    "/classements/?nom=zzzz",
    "/carte/",
    "/carte/?avec=densite",
    "/carte/?niveau=epci&contours=arrondissement",
    "/carte/?sujet=territoire",
    "/carte/integrer/?lieux=pharmacie&contours=epci",
    "/carte/millesimes/",
    "/carte/?lieux=france_services&lon=3.05&lat=50.05",
    "/methodes/",
    "/methodes/densite/",
    "/sources/",
    "/glossaire/",
    "/api/",
    "/accessibilite/",
    "/exemples/",
    "/comptes/connexion/",
    "/comptes/mot-de-passe-oublie/",
    "/territoires/commune/0/",
]
PROGRAMME = [
    "/programme/",
    "/programme/declinaisons/",
    "/programme/declinaisons/?vue=tableau",
    "/programme/fiches/sante/",
    "/programme/couverture/",
    "/programme/completude/",
    "/programme/correspondances/",
    "/programme/indicateurs/",
    "/programme/afom/",
    "/programme/pratiques/",
    "/programme/demarches/",
    "/programme/demarches/sraddet/",
    "/programme/numerique/",
    "/programme/numerique/fne-1/",
    "/programme/mutualisation/",
    "/programme/mutualisation/partage-inord/",
    "/programme/mutualisation/pistes/",
    "/programme/droits/",
    "/programme/cadre/",
    "/programme/ici/",
    "/programme/ici/arrondissement/593/",
    "/programme/declinaisons/?vue=frise",
    "/programme/recherche/?q=sante",
    "/flux/",
]
PROGRAMME_CONNECTE = [
    "/programme/taches/",
    "/programme/amendements/",
    "/programme/modifier/fiche/sante/",
    "/programme/historique/fiche/sante/",
    "/programme/couverture/",
    "/programme/modifier/declinaison/sante/593/2025/1/",
    "/programme/modifier/territoire/zone-qpv/",
    "/programme/completude/",
    "/programme/afom/",
    "/programme/amendements/objectif/sante.1/",
    "/programme/creer/pratique/",
    "/programme/mutualisation/nouvelle/?lieu_type=pharmacie&q=",
    "/programme/demarches/nouvelle/",
    "/programme/demarches/sraddet/",
    "/programme/modifier/demarche/sraddet/",
    "/programme/modifier/fne/fne-1/",
    "/programme/mutualisation/importer/",
    "/programme/mutualisation/partage-inord/",
    "/programme/indicateurs/nouveau/objectif/sante.1/",
    "/programme/objectifs/sante.1/",
    "/programme/importer/",
]
DU_COMPTE = [
    "/comptes/moi/",
    "/comptes/moi/mot-de-passe/",
    "/comptes/inviter/",
    "/comptes/donner-un-mandat/",
    "/comptes/remettre-un-acces/",
    "/comptes/moi/double-authentification/",
    "/webhooks/",
    "/webhooks/nouveau/",
    "/webhooks/1/",
]
LARGEURS = (1280, 390)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # The browser's loop runs in this thread, where Django would refuse to touch the database.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(autouse=True)
def _pages_gardees(settings, monkeypatch) -> None:
    """Served as an install serves: what nobody in particular asks again, at another width, is kept."""
    settings.MAILLAGE_PAGES_OCTETS = 2**26
    monkeypatch.setattr(gardees, "_pages", gardees.Pages(2**26))


@pytest.fixture
def page(browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    opened = context.new_page()
    opened.set_default_timeout(60_000)
    yield opened
    context.close()


def faults(page: Page) -> list[str]:
    """What axe finds, one line each, and what a proofreader would."""
    found = Axe().run(page).response["violations"]
    seen = [f"{v['id']} : {node['html'][:150]}" for v in found for node in v["nodes"]]
    return [f"{page.url} : {one}" for one in [*seen, *page.evaluate(MISPRINTS)]]


MISPRINTS = r"""() => {
  const quoted = [...document.querySelectorAll("pre, code")].map((one) => one.innerText).filter(Boolean);
  const text = quoted.reduce((left, one) => left.replaceAll(one, "…"), document.body.innerText);
  const wrong = /.{0,40}(?:[ \u00a0\u202f]{2,}[;:?!.,»]| [.,](?=\s|$)|[^.]\.\.(?!\.)|,,|;;).{0,20}/gm;
  const found = [...text.matchAll(wrong)];
  const ruler = document.createElement("canvas").getContext("2d");
  const cut = [...document.querySelectorAll("input[placeholder]")].filter((one) => {
    const style = getComputedStyle(one);
    ruler.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = one.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return one.offsetParent && ruler.measureText(one.placeholder).width > room + 1;
  });
  return [
    ...found.map((one) => `ponctuation : ${one[0]}`),
    ...cut.map((one) => `invite coupée : ${one.placeholder}`),
  ];
}"""
"""Spaces and marks that no proofreader would leave, and prompts wider than their field."""


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("Des habitants\u00a0; le trait, 1,5 min… <code>a , b..</code>", 0),
        ("<p>Des habitants \u00a0; le trait</p>", 1),
        ("<p><span>Douai</span> , deux</p>", 1),
        ("<p>Une fiche d’essai..</p>", 1),
        ("<p>En moyenne .</p>", 1),
        ('<input placeholder="Commune" style="width: 20rem">', 0),
        ('<input placeholder="Commune, code postal, service" style="width: 10rem; font-size: 17px">', 1),
    ],
)
def test_a_misprint_is_seen(page, body: str, wrong: int) -> None:
    page.set_content(body)
    assert len(page.evaluate(MISPRINTS)) == wrong


def log_in(page: Page, base: str, personne) -> None:
    page.goto(f"{base}/comptes/connexion/")
    page.fill("[name=username]", personne.email)
    page.fill("[name=password]", "un-mot-de-passe-d-essai")
    page.click("main button.principal")
    page.wait_for_url("**/programme/taches/")


def test_axe_on_every_public_page(live_server, page) -> None:
    create_demonstration({"901": "Belfort"})
    found = list(walk(page, live_server.url, PUBLIQUES))
    assert not found, "\n".join(found)


def walk(page: Page, url: str, addresses: list[str]) -> Iterator[str]:
    """What is wrong on each page at each width: axe, and what runs over the side."""
    for width in LARGEURS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in addresses:
            page.goto(f"{url}{address}")
            yield from faults(page)
            overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if overflow > 0:
                yield f"{address} déborde de {overflow} px à {width} px"


def test_axe_without_a_car(live_server, page, dossier_bus, settings) -> None:
    settings.MAILLAGE_ATLAS = dossier_bus
    pages = ["/sans-voiture/", "/trajet/?de=rochefagne", "/trajet/?de=zzzz", "/territoires/commune/90002/"]
    found = list(
        walk(page, live_server.url, [f"{one}{'&' if '?' in one else '?'}atlas=avec-bus" for one in pages])
    )
    assert not found, "\n".join(found)


def test_axe_on_accounts_and_their_errors(live_server, page, compte) -> None:
    log_in(page, live_server.url, compte("administration"))
    sent = Webhook.objects.create(pk=1, nom="Essai", adresse="https://exemple.fr/", genres=["atlas.ouvert"])
    EnvoiDeWebhook.objects.create(webhook=sent, cle="essai", genre="essai", identifiant="msg_essai")
    found = []
    for address in DU_COMPTE:
        page.goto(f"{live_server.url}{address}")
        found += faults(page)
    page.goto(f"{live_server.url}/comptes/inviter/")
    page.click("main button.principal")
    page.locator(".champ.en-faute").nth(2).wait_for()
    first = page.locator(".champ.en-faute [aria-invalid=true]").first
    described = (first.get_attribute("aria-describedby") or "").split()
    assert any(page.locator(f"#{name} .faute").count() for name in described)
    found += faults(page)
    assert not found, "\n".join(found)


def test_axe_on_the_programme(live_server, page, compte) -> None:
    load(load_programme())
    found = []
    for width in LARGEURS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in PROGRAMME:
            assert page.goto(f"{live_server.url}{address}").status == 200, address
            found += faults(page)
    log_in(page, live_server.url, compte("charge_mission"))
    for address in PROGRAMME_CONNECTE:
        assert page.goto(f"{live_server.url}{address}").status == 200, address
        found += faults(page)
    assert not found, "\n".join(found)


def test_axe_on_governance(live_server, page, compte) -> None:
    """A year, a meeting held with its decision, a remontée, comités and their form, on a phone."""
    load(load_programme())
    author = compte("charge_mission")
    seance = gouvernance.add_seance(author, "cts", "593", timezone.localdate())
    seance = gouvernance.move_seance(author, seance, 1, EtatSeance.TENUE)
    came = {"organisation": "CAF", "reponse": "vient", "pouvoir_a": "", "presente": True}
    seance = gouvernance.change_seance(author, seance, 2, {"presences": [came]})
    gouvernance.decide(author, seance, {"texte": "Ouvrir", "responsable": "CAF", "echeance": seance.jour})
    up = gouvernance.deposit(author, NatureRemontee.BLOCAGE, "Sans local", territoire="593", objet="sante")
    propose_amendement(author, FicheAction.objects.get(cle="sante"), {"titre": "Soins"}, "Plus court")
    give(author, seance, "avis.pdf", b"%PDF-1.4 %%EOF", "L’avis")
    feuille = gouvernance.start_feuille(author, "593", "sante", 2025)
    line = {"quoi": "Ouvrir", "qui": "CAF", "echeance": "2025-06-30", "fait_le": None}
    feuille = gouvernance.write_feuille(author, feuille, 1, {"ambition": "Aller", "engagements": [line]})
    gouvernance.describe_comites(author, "nord-2025-2030")
    told = bilan.advance(author, bilan.open_year(author, 2026), 1, ActeBilan.DEMANDER)
    part = told.contributions.first()
    page.set_viewport_size({"width": 390, "height": 900})
    log_in(page, live_server.url, author)
    here, root = seance.get_absolute_url(), "/gouvernance/"
    lists = (
        root,
        f"{root}remontees/",
        f"{root}decisions/",
        f"{root}comites/",
        "/programme/taches/",
        "/partenaires/",
    )
    forms = (
        f"{here}presences/",
        f"{here}compte-rendu/",
        f"{root}comites/comite-cts/",
        f"{root}reunion/",
        "/partenaires/moi/",
        "/partenaires/nouveau/",
    )
    found = []
    maps = (
        f"{root}feuilles/?annee=2025",
        feuille.get_absolute_url(),
        f"{root}feuilles/{feuille.cle}/ecrire/",
    )
    more = (f"{up.get_absolute_url()}trace/", "/programme/amendements/", "/programme/versions/")
    bilans = ("/bilans/", told.get_absolute_url(), part.get_absolute_url())
    pages = (*lists, here, up.get_absolute_url(), f"{root}remontees/nouvelle/", *forms, *maps, *more, *bilans)
    for address in pages:
        assert page.goto(f"{live_server.url}{address}").status == 200, address
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{address} déborde"] if wide else []
    assert not found, "\n".join(found)


def test_axe_on_finding_a_service(live_server, page) -> None:
    """The form sent by the keyboard on a phone: answers, a record, its card; no cookie."""
    told = {"source": "essai", "date_maj": date(2026, 1, 31), "longitude": 3.05, "latitude": 50.05}
    home = Structure(id="s", nom="Accueil", horaires_accueil="Mo-Su 00:00-24:00", **told)
    offer = Prestation(
        id="p",
        nom="Aide",
        structure_id="s",
        thematiques=("numerique--acceder-a-des-services-en-ligne",),
        **told,
    )
    known = {"s": Complement(id="s", rendez_vous=True, incertain=("La date est celle du fichier.",))}
    annuaire.import_annuaire(
        None, annuaire.FichierLu(Annuaire((home,), (offer,), known), "essai.json", "essai", "0" * 64)
    )
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/trouver/")
    page.fill("#id_besoin", "démarche en ligne")
    page.fill("#id_ou", "Valbrune")
    page.press("#id_ou", "Enter")
    page.wait_for_selector("#reponses")
    found = faults(page)
    assert "Valbrune" not in page.url
    assert not page.context.cookies()
    page.click("ol.reponses h3 a")
    found += faults(page)
    page.goto(f"{page.url.partition('#')[0]}carte/?langue=ar")
    found += faults(page)
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    found += walk_kiosk(page, live_server.url)
    assert not found, "\n".join(found)


def walk_kiosk(page: Page, base: str) -> list[str]:
    """The kiosk by its buttons, with contrast; two pages of the directory beside it. Nothing is stored."""
    found = []
    page.goto(f"{base}/borne/c90001/")
    stored = page.evaluate("localStorage.length + sessionStorage.length")
    for button in ("Faire une démarche en ligne", "Contraste fort", "L’emporter"):
        found += faults(page)
        page.get_by_role("button", name=button).first.click()
        page.wait_for_load_state()
    found += faults(page)
    assert page.url == f"{base}/borne/c90001/"
    assert page.evaluate("localStorage.length + sessionStorage.length") == stored
    assert not page.context.cookies()
    for address in ("/annuaire/numerique/", "/annuaire/mobilite/"):
        page.goto(f"{base}{address}")
        found += faults(page)
    return found


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_on_the_legal_course(live_server, page, compte, width) -> None:
    """The course, a body with a reserve to answer, its forms; nothing wider than the screen."""
    load(load_programme())
    author = compte("charge_mission")
    parcours.add_texte(author, date(2024, 11, 25), "Premier texte")
    body = parcours.add_organisme(author, "epci", "CA du Caudrésis et du Catésis")
    parcours.add_organisme(author, "epci", "CC Flandre Lys")
    (body,) = parcours.refer(author, [body], 1, date(2024, 11, 30))
    said = {"avis": "defavorable", "delibere_le": date(2025, 2, 3), "reference": "2025-7"}
    parcours.give_avis(author, body, body.version, said, ["Trop peu de France services"])
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, live_server.url, author)
    here, root = body.get_absolute_url(), "/gouvernance/parcours/"
    forms = (f"{here}avis/", f"{here}saisine/", f"{root}saisir/", f"{root}actes/", f"{root}textes/nouveau/")
    found = []
    for address in (root, here, f"{root}textes/1/", f"{root}signataires/nouveau/", *forms):
        assert page.goto(f"{live_server.url}{address}").status == 200, address
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{address} déborde"] if wide else []
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_on_the_workshop(live_server, page, compte, width) -> None:
    """A scenario and its effects, the forms of an edit, sharing; nothing wider than the screen."""
    author = compte("charge_mission")
    new = Ouverture(type="france_services", nom="Accueil", commune="90012", horaires="Mo-Fr 09:00-12:00")
    pure = Scenario(nom="Essai", modifications=(Fermeture(lieu="france_services:1"), new))
    row = ateliers.create_scenario(author, pure, "")
    request_effets(author, choose("essai-2026"), row.contenu)
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, live_server.url, author)
    here = f"/atelier/scenarios/{row.cle}/"
    adding = (
        "ouvrir/",
        "fermer/?type=france_services",
        "itinerant/",
        "scinder/?type=france_services",
        "etendre_jours/",
    )
    forms = (*(f"{here}ajouter/{one}" for one in adding), f"{here}reglages/")
    found = []
    to_act = ("/atelier/veille/?type=france_services", "/atelier/ou-ouvrir/", "/atelier/tournee/")
    several = (f"/atelier/comparer/?s={row.cle}", f"{here}lier/")
    for address in ("/atelier/", "/atelier/nouveau/", here, f"{here}partager/", *forms, *to_act, *several):
        page.goto(f"{live_server.url}{address}")
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        found += [f"{address} déborde à {width} px"] if wide else []
    assert found == []
    page.goto(f"{live_server.url}{here}")
    assert "Ce que cela ferait" in page.content()
    assert "sont plus près" in page.content()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_place_is_dragged_and_moved_by_keyboard(live_server, page, compte, width) -> None:
    """Times are redrawn while it moves, said to who does not see them, and the position is kept in a form."""
    author = compte("charge_mission")
    row = ateliers.create_scenario(author, Scenario(nom="Essai"), "")
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, live_server.url, author)
    page.goto(f"{live_server.url}/atelier/scenarios/{row.cle}/carte/?type=france_services")
    page.wait_for_selector("#glisser[data-prete]")
    frame, said = page.locator(".carte-glisser"), page.locator("[data-phrase]")
    frame.scroll_into_view_if_needed()
    around = frame.bounding_box()
    states = [frame.screenshot()]
    page.mouse.move(around["x"] + 40, around["y"] + 40)
    page.mouse.down()
    for part in (0.3, 0.5, 0.8):
        page.mouse.move(around["x"] + around["width"] * part, around["y"] + around["height"] * 0.7)
    page.wait_for_selector("[data-phrase]:has-text('plus près')")
    states.append(frame.screenshot())
    page.mouse.up()
    here = page.get_attribute("#glisser", "data-prete")
    page.locator(".repere-glisser").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowLeft")
    page.wait_for_selector(f"#glisser:not([data-prete='{here}'])")
    page.wait_for_timeout(200)
    states.append(frame.screenshot())
    assert len(set(states)) == 3
    assert "simulé" in said.text_content()
    assert faults(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    lon = page.get_attribute("#glisser", "data-prete").split()[0]
    page.click("[data-garder]")
    assert page.input_value("[name=lon]").replace(",", ".") == lon
    page.fill("[name=nom]", "Posé sur la carte")
    page.click("main button.principal")
    assert "Ouvrir « Posé sur la carte »" in page.content()


def test_axe_and_the_keyboard_on_a_schema_that_begins(live_server, page, compte) -> None:
    base, found = f"{live_server.url}/programme/", []
    page.goto(base)
    found += faults(page)
    log_in(page, live_server.url, compte("charge_mission"))
    for width in LARGEURS:
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("", "commencer/", "commencer/?modele=neutre&debut=2027"):
            page.goto(f"{base}{address}")
            found += faults(page)
            overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found += [f"{address} déborde de {overflow} px à {width} px"] if overflow > 0 else []
    page.goto(f"{base}commencer/?modele=neutre&debut=2027")
    page.get_by_role("button", name="Relire avant d’écrire").press("Enter")
    page.get_by_text("Rien n’est encore écrit").wait_for()
    found += faults(page)
    page.get_by_role("button", name="Écrire ce schéma").press("Enter")
    page.get_by_role("button", name="Annuler ce commencement").wait_for()
    found += faults(page)
    page.goto(f"{base}fiches/sante/objectifs/nouveau/")
    found += faults(page)
    assert not found, "\n".join(found)


def test_two_browsers_on_one_fiche_lose_nothing(live_server, browser, compte) -> None:
    load(load_programme())
    pages = []
    for role, portee in (("charge_mission", {}), ("pilote_thematique", {"theme": "sante"})):
        opened = browser.new_context(locale="fr-FR").new_page()
        log_in(opened, live_server.url, compte(role, **portee))
        opened.goto(f"{live_server.url}/programme/modifier/fiche/sante/")
        pages.append(opened)
    first, second = pages
    for opened, titre in ((first, "Santé pour tous"), (second, "Santé et soins")):
        opened.fill("[name=titre]", titre)
        opened.click("main form button.principal")
        opened.wait_for_load_state()
    conflict = second.content()
    assert "Santé pour tous" in conflict
    assert "Santé et soins" in conflict
    assert faults(second) == []
    second.click("main form button.principal")
    second.wait_for_url("**/programme/fiches/sante/")
    second.goto(f"{live_server.url}/programme/historique/fiche/sante/")
    history = second.content()
    assert "Santé pour tous" in history
    assert "Santé et soins" in history
    for opened in pages:
        opened.context.close()


def test_axe_on_background_work(live_server, page) -> None:
    travail = commands.request_travail(AnonymousUser(), "tout_exporter", "Essai", {"atlas": "/rien"})
    found = []
    for state in Travail.Etat:
        Travail.objects.filter(pk=travail.pk).update(etat=state, progression=40, message="disque plein")
        page.goto(f"{live_server.url}/travaux/{travail.jeton}/")
        found += faults(page)
    assert not found, "\n".join(found)


def test_the_keyboard_alone_reaches_a_portrait(live_server, page) -> None:
    page.goto(live_server.url)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("rochefagne")
    page.keyboard.press("Enter")
    page.wait_for_url("**/territoires/commune/90002/")
    outline = []
    for _ in range(12):
        page.keyboard.press("Tab")
        outline.append(page.evaluate("getComputedStyle(document.activeElement).outlineStyle"))
    assert set(outline) == {"solid"}


def test_suggestions_are_heard_and_followed_by_keyboard(live_server, page) -> None:
    for width in LARGEURS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url)
        box = page.get_by_role("combobox")
        box.focus()
        assert box.get_attribute("aria-expanded") == "false"
        page.keyboard.type("rochefange")  # two letters swapped
        options = page.get_by_role("option")
        options.first.wait_for()
        assert box.get_attribute("aria-expanded") == "true"
        assert "Rochefagne" in options.first.inner_text()
        assert "commune" in options.first.inner_text()
        assert "suggestion" in page.locator(".recherche [role=status]").first.inner_text()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        page.keyboard.press("ArrowDown")
        pointed = box.get_attribute("aria-activedescendant")
        assert page.locator(f"#{pointed}").get_attribute("aria-selected") == "true"
        assert faults(page) == []
        page.keyboard.press("Escape")
        assert box.get_attribute("aria-expanded") == "false"
        assert box.get_attribute("aria-activedescendant") is None
        assert box.input_value() == "rochefange"
        page.keyboard.press("ArrowUp")  # opens again, on the last
        page.keyboard.press("ArrowDown")  # back to the box
        assert box.get_attribute("aria-activedescendant") is None
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.wait_for_url("**/territoires/commune/90002/")


def test_the_keyboard_alone_chooses_a_figure_by_what_it_measures_and_where(live_server, page, compte) -> None:
    load(load_programme())
    log_in(page, live_server.url, compte("charge_mission"))
    for width in LARGEURS:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{live_server.url}/programme/indicateurs/nouveau/objectif/sante.1/")
        for label, words, shown in (("Ce que l’on mesure", "pharma", "Pharmacie"), ("Où", "bourg", "Bourg")):
            page.get_by_role("combobox", name=label).focus()
            page.keyboard.type(words)
            page.get_by_role("option").filter(has_text=shown).first.wait_for()
            assert faults(page) == []
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.wait_for_url("**#resultats")
            page.get_by_role("combobox", name=label).and_(page.locator(":not([value=''])")).wait_for()
        assert "chiffre" in page.locator("#resultats [role=status]").inner_text()
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
        assert faults(page) == []
    page.locator("#resultats .chiffres button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#cibles")
    assert "Durée d’accès : Pharmacie, Bourg-Clair" in page.locator("h1").inner_text().replace("\xa0", " ")
    page.goto(page.url.replace("#cibles", "").replace("/indicateurs/", "/indicateurs/lier/"))
    assert faults(page) == []


def test_the_header_is_one_line_whatever_the_departement(live_server, page) -> None:
    """At 1440 px: the search stays beside the navigation, with room to type in."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{live_server.url}/methodes/")
    where = page.locator(".entete .navigation").bounding_box()
    for name in list_departements().values():
        page.locator(".entete .marque small").evaluate("(said, name) => { said.textContent = name }", name)
        search = page.locator(".entete .recherche").bounding_box()
        assert search["y"] < where["y"] + where["height"], name
        assert search["width"] > 180, name


def test_the_menu_opens_by_keyboard_on_a_small_screen(live_server, page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url)
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu a").first.is_visible()
    assert faults(page) == []


def test_everything_reads_without_script(live_server, browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/carte/")
    assert page.locator("#carte-fixe path").count() == 12
    assert page.locator("#carte").is_hidden()
    assert page.locator("main table tbody tr").count() == 12
    page.select_option("[name=niveau]", "epci")
    page.click("main form button")
    assert "niveau=epci" in page.url
    context.close()


ZOOMEES = (
    "/",
    "/territoires/commune/90004/",
    "/classements/",
    "/comparer/?t=commune:90001&semblables=1",
    "/prioritaires/",
    "/evolution/",
    "/croiser/",
    "/methodes/",
    "/sources/",
    "/exemples/",
    "/accessibilite/",
)


@pytest.mark.parametrize("width", [640, 320])
def test_zoom_keeps_the_page_whole(live_server, browser, width) -> None:
    """1280 pixels at 200 % leave 640, at 400 % 320: no page scrolls both ways."""
    context = browser.new_context(viewport={"width": width, "height": 450}, device_scale_factor=2)
    page = context.new_page()
    page.set_default_timeout(60_000)
    wide = []
    for address in ZOOMEES:
        page.goto(f"{live_server.url}{address}")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(address)
    context.close()
    assert wide == []


def test_the_keyboard_alone_opens_a_dimension_and_sorts_a_ranking(live_server, page) -> None:
    page.goto(f"{live_server.url}/territoires/commune/90004/")
    summary = page.locator("#dimension-temporelle summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#dimension-temporelle table").is_visible()
    assert faults(page) == []
    page.goto(f"{live_server.url}/classements/?c=densite&tri=nom")
    page.get_by_role("link", name="Densité de population").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**tri=densite**")
    assert page.locator("th[aria-sort=ascending]").count() == 1
    page.locator(".defile").first.focus()
    assert page.evaluate("document.activeElement.className") == "defile"


def test_the_keyboard_alone_compares_two_territories(live_server, page) -> None:
    page.goto(f"{live_server.url}/comparer/?t=commune:90001")
    page.locator("#q").focus()
    page.keyboard.type("rochefagne")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=rochefagne**")
    page.locator("section[aria-labelledby=trouves] a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".multiples thead th:nth-child(3)")
    assert page.locator(".multiples tbody tr").count() == 7
    page.get_by_role("link", name="retirer Rochefagne").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".multiples thead th:nth-child(3)", state="detached")


@pytest.mark.parametrize(("width", "opened"), [(390, False), (1440, True)])
def test_on_a_phone_sections_fold_and_say_their_figure(live_server, page, width, opened) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{live_server.url}/territoires/arrondissement/901/")
    folds = page.locator("details.pli")
    assert folds.count() >= 6
    assert folds.evaluate_all("all => all.map(one => one.open)") == [opened] * folds.count()
    if opened:
        return
    assert page.evaluate("document.documentElement.scrollHeight") < 4500
    assert page.locator("details.pli > summary > .resume:visible").count() >= 6
    page.get_by_role("link", name="Habitants", exact=True).click()
    assert page.locator("details.pli:has(#habitants)").evaluate("one => one.open")
    assert page.locator("details.pli:has(#egalite)").evaluate("one => one.open") is False
    assert faults(page) == []


def test_the_home_page_folds_on_a_phone_and_keeps_map_and_search_open(live_server, page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/")
    folds = page.locator("details.pli")
    assert folds.evaluate_all("all => all.map(one => one.open)") == [False] * folds.count()
    said = [text.strip() for text in page.locator("details.pli > summary > .resume").all_inner_texts()]
    assert len(said) == folds.count() >= 3
    assert all(said)
    assert page.locator(".ouverture .carte-fixe").is_visible()
    assert page.locator("main [type=search]").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight") < 2600
    folds.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folds.first.evaluate("one => one.open")
    assert faults(page) == []


def test_paper_unfolds_what_the_screen_folds(live_server, page) -> None:
    page.goto(f"{live_server.url}/territoires/commune/90004/")
    folded = page.locator("#dimension-temporelle table")
    assert folded.is_hidden()
    page.emulate_media(media="print")
    assert folded.bounding_box()["height"] > 40
    assert page.locator("nav.navigation").is_hidden()


def test_the_live_map_is_fetched_when_asked_and_draws_itself(live_server, page) -> None:
    problems: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None)
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(f"{live_server.url}/carte/?lieux=france_services&contours=epci")
    page.wait_for_load_state("networkidle")
    assert not [name for name in asked if name.startswith(("carte-vive", "carte-worker"))]
    picture = page.locator("#carte-fixe").bounding_box()
    page.locator("[data-eveiller]").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#carte[data-prete]", timeout=90_000)
    assert page.locator("#carte-fixe").is_hidden()
    assert page.locator("#carte").bounding_box()["width"] > 1.2 * picture["width"]
    assert page.evaluate("document.activeElement.className") == "maplibregl-canvas"
    # On the frame of the picture: 3 to 3.4 east, 50 to 50.3 north, eight pixels from the nearer edges.
    zoom = float(page.url.partition("#vue=")[2].partition("/")[0])
    box = page.locator("#carte").bounding_box()
    south, north = np.degrees(np.arctanh(np.sin(np.radians([50.0, 50.3]))))
    fits = ((box["width"] - 16) / 0.4, (box["height"] - 16) / (north - south))
    assert zoom == pytest.approx(np.log2(min(fits) * 360 / 512), abs=0.03)
    assert faults(page) == []
    assert problems == []


@pytest.fixture
def tuiles() -> Iterator[ThreadingHTTPServer]:
    """A background service of another origin: every tile is one grey square; ``panne`` makes it refuse."""

    class Tuile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.server.asked.append(self.path)
            self.send_response(503 if self.server.panne else 200)
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(b"" if self.server.panne else carre)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    drawn = io.BytesIO()
    Image.new("RGB", (256, 256), (120, 120, 120)).save(drawn, "PNG")
    carre = drawn.getvalue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Tuile)
    server.asked, server.panne = [], False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("panne", [False, True])
def test_the_background_is_shown_when_configured_and_may_fail(
    live_server, page, settings, tuiles, panne
) -> None:
    fond = FondDePlan(
        "Fond d’essai", f"http://127.0.0.1:{tuiles.server_port}/{{z}}/{{x}}/{{y}}", "© Essai", 18
    )
    tuiles.panne = panne
    settings.MAILLAGE_FOND = fond
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    opened = {name: [*policy[name], fond.origine] for name in ("img-src", "connect-src")}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy | opened}
    problems: list[str] = []
    page.on("console", lambda m: problems.append(m.text) if "Content Security Policy" in m.text else None)
    page.goto(f"{live_server.url}/carte/?niveau=epci")
    page.click("[data-eveiller]")
    page.wait_for_selector("#carte[data-prete]", timeout=90_000)
    assert tuiles.asked
    choice = page.locator("[data-choix-fond]")
    if panne:
        choice.get_by_text("ne répond pas").wait_for()
    else:
        assert "© Essai" in page.locator(".maplibregl-ctrl-attrib").inner_text()
        assert choice.locator("input").is_checked()
        assert faults(page) == []
    assert problems == []


def test_a_map_that_was_moved_leaves_as_it_is_seen(live_server, page) -> None:
    page.goto(f"{live_server.url}/carte/?niveau=commune&indicateur=duree_pharmacie")
    page.click("[data-eveiller]")
    page.wait_for_selector("#carte[data-prete]")
    page.click(".partager summary")
    # What is written on the picture: the unit, and that times are not measured.
    page.evaluate(
        "() => { window.dits = []; const write = CanvasRenderingContext2D.prototype.fillText;"
        " CanvasRenderingContext2D.prototype.fillText = function (words, ...at)"
        " { window.dits.push(words); return write.call(this, words, ...at); } }"
    )
    with page.expect_download(timeout=60_000) as waited:
        page.click("[data-image]")
    written = " ".join(page.evaluate("window.dits"))
    assert "En minutes." in written
    assert "Temps simulés." in written
    with Image.open(waited.value.path()) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(2**24)}
    scale = {tuple(bytes.fromhex(colour[1:])) for colour in couleurs.ECHELLE}
    assert scale <= colours


def test_the_code_copied_shows_the_map_in_the_page_of_another_site(live_server, page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/carte/?niveau=commune&indicateur=duree_pharmacie")
    page.click(".partager summary")
    page.click("text=Copier le code")
    page.get_by_text("Code copié.").wait_for()
    assert faults(page) == []
    code = page.evaluate("navigator.clipboard.readText()")
    assert code == page.input_value("#cadre-html")
    refused = f'<iframe id="refuse" src="{live_server.url}/carte/"></iframe>'
    site = f"<!DOCTYPE html><title>Ailleurs</title>{code}{refused}"
    page.route("http://ailleurs.localhost/", lambda route: route.fulfill(body=site, content_type="text/html"))
    page.goto("http://ailleurs.localhost/")
    frame = page.frame_locator("iframe[title]")
    frame.get_by_role("heading", name="Pharmacie").wait_for()
    assert "Temps simulés." in frame.locator("main").inner_text()
    assert page.frame_locator("#refuse").locator("main").count() == 0
    assert page.context.cookies() == []


def test_vintages_are_played_and_stepped_by_keyboard(live_server, browser) -> None:
    for motion in ("no-preference", "reduce"):
        context = browser.new_context(reduced_motion=motion)
        page = context.new_page()
        page.goto(f"{live_server.url}/carte/millesimes/?niveau=commune&indicateur=duree_pharmacie")
        current = page.locator("[data-millesime][aria-current]")
        newest = current.get_attribute("href")
        assert page.locator("[data-lire]").is_visible() is (motion == "no-preference")
        first = page.locator("#film-image").inner_html()
        drawn = "before => document.querySelector('#film-image').innerHTML !== before"
        page.locator("[data-pas='1']").focus()
        page.keyboard.press("ArrowLeft")
        page.wait_for_function("address => !location.href.endsWith(address)", arg=newest)
        page.wait_for_function(drawn, arg=first)
        older = page.locator("#film-image").inner_html()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("address => location.href.endsWith(address)", arg=newest)
        page.wait_for_function(drawn, arg=older)
        if motion == "no-preference":
            page.locator("[data-lire]").press("Enter")
            page.wait_for_function("address => !location.href.endsWith(address)", arg=newest)
            assert page.locator("#film-dit").get_attribute("aria-live") == "off"
            page.keyboard.press("Escape")
            assert page.locator("[data-lire]").inner_text() == "Lire"
        assert faults(page) == []
        context.close()


def test_a_click_on_the_picture_tells_the_figure(live_server, page, dossier_atlas) -> None:
    held = open_folder(dossier_atlas / "essai-2026").chiffre("commune", "90004", "duree_pharmacie")
    page.goto(f"{live_server.url}/carte/?niveau=commune&indicateur=duree_pharmacie")
    page.wait_for_selector("[data-aide]:not([hidden])")
    page.locator('#carte-fixe [data-c="90004"]').click()
    card = page.locator("#fiche")
    card.get_by_text("L’Étang-aux-Moines").wait_for()
    assert f"{round(held.valeur)}\xa0min" in card.inner_text()
    assert card.locator("a").get_attribute("href") == "/territoires/commune/90004/"
    assert faults(page) == []


@pytest.mark.parametrize("width", LARGEURS)
def test_passing_over_the_picture_and_the_arrows_read_a_figure(live_server, page, width) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/carte/?niveau=commune&indicateur=duree_pharmacie")
    page.wait_for_selector("[data-aide]:not([hidden])")
    card = page.locator("#fiche")
    page.locator('#carte-fixe [data-c="90004"]').hover()
    card.get_by_text("L’Étang-aux-Moines").wait_for()
    page.locator("#carte-fixe").focus()
    page.keyboard.press("ArrowLeft")
    card.get_by_text(open_name("90003")).wait_for()
    page.locator('#carte-fixe [data-c="90004"]').click()
    card.get_by_text("L’Étang-aux-Moines").wait_for()
    page.locator('#carte-fixe [data-c="90001"]').hover()
    page.wait_for_timeout(400)
    assert "L’Étang-aux-Moines" in card.inner_text()
    assert faults(page) == []


def open_name(code: str) -> str:
    """The name of a commune of the newest atlas."""
    return choose(None).get_territoire("commune", code).nom


def test_a_place_that_cannot_be_read_is_said(page: Page, live_server) -> None:
    page.goto(f"{live_server.url}/carte/?niveau=commune&indicateur=duree_pharmacie")
    for answer in (lambda route: route.abort(), lambda route: route.fulfill(status=500, body="")):
        page.route("**/carte/lieu/**", answer)
        page.locator('#carte-fixe [data-c="90004"]').click()
        page.get_by_text("Ce lieu n’a pas pu être lu.").wait_for()
        page.unroute("**/carte/lieu/**")
        page.locator('#carte-fixe [data-c="90004"]').click()
        page.get_by_text("Ce lieu n’a pas pu être lu.").wait_for(state="hidden")
