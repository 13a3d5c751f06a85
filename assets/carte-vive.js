// The live map, fetched when a reader wants to move it. Colours are written in the style: the tiles' workers apply them.
import { Map, Marker, NavigationControl, Popup, ScaleControl, addProtocol, setWorkerUrl } from "maplibre-gl";
import { Protocol } from "pmtiles";
import { element, show } from "./carte-commun.js";

// Draw, and give the map once all of it is on the screen; the box is laid out under the picture until then.
export async function start(box, view, place) {
  setWorkerUrl(box.dataset.ouvrier);
  addProtocol("pmtiles", new Protocol().tile);
  box.classList.add("en-preparation");
  box.hidden = false;
  const map = new Map({
    container: box,
    style: style(box, view),
    ...opening(view, place),
    fitBoundsOptions: { padding: 8 },
    hash: "vue",
    maxZoom: 16,
    attributionControl: box.dataset.fond ? { compact: false } : false,
    fadeDuration: 0,
    renderWorldCopies: false,
    pitchWithRotate: false,
    dragRotate: false,
    locale: FRENCH,
    canvasContextAttributes: { preserveDrawingBuffer: false },
  });
  map.on("error", ({ error, sourceId }) => {
    console.info("Carte :", error?.message);
    if (sourceId === "fond" && !map.isSourceLoaded("fond")) withoutBackground(map);
  });
  background(map);
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
  map.on("click", (event) => answer(map, box, event));
  map.on("mousemove", "surface", () => {
    map.getCanvas().style.cursor = "pointer";
  });
  map.on("mouseleave", "surface", () => {
    map.getCanvas().style.cursor = "";
  });
  await new Promise((resolve, reject) => {
    map.once("idle", resolve);
    map.once("webglcontextlost", () => reject(new Error("contexte graphique perdu")));
  });
  towns(map, view);
  if (view.point) new Marker({ element: element("span", "", "repere-ici") }).setLngLat(view.point).addTo(map);
  return map;
}

function opening(view, place) {
  if (place) return { center: [place.lon, place.lat], zoom: 10 };
  if (view.centre) return { center: view.centre, zoom: view.point ? 12 : 10.5 };
  return { bounds: view.emprise };
}

function style(box, view) {
  const surface = box.dataset.tuiles
    ? { type: "vector", url: `pmtiles://${new URL(box.dataset.tuiles, location.href)}`, promoteId: "code" }
    : { type: "geojson", data: new URL(box.dataset.traces, location.href).href, promoteId: "code" };
  const layer = box.dataset.tuiles ? { "source-layer": view.couche } : {};
  const fine = view.niveau === "carreau";
  const sources = { surface };
  const layers = [];
  if (box.dataset.fond) {
    sources.fond = {
      type: "raster",
      tiles: [box.dataset.fond],
      tileSize: 256,
      maxzoom: Number(box.dataset.fondZoom),
      attribution: box.dataset.fondAttribution,
    };
    layers.push({ id: "fond", type: "raster", source: "fond" });
  }
  layers.push(
    {
      id: "surface",
      type: "fill",
      source: "surface",
      ...layer,
      paint: {
        "fill-color": colour(view),
        "fill-opacity": box.dataset.fond ? 0.68 : 1,
        "fill-antialias": !fine,
      },
    },
    {
      id: "limites",
      type: "line",
      source: "surface",
      ...layer,
      paint: {
        "line-color": "#ffffff",
        "line-width": ["interpolate", ["linear"], ["zoom"], 8, fine ? 0 : 0.5, 12, fine ? 0.4 : 1.4],
      },
    },
  );
  if (box.dataset.routes) {
    sources.routes = { type: "geojson", data: new URL(box.dataset.routes, location.href).href };
    for (const [id, colour, wider] of [
      ["routes-bord", "#ffffff", 2],
      ["routes", "#17202b", 0],
    ])
      layers.push({
        id,
        type: "line",
        source: "routes",
        paint: {
          "line-color": colour,
          "line-opacity": wider ? 0.6 : 0.8,
          "line-width": ["match", ["get", "rang"], "rapide", 1.8 + wider, 0.9 + wider],
        },
      });
  }
  for (const name of ["epci", "arrondissement", "zone"]) {
    const address = box.dataset[`contour${name[0].toUpperCase()}${name.slice(1)}`];
    if (!address) continue;
    sources[name] = { type: "geojson", data: new URL(address, location.href).href };
    layers.push(
      {
        id: `${name}-bord`,
        type: "line",
        source: name,
        paint: { "line-color": "#ffffff", "line-width": 4, "line-opacity": 0.7 },
      },
      {
        id: name,
        type: "line",
        source: name,
        paint: {
          "line-color": OUTLINES[name].colour,
          "line-width": 2,
          ...(OUTLINES[name].dash ? { "line-dasharray": OUTLINES[name].dash } : {}),
        },
      },
    );
  }
  if (view.ici)
    layers.push({
      id: "ici",
      type: "line",
      source: "surface",
      ...layer,
      filter: ["==", ["get", "code"], view.ici],
      paint: { "line-color": "#17202b", "line-width": 3 },
    });
  if (box.dataset.lieux) {
    sources.lieux = {
      type: "geojson",
      data: new URL(box.dataset.lieux, location.href).href,
      cluster: true,
      clusterRadius: 34,
      clusterMaxZoom: 12,
    };
    layers.push({
      id: "lieux",
      type: "circle",
      source: "lieux",
      paint: {
        "circle-color": "#0a5a63",
        "circle-stroke-color": "#fff",
        "circle-stroke-width": 1.6,
        "circle-radius": ["step", ["coalesce", ["get", "point_count"], 1], 5, 2, 8, 10, 12, 50, 16],
      },
    });
  }
  return { version: 8, sources, layers };
}

const OUTLINES = {
  epci: { colour: "#17202b", dash: [2, 1.4] },
  arrondissement: { colour: "#17202b" },
  zone: { colour: "#9a3b5a" },
};

// One look-up by code for each feature, made once by the worker that cuts its tile.
function colour(view) {
  const branches = view.classes.flatMap((codes, tint) =>
    tint && codes.length ? [codes, view.couleurs[tint]] : [],
  );
  return branches.length ? ["match", ["get", "code"], ...branches, view.couleurs[0]] : view.couleurs[0];
}

// The background is a help: a reader may put it away, and its service may not answer. Our own layers stay.
function background(map) {
  const choice = document.querySelector("[data-choix-fond]");
  if (!choice) return;
  choice.hidden = false;
  choice.querySelector("input").addEventListener("change", ({ target }) => {
    map.setLayoutProperty("fond", "visibility", target.checked ? "visible" : "none");
    map.setPaintProperty("surface", "fill-opacity", target.checked ? 0.68 : 1);
  });
}

function withoutBackground(map) {
  const choice = document.querySelector("[data-choix-fond]");
  if (!choice || choice.dataset.absent) return;
  choice.dataset.absent = "oui";
  choice.replaceChildren(
    element("span", "Le fond de plan ne répond pas : la carte montre ses propres contours.", "petit doux"),
  );
  map.setLayoutProperty("fond", "visibility", "none");
  map.setPaintProperty("surface", "fill-opacity", 1);
}

async function answer(map, box, event) {
  const [found] = map.getLayer("lieux") ? map.queryRenderedFeatures(event.point, { layers: ["lieux"] }) : [];
  if (found?.properties.cluster) {
    const zoom = await map.getSource("lieux").getClusterExpansionZoom(found.properties.cluster_id);
    map[STILL ? "jumpTo" : "easeTo"]({ center: found.geometry.coordinates, zoom });
  } else if (found) {
    new Popup({ maxWidth: "19rem" })
      .setLngLat(found.geometry.coordinates)
      .setDOMContent(tell(found.properties))
      .addTo(map);
  } else {
    const [ground] = map.queryRenderedFeatures(event.point, { layers: ["surface"] });
    show(box, {
      code: ground ? String(ground.properties.code) : "",
      lon: event.lngLat.lng,
      lat: event.lngLat.lat,
    });
  }
}

function tell(place) {
  const body = document.createElement("div");
  body.append(element("p", place.nom, "fort"));
  if (place.commune) body.append(element("p", place.commune + (place.itinerant ? ", itinérant" : "")));
  body.append(element("p", `Horaires : ${place.horaires || "non renseignés"}`));
  body.append(
    element(
      "p",
      `Placé à ${{ adresse: "l’adresse", base_mobile: "sa base" }[place.precision] ?? "la commune"} ; ${place.source}`,
      "petit doux",
    ),
  );
  return body;
}

// Names of towns: largest first, each shown where it touches no other; looked at again when the map comes to rest.
function towns(map, view) {
  const names = view.villes.map(({ nom, lon, lat }) => {
    const label = element("span", nom, "ville");
    const marker = new Marker({ element: label, anchor: "center" }).setLngLat([lon, lat]);
    return { marker, label, lon, lat, width: nom.length * 7.4 + 6, on: false };
  });
  const place = () => {
    const taken = [];
    const { clientWidth, clientHeight } = map.getContainer();
    const most = Math.max(6, Math.round((clientWidth * clientHeight) / 42_000));
    for (const name of names) {
      const { x, y } = map.project([name.lon, name.lat]);
      const box = [x - name.width / 2, y - 10, x + name.width / 2, y + 10];
      const inside = box[0] > 4 && box[2] < clientWidth - 4 && box[1] > 4 && box[3] < clientHeight - 24;
      const fits =
        inside &&
        taken.length < most &&
        !taken.some(
          (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3],
        );
      if (fits) taken.push(box);
      if (fits !== name.on) fits ? name.marker.addTo(map) : name.marker.remove();
      if (fits) name.label.removeAttribute("tabindex");
      name.on = fits;
    }
  };
  place();
  map.on("moveend", place);
  map.on("resize", place);
}

const STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;
const FRENCH = {
  "AttributionControl.ToggleAttribution": "Afficher l’origine du fond de plan",
  "Map.Title": "Carte",
  "NavigationControl.ZoomIn": "Agrandir",
  "NavigationControl.ZoomOut": "Réduire",
  "Popup.Close": "Fermer",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "Marker.Title": "Repère",
};
