"""The demonstration holds one public scenario, once, and nothing where there is nothing to show."""

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import open_atlas
from maillage.web.atelier.calcul import put_on
from maillage.web.atelier.exemple import keep_if_none
from maillage.web.socle.atlas import choose


def test_the_example_is_public_holds_and_comes_once(client, dossier_atlas, db) -> None:
    atlas = Lecteur(open_atlas(dossier_atlas / "essai-2026"))
    row = keep_if_none(atlas)
    assert row is not None
    assert put_on(choose("essai-2026"), row.scenario).refus == ()
    assert row.titre in client.get("/atelier/").content.decode()
    assert client.get(row.get_absolute_url()).status_code == 200
    assert keep_if_none(atlas) is None
