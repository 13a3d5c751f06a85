# ruff: noqa: E501
"""A small invented atlas, written as docs/atlas.md says: 3 × 4 communes, a bassin cut by the border."""

import json
from pathlib import Path

import polars as pl
import shapely

from maillage.atlas.lecture.format import FORMAT

NOMS = [
    "Valbrune", "Rochefagne", "Saint-Œuf", "L’Étang-aux-Moines", "Bourg-Clair", "Hauteville-la-Sèche",
    "Morne-Plaine", "Les Trois-Ponts", "=Formule", "Ormeaux", "Quatre-Vents", "Zuydbeke",
]  # fmt: skip
DUREES = [120, 300, 480, 792, 900, 1080, 60, 240, None, 660, 720, 840]


def code(rank: int) -> str:
    return f"99{rank + 1:03d}"


def parents(rank: int) -> dict[str, str]:
    return {
        "epci": f"E{rank // 4 + 1}",
        "canton": f"99{rank // 6 + 1:02d}",
        "bassin_vie": f"B{rank // 6 + 1}",
        "arrondissement": f"99{rank // 6 + 1}",
        "departement": "99",
    }


def square(rank: int) -> shapely.Geometry:
    x, y = 3 + (rank % 4) * 0.1, 50 + (rank // 4) * 0.1
    return shapely.box(x, y, x + 0.1, y + 0.1)


GROUPES = {
    "epci": [("E1", "CC des Sources", range(4)), ("E2", "CA du Bourg", range(4, 8)), ("E3", "CC des Vents", range(8, 12))],
    "arrondissement": [("991", "Arrondissement de Bourg-Clair", range(6)), ("992", "Arrondissement de Zuydbeke", range(6, 12))],
    "bassin_vie": [("B1", "Bourg-Clair", range(6)), ("B2", "Zuydbeke (partie)", range(6, 12))],
    "canton": [("9901", "Canton de Bourg-Clair", range(6)), ("9902", "Canton de Zuydbeke", range(6, 12))],
    "departement": [("99", "Département d’essai", range(12))],
}  # fmt: skip


def rows(niveau: str) -> list[tuple[str, str, list[int]]]:
    if niveau == "commune":
        return [(code(rank), nom, [rank]) for rank, nom in enumerate(NOMS)]
    return [(c, nom, list(ranks)) for c, nom, ranks in GROUPES[niveau]]


def territoires() -> pl.DataFrame:
    records = []
    for niveau in ("commune", *GROUPES):
        for c, nom, ranks in rows(niveau):
            shape = shapely.union_all([square(r) for r in ranks])
            records.append(
                {
                    "niveau": niveau, "code": c, "nom": nom, "population": sum(500 * (r + 1) for r in ranks),
                    "population_2021": None, "superficie_km2": 78.0 * len(ranks), "lon": shape.centroid.x, "lat": shape.centroid.y,
                    "densite_classe": ("Rural à habitat dispersé", "Centres urbains intermédiaires")[ranks[0] % 2] if niveau == "commune" else None,
                    "parents": {k: v for k, v in parents(ranks[0]).items() if niveau == "commune" or k == "departement"} | {niveau: None},
                    "partiel": c == "B2", "part_frontiere": 0.0,
                }
            )  # fmt: skip
    schema = {
        "parents": pl.Struct(dict.fromkeys(parents(0), pl.String)),
        "densite_classe": pl.String,
        "population_2021": pl.Float64,
    }
    return pl.DataFrame(records, schema_overrides=schema)


def mean(values: list[float | None], ranks: list[int]) -> float | None:
    known = [(values[r], r + 1) for r in ranks if values[r] is not None]
    return sum(v * w for v, w in known) / sum(w for _, w in known) if known else None


FIGURES = {
    "duree_france_services": ("Durée d'accès : France services", "duree_{type}", "s", "moins", "temporelle", 0, DUREES),
    "duree_pharmacie": ("Durée d'accès : Pharmacie", "duree_{type}", "s", "moins", "temporelle", 0, [30 * (r + 1) for r in range(12)]),
    "part_panier_plus_7min": ("Habitants à plus de 7 min du panier", "part_panier_plus_7min", "part", "moins", "temporelle", 3, [r / 12 for r in range(12)]),
    "equipements_10000": ("Équipements pour 10 000 habitants", "equipements_10000", "pour 10 000 hab.", "plus", "maillage_territorial", 1, [100 + 20.5 * r for r in range(12)]),
    "densite": ("Densité de population", "densite", "hab./km²", "neutre", None, 1, [500 * (r + 1) / 78 for r in range(12)]),
}  # fmt: skip


def write_indicateurs(folder: Path) -> None:
    index = []
    for niveau in ("commune", *GROUPES):
        wide: dict[str, list] = {"code": [r[0] for r in rows(niveau)], "nom": [r[1] for r in rows(niveau)]}
        for name, (nom, entree, unite, sens, dimension, arrondi, values) in FIGURES.items():
            wide[name] = [mean(values, ranks) for _, _, ranks in rows(niveau)]
            grade = "estime" if unite == "s" else "observe"
            wide[f"{name}_fiabilite"] = [None if v is None else grade for v in wide[name]]
            wide[f"{name}_couverture"] = [0.0 if v is None else 0.97 for v in wide[name]]
            index.append(
                {
                    "niveau": niveau, "indicateur": name, "entree": entree, "nom": nom, "famille": "durees", "dimension": dimension,
                    "unite": unite, "sens": sens, "arrondi": arrondi, "millesime": "2024", "sources": ["essai"], "confirme": name != "densite",
                }
            )  # fmt: skip
        wide["duree_france_services_bas"] = [
            None if v is None else v - 90 for v in wide["duree_france_services"]
        ]
        wide["duree_france_services_haut"] = [
            None if v is None else v + 90 for v in wide["duree_france_services"]
        ]
        pl.DataFrame(wide).sort("code").write_parquet(folder / f"{niveau}.parquet")
    pl.DataFrame(index).write_parquet(folder / "index.parquet")


def deficits() -> pl.DataFrame:
    records = [
        {
            "niveau": niveau, "code": c, "profil": "essai", "en_deficit": rank == 1, "rang": rank + 1, "robustesse": 0.94,
            "stabilite": "toujours", "typologie": "Loin et peu motorisé", "raisons": ["Plus de 7 minutes pour la moitié des habitants."], "amas": None,
        }
        for niveau in ("commune", "epci")
        for rank, (c, _, _) in enumerate(rows(niveau))
        if c != code(11)
    ]  # fmt: skip
    return pl.DataFrame(records)


def implantations() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": ["a", "b"], "type": ["france_services", "pharmacie"], "nom": ["France services d’essai", None],
            "lon": [3.05, 3.25], "lat": [50.05, 50.15], "code_insee": [code(0), code(6)], "precision": ["adresse", "commune"],
            "effectif": [1, 1], "capacite": [None, None], "horaires": ["Mo-Fr 09:00-17:00", None], "itinerant": [False, False],
            "source": ["essai", "essai"], "millesime": ["2024", "2024"], "fiabilite": ["observe", "impute"],
        },
        schema_overrides={"capacite": pl.Float64},
    )  # fmt: skip


def noms() -> pl.DataFrame:
    """Other names of communes: a former one, a delegated one, a postcode that is also the code of another."""
    pairs = [
        ("99005", "Ste-Vieille-s/Bourg"),
        ("99005", "98123"),
        ("99006", "Hameau de Valbrune"),
        ("99003", "99001"),
    ]
    return pl.DataFrame(pairs, schema=["code_insee", "nom"], orient="row")


def write_atlas(folder: Path, date: str = "2026-01-01", version: str = "1") -> Path:
    """The whole folder; ``date`` orders several atlases of one install."""
    (folder / "indicateurs").mkdir(parents=True)
    (folder / "tuiles").mkdir()
    territoires().sort("niveau", "code").write_parquet(folder / "territoires.parquet")
    shapes = [(niveau, c, shapely.to_wkb(shapely.union_all([square(r) for r in ranks]))) for niveau in ("commune", *GROUPES) for c, _, ranks in rows(niveau)]  # fmt: skip
    pl.DataFrame(shapes, schema=["niveau", "code", "wkb"], orient="row").write_parquet(
        folder / "contours.parquet"
    )
    write_indicateurs(folder / "indicateurs")
    noms().write_parquet(folder / "noms.parquet")
    deficits().write_parquet(folder / "deficits.parquet")
    implantations().write_parquet(folder / "implantations.parquet")
    (folder / "tuiles" / "communes.pmtiles").write_bytes(bytes(range(256)) * 4)
    source = {
        "nom": "Données d’essai",
        "producteur": "Maillage",
        "licence": "aucune",
        "millesime": "2024",
        "sha256": "",
        "fichier": "",
        "eprouve": True,
    }
    manifest = {
        "format": FORMAT, "departement": "99", "nom": "Département d’essai", "jeu_essai": True, "version_code": version, "parametres": {},
        "sources": {"essai": source}, "manques": [{"quoi": "reseau", "raison": "Aucun réseau routier n’est chargé."}],
        "avertissements": [], "tables": {"durees/voiture_site.npy": {}}, "controles": {},
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (folder / "journal.json").write_text(json.dumps({"construit_le": date}), "utf-8")
    return folder
