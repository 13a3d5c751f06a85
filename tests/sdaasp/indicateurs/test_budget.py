"""Amounts add up the same along every axis, in cents, and what nobody wrote is never zero."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from programmes_au_hasard import programmes

from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.indicateurs.budget import add_up, make_sheet, tell_budget
from maillage.sdaasp.programme.modele import (
    Declinaison,
    Etape,
    FicheAction,
    Moyen,
    ObjectifPrioritaire,
    Programme,
    Schema,
    TerritoireDuSchema,
    Theme,
)
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison

SCHEMA = Schema(cle="s", nom="S", departement="38", debut=2026, fin=2031, version="1")


def make(
    *etapes: Etape, moyens: tuple[Moyen, ...] = (), territoires: tuple[str, ...] = (), **slot
) -> Programme:
    op = ObjectifPrioritaire(
        cle="sante.1", fiche="sante", ordre=1, libelle="O", moyens=moyens, territoires=territoires
    )
    row = Declinaison(theme="sante", arrondissement="381", annee=2027, etapes=etapes, **slot)
    return Programme(
        schema=SCHEMA,
        themes=(Theme(cle="sante", nom="Santé", ordre=1),),
        territoires=(TerritoireDuSchema(code="381", nom="Grenoble"),),
        fiches=(FicheAction(cle="sante", theme="sante", titre="Santé"),),
        objectifs=(op,),
        declinaisons=(row,),
    )


def read(programme: Programme, axis: str, lieux=()) -> dict:
    posts = dict(add_up(programme, lieux).par)[axis]
    return {post.nom: (post.montant, post.chiffrees, post.lignes) for post in posts}


def test_lines_add_up_by_theme_year_funder_and_territory():
    programme = make(
        Etape(libelle="a", fin=date(2028, 3, 1), cout_eur=0.1, financeur="ARS"),
        Etape(libelle="b", debut=date(2026, 3, 1), cout_eur=0.2),
        Etape(libelle="c", financeur="ARS"),
        moyens=(Moyen(libelle="d", cout_eur=1000.0, financeur="Département"), Moyen(libelle="e")),
    )
    assert read(programme, "Thème") == {"Santé": (1000.3, 3, 5)}
    assert read(programme, "Année") == {
        "2026": (0.2, 1, 1),
        "2027": (None, 0, 1),
        "2028": (0.1, 1, 1),
        "Sans année": (1000.0, 1, 2),
    }
    assert read(programme, "Financeur") == {
        "ARS": (0.1, 1, 2),
        "Département": (1000.0, 1, 1),
        "Financeur non dit": (0.2, 1, 2),
    }
    assert read(programme, "Territoire") == {"Grenoble": (0.3, 2, 3), "Tout le département": (1000.0, 1, 2)}
    assert "3\xa0lignes sur 5 ont un montant" in tell_budget(add_up(programme))


def test_what_was_given_up_costs_nothing():
    step = Etape(libelle="a", cout_eur=5.0)
    for statut in (StatutDeclinaison.ABANDONNEE, StatutDeclinaison.NON_TRAITEE):
        assert add_up(make(step, statut=statut)).total.lignes == 0
    assert add_up(make(step, statut=None)).total.montant == 5.0


def test_zero_is_an_amount_and_a_territory_is_named():
    free = make(Etape(libelle="a", cout_eur=0.0))
    assert add_up(free).total.montant == 0.0
    assert "toutes les lignes ont un montant" in tell_budget(add_up(free))
    place = TerritoireEnDeficit("epci:200018166", "CC du Trièves")
    alone = make(moyens=(Moyen(libelle="d", cout_eur=1.0),), territoires=("epci:200018166",))
    assert list(read(alone, "Territoire", [place])) == ["CC du Trièves"]
    both = make(moyens=(Moyen(libelle="d", cout_eur=1.0),), territoires=("381", "epci:200018166"))
    assert list(read(both, "Territoire", [place])) == ["Plusieurs territoires"]


@given(programmes())
def test_every_axis_adds_up_to_the_whole(programme):
    budget = add_up(programme)
    written = [
        *(m.cout_eur for op in programme.objectifs for m in op.moyens or ()),
        *(e.cout_eur for d in programme.declinaisons if _stands(d) for e in d.etapes),
    ]
    known = [Fraction(amount) for amount in written if amount is not None]
    assert (budget.total.lignes, budget.total.chiffrees) == (len(written), len(known))
    for _, posts in budget.par:
        assert sum(post.lignes for post in posts) == len(written)
        assert sum(post.chiffrees for post in posts) == len(known)
        total = sum(Fraction(post.montant) for post in posts if post.montant is not None)
        assert abs(total - sum(known)) <= Fraction(len(posts) + 1, 100)
    assert len(make_sheet(budget).lignes) == 1 + sum(len(posts) for _, posts in budget.par)


def _stands(row: Declinaison) -> bool:
    return row.statut not in {"non_identifiee", "non_traitee", "abandonnee"}
