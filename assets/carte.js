// The live map. Without it (no script, no WebGL) the page keeps its fixed map and its table, which say the same.
import { Map, Marker, NavigationControl, Popup, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";

const box = document.getElementById("carte");
const fixed = document.getElementById("carte-fixe");
if (box) start().catch((error) => { console.info("Carte interactive indisponible :", error.message); restore(); });

async function start() {
  setWorkerUrl(box.dataset.ouvrier);
  addProtocol("pmtiles", new Protocol().tile);
  const view = await (await fetch(box.dataset.donnees)).json();
  box.hidden = false;
  if (fixed) fixed.hidden = true;
  const map = new Map({
    container: box,
    style: style(view),
    ...(view.centre && !location.hash.includes("vue=") ? { center: view.centre, zoom: 10.5 } : { bounds: view.emprise }),
    fitBoundsOptions: { padding: 26 },
    hash: "vue",
    maxZoom: 16,
    attributionControl: false,
    fadeDuration: 0,
    locale: FRENCH,
    canvasContextAttributes: { preserveDrawingBuffer: false },
  });
  map.on("error", ({ error }) => console.info("Carte :", error?.message));
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.once("load", () => { paint(map, view); places(map); towns(map, view); box.dataset.prete = "oui"; });
  map.on("click", "surface", (event) => describe(map, view, event));
  map.on("mousemove", "surface", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "surface", () => { map.getCanvas().style.cursor = ""; });
  document.querySelector("[data-image]")?.addEventListener("click", () => save(map));
}

function restore() {
  box.hidden = true;
  if (fixed) fixed.hidden = false;
}

function style(view) {
  const surface = box.dataset.tuiles
    ? { type: "vector", url: `pmtiles://${new URL(box.dataset.tuiles, location.href)}`, promoteId: "code" }
    : { type: "geojson", data: new URL(box.dataset.contours, location.href).href, promoteId: "code" };
  const layer = box.dataset.tuiles ? { "source-layer": view.couche } : {};
  const colour = ["match", ["coalesce", ["feature-state", "teinte"], 0], ...view.couleurs.flatMap((c, i) => (i ? [i, c] : [])), view.couleurs[0]];
  const fine = view.niveau === "carreau";
  return {
    version: 8,
    sources: { surface },
    layers: [
      { id: "fond", type: "background", paint: { "background-color": "#f1efe7" } },
      { id: "surface", type: "fill", source: "surface", ...layer, paint: { "fill-color": colour, "fill-opacity": fine ? 0.92 : 1, "fill-antialias": !fine } },
      { id: "limites", type: "line", source: "surface", ...layer, paint: { "line-color": "#ffffff", "line-width": ["interpolate", ["linear"], ["zoom"], 8, fine ? 0 : 0.5, 12, fine ? 0.4 : 1.4] } },
      { id: "ici", type: "line", source: "surface", ...layer, paint: { "line-color": "#17202b", "line-width": ["case", ["boolean", ["feature-state", "ici"], false], 3, 0] } },
    ],
  };
}

function paint(map, view) {
  const layer = box.dataset.tuiles ? { sourceLayer: view.couche } : {};
  view.codes.forEach((code, row) => map.setFeatureState({ source: "surface", ...layer, id: code }, { teinte: view.teintes[row] }));
  if (view.ici) map.setFeatureState({ source: "surface", ...layer, id: view.ici }, { ici: true });
}

function describe(map, view, event) {
  const code = String(event.features[0].id);
  const row = view.codes.indexOf(code);
  if (row < 0) return;
  const body = document.createElement("div");
  const title = element("p", view.noms[row] || "Carreau", "fort");
  body.append(title, element("p", `${view.nom} : ${view.textes[row]}`));
  if (view.noms[row]) {
    const link = element("a", "Lire son portrait");
    link.href = box.dataset.portrait.replace("NIVEAU", view.niveau).replace("CODE", encodeURIComponent(code));
    body.append(link);
  }
  new Popup({ maxWidth: "19rem" }).setLngLat(event.lngLat).setDOMContent(body).addTo(map);
}

function places(map) {
  if (!box.dataset.lieux) return;
  map.addSource("lieux", { type: "geojson", data: new URL(box.dataset.lieux, location.href).href, cluster: true, clusterRadius: 34, clusterMaxZoom: 12 });
  map.addLayer({ id: "lieux", type: "circle", source: "lieux", paint: {
    "circle-color": "#0a5a63", "circle-stroke-color": "#fff", "circle-stroke-width": 1.6,
    "circle-radius": ["step", ["coalesce", ["get", "point_count"], 1], 5, 2, 8, 10, 12, 50, 16] } });
  map.on("click", "lieux", async (event) => {
    event.preventDefault();
    const { properties, geometry } = event.features[0];
    if (properties.cluster) {
      const zoom = await map.getSource("lieux").getClusterExpansionZoom(properties.cluster_id);
      map.easeTo({ center: geometry.coordinates, zoom });
      return;
    }
    const body = document.createElement("div");
    body.append(element("p", properties.nom, "fort"));
    if (properties.horaires) body.append(element("p", `Horaires : ${properties.horaires}`));
    body.append(element("p", `Placé à ${properties.precision === "adresse" ? "l’adresse" : "la commune"} ; ${properties.source}, ${properties.millesime}`));
    new Popup({ maxWidth: "19rem" }).setLngLat(geometry.coordinates).setDOMContent(body).addTo(map);
  });
}

function towns(map, view) {
  for (const { nom, lon, lat } of view.villes) {
    new Marker({ element: element("span", nom, "ville"), anchor: "center" }).setLngLat([lon, lat]).addTo(map).getElement().removeAttribute("tabindex");
  }
}

function save(map) {
  map.once("render", () => map.getCanvas().toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "maillage-carte.png";
    link.click();
    URL.revokeObjectURL(link.href);
  }));
  map.triggerRepaint();
}

function element(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

const FRENCH = {
  "Map.Title": "Carte",
  "NavigationControl.ZoomIn": "Agrandir",
  "NavigationControl.ZoomOut": "Réduire",
  "Popup.Close": "Fermer",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};
