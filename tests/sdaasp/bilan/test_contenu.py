"""What a bilan holds, what it says is missing, and its seal."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.bilan.assembler import Matiere, assemble
from maillage.sdaasp.bilan.contenu import (
    Contenu,
    TexteDuBilan,
    pick_arrondissement,
    pick_departement,
    pick_theme,
)
from maillage.sdaasp.bilan.contributions import list_declinaisons, list_parts
from maillage.sdaasp.bilan.scelle import VerdictScelle, seal, verify, write_canonical
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.modele import (
    Declinaison,
    FicheAction,
    ObjectifPrioritaire,
    Programme,
    Schema,
    TerritoireDuSchema,
    Theme,
)
from maillage.sdaasp.programme.vocabulaire import EtatValeur, NatureCible, StatutDeclinaison

S = StatutDeclinaison
DAY = date(2026, 12, 10)


def slot(place: str, annee: int, statut: StatutDeclinaison | None) -> Declinaison:
    return Declinaison(theme="sante", arrondissement=place, annee=annee, libelle="Soigner", statut=statut)


def value(year: int, number: float, etat: EtatValeur = EtatValeur.VALIDEE) -> Valeur:
    return Valeur(indicateur="i", date=date(year, 12, 31), valeur=number, etat=etat)


PROGRAMME = Programme(
    schema=Schema(cle="s", nom="Schéma", departement="38", debut=2025, fin=2030, version="1"),
    territoires=(
        TerritoireDuSchema(code="381", nom="Grenoble"),
        TerritoireDuSchema(code="382", nom="La Tour-du-Pin"),
    ),
    themes=(Theme(cle="sante", nom="Santé", ordre=1), Theme(cle="sport", nom="Sport", ordre=2)),
    fiches=(FicheAction(cle="f", theme="sante", titre="Soins", pilote="ARS"),),
    objectifs=(ObjectifPrioritaire(cle="f.1", fiche="f", ordre=1, libelle="Soigner"),),
    declinaisons=(
        slot("381", 2026, S.EN_COURS),
        slot("381", 2025, S.ABANDONNEE),
        slot("382", 2025, S.ACHEVEE),
        slot("382", 2027, S.IDENTIFIEE),
    ),
    indicateurs=(IndicateurSuivi(cle="i", objet="f.1", libelle="Médecins", nature=NatureCible.QUANTITATIVE),),
    cibles=(Cible(indicateur="i", annee=2025, valeur=1), Cible(indicateur="i", annee=2028, valeur=9)),
    valeurs=(value(2025, 3), value(2026, 4), value(2026, 99, EtatValeur.PROPOSEE), value(2027, 7)),
)


def test_a_year_tells_of_its_declinaisons_and_of_those_that_go_on() -> None:
    found = {d.cle for d in list_declinaisons(PROGRAMME, 2026)}
    assert found == {"sante/381/2026/1", "sante/382/2025/1"}


def test_each_part_is_asked_once_arrondissements_then_themes_then_the_whole() -> None:
    parts = [(part.theme, part.arrondissement) for part in list_parts(PROGRAMME, 2026)]
    assert parts == [("sante", "381"), ("sante", "382"), ("sante", None), (None, None)]


def test_an_indicator_has_the_value_of_the_year_validated_and_the_next_target() -> None:
    (measure,) = assemble(PROGRAMME, 2026, Matiere(), DAY).mesures
    assert (measure.theme, measure.arrondissement) == ("sante", None)
    assert (measure.valeur, measure.le) == (4, date(2026, 12, 31))
    assert (measure.cible, measure.cible_annee) == (9, 2028)


def test_a_bilan_without_anything_says_what_is_missing() -> None:
    said = " ".join(assemble(PROGRAMME, 2026, Matiere(), DAY).manques).replace("\xa0", " ")
    for words in (
        "4 contributions manquent sur 4 : aucune n’a encore été demandée.",
        "La météo de 2 déclinaisons",
        "réunions",
        "remontées",
        "Aucun atlas",
    ):
        assert words in said
    assert "indicateur" not in said


def test_what_was_read_and_is_empty_is_not_what_nobody_read() -> None:
    contenu = assemble(PROGRAMME, 2026, Matiere(reunions=(), remontees=(), textes=()), DAY)
    said = " ".join(contenu.manques)
    assert "Aucune réunion de 2026 n’est connue." in said
    assert "n’ont pas été lues" not in said
    assert "contribution" not in said


def test_each_row_is_told_in_one_place() -> None:
    texts = tuple(
        TexteDuBilan(theme=theme, arrondissement=place, a_qui="X", texte=f"{theme} {place}")
        for theme in ("sante", None)
        for place in ("381", None)
    )
    contenu = assemble(PROGRAMME, 2026, Matiere(textes=texts), DAY)
    parts = [pick_arrondissement(contenu, place) for place in contenu.arrondissements]
    parts += [pick_theme(contenu, theme) for theme in contenu.themes]
    parts.append(pick_departement(contenu))
    told = [one.texte for part in parts for one in part.textes]
    assert sorted(told) == sorted(one.texte for one in texts)


def test_what_is_frozen_reads_back_the_same() -> None:
    contenu = assemble(PROGRAMME, 2026, Matiere(remontees=()), DAY)
    assert from_plain(Contenu, to_plain(contenu)) == contenu


@given(st.dictionaries(st.text(max_size=4), st.integers() | st.text() | st.none(), max_size=4))
def test_the_canonical_text_does_not_depend_on_order(plain: dict) -> None:
    turned = dict(reversed(plain.items()))
    assert write_canonical(plain) == write_canonical(turned)


def test_the_hash_is_the_standard_one() -> None:
    # printf '\n{"a":1}' | sha256sum
    expected = "7395dc66860499cb2b8970e17094ec53ed1ff54e7067ad619f884917096166b0"
    assert seal('{"a":1}', b"k").empreinte == expected


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [
        ({}, VerdictScelle.INTACT),
        ({"texte": "autre"}, VerdictScelle.ALTERE),
        ({"precedent": "autre"}, VerdictScelle.ALTERE),
        ({"empreinte": "0" * 64}, VerdictScelle.ALTERE),
        ({"signature": "0" * 64}, VerdictScelle.AUTRE_CLE),
    ],
)
def test_whatever_is_changed_is_found_out(changed: dict, verdict: VerdictScelle) -> None:
    held = seal("texte", b"secret", "avant")
    assert verify(replace(held, **changed), [b"neuve", b"secret"]) is verdict


def test_a_text_rewritten_with_its_hash_but_without_the_key_is_found_out() -> None:
    forged = seal("autre", b"devinee")
    assert verify(forged, [b"secret"]) is VerdictScelle.AUTRE_CLE
