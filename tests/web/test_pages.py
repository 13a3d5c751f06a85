"""Every public page answers, in French, complete without script, and reads no database it need not."""

import pytest

# ruff: noqa: E501
PAGES = [
    "/", "/recherche/", "/recherche/?q=bourg", "/recherche/?q=pharmacie", "/recherche/?q=zzzz",
    "/territoires/", "/territoires/?niveau=commune", "/territoires/?niveau=bassin_vie",
    "/territoires/commune/90004/", "/territoires/commune/90009/", "/territoires/commune/90012/", "/territoires/epci/200000002/",
    "/territoires/arrondissement/901/", "/territoires/bassin_vie/62999/", "/territoires/departement/90/",
    "/prioritaires/", "/prioritaires/?niveau=epci", "/prioritaires/?niveau=canton", "/evolution/", "/evolution/?niveau=commune&indicateur=densite",
    "/evolution/?atlas=essai-2025", "/evolution/?atlas=essai-2025&avant=essai-2026", "/territoires/commune/90004/?avant=essai-2025",
    "/croiser/", "/croiser/?niveau=epci&x=densite&y=duree_pharmacie", "/croiser/?x=rien&y=rien",
    "/comparer/", "/comparer/?t=commune:90001&t=commune:90002", "/comparer/?t=commune:90001&semblables=1", "/comparer/?q=val",
    "/classements/", "/classements/?niveau=epci&c=densite&tri=-densite", "/classements/?seuil=densite&c=densite&min=99999",
    "/carte/", "/carte/?niveau=epci", "/carte/?indicateur=duree_pharmacie&methode=naturelles&classes=4",
    "/carte/?avec=densite", "/methodes/", "/methodes/densite/", "/methodes/duree_pharmacie/", "/sources/", "/glossaire/",
    "/api/", "/accessibilite/", "/exemples/", "/comptes/connexion/",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_public_page(client, db, address) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert '<html lang="fr">' in text
    assert text.count("<h1") == 1
    assert "nan" not in text.lower().split()
    assert "style=" not in text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
