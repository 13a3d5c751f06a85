// Suggestions under a search box, after the ARIA combobox pattern (list autocomplete, manual selection). What the
// other boxes of its form hold goes with its words. Without this file, or when the answer does not come, the form
// is sent as it is.
const WAIT_MS = 150;
const SHORTEST = 2;

for (const holder of document.querySelectorAll("[data-suggestions]")) suggest(holder);

function suggest(holder) {
  const input = holder.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let timer, asked, active;

  Object.assign(list, { id: `${input.id}-suggestions`, className: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  holder.append(list, said);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  }))
    input.setAttribute(name, value);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", press);
  holder.addEventListener("focusout", (event) => {
    if (!holder.contains(event.relatedTarget)) close();
  });
  input.form.addEventListener("submit", close);

  async function ask() {
    asked?.abort();
    const words = input.value.trim();
    if (words.length < SHORTEST) return close();
    asked = new AbortController();
    const address = new URL(holder.dataset.suggestions, location.href);
    for (const [name, value] of new FormData(input.form)) address.searchParams.set(name, value);
    address.searchParams.set(input.name, words);
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok) show(await answer.json());
    } catch {
      close(); // cut off, or asked again: the form still serves
    }
  }

  function show(answers) {
    if (!holder.contains(document.activeElement)) return;
    point(null);
    list.replaceChildren(...answers.map(write));
    list.hidden = answers.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = answers.length === 0
      ? "Aucune suggestion"
      : `${answers.length} suggestion${answers.length > 1 ? "s" : ""}, flèche bas pour les parcourir`;
  }

  function write({ nom, ligne, url }, rank) {
    const option = document.createElement("li");
    const name = document.createElement("b");
    const detail = document.createElement("span");
    option.id = `${list.id}-${rank}`;
    option.dataset.url = url;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    name.textContent = nom;
    detail.textContent = ligne;
    option.append(name, " ", detail);
    option.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
    option.addEventListener("click", () => location.assign(url));
    return option;
  }

  function press(event) {
    const options = [...list.children];
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the words stay
      close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && options.length) {
      event.preventDefault();
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      // One more place than there are options: the box itself, between the last and the first.
      const step = event.key === "ArrowDown" ? 1 : -1;
      const place = (options.indexOf(active) + 1 + step + options.length + 1) % (options.length + 1);
      point(options[place - 1] ?? null);
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      location.assign(active.dataset.url);
    }
  }

  function point(option) {
    active?.setAttribute("aria-selected", "false");
    active = option;
    active?.setAttribute("aria-selected", "true");
    active?.scrollIntoView({ block: "nearest" });
    if (active) input.setAttribute("aria-activedescendant", active.id);
    else input.removeAttribute("aria-activedescendant");
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    point(null);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    said.textContent = "";
  }
}
