// The live map of a scenario: a place set down by a click, dragged or moved with the arrows; times of everyone at once.
const box = document.getElementById("glisser");
if (box) start(box, JSON.parse(document.getElementById("reglage-glisser").textContent));

async function start(box, setting) {
  const said = box.querySelector("[data-phrase]");
  const chosen = document.getElementById("lieu-glisse");
  const frame = box.querySelector(".carte-glisser");
  const marker = frame.querySelector("button");
  const canvas = frame.querySelector("canvas");
  box.hidden = false;
  said.textContent = "Les temps de trajet se préparent…";
  const data = await fetch(box.dataset.carreaux)
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  if (!data) {
    said.textContent = "Les temps n’ont pas pu être lus. Rechargez la page, ou essayez par le formulaire.";
    return;
  }
  for (const { id, nom } of data.lieux) chosen.append(new Option(nom, id));
  const pen = canvas.getContext("2d");
  const xy = data.lon.map((lon, row) => toPicture(setting, lon, data.lat[row]));
  const now = data.minutes.slice();
  let changed = [];
  let place = [setting.largeur / 2, setting.hauteur / 2];
  let busy = false;
  let wanted = false;

  const draw = () => {
    const scale = frame.clientWidth / setting.largeur;
    const ratio = devicePixelRatio || 1;
    canvas.width = frame.clientWidth * ratio;
    canvas.height = setting.hauteur * scale * ratio;
    pen.setTransform(scale * ratio, 0, 0, scale * ratio, 0, 0);
    const side = Math.max(2.2, Math.min(9, Math.sqrt((setting.largeur * setting.hauteur) / xy.length) * 0.45));
    xy.forEach(([x, y], row) => {
      pen.fillStyle = colour(setting, now[row]);
      pen.fillRect(x - side / 2, y - side / 2, side, side);
    });
    pen.fillStyle = "#17202b";
    for (const site of data.lieux) {
      if (site.id === chosen.value) continue;
      const [x, y] = toPicture(setting, site.lon, site.lat);
      pen.beginPath();
      pen.arc(x, y, 3, 0, 7);
      pen.fill();
    }
    marker.style.setProperty("left", `${(place[0] / setting.largeur) * 100}%`);
    marker.style.setProperty("top", `${(place[1] / setting.hauteur) * 100}%`);
  };

  // One question at a time; the last position asked is the one answered.
  const ask = async () => {
    wanted = true;
    if (busy) return;
    busy = true;
    while (wanted) {
      wanted = false;
      const [lon, lat] = toGround(setting, place);
      const url = new URL(box.dataset.glisser, location.href);
      url.searchParams.set("lon", lon.toFixed(5));
      url.searchParams.set("lat", lat.toFixed(5));
      if (chosen.value) url.searchParams.set("lieu", chosen.value);
      const answer = await fetch(url)
        .then((a) => (a.ok ? a.json() : null))
        .catch(() => null);
      if (!answer) {
        said.textContent = "Cette position n’a pas pu être essayée. Vérifiez la connexion, puis recommencez.";
        continue;
      }
      for (const row of changed) now[row] = data.minutes[row];
      answer.carreaux.forEach((row, rank) => {
        now[row] = answer.minutes[rank];
      });
      changed = answer.carreaux;
      said.textContent = answer.phrase;
      box.dataset.prete = `${lon.toFixed(5)} ${lat.toFixed(5)}`;
      requestAnimationFrame(draw);
      keep(lon, lat);
    }
    busy = false;
  };

  const keep = (lon, lat) => {
    const link = box.querySelector("[data-garder]");
    if (!link) return;
    const url = new URL(chosen.value ? box.dataset.deplacer : box.dataset.ajouter, location.href);
    url.searchParams.set("type", box.dataset.type);
    url.searchParams.set("lon", lon.toFixed(5));
    url.searchParams.set("lat", lat.toFixed(5));
    if (chosen.value) url.searchParams.set("lieu", chosen.value);
    link.href = url;
  };

  const go = (x, y) => {
    place = [Math.max(0, Math.min(setting.largeur, x)), Math.max(0, Math.min(setting.hauteur, y))];
    draw();
    ask();
  };
  const at = (event) => {
    const around = frame.getBoundingClientRect();
    const scale = setting.largeur / around.width;
    go((event.clientX - around.left) * scale, (event.clientY - around.top) * scale);
  };

  frame.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    frame.setPointerCapture(event.pointerId);
    marker.focus({ preventScroll: true });
    at(event);
  });
  frame.addEventListener("pointermove", (event) => {
    if (frame.hasPointerCapture(event.pointerId)) at(event);
  });
  marker.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const length = (setting.largeur / 200) * (event.shiftKey ? 5 : 1);
    go(place[0] + step[0] * length, place[1] + step[1] * length);
  });
  chosen.addEventListener("change", () => {
    const site = data.lieux.find(({ id }) => id === chosen.value);
    if (site) go(...toPicture(setting, site.lon, site.lat));
    else ask();
  });
  addEventListener("resize", draw);
  draw();
  ask();
}

function toPicture({ origine, echelle }, lon, lat) {
  return [(lon - origine[0]) * echelle[0], (origine[1] - lat) * echelle[1]];
}

function toGround({ origine, echelle }, [x, y]) {
  return [origine[0] + x / echelle[0], origine[1] - y / echelle[1]];
}

function colour({ bornes, couleurs }, minutes) {
  if (minutes === null) return "#6b6a66";
  const rank = bornes.findIndex((bound) => bound === null || minutes <= bound);
  return couleurs[rank < 0 ? couleurs.length - 1 : rank];
}
