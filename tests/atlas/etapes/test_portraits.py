import polars as pl

from maillage.atlas.etapes.portraits import write_portraits

INDEX = pl.DataFrame(
    {
        "indicateur": ["duree_panier_quotidien", "apl_medecins", "autre"],
        "nom": ["Durée d'accès au panier quotidien", "APL aux médecins généralistes", "Autre"],
        "unite": ["s", "consultations", ""],
        "sens": ["moins", "plus", "plus"],
        "millesime": ["2021", "2023", ""],
        "arrondi": [0, 1, 0],
    }
)
WHOLE = pl.DataFrame({"duree_panier_quotidien": [200.0], "apl_medecins": [4.6]})


def make_wide(**columns):
    return pl.DataFrame({"nom": ["Ici", "Là"], **columns})


def test_each_territory_is_told_from_its_own_figures():
    wide = make_wide(
        duree_panier_quotidien=[400.0, 205.0],
        duree_panier_quotidien_fiabilite=["estime", "estime"],
        apl_medecins=[2.0, None],
        apl_medecins_fiabilite=["observe", None],
    )
    here, there = write_portraits(wide, WHOLE, INDEX, pl.Series([1200, 90]))
    assert here.startswith("Ici compte 1\u202f200\xa0habitants.")
    assert "6,7\xa0min contre 3,3\xa0min dans le département (2021, estimation)" in here
    assert "2,0\xa0consultations contre 4,6\xa0consultations" in here
    assert "Non renseigné" not in here
    assert "Aucun chiffre connu" in there
    assert "Non renseigné : APL aux médecins généralistes." in there
    assert "Autre" not in here


def test_without_a_departement_nothing_is_compared():
    wide = make_wide(duree_panier_quotidien=[400.0, 205.0])
    texts = write_portraits(wide, pl.DataFrame(), INDEX, pl.Series([10, 20]))
    assert all("favorable" not in text for text in texts)
