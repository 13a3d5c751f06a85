// Vintages played one after another: the pages that the links name, of which the picture and its words are taken.
const PAS_MS = 1600;
const film = document.querySelector("[data-film]");
if (film) {
  const links = [...film.querySelectorAll("[data-millesime]")];
  const player = film.querySelector("[data-lire]");
  const said = document.getElementById("film-dit");
  const pages = new Map();
  let at = links.findIndex((link) => link.hasAttribute("aria-current"));
  let timer = 0;

  const read = (link) => {
    if (!pages.has(link.href))
      pages.set(
        link.href,
        fetch(link.href)
          .then((answer) => (answer.ok ? answer.text() : Promise.reject(new Error(answer.status))))
          .then((text) => new DOMParser().parseFromString(text, "text/html")),
      );
    return pages.get(link.href);
  };

  // One that cannot be read is gone to as any link is: the browser says why.
  const go = async (to) => {
    at = (to + links.length) % links.length;
    const link = links[at];
    const page = await read(link).catch(() => null);
    if (!page) return location.assign(link.href);
    if (links[at] !== link) return; // another was asked since
    for (const id of ["film-image", "film-dit"])
      document.getElementById(id).replaceChildren(...page.getElementById(id).cloneNode(true).childNodes);
    links.forEach((other) => other.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "true");
    history.replaceState(null, "", link.href);
  };

  const stop = () => {
    clearInterval(timer);
    timer = 0;
    player.textContent = "Lire";
    said.setAttribute("aria-live", "polite");
  };
  const play = () => {
    links.forEach(read);
    player.textContent = "Arrêter";
    said.setAttribute("aria-live", "off"); // a voice cannot follow
    timer = setInterval(() => go(at + 1), PAS_MS);
    go(at + 1);
  };

  // Who asked for less motion steps by hand.
  player.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
  player.addEventListener("click", () => (timer ? stop() : play()));
  film.addEventListener("click", (event) => {
    const link = event.target.closest("[data-millesime], [data-pas]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    stop();
    go(link.dataset.pas ? at + Number(link.dataset.pas) : links.indexOf(link));
  });
  film.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === "Escape") stop();
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    stop();
    go(at + step);
  });
}
