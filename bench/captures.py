"""``python -m bench.captures [--from DIR]``: pictures of the pages, wide and narrow, into build/captures.

Those that the documentation shows go to docs/captures; they are of real data (``--from``).
"""

from __future__ import annotations

import argparse
import shutil
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from bench.installation import find_atlas, serving
from maillage.atlas.construction.build import build
from maillage.cli.atlas import TerminalProgress
from maillage.cli.demo import build_roads

WORK = Path("build/captures")
DOCS = Path("docs/captures")
MONTREES = {
    "nord-avesnes-sur-helpe-1440.png",
    "nord-arrondissement-cambrai-1440.png",
    "nord-france-services-carreaux-1440.png",
}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
CARREAUX = "/carte/?niveau=carreau&mesure=duree_%7Btype%7D&service=france_services&lieux=france_services"

# name → address
EXEMPLE = {
    "accueil": "/",
    "portrait": "/territoires/commune/59347/",
    "carte": "/carte/?lieux=france_services",
    "carte-croisee": "/carte/?service=panier&mesure=duree&avec=part_65_plus",
    "carte-carreaux": "/carte/?niveau=carreau&service=pharmacie&mesure=duree&contours=epci",
    "prioritaires": "/prioritaires/",
    "comparer": "/comparer/?t=commune:59347&semblables=1",
    "croiser": "/croiser/",
    "classements": "/classements/",
    "methodes": "/methodes/",
    "indicateur": "/methodes/duree_france_services/",
    "sources": "/sources/",
    "glossaire": "/glossaire/",
    "programme": "/programme/",
    "programme-fiche": "/programme/fiches/sante/",
    "programme-couverture": "/programme/couverture/",
    "exemples": "/exemples/",
    "api": "/api/",
}
# Two atlases side by side: the example, and the same with fewer France services.
DEUX = {
    "evolution": "/evolution/?niveau=commune&indicateur=duree_france_services",
    "portrait-evolution": "/territoires/arrondissement/592/#evolution",
}
REEL = {
    "nord-accueil": "/",
    "nord-prioritaires": "/prioritaires/",
    "nord-avesnes-sur-helpe": "/territoires/commune/59036/",
    "nord-arrondissement-cambrai": "/territoires/arrondissement/592/",
    "nord-france-services-carreaux": CARREAUX,
    "nord-carte-vive": "/carte/?service=france_services&lieux=france_services#vue=9.6/50.36/3.3",
}
IMPRESSION = {"portrait-impression": "/territoires/arrondissement/592/", "accueil-impression": "/"}
LARGEURS = {1440: 2000, 390: 2400}
# An A4 sheet within its margins, at 96 points to the inch.
FEUILLE = {688: 3000}


def shoot(browser: Browser, base: str, pages: dict[str, str], widths: dict[int, int], media: str) -> None:
    """Each page at each width, cut below a few screens; a live map is awaited."""
    for width, height in widths.items():
        page = browser.new_page(viewport={"width": width, "height": 900}, locale="fr-FR")
        page.emulate_media(media=media)
        page.set_default_timeout(120_000)
        for name, address in pages.items():
            page.goto(base + address)
            if "#vue=" in address:  # such an address asks for the live map
                page.wait_for_selector(".carte-vive[data-prete]")
            page.wait_for_timeout(1500)
            whole = page.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": min(whole, height)}
            page.screenshot(path=place(f"{name}-{width}.png"), full_page=True, clip=clip)
        page.close()


def place(name: str) -> Path:
    """Where a picture goes: with the documentation that shows it, else where git ignores it."""
    return (DOCS if name in MONTREES else WORK) / name


def find_pair(example: Path) -> Path:
    """A folder of two atlases: the example, and a later one with a quarter of France services less."""
    folder = WORK / "deux"
    later = folder / "jeu-d-essai-suivant"
    if not later.exists():
        folder.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=WORK) as work:
            data = Path(work) / "donnees"
            shutil.copytree(str(files("maillage.sources") / "jeu_essai"), data)
            thin_out(data / "france_services_jeu_essai.csv")
            (data / "capacites_jeu_essai.csv").unlink()  # it tells of places that are no more
            roads = build_roads(data, Path(work) / "reseau", TerminalProgress(quiet=True))
            build("59", data, later, cache=WORK / "cache", reseau=roads)
    (folder / example.name).unlink(missing_ok=True)
    (folder / example.name).symlink_to(example.resolve(), target_is_directory=True)
    return folder


def thin_out(table: Path) -> None:
    """Keep three rows out of four, under the same heading."""
    head, *rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([head, *(row for k, row in enumerate(rows) if k % 4 != 3)]) + "\n", "utf-8")


def main() -> None:
    """Build what is missing, serve, shoot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, help="données réelles : les images du README")
    parser.add_argument("--port", type=int, default=28417)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    atlas = find_atlas(options.source, "59", WORK)
    with serving(atlas, WORK, options.port) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        shoot(browser, base, REEL if options.source else EXEMPLE, LARGEURS, "screen")
        if not options.source:
            shoot(browser, base, IMPRESSION, FEUILLE, "print")
        browser.close()
    if options.source:
        return
    with serving(find_pair(atlas), WORK, options.port) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        shoot(browser, base, DEUX, LARGEURS, "screen")
        browser.close()


if __name__ == "__main__":
    main()
