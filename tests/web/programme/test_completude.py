"""One answer to a legal question: the same programme gives it on page, PDF, DOCX, ODS, JSON and API."""

import io
import json
import random
import re
import shutil
import subprocess

import docx
import pytest
from django.core.exceptions import ValidationError
from lxml import html

from maillage.sdaasp.programme.vocabulaire import INACTIFS, StatutDeclinaison
from maillage.sources.classeur import read_workbook
from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur, set_cible
from maillage.web.programme.public import fabrique
from maillage.web.suivi.commands import undo, update

ORIGIN = "django.contrib.auth.backends.ModelBackend"
ZONES = {
    "zone-bassin-minier": "Bassin minier",
    "zone-cambresis": "Cambrésis rural",
    "zone-flandre-rurale": "Flandre rurale",
    "zone-qpv": "Quartiers prioritaires de la politique de la ville (94)",
    "zone-sambre-avesnois": "Sambre-Avesnois",
}
EPCI = ("epci:200000001", "epci:200000002", "epci:200000003")  # what the invented atlas finds in deficit
ORDRE = ["zone-cambresis", "zone-sambre-avesnois", "zone-flandre-rurale", "zone-qpv", "zone-bassin-minier"]
TITRES = {
    "objectifs_quantitatifs": "Objectifs quantitatifs de renforcement de l’accessibilité",
    "objectifs_qualitatifs": "Objectifs qualitatifs de renforcement de l’accessibilité",
    "mesures": "Mesures permettant d’atteindre les objectifs",
    "territoires_en_deficit": "Territoires présentant un déficit d’accessibilité, servis par le programme",
}


def expect():
    """What the decree asks, counted in the rows themselves: exigence → codes that nothing serves whole."""
    covers = {c.cle: [t["cle"] for t in c.territoires] for c in models.Correspondance.objects.all()}
    tied = {key for keys in covers.values() for key in keys}
    asked = [*ZONES, *(key for key in EPCI if key not in tied)]
    named = {op.cle: set(op.territoires) for op in models.ObjectifPrioritaire.objects.all()}
    alive = [d for d in models.Declinaison.objects.all() if d.statut not in {None, *INACTIFS}]
    named |= {d.cle: set(d.zones) for d in alive}
    aimed = {"quantitative": set(), "qualitative": set()}
    for c in models.Cible.objects.select_related("indicateur"):
        kind = c.indicateur.nature
        if (c.valeur is not None) if kind == "quantitative" else c.texte:
            aimed[kind].add(c.indicateur.objet)
    kept = {
        "objectifs_quantitatifs": aimed["quantitative"],
        "objectifs_qualitatifs": aimed["qualitative"],
        "mesures": {d.cle for d in alive},
        "territoires_en_deficit": set(named),
    }
    found = {}
    for rule, keys in kept.items():
        codes = {code for key in keys for code in named.get(key, ())}
        whole = {c for c in asked if c in codes or (covers.get(c) and set(covers[c]) <= codes)}
        found[rule] = set(asked) - whole
    return found


def shake(rng, chargee):
    """One change of the programme, as people make them."""
    slot = rng.choice(list(models.Declinaison.objects.order_by("cle")))
    goal = rng.choice(list(models.ObjectifPrioritaire.objects.order_by("cle")))
    places = [*ZONES, *EPCI, "epci:200068500"]

    def some():
        return rng.sample(places, rng.randint(0, len(places)))

    def tie():
        row = rng.choice(list(models.Correspondance.objects.order_by("cle")))
        tied = [{"cle": key, "nom": key} for key in rng.sample(EPCI, rng.randint(0, 2))]
        update(chargee, row, row.version, {"territoires": tied}, "")

    def aim():
        nature, on = rng.choice(["quantitative", "qualitative"]), rng.choice([slot, goal])
        row = create_indicateur(chargee, on, {"libelle": "n", "nature": nature})
        set_cible(chargee, row, 2027, *rng.choice([(0.0, None), (3.0, "Trois"), (None, "Mieux")]))

    def withdraw():
        cible = models.Cible.objects.order_by("?").first()
        if cible is not None:
            cible.delete()

    def hesitate():
        row = update(chargee, slot, slot.version, {"zones": some()}, "")
        undo(chargee, [row], {row.cle: row.version})

    def set_status():
        statut = rng.choice([None, *(s.value for s in StatutDeclinaison)])
        update(chargee, slot, slot.version, {"statut": statut}, "")

    rng.choice(
        [
            lambda: update(chargee, slot, slot.version, {"zones": some()}, ""),
            lambda: update(chargee, goal, goal.version, {"territoires": some()}, ""),
            lambda: update(chargee, slot, slot.version, {"zones": list(ZONES), "statut": "engagee"}, ""),
            tie,
            aim,
            aim,
            withdraw,
            hesitate,
            set_status,
        ]
    )()


def squash(text):
    """Letters alone: a document breaks lines, and words at the end of them."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def cut(text, names):
    """Exigence → the names said in the part of a text under its heading."""
    flat = squash(text)
    starts = {rule: flat.index(squash(title)) for rule, title in TITRES.items()}
    ends = [*sorted(starts.values()), flat.index(squash("Ce qui sert chaque territoire en déficit"))]
    parts = {rule: flat[at : ends[ends.index(at) + 1]] for rule, at in starts.items()}
    return {
        rule: {code for code, name in names.items() if squash(name) in part} for rule, part in parts.items()
    }


def read_page(client, names):
    page = html.fromstring(client.get("/programme/completude/").content.decode())
    found = {}
    for rule in TITRES:
        (section,) = page.get_element_by_id(f"exigence-{rule}").xpath("ancestor::section")
        heads = [term.text_content() for term in section.iter("dt")]
        said = dict(zip(heads, [d.text_content() for d in section.iter("dd")], strict=True))
        found[rule] = {code for code, name in names.items() if name in said["Manque"]}
        served = {code for code, name in names.items() if name in said["Servi"]}
        assert served == set(names) - found[rule]
    return found


def read_data(document):
    for exigence in document["exigences"]:
        assert sorted([*exigence["servi"], *exigence["manque"]]) == sorted(exigence["attendu"])
    *asked, plan = [(exigence["cle"], set(exigence["manque"])) for exigence in document["exigences"]]
    assert plan == ("mutualisation", {place["cle"] for place in document["arrondissements"]})
    return dict(asked)


def read_ods(content, path):
    path.write_bytes(content)
    sheet = next(s for s in read_workbook(path) if s.nom == "completude")
    rows = [dict(zip(sheet.colonnes, row, strict=False)) for row in sheet.lignes]
    return {
        rule: {r["territoire"] for r in rows if (r["exigence"], r["etat"]) == (rule, "manque")}
        for rule in TITRES
    }


def read_docx(content):
    return (
        "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)
        + "\nCe qui sert chaque territoire en déficit"
    )


def read_pdf(content):
    return subprocess.run(
        ["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True
    ).stdout.decode()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_state_gives_the_same_answer_everywhere(client, compte, nord, monkeypatch, tmp_path, seed):
    monkeypatch.setattr(fabrique, "write_apart", fabrique.write)
    rng, chargee = random.Random(seed), compte("charge_mission")
    for _ in range(rng.randint(8, 16)):
        shake(rng, chargee)
    wanted = expect()
    client.force_login(chargee, ORIGIN)
    api = client.get("/api/1/programme/completude").json()
    names = {t["cle"]: t["nom"] for t in api["territoires"]}
    assert read_data(api) == wanted
    assert read_page(client, names) == wanted
    export = {
        forme: client.get(f"/programme/exporter/{forme}").content for forme in ("json", "ods", "docx", "pdf")
    }
    assert json.loads(export["json"])["completude"] == api
    assert read_ods(export["ods"], tmp_path / "p.ods") == wanted
    assert cut(read_docx(export["docx"]), names) == wanted
    if shutil.which("pdftotext"):
        assert cut(read_pdf(export["pdf"]), names) == wanted
    coverage = html.fromstring(client.get("/programme/couverture/").content.decode())
    said = next(
        p.text_content()
        for p in coverage.iter("p")
        if "territoire" in p.text_content() and "servi" in p.text_content()
    )
    assert {code for code, name in names.items() if name in said} == wanted["territoires_en_deficit"]


def test_a_person_says_what_a_zone_covers_and_the_answer_follows(client, compte, nord):
    client.force_login(compte("charge_mission"), ORIGIN)
    address = "/programme/modifier/territoire/zone-qpv/"
    page = client.get(address).content.decode()
    assert "Intercommunalités" in page
    client.post(
        address, {"version": 1, "territoires": ["epci:200000001"], "confirme": "on", "motif": "Atelier"}
    )
    row = models.Correspondance.objects.get(cle="zone-qpv")
    assert [t["cle"] for t in row.territoires] == ["epci:200000001"]
    assert row.confirme
    assert row.history.first().history_change_reason == "Atelier"
    api = client.get("/api/1/programme/completude").json()
    assert [t["cle"] for t in api["territoires"]] == [*ORDRE, "epci:200000002", "epci:200000003"]


def test_ticking_a_zone_in_a_form_changes_the_answer_everywhere(client, compte, nord):
    client.force_login(compte("charge_mission"), ORIGIN)
    address = "/programme/modifier/declinaison/sante/593/2025/1/"
    form = client.get(address).context["form"]
    sent = {k: v for k, v in form.initial.items() if isinstance(v, str | int)}
    client.post(address, sent | {"objectifs": form.initial["objectifs"], "zones": ["zone-qpv", EPCI[0]]})
    measures = client.get("/api/1/programme/completude").json()["exigences"][2]
    assert measures["servi"] == ["zone-qpv", EPCI[0]]
    assert (
        "2 territoires en déficit sur 8 ont une mesure."
        in client.get("/programme/completude/").content.decode()
    )


def test_a_zone_that_nothing_is_known_of_can_be_told(client, compte, nord):
    models.Correspondance.objects.filter(cle="zone-qpv").delete()
    client.force_login(compte("charge_mission"), ORIGIN)
    assert "Choisir" in client.get("/programme/correspondances/").content.decode()
    answer = client.post("/programme/correspondances/zone-qpv/")
    assert answer["Location"] == "/programme/modifier/territoire/zone-qpv/"
    assert client.post("/programme/correspondances/zone-lune/").status_code == 404


def test_dates_that_contradict_each_other_are_refused_with_words(client, compte, nord):
    client.force_login(compte("charge_mission"), ORIGIN)
    address = "/programme/modifier/declinaison/sante/593/2025/1/"
    step = {"etapes-0-libelle": "Recenser", "etapes-0-debut": "2026-09-01", "etapes-0-fin": "2026-08-01"}
    step |= {"etapes-0-faite_le": "", "etapes-0-moyens": "", "etapes-0-cout_eur": "", "version": 1}
    page = client.post(address, step).content.decode()
    assert "la fin (01/08/2026) précède le début (01/09/2026)" in page
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    assert row.etapes == []
    wrong = {"libelle": "E", "debut": "2026-09-01", "fin": "2026-08-01", "faite_le": None}
    wrong |= {"moyens": None, "cout_eur": None}
    someone = compte("charge_mission")
    with pytest.raises(ValidationError, match="précède le début"):
        update(someone, row, 1, {"etapes": [wrong]}, "")
