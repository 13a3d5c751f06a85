"""Which places count: those near the people, and all those of the département."""

import polars as pl

from maillage.atlas.etapes.inventaires import keep_nearby

CARREAUX = pl.DataFrame({"lon": [3.0, 3.2], "lat": [50.0, 50.2]})


def test_a_place_beyond_the_last_inhabited_square_is_kept_in_its_own_departement_only() -> None:
    points = pl.DataFrame(
        {
            "id": ["dedans", "chez nous", "ailleurs", "sans point", "inconnu"],
            "lon": [3.1, 3.3, 3.3, None, 3.3],
            "lat": [50.1, 50.3, 50.3, None, 50.3],
            "departement": ["59", "59", "62", "59", None],
        }
    )
    assert keep_nearby(points, CARREAUX, "59")["id"].to_list() == ["dedans", "chez nous", "sans point"]
    assert keep_nearby(points, CARREAUX)["id"].to_list() == ["dedans", "sans point"]
