"""The programme as documents: everything is in them, and they can be read by everyone."""

import re
import subprocess
import zlib
from dataclasses import replace
from datetime import date

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import typeset
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.programme.document import make_fiche, make_programme
from maillage.reports.programme.edition import Edition
from maillage.reports.programme.parties import tell_means, write_indicators
from maillage.reports.rendu.blocs import Tableau
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.parcours.modele import Parcours, Signature
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.differences import compare
from maillage.sdaasp.programme.echange import extract_fiche
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.modele import BonnePratique, Etape, Frein, Moyen, Reprise
from maillage.sdaasp.programme.vocabulaire import EtatValeur, Meteo, NatureCible, NatureMoyen
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.classeur_lecture import read_sheets

EDITION = Edition(date(2026, 11, 28))


@pytest.fixture(scope="module")
def programme():
    return load_programme()


def read_docx(path):
    book = docx.Document(str(path))
    texts = [p.text for p in book.paragraphs]
    return book, texts + [cell.text for table in book.tables for row in table.rows for cell in row.cells]


def test_the_whole_programme_is_in_the_docx(programme, tmp_path):
    path = tmp_path / "programme.docx"
    write_docx(make_programme(programme, answer(programme), EDITION), path)
    book, texts = read_docx(path)
    everything = "\n".join(texts)
    wanted = [op.libelle for op in programme.objectifs]
    wanted += [d.libelle for d in programme.declinaisons if d.libelle]
    wanted += [a.libelle for o in programme.orientations_fne for a in o.actions]
    assert [text for text in wanted if typeset(text) not in everything] == []
    assert not any("'" in text for text in texts)
    assert book.core_properties.language == "fr-FR"
    body, section = etree.tostring(book.element.body), book.sections[0]
    assert body.count(b"PAGEREF ") == len(programme.fiches) + 5
    assert body.index(b"PAGEREF ") < body.rindex(b"Ce que demande la loi")
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == typeset(programme.schema.nom)
    assert section.footer.paragraphs[-1].text == "Page 1 sur 1"  # fields: the word processor counts
    assert [f.text for f in section.footer.part.element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert all(b"w:tblHeader" in etree.tostring(t.rows[0]._tr) for t in book.tables[:-1])  # signatures


def test_a_fiche_alone_holds_no_other(programme, tmp_path):
    path = tmp_path / "sante.docx"
    write_docx(make_fiche(programme, "sante", EDITION), path)
    _, texts = read_docx(path)
    everything = "\n".join(texts)
    assert "Du village santé à la santé au cœur du village" in everything
    assert "Sportez-vous bien" not in everything
    with pytest.raises(EntreeInvalide, match="Aucune fiche « jardin »"):
        make_fiche(programme, "jardin", EDITION)


def test_the_pdf_is_tagged_in_french_and_repeats_itself(programme):
    pdf = write_pdf(make_fiche(programme, "sante", EDITION))
    assert pdf == write_pdf(make_fiche(programme, "sante", EDITION))
    streams = b"".join(_inflate(part) for part in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL))
    everything = pdf + streams
    assert b"/StructTreeRoot" in everything
    assert re.search(rb"/Lang ?\(fr", everything)
    assert b"pdfuaid" in everything


def _inflate(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_markup_in_a_text_stays_text(programme, tmp_path):
    nasty = replace(programme.objectifs[0], freins=(Frein(libelle='#panic("x") $a$ *b* <c>'),), non_repris=())
    document = make_fiche(replace(programme, objectifs=(nasty,)), "droits", EDITION)
    assert write_pdf(document).startswith(b"%PDF")
    write_docx(document, tmp_path / "x.docx")
    assert '#panic("x") $a$ *b* <c>' in read_docx(tmp_path / "x.docx")[1]


@pytest.fixture(scope="module")
def vivant(programme):
    """The programme once people have worked on it."""
    op, slot = programme.objectifs[0], programme.declinaisons[0]
    steps = (Etape(libelle="Recenser", fin=date(2026, 6, 30), cout_eur=12000.0),)
    means = (Moyen(libelle="Un bus", nature=NatureMoyen.MATERIEL, cout_eur=90000.0),)
    return replace(
        programme,
        objectifs=(replace(op, moyens=means, non_repris=()), *programme.objectifs[1:]),
        declinaisons=(replace(slot, etapes=steps), *programme.declinaisons[1:]),
        indicateurs=(
            IndicateurSuivi(
                cle="i", objet=op.cle, libelle="Délai", nature=NatureCible.QUANTITATIVE, unite="jours"
            ),
        ),
        cibles=(Cible(indicateur="i", annee=2027, valeur=12.5),),
        valeurs=(
            Valeur(indicateur="i", date=date(2026, 1, 31), valeur=30.0, etat=EtatValeur.VALIDEE),
            Valeur(indicateur="i", date=date(2026, 2, 28), valeur=99.0),
        ),
        bonnes_pratiques=(
            BonnePratique(
                cle="bus",
                titre="Le bus",
                objectifs=(op.cle,),
                reprises=(Reprise(territoire="Ailleurs", annee=2026),),
            ),
        ),
    )


def test_what_people_add_is_in_the_document(vivant, tmp_path):
    path = tmp_path / "vivant.docx"
    write_docx(make_programme(vivant, answer(vivant), EDITION), path)
    everything = "\n".join(read_docx(path)[1])
    for text in (
        "Un bus (matériel, locaux\u202f; 90\u202f000\u00a0€)",
        "30\u00a0jours (31/01/2026)",
        "2027\u00a0: 12,5\u00a0jours",
        "Recenser",
        "12\u202f000\u00a0€",
        "102\u202f000\u00a0€ sont écrits",
        "Lignes chiffrées",
        "Ailleurs (2026)",
    ):
        assert text in everything, text
    assert "99" not in everything  # proposed, not validated


def test_one_fiche_leaves_as_data_that_holds_together(vivant):
    key = vivant.objectifs[0].fiche
    alone = extract_fiche(vivant, key)
    assert [f.cle for f in alone.fiches] == [key]
    assert (len(alone.indicateurs), len(alone.valeurs), len(alone.bonnes_pratiques)) == (1, 2, 1)
    assert check_programme(alone) == ()
    assert compare(read_sheets(make_sheets(alone)), alone) == ()
    assert extract_fiche(vivant, "sports").bonnes_pratiques == ()
    with pytest.raises(EntreeInvalide, match="Aucune fiche « jardin »"):
        extract_fiche(vivant, "jardin")


def test_a_target_keeps_its_decimals_and_an_amount_its_cents(programme):
    part = IndicateurSuivi(cle="i", objet="o", libelle="Part", nature=NatureCible.QUANTITATIVE, unite="%")
    target = Cible(indicateur="i", annee=2027, valeur=3.25)
    held = replace(programme, indicateurs=(part,), cibles=(target,))
    (table,) = [b for b in write_indicators(held, "o") if isinstance(b, Tableau)]
    assert table.lignes[0][-1] == "2027 : 3,25\xa0%"
    assert tell_means(Moyen(libelle="Un bus", cout_eur=1234.5)) == "Un bus (1\u202f234,50\xa0€)"


def test_the_cover_says_where_when_which_version_and_never_guesses_its_state(programme):
    edition = Edition(date(2026, 11, 28), 3, date(2026, 11, 27))
    for document in (
        make_programme(programme, answer(programme), edition),
        make_fiche(programme, "sante", edition),
    ):
        told = dict(document.couverture.lignes)
        assert document.couverture.surtitre == "Département du Nord"
        assert told["Document du"] == "28 novembre 2026"
        assert told["État"] == "Projet (aucun acte d’approbation n’est enregistré)"
        version = "Document publié, modifié depuis\xa0: 3\xa0changements, le dernier le 27 novembre 2026"
        assert told["Version"] == version
    untouched = make_programme(programme, answer(programme), Edition(date(2026, 11, 28), 0))
    assert dict(untouched.couverture.lignes)["Version"] == "Document publié"


def test_who_signs_is_named_by_function_and_what_is_signed_is_not_left_to_fill(programme):
    def list_signers(schema, parcours=None):
        one = replace(programme, schema=schema)
        document = make_programme(one, answer(one), Edition(date(2026, 11, 28), parcours=parcours))
        return document.blocs[-1].signataires

    assert list_signers(programme.schema) == (
        ("Préfet du Nord", ""),
        ("Président du Département du Nord", ""),
    )
    isere = replace(programme.schema, departement="38", pilotes=())
    two = ("Le préfet de l’Isère", "Le président du conseil départemental de l’Isère")
    assert list_signers(isere) == tuple((name, "") for name in two)
    corse = list_signers(replace(isere, departement="2A"))
    assert [name for name, _ in corse] == [
        "Le préfet de la Corse-du-Sud",
        "Le président de l’assemblée qui exerce les compétences du département",
    ]
    assert list_signers(replace(isere, departement="99"))[0] == ("Le préfet 99", "")
    signed = Signature(nom="Région", signe_le=date(2026, 3, 1))
    course = Parcours(signatures=(signed, Signature(nom="Caf")))
    assert list_signers(isere, course) == (("Région", "Signé le 1er mars 2026"), ("Caf", ""))


def test_each_table_says_its_sources(vivant):
    document = make_programme(vivant, answer(vivant), EDITION)
    tables = [bloc for bloc in document.blocs if isinstance(bloc, Tableau)]
    assert all("Source" in table.note for table in tables)
    declinaisons = next(t for t in tables if t.titre == "Déclinaisons par arrondissement")
    assert "programme au 28 novembre 2026" in declinaisons.note
    assert "Délai, source non indiquée" in next(t for t in tables if t.titre == "Indicateurs et cibles").note


def test_a_coverage_table_ends_on_its_total(programme, tmp_path):
    document = make_programme(programme, answer(programme), EDITION)
    title = "Objectif prioritaire × arrondissement"
    (table,) = [b for b in document.blocs if isinstance(b, Tableau) and b.titre == title]
    *rows, total = table.lignes
    assert total[0] == "Nombre de «\u00a0oui\u00a0»"
    assert total[1:] == tuple(str(sum(row[k] == "oui" for row in rows)) for k in range(1, len(total)))
    printed = read(document, tmp_path / "d.pdf")
    assert printed.index("Assurer des retours de terrain", printed.index(title)) < printed.rindex(
        "Nombre de « oui »", 0, printed.rindex("Territoire en déficit × thème")
    )


@pytest.mark.parametrize("forme", ["docx", "pdf"])
def test_weather_means_and_places_are_in_both_documents(programme, tmp_path, forme):
    step = Etape(libelle="Recenser", moyens="Deux agents")
    slot = replace(
        programme.declinaisons[0], meteo=Meteo.NUAGES, commentaire_meteo="Recrutement", etapes=(step,),
        zones=("zone-cambresis",),
    )  # fmt: skip
    op = replace(programme.objectifs[0], moyens=(Moyen(libelle="Un bus"),), non_repris=())
    held = replace(programme, objectifs=(op,), declinaisons=(slot,))
    document = make_programme(held, answer(held), EDITION)
    for text in (
        "À surveiller",
        "Recrutement",
        "Deux agents",
        "Un bus",
        "Cambrésis rural",
        "Fait à",
        "Préfet du Nord",
    ):
        assert text in read(document, tmp_path / f"d.{forme}"), text


def read(document, path):
    if path.suffix == ".docx":
        write_docx(document, path)
        return " ".join(read_docx(path)[1])
    path.write_bytes(write_pdf(document))
    asked = ["pdftotext", "-raw", str(path), "-"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=30)
    return " ".join(done.stdout.split())
