// The map page: the fixed picture answers clicks; the live map (heavy) is fetched only when someone wants to move it.
import { element, show } from "./carte-commun.js";
import { save } from "./carte-image.js";

const box = document.getElementById("carte");
const fixed = document.getElementById("carte-fixe");
const picture = fixed?.querySelector("svg");
const waker = document.querySelector("[data-eveiller]");
let live = null;
// Once a place is chosen by a click, passing over others leaves it.
let pinned = false,
  wait = 0,
  over = "";

if (picture && box) {
  document.querySelector("[data-aide]").hidden = false;
  picture.addEventListener("click", (event) => {
    pinned = true;
    show(box, placeOf(event));
  });
  picture.addEventListener("pointermove", hover);
  fixed.tabIndex = 0;
  fixed.setAttribute("role", "group");
  fixed.setAttribute("aria-label", "Carte : les flèches lisent le chiffre d’un territoire à l’autre");
  fixed.addEventListener("keydown", step);
}
if (box && waker) {
  waker.hidden = false;
  waker.addEventListener("click", () => wake());
  picture?.addEventListener("dblclick", (event) => wake(placeOf(event)));
  picture?.addEventListener(
    "touchstart",
    (event) => {
      if (event.touches.length > 1) wake();
    },
    { passive: true },
  );
  if (location.hash.includes("vue=") || !picture) wake();
}
// The picture is made by the server; once the map was moved, it is what the reader sees.
document.querySelector("a[data-image]")?.addEventListener("click", (event) => {
  if (!live) return;
  event.preventDefault();
  save(live);
});

// A figure is read by passing over its territory, after a short rest.
function hover(event) {
  const code = event.target.dataset?.c ?? "";
  if (pinned || !code || code === over) return;
  over = code;
  clearTimeout(wait);
  wait = setTimeout(() => show(box, { code }), 150);
}

// The arrows go from a territory to the nearest one on that side.
const SIDES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let centres = null;
function step(event) {
  const side = SIDES[event.key];
  if (!side) return;
  event.preventDefault();
  centres ??= [...picture.querySelectorAll("[data-c]")].map((path) => {
    const { x, y, width, height } = path.getBBox();
    return { code: path.dataset.c, x: x + width / 2, y: y + height / 2 };
  });
  const here = centres.find(({ code }) => code === over);
  const near = here ? nearest(here, side) : centres[0];
  if (!near) return;
  over = near.code;
  show(box, { code: over });
}

function nearest(here, [dx, dy]) {
  const ahead = centres
    .map((place) => ({ place, x: place.x - here.x, y: place.y - here.y }))
    .map(({ place, x, y }) => ({ place, along: x * dx + y * dy, aside: Math.abs(x * dy - y * dx) }))
    .filter(({ along, aside }) => along > 0.01 && aside <= along);
  return ahead.sort((a, b) => a.along + a.aside - b.along - b.aside)[0]?.place;
}

for (const copier of document.querySelectorAll("[data-copier]")) {
  if (!navigator.clipboard) continue;
  copier.hidden = false;
  copier.addEventListener("click", async () => {
    // The frame of a map that was moved is in the address.
    await navigator.clipboard.writeText(copier.dataset.copier + (copier.hasAttribute("data-vue") ? location.hash : ""));
    document.querySelector("[data-copie]").textContent = copier.dataset.dit;
  });
}

// What a click on the picture points at: the territory under it, and the ground's longitude and latitude.
function placeOf(event) {
  const [left, top, sx, sy] = picture.dataset.geo.split(" ").map(Number);
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
  return { code: event.target.dataset?.c ?? "", lon: left + point.x / sx, lat: top - point.y / sy };
}

async function wake(place) {
  if (box.dataset.etat) return;
  box.dataset.etat = "charge";
  waker.disabled = true;
  waker.textContent = "La carte se charge…";
  const page = box.closest(".carte-et-cote");
  page.classList.add("grande");
  try {
    const [{ start }, view] = await Promise.all([
      import("./carte-vive.js"),
      fetch(box.dataset.donnees).then((r) => r.json()),
      styles(),
    ]);
    live = await start(box, view, place);
    fixed?.classList.add("dessous");
    box.classList.remove("en-preparation");
    waker.hidden = true;
    if (document.activeElement === waker || document.activeElement === document.body)
      live.getCanvas().focus({ preventScroll: true });
    box.dataset.prete = "oui";
  } catch (error) {
    page.classList.remove("grande");
    console.info("Carte interactive indisponible :", error.message);
    box.hidden = true;
    waker.replaceWith(
      element(
        "span",
        "La carte interactive n’a pas pu s’ouvrir sur cet appareil. L’image et le tableau disent la même chose.",
        "petit doux",
      ),
    );
  }
}

function styles() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = box.dataset.feuille;
  return new Promise((resolve, reject) => {
    link.onload = resolve;
    link.onerror = () => reject(new Error("feuille de style absente"));
    document.head.append(link);
  });
}
