// Progressive enhancement only: every page works without this file.
import "htmx.org/dist/htmx.esm.js";
import "./recherche.js";

document.documentElement.classList.add("js");

// A form marked data-auto is sent when one of its choices changes; its button stays for the keyboard and for no script.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto]");
  if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-imprimer]")) window.print();
});
