"""Errors list everything that is wrong, at once."""

from maillage.catalogue.erreurs import EntreeInvalide, Faute


def test_every_fault_is_listed() -> None:
    fautes = (
        Faute("vide", "a.csv", 2),
        Faute("colonne absente", "b.csv", colonne="nom", que_faire="Ajoutez-la."),
    )
    text = str(EntreeInvalide("Deux fichiers sont refusés.", fautes))
    assert text.splitlines() == [
        "Deux fichiers sont refusés.",
        "  - a.csv, ligne 2 : vide",
        "  - b.csv, colonne « nom » : colonne absente. Ajoutez-la.",
    ]
