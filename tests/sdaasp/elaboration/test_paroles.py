"""The life of a parole under any order of acts: no jump, no dead end but the ends, nothing lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.elaboration.modele import (
    SUITES_EVENEMENT,
    EtatEvenement,
    Evenement,
    NatureEvenement,
    OrganisationInvitee,
    check_evenement,
    check_move,
    count_presence,
)
from maillage.sdaasp.elaboration.paroles import (
    A_LIRE,
    ACTIVES,
    DISENT_POURQUOI,
    SUITES_PAROLE,
    ActeParole,
    CaseDeTri,
    EtapeParole,
    EtatParole,
    OrigineParole,
    Parole,
    join,
    move,
    receive,
    split,
)
from maillage.sdaasp.elaboration.releve import Connus, read_releve
from maillage.sdaasp.elaboration.synthese import IssueParole, check_close, compute_synthese, find_issues
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sdaasp.programme.echange import from_plain, to_plain

JOUR = date(2029, 3, 6)
THEMES = {"sante": "Santé", "mobilite": "Mobilité"}
LIEUX = {"593": "Douai", "591": "Avesnes-sur-Helpe"}


def say(cle: str, *, moderer: bool = False) -> Parole:
    return receive(Parole(cle=cle, texte=f"Texte {cle}", origine=OrigineParole.SALLE), JOUR, moderer=moderer)


def step(acte: ActeParole, **rest: object) -> EtapeParole:
    whole = {"motif": "Parce que", "case": CaseDeTri.ENJEU, "theme": "sante", "objet": "sante"}
    return EtapeParole(acte=acte, le=JOUR, **whole | rest)


ACTES = st.sampled_from([a for a in ActeParole if a not in (ActeParole.DEPOSER, ActeParole.RECUEILLIR)])


@st.composite
def lives(draw):
    """Paroles put through any acts, in any order; what is refused changes nothing."""
    held = {f"p{n}": say(f"p{n}", moderer=draw(st.booleans())) for n in range(draw(st.integers(1, 4)))}
    for turn in range(draw(st.integers(0, 14))):
        one = held[draw(st.sampled_from(sorted(held)))]
        acte = draw(ACTES)
        try:
            if acte is ActeParole.DIVISER:
                texts = draw(st.lists(st.sampled_from(["", "un", "deux", "trois"]), max_size=3))
                whole, parts = split(one, texts, [f"{turn}a", f"{turn}b", f"{turn}c"], step(acte))
                held |= {whole.cle: whole} | {part.cle: part for part in parts}
            elif acte is ActeParole.REUNIR:
                held[one.cle] = join(one, held[draw(st.sampled_from(sorted(held)))], step(acte))
            else:
                held[one.cle] = move(one, step(acte))
        except EntreeInvalide:
            assert held[one.cle] is one
    return list(held.values())


@given(lives())
def test_every_parole_received_has_one_fate_and_none_is_lost(paroles) -> None:
    found = compute_synthese([], paroles)
    received = [one for one in paroles if not one.issue_de]
    assert found.paroles.recues == len(received) == sum(found.paroles.issues.values())
    assert sum(count.recues for count in found.cases.values()) == len(received)
    issues = find_issues(paroles)
    assert set(issues) == {one.cle for one in paroles}
    for one in paroles:
        if one.etat is EtatParole.DIVISEE:
            assert len([part for part in paroles if part.issue_de == one.cle]) >= 2


@given(lives())
def test_what_waits_is_what_somebody_may_still_move(paroles) -> None:
    waiting = any(issue is IssueParole.EN_ATTENTE for issue in find_issues(paroles).values())
    assert waiting == any(one.etat in A_LIRE for one in paroles)
    if waiting:
        with pytest.raises(EntreeInvalide):
            check_close(paroles)
    else:
        check_close(paroles)


@given(lives())
def test_no_journal_jumps_and_each_closing_says_why(paroles) -> None:
    for one in paroles:
        for n, each in enumerate(one.etapes):
            before = replace(one, etapes=one.etapes[:n])
            assert each.acte in SUITES_PAROLE[before.etat] or each.acte is ActeParole.ANONYMISER
            assert each.acte not in DISENT_POURQUOI or each.motif
        assert Parole(**{name: getattr(one, name) for name in Parole.__slots__}) == one
        assert tuple(from_plain(EtapeParole, to_plain(e)) for e in one.etapes) == one.etapes


@given(lives(), ACTES)
def test_the_same_step_twice_changes_nothing(paroles, acte) -> None:
    for one in paroles:
        try:
            moved = move(one, step(acte, parts=("x", "y"), vers="z"))
        except EntreeInvalide:
            continue
        assert move(moved, moved.etapes[-1]) is moved


def test_only_what_was_split_or_joined_has_no_way_on() -> None:
    ends = {state for state, after in SUITES_PAROLE.items() if not after}
    assert ends == {EtatParole.DIVISEE, EtatParole.REUNIE}
    assert set(SUITES_PAROLE) - {None} == set(EtatParole)


@pytest.mark.parametrize("acte", sorted(DISENT_POURQUOI))
def test_an_act_that_closes_without_a_reason_is_refused(acte) -> None:
    one = say("p", moderer=acte is ActeParole.REFUSER)
    if acte is not ActeParole.REFUSER:
        one = move(one, step(ActeParole.RANGER))
    if acte is ActeParole.REPRENDRE:
        one = move(one, step(ActeParole.NE_PAS_RETENIR))
    with pytest.raises(EntreeInvalide, match="sans raison"):
        move(one, step(acte, motif=" "))
    move(one, step(acte))


def test_what_is_taken_up_again_leaves_its_box_and_its_links() -> None:
    kept = move(move(say("p"), step(ActeParole.RANGER)), step(ActeParole.RETENIR, redaction="Mieux"))
    assert [link.objet for link in kept.liens] == ["sante"]
    again = move(kept, step(ActeParole.REPRENDRE))
    assert (again.etat, again.case, again.liens, len(again.etapes)) == (EtatParole.A_TRIER, None, (), 4)


def test_one_joins_only_what_still_moves() -> None:
    one, other = say("p"), say("q")
    joined = join(one, other, step(ActeParole.REUNIR))
    assert joined.etapes[-1].vers == "q"
    with pytest.raises(EntreeInvalide):
        join(other, joined, step(ActeParole.REUNIR))
    with pytest.raises(EntreeInvalide):
        join(other, other, step(ActeParole.REUNIR))
    assert {EtatParole.A_TRIER, EtatParole.RANGEE} == ACTIVES


def test_a_split_parole_is_kept_as_soon_as_a_part_is() -> None:
    whole, (a, b) = split(say("p"), ["un", "deux"], ["a", "b"], step(ActeParole.DIVISER))
    a = move(move(a, step(ActeParole.RANGER)), step(ActeParole.RETENIR))
    assert find_issues([whole, a, b])["p"] is IssueParole.RETENUE
    assert find_issues([whole, b])["p"] is IssueParole.EN_ATTENTE
    b = move(b, step(ActeParole.ECARTER))
    assert find_issues([whole, a, b])["b"] is IssueParole.ECARTEE


@given(st.sampled_from(EtatEvenement), st.sampled_from(EtatEvenement), st.integers(-3, 3))
def test_events_move_as_their_table_says_and_are_not_held_before_their_day(before, after, days) -> None:
    allowed = after in SUITES_EVENEMENT[before] and not (after is EtatEvenement.TENU and days < 0)
    try:
        check_move(before, after, JOUR, JOUR + timedelta(days=days))
    except EntreeInvalide:
        assert not allowed
    else:
        assert allowed


def test_nobody_counted_is_not_nobody_came() -> None:
    rows = (OrganisationInvitee(organisation="CAF"), OrganisationInvitee(organisation="CPAM", presentes=0))
    place = {"cle": "e", "nature": NatureEvenement.PRINTEMPS, "titre": "Réunion", "debut": JOUR, "fin": JOUR}
    assert count_presence(Evenement(**place, invitees=rows[:1])).personnes is None
    counted = count_presence(Evenement(**place, invitees=rows))
    assert (counted.personnes, counted.sans_nombre, counted.presentes) == (0, 1, 0)
    with pytest.raises(EntreeInvalide, match="arrondissement"):
        check_evenement(Evenement(**place))
    with pytest.raises(EntreeInvalide, match="avant son début"):
        check_evenement(Evenement(**place | {"fin": JOUR - timedelta(days=1)}, territoire="593"))


def test_a_table_typed_from_paper_tells_every_fault_with_its_row() -> None:
    heads = ("Texte", "Thème", "Arrondissement", "Événement", "Organisation", "Origine")
    connus = Connus(THEMES, LIEUX, {"evenement-1": "Journée fondatrice"})
    good = ("Plus de médecin", "SANTE", "591", "journée fondatrice", "CAF", "dite en salle")
    (one, other) = read_releve(Feuille("a", heads, (good, (None,) * 6, ("Le bus", *[None] * 5))), connus)
    assert (one.theme, one.territoire, one.evenement) == ("sante", "591", "evenement-1")
    assert (one.organisation, one.origine, one.ligne) == ("CAF", OrigineParole.SALLE, 2)
    assert (other.ligne, other.origine, other.theme) == (4, OrigineParole.ECRIT, "")
    bad = (
        ("", "Santé", *[None] * 4), ("x" * 4001, *[None] * 5),
        ("a", "Eau", "Lille", "Autre", "", "téléphone"),
        ("a\ud800b", *[None] * 5),
    )  # fmt: skip
    with pytest.raises(EntreeInvalide) as told:
        read_releve(Feuille("a", heads, bad), connus)
    places = [(fault.ligne, fault.colonne) for fault in told.value.fautes]
    assert places == [
        (2, "texte"), (3, "texte"), (4, "theme"), (4, "arrondissement"), (4, "evenement"), (4, "origine"),
        (5, "texte"),
    ]  # fmt: skip
    with pytest.raises(EntreeInvalide, match="colonne inconnue « nom »"):
        read_releve(Feuille("a", ("texte", "nom"), ()), connus)
