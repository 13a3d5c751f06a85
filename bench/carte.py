"""``python -m bench.carte``: what the pages with a map weigh, and when the map is drawn, in a real browser.

Each page is opened in a browser that holds nothing yet, three times at full speed and three times with the
processor slowed four times; the median is kept. The picture counts as drawn at the frame that follows the one
where the last of its shapes was laid out. The live map, which the page fetches when a reader asks for it, is
asked for once the page is at rest; it counts as drawn when the map says that its last tile is on the screen,
and the bench then counts the colours that a reader sees there.

Script time is the time the page's main thread spent in JavaScript, compiling and garbage collection included,
as the browser's own sampling profiler sees it (every 0.2 ms); waiting is not script. What WebGL's first
context and shaders cost is told apart: the machine of the bench has no graphics card.
"""

from __future__ import annotations

import argparse
import io
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, CDPSession, Page, Request, sync_playwright

from bench.installation import find_atlas, serving

WORK = Path("build/carte")
SORTIE = Path("docs/performance-web.md")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PAGES = {
    "accueil": "/",
    "carte par commune": "/carte/",
    "carte par carreau": "/carte/?niveau=carreau",
    "carte par carreau, lieux et contours": "/carte/?niveau=carreau&lieux=france_services&contours=epci",
}
VITESSES = {"normale": 1, "ralentie 4 fois": 4}
FOIS = 3
PATIENCE_MS = 120_000
ATTENTES = {"(idle)", "(program)", "(root)"}
# MapLibre opens WebGL in the first, compiles shaders in the second.
GRAPHIQUE = {"_setupPainter", "getProgram"}
# Noted in the page: the frame after the one that laid out the last shape of the picture.
OBSERVER = """
(() => {
  window.dessinee = null;
  const watch = () => {
    const svg = document.querySelector(".carte-fixe svg");
    const whole = svg && (document.readyState !== "loading" || svg.closest("figure").nextElementSibling);
    if (!whole || svg.getBoundingClientRect().height === 0) return requestAnimationFrame(watch);
    requestAnimationFrame(() => { window.dessinee = performance.now(); });
  };
  requestAnimationFrame(watch);
})();
"""


@dataclass(frozen=True)
class Ouverture:
    """One opening: milliseconds, kilobytes. ``vive_*``: the live map, from the click; None without one."""

    image_ms: float
    page_script_ms: float
    page_ko: float
    vive_ms: float | None
    vive_script_ms: float | None
    vive_graphique_ms: float | None
    vive_ko: float | None


def weigh(requests: list[Request]) -> float:
    """Kilobytes received, headers included, as they travelled (compressed)."""
    sizes = [request.sizes() for request in requests]
    return sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) / 1000


def read_profile(session: CDPSession) -> tuple[float, float]:
    """Milliseconds in script, and of them in WebGL's context and shaders, since the profiler was started."""
    profile: dict[str, Any] = session.send("Profiler.stop")["profile"]
    nodes = {node["id"]: node for node in profile["nodes"]}
    parents = {child: node["id"] for node in profile["nodes"] for child in node.get("children", ())}
    script = graphic = 0.0
    for sample, delta in zip(profile["samples"], profile["timeDeltas"], strict=True):
        name = nodes[sample]["callFrame"]["functionName"]
        if name in ATTENTES:
            continue
        script += delta / 1000
        above: int | None = sample
        while above is not None and nodes[above]["callFrame"]["functionName"] not in GRAPHIQUE:
            above = parents.get(above)
        graphic += delta / 1000 if above is not None else 0.0
    return script, graphic


def open_once(browser: Browser, url: str, rate: int) -> Ouverture:
    """Open one page in a new browser context; then, where there is one, the live map."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108 - playwright marks it
    session = context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.setSamplingInterval", {"interval": 200})
    session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    page.add_init_script(OBSERVER)
    session.send("Profiler.start")
    page.goto(url, wait_until="networkidle")
    script, _ = read_profile(session)
    weight = weigh(requests)
    while (drawn := page.evaluate("window.dessinee")) is None:  # wait_for_function would need eval
        page.wait_for_timeout(50)
    live = wake(page, session) if page.locator("[data-eveiller]").count() else (None, None, None)
    after = None if live[0] is None else weigh(requests) - weight
    context.close()
    return Ouverture(float(drawn), script, weight, *live, after)


def wake(page: Page, session: CDPSession) -> tuple[float, float, float]:
    """Ask for the live map: milliseconds until drawn, in script, in WebGL's own start.

    Raises:
        AssertionError: the screen does not show the colours of a map.
    """
    session.send("Profiler.start")
    start = float(page.evaluate("performance.now()"))
    page.locator("[data-eveiller]").click()
    page.wait_for_selector(".carte-vive[data-prete]")
    drawn = float(page.evaluate("performance.now()")) - start
    script, graphic = read_profile(session)
    with Image.open(io.BytesIO(page.locator(".carte-vive").screenshot())) as image:
        colours = image.convert("RGB").getcolors(2**24) or []
    if sum(count > 300 for count, _ in colours) < 4:
        raise AssertionError("la carte vive ne montre pas ses couleurs")
    return drawn, script, graphic


def middle(openings: list[Ouverture]) -> Ouverture:
    """The median of each figure."""
    rows = [asdict(opening) for opening in openings]
    values = {name: [row[name] for row in rows if row[name] is not None] for name in rows[0]}
    return Ouverture(**{name: median(found) if found else None for name, found in values.items()})  # type: ignore[arg-type]


def measure(base: str, pages: dict[str, str]) -> dict[str, dict[str, Ouverture]]:
    """Page → speed → median opening; each page is opened once before, so that the server holds its atlas."""
    found: dict[str, dict[str, Ouverture]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name, address in pages.items():
            open_once(browser, base + address, 1)
            found[name] = {
                label: middle([open_once(browser, base + address, rate) for _ in range(FOIS)])
                for label, rate in VITESSES.items()
            }
        browser.close()
    return found


COLONNES = (
    "image dessinée (ms)",
    "script (ms)",
    "poids (ko)",
    "carte vive dessinée (ms)",
    "script de la carte vive (ms)",
    "dont WebGL (ms)",
    "poids en plus (ko)",
)
ENTETE = f"| page | processeur | {' | '.join(COLONNES)} |\n|---|---|{'---:|' * len(COLONNES)}\n"


def write_table(found: dict[str, dict[str, Ouverture]]) -> str:
    """The figures as a Markdown table, in French."""
    lines = []
    for name, speeds in found.items():
        for label, opening in speeds.items():
            values = ["—" if value is None else f"{value:.0f}" for value in asdict(opening).values()]
            lines.append(f"| {name} | {label} | " + " | ".join(values) + " |")
    return ENTETE + "\n".join(lines)


def write_page(tables: dict[str, str]) -> None:
    """The page of documentation: the model beside this file, with its figures."""
    model = (Path(__file__).parent / "carte.modele.md").read_text("utf-8")
    parts = "\n\n".join(f"## {titre}\n\n{table}" for titre, table in tables.items())
    SORTIE.write_text(model.replace("{tableaux}", parts), "utf-8")


def run(atlas: Path, pages: list[str], port: int) -> dict[str, dict[str, Ouverture]]:
    """Serve an atlas and measure its pages."""
    WORK.mkdir(parents=True, exist_ok=True)
    with serving(atlas, WORK, port) as base:
        return measure(base, {name: PAGES[name] for name in pages})


def main() -> None:
    """Serve, open, print; with ``--ecrire``, note the figures for the page of documentation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="source", type=Path, help="données réelles")
    parser.add_argument("--atlas", type=Path, help="un atlas déjà construit")
    parser.add_argument("--pages", nargs="*", choices=list(PAGES), default=list(PAGES))
    parser.add_argument("--titre", help="titre du tableau dans docs/performance-web.md, qui est alors écrite")
    parser.add_argument("--port", type=int, default=28431)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    atlas = options.atlas or find_atlas(options.source, "59", WORK)
    charge = os.getloadavg()[0]
    table = write_table(run(atlas, options.pages, options.port))
    print(table, f"\n{os.cpu_count()} processeurs ; charge avant la mesure : {charge:.1f}")
    if options.titre:
        noted = WORK / "tableaux.json"
        tables = json.loads(noted.read_text("utf-8")) if noted.exists() else {}
        tables[options.titre] = f"{table}\n\nCharge de la machine avant la mesure : {charge:.1f}."
        noted.write_text(json.dumps(tables, ensure_ascii=False), "utf-8")
        write_page(tables)


if __name__ == "__main__":
    main()
