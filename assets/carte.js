// The map page: the fixed picture answers clicks; the live map (heavy) is fetched only when someone wants to move it.
import { element, show } from "./carte-commun.js";
import { save } from "./carte-image.js";

const box = document.getElementById("carte");
const fixed = document.getElementById("carte-fixe");
const picture = fixed?.querySelector("svg");
const waker = document.querySelector("[data-eveiller]");
let live = null;

if (picture && box) {
  document.querySelector("[data-aide]").hidden = false;
  picture.addEventListener("click", (event) => show(box, placeOf(event)));
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
const printer = document.querySelector("[data-image]");
if (printer && (picture || box)) {
  printer.hidden = false;
  printer.addEventListener("click", () => save(picture, live));
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
