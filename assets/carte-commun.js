// What the picture and the live map share.
export function element(tag, text, name = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (name) made.className = name;
  return made;
}

const ILLISIBLE = "Ce lieu n’a pas pu être lu. Vérifiez la connexion, puis choisissez-le à nouveau.";

// Read what stands at a place and tell it beside the map. The last question asked is the one answered.
let asked = 0;
export async function show(box, { code = "", lon, lat }) {
  const question = ++asked;
  const url = new URL(box.dataset.lieu, location.href);
  for (const [name, value] of [
    ["code", code],
    ["lon", lon?.toFixed(6)],
    ["lat", lat?.toFixed(6)],
  ]) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  const text = await fetch(url)
    .then((answer) => (answer.ok ? answer.text() : null))
    .catch(() => null);
  if (question !== asked) return;
  const card = document.getElementById("fiche");
  if (text === null) card.replaceChildren(element("p", ILLISIBLE, "avis"));
  else card.innerHTML = text;
  card.hidden = false;
  for (const path of document.querySelectorAll("#carte-fixe .choisi")) path.classList.remove("choisi");
  if (code) document.querySelector(`#carte-fixe [data-c="${CSS.escape(code)}"]`)?.classList.add("choisi");
}
