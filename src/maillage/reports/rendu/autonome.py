"""Pictures that leave the page: the style sheet goes with them."""

from __future__ import annotations

from maillage.reports.rendu.couleurs import BIVARIEE, ECHELLE, ENCRE, SANS_VALEUR

POLICE = "Atkinson Hyperlegible Next, DejaVu Sans, Liberation Sans, sans-serif"
# The classes of the style sheet that pictures use.
STYLE = (
    f"<style>text{{font-family:{POLICE}}}"
    ".nuage{stroke:#8795a0;stroke-opacity:.55;stroke-width:3.3;stroke-linecap:round;fill:none}"
    ".nuage.rare{stroke-width:7}"
    f".repere{{stroke:{ENCRE};stroke-width:2}}.axe{{stroke:#dbd6ca}}.intervalle{{stroke:#9a3b5a;stroke-width:3;"
    "stroke-opacity:.35}circle.ici{fill:#9a3b5a;stroke:#fff;stroke-width:2}"
    ".bande text{font-size:12px;fill:#4d5763}"
    "text.lettre{font-size:12px;font-weight:700;fill:#fff;text-anchor:middle}"
    # Plain selectors only: what sets PDFs drops the whole of a rule when it does not know one of them.
    f"text.voisin,text.ici,text.ville{{text-anchor:middle;fill:{ENCRE};paint-order:stroke;stroke:#fff}}"
    "text.ville{font-size:13px;stroke-width:3}"
    f"path.ici,path.contour{{fill:none;stroke:{ENCRE}}}"
    ".hors{fill-opacity:.35}.lieu{fill:#0a5a63;stroke:#fff}"
    ".net g path{stroke:#fff;stroke-width:.5;stroke-linejoin:round}"
    ".net path.contour{stroke-width:.9}path.contour.epci{stroke-dasharray:5 3}"
    "path.contour.zone{stroke:#9a3b5a}"
    "path.contour.bord{stroke:#fff;stroke-width:2.4;stroke-opacity:.75}"
    f"path.contour.terre{{fill:{SANS_VALEUR};stroke:#fff}}"
    "path.points{fill:none;stroke:#0a5a63;stroke-width:5;stroke-linecap:round}"
    "path.points.bord{stroke:#fff;stroke-width:7.5}"
    f".route{{fill:none;stroke:{ENCRE};stroke-width:.7;stroke-opacity:.8}}.route.rapide{{stroke-width:1.4}}"
    ".route.bord{stroke:#fff;stroke-width:1.7;stroke-opacity:.6}.route.bord.rapide{stroke-width:2.8}"
    ".repere-ici{fill:#fff;fill-opacity:.75;stroke:#9a3b5a;stroke-width:3}"
    f".hachure{{stroke:{ENCRE};stroke-width:.8;stroke-opacity:.32}}text.note{{font-size:12px;fill:{ENCRE}}}"
    f".numero circle{{fill:{ENCRE};stroke:#fff;stroke-width:1.5}}"
    ".numero text{font-size:11px;font-weight:700;text-anchor:middle;fill:#fff}"
    f"text.marque{{font-size:54px;font-weight:700;text-anchor:middle;fill:{ENCRE};fill-opacity:.3}}"
    + "".join(f".c{rank}{{fill:{colour}}}" for rank, colour in enumerate((SANS_VALEUR, *ECHELLE)))
    + "".join(f".b{rank}{{fill:{colour}}}" for rank, colour in enumerate(BIVARIEE, 1))
    + "</style>"
)


def detacher(svg: str) -> str:
    """A picture that stands alone, as a document or a file needs it."""
    head, _, rest = svg.partition(">")
    return f'{head} xmlns="http://www.w3.org/2000/svg">{STYLE}{rest}'
