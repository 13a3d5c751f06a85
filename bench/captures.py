"""``python -m bench.captures [--from DIR]``: pictures of the pages, wide and narrow, into docs/captures."""

from __future__ import annotations

import argparse
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench.installation import find_atlas, serving

OUT = Path("docs/captures")
WORK = Path("build/captures")
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
    "comparer": "/comparer/?t=commune:59347&semblables=1",
    "classements": "/classements/",
    "indicateur": "/methodes/duree_france_services/",
    "sources": "/sources/",
    "programme": "/programme/",
    "exemples": "/exemples/",
    "api": "/api/",
}
REEL = {
    "nord-avesnes-sur-helpe": "/territoires/commune/59036/",
    "nord-arrondissement-cambrai": "/territoires/arrondissement/592/",
    "nord-france-services-carreaux": CARREAUX,
    "nord-carte-vive": "/carte/?service=france_services&lieux=france_services#vue=9.6/50.36/3.3",
}
LARGEURS = {1440: 2000, 390: 2400}


def shoot(browser: Browser, base: str, pages: dict[str, str]) -> None:
    """Each page at each width, cut below a few screens; a live map is awaited."""
    for width, height in LARGEURS.items():
        page = browser.new_page(viewport={"width": width, "height": 900}, locale="fr-FR")
        page.set_default_timeout(120_000)
        for name, address in pages.items():
            page.goto(base + address)
            if "#vue=" in address:  # such an address asks for the live map
                page.wait_for_selector(".carte-vive[data-prete]")
            page.wait_for_timeout(1500)
            whole = page.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": min(whole, height)}
            page.screenshot(path=OUT / f"{name}-{width}.png", full_page=True, clip=clip)
        page.close()


def main() -> None:
    """Build what is missing, serve, shoot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, help="données réelles : les images du README")
    parser.add_argument("--port", type=int, default=28417)
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    atlas = find_atlas(options.source, "59", WORK)
    with serving(atlas, WORK, options.port) as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        shoot(browser, base, REEL if options.source else EXEMPLE)
        browser.close()


if __name__ == "__main__":
    main()
