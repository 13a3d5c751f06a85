import numpy as np

from maillage.diagnostic.amas import Voisins
from maillage.diagnostic.ensemble import ChiffresMaille, judge
from maillage.diagnostic.profil import default_profil

N = 12
ALONE = Voisins(np.zeros(N + 1, np.int64), np.array([], np.int32))


def make_column(values, reference, *, spread=0.0, unite="part"):
    values = np.asarray(values, float)
    return ChiffresMaille("Figure", unite, values, values - spread, values + spread, reference)


def make_columns(spread=0.0):
    return {
        "part_panier_plus_7min": make_column(np.linspace(0, 0.55, N), 0.05, spread=spread),
        "equipements_10000": make_column(np.linspace(300, 100, N), 250.0, unite="pour 10 000 hab."),
        "taux_pauvrete": make_column([10.0] * (N - 1) + [np.nan], 20.0, unite="%"),
        "part_rsa": make_column([0.02] * N, 0.08),
        "part_demandeurs_emploi": make_column([0.05] * N, 0.09),
    }


def test_the_far_and_ill_equipped_are_listed_with_reasons():
    judged = judge(default_profil(), make_columns(), ALONE, np.ones(N, bool))
    assert judged.classement.en_deficit.tolist() == (np.linspace(0, 0.55, N) > 0.10).tolist()
    assert judged.rang[-1] == 1
    assert judged.stabilite[0] is None
    assert judged.stabilite[-1] == "toujours"
    assert judged.typologie[-1].nom == "Loin des services"
    assert any("plus de 7 minutes" in reason for reason in judged.raisons[-1])


def test_a_territory_that_may_not_be_ranked_keeps_its_judgement_and_has_no_rank():
    rankable = np.ones(N, bool)
    rankable[-1] = False
    judged = judge(default_profil(), make_columns(), ALONE, rankable)
    assert judged.classement.en_deficit[-1]
    assert judged.rang[-1] == 0
    assert judged.rang[-2] == 1


def test_wide_intervals_lower_robustness():
    sure = judge(default_profil(), make_columns(), ALONE, np.ones(N, bool)).robustesse
    unsure = judge(default_profil(), make_columns(spread=0.4), ALONE, np.ones(N, bool)).robustesse
    assert unsure[4] < sure[4]


def test_without_any_figure_nothing_is_said():
    judged = judge(default_profil(), {}, ALONE, np.ones(N, bool))
    assert not judged.classement.en_deficit.any()
    assert not judged.classement.decidable.any()
    assert not judged.robustesse.any()
    assert set(judged.typologie) == {judged.typologie[0]}
    assert judged.typologie[0].id is None
