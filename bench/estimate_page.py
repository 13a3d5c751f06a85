"""What :mod:`bench.estimate_fit` found, as the catalogue's data and as a page for people.

python -m bench.estimate_page            rewrites the catalogue entry and the method page
python -m bench.estimate_page --check    fails when the files would change
"""

from __future__ import annotations

import json
import math
import os
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

import numpy as np

from bench import estimate_fit as fit
from bench.tableaux import number, signed, table
from bench.temps_publies_tables import published_words
from maillage.atlas.etapes.temps import CELL_SPREAD
from maillage.catalogue.temps_estimes import Formule

ROOT = Path(__file__).parent.parent
TOML = ROOT / "src/maillage/catalogue/temps_estimes.toml"
TEMPLATE = ROOT / "bench/temps-estimes.modele.md"
EXAMPLES_KM = (0.5, 1, 2, 3, 5, 10, 20)
PAGE = ROOT / "docs/methodes/temps-estimes.md"


@dataclass(frozen=True)
class Fitted:
    """The formula, and all that was found about it; ``zones`` are bool[communes]."""

    formule: Formule
    model: fit.Model
    zones: dict[str, np.ndarray]
    results: dict
    residuals: dict


def compute(folder: Path) -> Fitted:
    """Fit, then judge on the other half."""
    yardstick = fit.read_yardstick(folder)
    model = fit.Model(yardstick)
    half = fit.split(len(yardstick.local), fit.SEED)
    values = model.fit(half & yardstick.flat).round(4)
    zones = {"plaine": yardstick.flat, "tout": np.ones(len(half), bool)}
    results = {name: fit.judge(model, values, ~half & zone) for name, zone in zones.items()}
    residuals = {name: fit.residuals(model, zone) for name, zone in zones.items()}
    return Fitted(model.formule(values), model, zones, results, residuals)


def write(*, check: bool) -> int:
    """Compute everything; write the files, or compare with them. The exit code."""
    data = Path(os.environ.get("MAILLAGE_DATA") or ROOT.parent / "shared/data")
    fitted = compute(data / "osrm_isere")
    texts = {TOML: toml(fitted), PAGE: page(fitted, fit.weigh_like_nord(data))}
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in changed:
        print(f"{path.relative_to(ROOT)} {'differs' if check else 'written'}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], "utf-8")
    return int(check and bool(changed))


def toml(fitted: Fitted) -> str:
    """The catalogue entry."""
    lines = [
        "# Written by bench/estimate_page.py, not by hand; see docs/methodes/temps-estimes.md",
        "",
        "[source]",
        'nom = "Temps de voiture OSRM entre 512 communes de l’Isère"',
        'auteur = "N. Lambert, dépôt neocarto/rspatial"',
        'lien = "https://github.com/neocarto/rspatial"',
        'licence = "MIT"',
        'millesime = "vers 2021 (l’extrait OpenStreetMap employé n’est pas daté)"',
        "confirme = true",
        "",
        "[formule]",
        *(f"{key} = {value}" for key, value in asdict(fitted.formule).items()),
    ]
    for zone, result in fitted.results.items():
        pairs, nearest = result["couples"], result["plus_proche"][0.1]
        lines += ["", f"[erreur.{zone}]  # minutes, communes qui n'ont pas servi à ajuster"]
        lines += [f"couples_{key} = {round(pairs[key], 2)}" for key in ("mediane", "p90", "biais")]
        lines += [f"plus_proche_{key} = {round(nearest[key], 2)}" for key in ("mediane", "p90", "biais")]
    for zone, tables in fitted.residuals.items():
        for name, found in tables.items():
            lines += [
                "",
                f"[residus.{zone}.{name}]  # ln(temps vrai / temps estimé), par tranche de temps estimé",
            ]
            lines += [f"{key} = {toml_value(value)}" for key, value in found.items()]
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A number, or a list of numbers (of lists of numbers), as TOML."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return "[\n" + "".join(f"  {toml_value(row)},\n" for row in value) + "]"
    return json.dumps(value).replace("Infinity", "inf")


def error_rows(result: dict) -> list[list[str]]:
    """Pairs by band, then all pairs."""
    entries = [
        *result["bandes"].items(),
        (f"**ensemble, moins de {number(fit.MAX_KM, 0)} km**", result["couples"]),
    ]
    return [
        [
            name,
            number(e["n"], 0),
            *(number(e[k]) for k in ("mediane", "p90")),
            signed(e["biais"]),
        ]
        for name, e in entries
    ]


def nearest_rows(result: dict) -> list[list[str]]:
    """Time to the nearest of random sites."""
    rows = []
    for share, e in result["plus_proche"].items():
        errors = [number(e["mediane"]), number(e["p90"]), signed(e["biais"])]
        rows.append([f"{share * 100:.0f} % des communes", number(e["duree_moyenne"]), *errors])
    return rows


def example_rows(formule: Formule) -> list[list[str]]:
    """What the formula says at short distance, by kind of place."""
    places = {
        "campagne isolée (20 hab./km² autour)": (20, 80),
        "village (100)": (100, 120),
        "bourg (600)": (600, 200),
        "ville (3 000)": (3000, 400),
        "centre de métropole (10 000)": (10000, 1000),
    }
    rows = []
    for name, (local, wide) in places.items():
        g = math.log1p(local / formule.densite_unite_km2)
        h = math.log1p(min(wide, formule.densite_regionale_max_km2) / formule.densite_unite_km2)
        effect = formule.locale * g + formule.locale_carre * g * g + formule.regionale * h
        end = fit.PlaceTerms(np.zeros((1, 3)), np.array([effect]), np.array([h]))
        minutes = fit.estimate_minutes(np.array(EXAMPLES_KM, float), end, end, formule)
        rows.append([name, *(number(float(value)) for value in minutes)])
    return rows


ERROR_HEADER = ["distance", "couples", "médiane", "9 sur 10", "biais"]
NEAREST_HEADER = ["service présent dans", "temps moyen", "médiane", "9 sur 10", "biais"]
EXAMPLE_HEADER = ["lieu (les deux bouts)", *(f"{number(km, 1 if km < 1 else 0)} km" for km in EXAMPLES_KM)]


def page(fitted: Fitted, shares: dict[str, float]) -> str:
    """The method page: the template with its figures."""
    words = formula_words(fitted.formule) | error_words(fitted, shares) | residual_words(fitted.residuals)
    words |= published_words()
    return Template(TEMPLATE.read_text("utf-8")).substitute(words)


def formula_words(f: Formule) -> dict[str, str]:
    """The coefficients."""
    return {
        "unite": number(f.densite_unite_km2, 0),
        "rayon_local": number(f.rayon_local_km, 0),
        "rayon_regional": number(f.rayon_regional_km, 0),
        "plafond": number(f.densite_regionale_max_km2, 0),
        "tableau_exemples": table(EXAMPLE_HEADER, example_rows(f)),
    } | {name: number(getattr(f, name), 4) for name in fit.FITTED}


def error_words(fitted: Fitted, shares: dict[str, float]) -> dict[str, str]:
    """The errors on held-out communes, on several splits, and at the distances of the Nord."""
    plain, everywhere = fitted.results["plaine"], fitted.results["tout"]
    nord = fit.weighted_error(plain["errors"], shares)
    words = {
        "tirage": str(fit.SEED),
        "tirages": str(fit.DRAWS),
        "partages": str(fit.SPLITS),
        "communes": str(len(fitted.zones["tout"])),
        "distance_max": number(fit.MAX_KM, 0),
        "densite_ville": number(fit.FLAT_DENSITY_KM2, 0),
        "etalement_m": number(1000 * CELL_SPREAD, 0),
        "panier_services": str(fit.BASKET),
        "communes_plaine": str(int(fitted.zones["plaine"].sum())),
        "erreur_couples": number(plain["couples"]["mediane"]),
        "erreur_proche": number(plain["plus_proche"][0.1]["mediane"]),
        "tableau_plaine": table(ERROR_HEADER, error_rows(plain)),
        "tableau_tout": table(ERROR_HEADER, error_rows(everywhere)),
        "proche_plaine": table(NEAREST_HEADER, nearest_rows(plain)),
        "proche_tout": table(NEAREST_HEADER, nearest_rows(everywhere)),
        "couples_3km": str(plain["bandes"]["moins de 3 km"]["n"]),
        "part_3km": number(shares["moins de 3 km"] * 100, 0),
        "nord_mediane": number(nord["mediane"]),
        "nord_p90": number(nord["p90"]),
        "nord_biais": signed(nord["biais"]),
    }
    for name, zone in fitted.zones.items():
        luck = fit.repeat(fitted.model, zone)
        words[f"couples_{name}"], words[f"services_{name}"] = span(luck["couples"]), span(luck["plus_proche"])
    return words


def span(values: list[float]) -> str:
    """« 2,48 (de 2,37 à 2,58) »."""
    return f"{number(float(np.mean(values)), 2)} (de {number(min(values), 2)} à {number(max(values), 2)})"


def residual_words(residuals: dict) -> dict[str, str]:
    """How far neighbours err together."""
    return {
        "voisinage": number(fit.NEIGHBOUR_KM, 0),
        "correlation_proche": number(residuals["plaine"]["plus_proche"]["correlation"], 2),
        "correlation_panier": number(residuals["plaine"]["panier"]["correlation"], 2),
    }


if __name__ == "__main__":
    sys.exit(write(check="--check" in sys.argv[1:]))
