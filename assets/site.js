// Progressive enhancement only: every page works without this file.
import "htmx.org/dist/htmx.esm.js";
import "./recherche.js";
import "./doublons.js";
import "./trouver.js";

document.documentElement.classList.add("js");

// A form marked data-auto is sent when one of its choices changes; its button stays for the keyboard and for no script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-imprimer]")) window.print();
});

// On a phone a long page is read by its headings and their figures; a link to a section opens it.
const folds = document.querySelectorAll("details.pli");
if (matchMedia("(max-width: 40rem)").matches) for (const fold of folds) fold.open = false;
const unfold = () => {
  const fold = location.hash && document.getElementById(location.hash.slice(1))?.closest("details.pli");
  if (fold) fold.open = true;
};
unfold();
window.addEventListener("hashchange", unfold);
window.addEventListener("beforeprint", () => {
  for (const fold of folds) fold.open = true;
});
