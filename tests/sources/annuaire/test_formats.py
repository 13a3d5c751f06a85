"""Each format from a small file true to it, made here: what is taken, what is refused, what stays unsure."""

import json
import zipfile
from pathlib import Path

import polars as pl
import pytest

from maillage.annuaire.fiche import FonctionAccueil
from maillage.annuaire.regles import is_valid
from maillage.catalogue.annuaire import list_formats
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.ecrire.classeur import write_sheets
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sources.annuaire.recueil import LectureAnnuaire
from maillage.sources.annuaire.registre import LECTEURS, read, recognise
from maillage.sources.annuaire.tableur import list_cibles, read_correspondance

STRUCTURE = {
    "source": "dora", "id": "dora--1", "nom": "CCAS d’Essai", "date_maj": "2026-03-02", "code_insee": "59350",
    "code_postal": "59000", "commune": "Lille", "horaires_accueil": "Mo-Fr 09:00-12:00; PH off",
    "reseaux_porteurs": ["ccas-cias"], "longitude": 3.06, "latitude": 50.63,
}  # fmt: skip
SERVICE = {
    "source": "dora", "structure_id": "dora--1", "id": "dora--s1", "nom": "Aide aux papiers",
    "description": "Remplir un dossier avec quelqu’un.", "date_maj": "2026-03-02", "frais": "gratuit",
    "thematiques": ["numerique--acceder-a-des-services-en-ligne"], "publics": ["tous-publics"],
    "zone_eligibilite": ["59"], "volume_horaire_hebdomadaire": 2.5,
}  # fmt: skip
GUICHET = {
    "id": "b1", "nom": "Mairie - Essai", "date_modification": "13/05/2026 10:11:12",
    "pivot": [{"type_service_local": "mairie", "code_insee_commune": ["59350"]}],
    "adresse": [
        {"type_adresse": "Adresse postale", "numero_voie": "BP 12", "code_postal": "59033"},
        {"type_adresse": "Adresse", "numero_voie": "1 place de l’Essai", "complement1": "Bâtiment A",
         "code_postal": "59000", "nom_commune": "Lille", "longitude": "3.0635", "latitude": "50,6311",
         "accessibilite": "ACC"},
    ],
    "telephone": [{"valeur": "03 20 00 00 00", "description": ""}],
    "adresse_courriel": ["contact@exemple.fr"],
    "site_internet": [{"libelle": "", "valeur": "www.exemple.fr"}], "code_insee_commune": "59350",
    "plage_ouverture": [
        {"nom_jour_debut": "Lundi", "nom_jour_fin": "Jeudi", "valeur_heure_debut_1": "08:30:00",
         "valeur_heure_fin_1": "12:00:00", "valeur_heure_debut_2": "13:30:00",
         "valeur_heure_fin_2": "17:00:00", "commentaire": ""},
        {"nom_jour_debut": "Samedi", "nom_jour_fin": "Samedi", "valeur_heure_debut_1": "09:00:00",
         "valeur_heure_fin_1": "12:00:00", "valeur_heure_debut_2": "", "valeur_heure_fin_2": "",
         "commentaire": "état civil seulement"},
        {"nom_jour_debut": "Tous les jours", "nom_jour_fin": "", "valeur_heure_debut_1": "09:00:00",
         "valeur_heure_fin_1": "10:00:00"},
    ],
}  # fmt: skip
OUVERT = {"open": True, "timeslot": [{"start": 900, "end": 1230}, {"start": 1400, "end": 2359}]}
LIEU = {
    "lieu_id": 7, "name": "Accueil d’Essai", "description": "<p>Un caf&eacute;, une douche.</p>",
    "seo_url": "accueil-d-essai-7", "updatedAt": "2026-05-01T08:00:00.000Z", "languages": ["fr", "ar"],
    "entity": {"mail": "accueil@exemple.fr", "phones": [{"label": "", "phoneNumber": "0320000001"}]},
    "position": {"location": {"type": "Point", "coordinates": [3.06, 50.63]}, "ville": "Lille",
                 "codePostal": "59000", "adresse": "2 rue de l’Essai", "cityCode": "59350"},
    "newhours": {"monday": OUVERT, "tuesday": OUVERT, "wednesday": {"open": True, "timeslot": []},
                 "closedHolidays": "CLOSED", "description": "Sonner"},
    "tempInfos": {"closure": {"actif": True, "dateDebut": "2026-08-01T00:00:00.000Z",
                              "dateFin": "2026-08-31T00:00:00.000Z", "description": "congés"}},
    "modalities": {"inconditionnel": True, "appointment": {"checked": False}, "pmr": {"checked": True},
                   "price": {"checked": False}},
    "services_all": [
        {"serviceObjectId": "a", "category": "food_distribution", "description": "Repas chaud à midi."},
        {"serviceObjectId": "b", "category": "inconnue", "differentHours": True,
         "hours": {"friday": {"open": True, "timeslot": [{"start": 0, "end": 2359}]}}},
    ],
}  # fmt: skip
MEDIATION = {
    "id": "m1", "pivot": "43497452600012", "nom": "Espace d’Essai", "commune": "Lille",
    "code_postal": "59000",
    "code_insee": "59350", "adresse": "3 rue de l’Essai", "latitude": "50.63", "longitude": "3.06",
    "telephone": "+33320000002", "courriels": "a@exemple.fr|b@exemple.fr", "horaires": "Mo-Fr 09:00-12:00",
    "presentation_resume": "Ordinateurs en accès libre", "date_maj": "2026-02-01", "itinerance": "Fixe",
    "services": "Aide aux démarches administratives|Accès internet et matériel informatique",
    "publics_specifiquement_adresses": "Seniors", "frais_a_charge": "Gratuit",
    "prise_en_charge_specifique": "Langues étrangères (anglais)|Langues étrangères (autres)",
    "dispositif_programmes_nationaux": "France Services|Promeneurs du net", "modalites_acces": "Se présenter",
}  # fmt: skip
FRANCE_SERVICES = (
    "id_fs,insee_dep,lib_fs,adresse,complement_adresse,insee_com,code_postal,lib_com,latitude,longitude,mail,"
    "telephone,h_lundi,h_mardi,h_mercredi,h_jeudi,h_vendredi,h_samedi,prise_rdv,commentaire,type_fs,format_fs,"
    "groupe_fs,labellisation_fs\n"
    "9001,59,France services d’Essai,1 rue A,,59350,59000,Lille,50.63,3.06,a@exemple.fr,03 20 00 00 03,"
    "09:00 - 12:00 / 13:30 - 17:00,09:00 - 12:00 / 13:30 - 17:00,,le matin,,,Oui,,Principal,Fixe,,\n"
    "9002,59,Bus d’Essai,2 rue B,,59350,59000,Lille,50.63,3.06,,,,,,,,,Non,,Principal,Itinérante,,\n"
    "9003,62,Ailleurs,3 rue C,,62041,62000,Arras,50.3,2.78,,,,,,,,,Non,,Principal,Fixe,,\n"
    "9001,59,Deux fois,4 rue D,,59350,59000,Lille,50.63,3.06,,,,,,,,,Non,,Principal,Fixe,,\n"
)


def write(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return path


def all_valid(found: LectureAnnuaire) -> bool:
    told = found.write()
    return all(is_valid(name, one) for name in ("structures", "services") for one in told[name])


def test_data_inclusion_in_each_of_its_forms(tmp_path):
    whole = write(tmp_path, "tout.json", {"structures": [STRUCTURE], "services": [SERVICE]})
    mixed = write(tmp_path, "liste.json", [SERVICE, STRUCTURE])
    page = write(tmp_path, "page.json", {"items": [SERVICE | {"structure": STRUCTURE}], "total": 1})
    search = write(tmp_path, "search.json", [{"service": SERVICE | {"structure": STRUCTURE}, "distance": 3}])
    pl.DataFrame([STRUCTURE | {"siret": None}]).write_parquet(tmp_path / "structures.parquet")
    pl.DataFrame([SERVICE]).write_parquet(tmp_path / "services.parquet")
    archive = tmp_path / "export.zip"
    with zipfile.ZipFile(archive, "w") as box:
        for name in ("structures.parquet", "services.parquet"):
            box.write(tmp_path / name, f"export/{name}")
    found = [read(path) for path in (whole, mixed, page, search, archive)]
    assert {one.format for one in found} == {"data_inclusion"}
    assert all(one.annuaire.structures == found[0].annuaire.structures for one in found)
    assert all(one.annuaire.prestations == found[0].annuaire.prestations for one in found)
    assert not any(one.fautes for one in found)
    alone = read(tmp_path / "services.parquet")
    assert alone.annuaire.prestations == found[0].annuaire.prestations
    assert alone.annuaire.complements["dora--s1"].incertain


def test_a_faulty_record_is_listed_and_left_out_with_what_depends_on_it(tmp_path):
    wrong = STRUCTURE | {"id": "dora--2", "courriel": "personne", "nom": "X"}
    path = write(
        tmp_path, "a.json",
        {"structures": [STRUCTURE, wrong, STRUCTURE, 12],
         "services": [SERVICE, SERVICE | {"id": "dora--s2", "structure_id": "dora--2"},
                      SERVICE | {"id": "dora--s3", "frais": "cher"}]},
    )  # fmt: skip
    found = read(path)
    assert [one.id for one in found.annuaire.structures] == ["dora--1"]
    assert [one.id for one in found.annuaire.prestations] == ["dora--s1"]
    assert sorted((one.ligne, one.colonne) for one in found.fautes) == sorted(
        [(2, "courriel"), (2, "nom"), (2, "structure_id"), (3, "frais"), (3, "id"), (4, None)],
        key=lambda pair: (pair[0], str(pair[1])),
    )


def test_our_own_export_comes_back_unchanged(tmp_path):
    first = read(write(tmp_path, "lieux.json", [LIEU]))
    again = read(write(tmp_path, "export.json", first.write()))
    assert again.format == "data_inclusion"
    assert again.fautes == ()
    assert again.annuaire == first.annuaire
    assert again.write()["complements"] == first.write()["complements"]
    assert all_valid(again)


def test_the_directory_of_the_administration(tmp_path):
    plain = read(write(tmp_path, "dila.json", {"service": [GUICHET]}))
    columns = {
        name: json.dumps(value) if isinstance(value, list) else value for name, value in GUICHET.items()
    }
    as_text = read(write(tmp_path, "colonnes.json", {"total_count": 1, "results": [columns]}))
    assert as_text.annuaire == plain.annuaire
    assert (plain.format, plain.fautes) == ("dila", ())
    [mairie], [accueil] = plain.annuaire.structures, plain.annuaire.prestations
    assert (mairie.adresse, mairie.complement_adresse, mairie.code_insee) == (
        "1 place de l’Essai",
        "Bâtiment A",
        "59350",
    )
    assert (mairie.longitude, mairie.latitude, mairie.site_web) == (3.0635, 50.6311, "https://www.exemple.fr")
    assert mairie.horaires_accueil == 'Mo-Th 08:30-12:00,13:30-17:00; Sa 09:00-12:00 "état civil seulement"'
    beside = plain.annuaire.complements[mairie.id]
    assert beside.sans_marche is True
    assert [note for note in beside.incertain if "Tous les jours" in note]
    assert plain.annuaire.complements[accueil.id].fonctions == (FonctionAccueil.AIGUILLAGE,)
    assert all_valid(plain)


def test_soliguide(tmp_path):
    found = read(write(tmp_path, "soliguide.json", {"places": [LIEU], "nbResults": 1}))
    assert (found.format, found.fautes) == ("soliguide", ())
    [place] = found.annuaire.structures
    assert place.horaires_accueil == "Mo-Tu 09:00-12:30,14:00-24:00; We unknown; PH off"
    assert place.description == "Un café, une douche."
    beside = found.annuaire.complements[place.id]
    assert (beside.feries, beside.langues, beside.sans_marche, beside.rendez_vous) == (
        False,
        ("ar", "fr"),
        True,
        False,
    )
    [closure] = beside.fermetures
    assert (closure.debut.isoformat(), closure.fin.isoformat(), closure.motif) == (
        "2026-08-01",
        "2026-08-31",
        "congés",
    )
    meals, other = found.annuaire.prestations
    assert meals.thematiques == ("equipement-et-alimentation--alimentation",)
    assert (meals.frais, meals.publics, meals.horaires_accueil) == ("gratuit", ("tous-publics",), None)
    assert other.horaires_accueil == "Fr 00:00-24:00"
    assert [note for note in found.annuaire.complements[other.id].incertain if "inconnue" in note]
    assert all_valid(found)


def test_soliguide_closures_without_an_end_and_hours_of_a_period(tmp_path):
    endless = LIEU | {"lieu_id": 8, "tempInfos": {"closure": {"actif": True, "dateDebut": "2026-08-01"}}}
    period = {"actif": True, "dateDebut": "2026-07-01", "dateFin": "2026-07-31", "hours": {"monday": OUVERT}}
    summer = LIEU | {"lieu_id": 9, "tempInfos": {"hours": period}}
    moving = LIEU | {
        "lieu_id": 10, "placeType": "ITINERARY", "tempInfos": {},
        "parcours": [{"position": LIEU["position"], "hours": {"thursday": OUVERT}}],
    }  # fmt: skip
    found = read(write(tmp_path, "s.json", [endless, summer, moving, {"lieu_id": None, "name": "X"}]))
    closed, special, truck = found.annuaire.structures
    assert closed.horaires_accueil == 'unknown "fermeture temporaire, fin non dite"'
    assert special.horaires_accueil.endswith(
        "PH off; 2026 Jul 01-2026 Jul 31 off; 2026 Jul 01-2026 Jul 31 Mo 09:00-12:30,14:00-24:00"
    )
    assert truck.horaires_accueil is None
    [stop] = found.annuaire.complements[truck.id].permanences
    assert (stop.nom, stop.horaires, stop.code_insee) == ("Lille", "Th 09:00-12:30,14:00-24:00", "59350")
    assert [(one.ligne, one.colonne) for one in found.fautes] == [(4, "lieu_id")]


def test_places_of_digital_mediation(tmp_path):
    listed = {
        **MEDIATION,
        "services": MEDIATION["services"].split("|"),
        "courriels": ["a@exemple.fr", "b@exemple.fr"],
    }
    pl.DataFrame([MEDIATION]).write_csv(tmp_path / "mediation.csv")
    found = read(tmp_path / "mediation.csv")
    assert (found.format, found.fautes) == ("mediation_numerique", ())
    assert read(write(tmp_path, "mediation.json", [listed])).annuaire == found.annuaire
    [place], [help_] = found.annuaire.structures, found.annuaire.prestations
    assert (place.siret, place.courriel, place.reseaux_porteurs) == (
        "43497452600012",
        "a@exemple.fr",
        ("france-service",),
    )
    assert help_.thematiques == (
        "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives",
        "numerique--acceder-a-des-services-en-ligne",
        "numerique--acceder-a-une-connexion-internet",
    )
    assert (help_.frais, help_.publics, help_.modes_mobilisation) == (
        "gratuit",
        ("seniors",),
        ("se-presenter",),
    )
    beside = found.annuaire.complements[place.id]
    assert beside.langues == ("fr", "en")
    assert len([note for note in beside.incertain if "Promeneurs" in note or "langues" in note]) == 2
    assert all_valid(found)


def test_siilab_is_the_same_with_one_column_a_day(tmp_path):
    days = {"lundi": "09:00 - 12:00 / 14:00 - 17:00", "mardi": "Fermé", "samedi": "sur rendez-vous"}
    told = {name: value for name, value in MEDIATION.items() if name != "horaires"} | days
    found = read(write(tmp_path, "siilab.json", [told]))
    assert (found.format, found.fautes) == ("mediation_numerique", ())
    [place] = found.annuaire.structures
    assert place.horaires_accueil == "Mo 09:00-12:00,14:00-17:00; Sa unknown"
    assert any("sur rendez-vous" in note for note in found.annuaire.complements[place.id].incertain)


def test_france_services(tmp_path):
    found = read(write(tmp_path, "france_services_2026-08.csv", FRANCE_SERVICES), departement="59")
    assert (found.format, found.ailleurs) == ("france_services", 1)
    assert [(one.ligne, one.colonne) for one in found.fautes] == [(5, "id")]
    fixed, moving = found.annuaire.structures
    assert fixed.horaires_accueil == "Mo-Tu 09:00-12:00,13:30-17:00; Th unknown"
    assert (fixed.date_maj.isoformat(), moving.horaires_accueil) == ("2026-08-01", None)
    assert found.annuaire.complements[fixed.id].implantation == "france_services:9001"
    assert [note for note in found.annuaire.complements[fixed.id].incertain if "le matin" in note]
    assert {
        one.fonctions for key, one in found.annuaire.complements.items() if key.endswith("--france-services")
    } == {(FonctionAccueil.PREMIER_NIVEAU,)}
    assert all_valid(found)


def test_agencies_and_conseillers(tmp_path):
    agencies = "nom,siret,adresse,code_postal,ville,departement,longitude,latitude\n"
    agencies += "France Travail - 59,,1 RUE A,59000,LILLE,59,3.06,50.63\n"
    found = read(write(tmp_path, "agences_2025.csv", agencies), communes={("59", "lille"): "59350"})
    [agency], [offer] = found.annuaire.structures, found.annuaire.prestations
    assert (found.format, agency.code_insee, offer.publics) == (
        "france_travail",
        "59350",
        ("demandeurs-emploi",),
    )
    assert found.annuaire.complements[offer.id].fonctions == (FonctionAccueil.SECOND_NIVEAU,)
    hosts = "raison_sociale,siret,insee_com,code_postal_bis,adresse,nb_cnfs,france_services,qpv,zrr,"
    hosts += "latitude,longitude\n"
    hosts += (
        "VILLE,null,59350,59000,1 RUE B,2,non,non,non,50.63,3.06\n0,,59350,59000,,1,non,non,non,50.63,3.06\n"
    )
    found = read(write(tmp_path, "conseillers_2022.csv", hosts))
    assert (found.format, len(found.annuaire.structures)) == ("conseillers_numeriques", 1)
    assert [(one.ligne, one.colonne) for one in found.fautes] == [(3, "nom")]
    assert all_valid(found)


CORRESPONDANCE = """
nom = "Nos points d’accueil"
source = "departement-59"
licence = "Licence Ouverte 2.0"
[colonnes]
"Organisme" = "structure.nom"
"Ville" = "structure.commune"
"CP" = "structure.code_postal"
"Aide" = "service.nom"
"En clair" = "service.description"
"Sujet" = "service.thematiques"
"Niveau" = "service.fonctions"
"Fériés" = "structure.feries"
[valeurs."service.thematiques"]
"Internet" = "numerique--acceder-a-une-connexion-internet"
"Papiers" = "difficultes-administratives-ou-juridiques--accompagnement-aux-demarches-administratives"
[constantes]
"service.frais" = "gratuit"
"structure.date_maj" = "31/01/2026"
"""
TABLEAU = """Organisme;Ville;CP;Aide;En clair;Sujet;Niveau;Fériés
CCAS d’Essai;Saint-André-lez-Lille;59350;Papiers;Remplir un dossier.;Papiers | Internet;premier_niveau;non
CCAS d’Essai;Saint-André-lez-Lille;59350;Écrans;Un ordinateur en libre accès.;Internet;aiguillage;non
CCAS d’Ailleurs;Lille;59000;Autre;Une aide à tous.;Bricolage;;non
CCAS d’Ailleurs;Lille;59000;Autre encore;Une aide à tous.;;dernier_niveau;peut-être
"""


def test_ones_own_table_with_a_correspondence_kept_by_name(tmp_path):
    table = write(tmp_path, "points.csv", TABLEAU)
    by = read_correspondance(write(tmp_path, "points.toml", CORRESPONDANCE))
    found = read(table, correspondance=by)
    ccas, elsewhere = found.annuaire.structures
    assert (ccas.source, ccas.code_insee, ccas.date_maj.isoformat()) == (
        "departement-59",
        "59527",
        "2026-01-31",
    )
    assert found.annuaire.complements[ccas.id].feries is False
    papers, screens = found.annuaire.prestations
    assert len(papers.thematiques) == 2
    assert papers.structure_id == screens.structure_id == ccas.id
    assert found.annuaire.complements[screens.id].fonctions == (FonctionAccueil.AIGUILLAGE,)
    assert elsewhere.nom == "CCAS d’Ailleurs"
    assert [(one.ligne, one.colonne) for one in found.fautes] == [
        (4, "thematiques"), (5, "structure.feries"), (5, "service.fonctions"),
    ]  # fmt: skip
    assert all_valid(found)
    assert read(table, correspondance=by).annuaire == found.annuaire


def test_a_correspondence_that_does_not_fit_says_all_that_is_wrong(tmp_path):
    with pytest.raises(EntreeInvalide) as refused:
        read_correspondance(
            write(tmp_path, "c.toml", '[colonnes]\n"A" = "structure.taille"\n"B" = "service.prix"\n')
        )
    assert len(refused.value.fautes) == 2
    other = write(tmp_path, "autre.csv", "Nom;Ville\nCCAS;Lille\n")
    by = read_correspondance(write(tmp_path, "points.toml", CORRESPONDANCE))
    with pytest.raises(EntreeInvalide) as refused:
        read(other, correspondance=by)
    assert len(refused.value.fautes) == 7


def test_hostile_documents_are_refused_in_words(tmp_path):
    for name, content in {
        "vide.json": "[]", "nombre.json": "12", "coupe.json": '[{"lieu_id": 1',
        "listes.json": '{"structures": 3}',
        "autre.csv": "a;b\n1;2\n",
    }.items():  # fmt: skip
        with pytest.raises(EntreeInvalide):
            read(write(tmp_path, name, content))
    odd = [{"lieu_id": 1, "position": [], "newhours": "x", "services_all": {"a": 1}, "tempInfos": 3,
            "entity": None,
            "modalities": [], "parcours": "non", "name": ["X"], "updatedAt": 3, "languages": 5}]  # fmt: skip
    found = read(write(tmp_path, "bizarre.json", odd), "soliguide")
    assert found.annuaire.structures == ()
    assert found.fautes
    odd = [{"id": 1, "pivot": "[", "adresse": [3, {"longitude": {}}],
            "plage_ouverture": [{"nom_jour_debut": 3}],
            "telephone": "x", "nom": None, "site_internet": 12, "date_modification": ["?"]}]  # fmt: skip
    assert read(write(tmp_path, "dila.json", odd)).fautes


def test_each_format_has_its_reader_and_its_words():
    assert set(LECTEURS) == set(list_formats())
    assert all(one.incertain for one in list_formats().values())


def test_a_workbook_template_is_recognised(tmp_path):
    names = list_cibles()
    row = dict.fromkeys(names) | {"structure.nom": "CCAS", "structure.feries": "oui",
                                  "service.nom": "Accueil",
                                  "service.description": "Un accueil pour tous."}  # fmt: skip
    for suffix in (".ods", ".xlsx"):
        path = tmp_path / f"modele_2026-01{suffix}"
        write_sheets([Feuille("annuaire", names, (tuple(row[name] for name in names),))], path)
        assert recognise(path) == "tableur"
        found = read(path)
        assert (len(found.annuaire.structures), len(found.annuaire.prestations), found.fautes) == (1, 1, ())
