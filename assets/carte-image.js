// The live map as one PNG: title, map, legend, source, so that it can stand alone in a document. The fixed
// picture is made by the server.
const WIDTH = 1600,
  MARGIN = 48;
const FONT = '"Atkinson Hyperlegible Next Variable", system-ui, sans-serif';

export async function save(live) {
  const map = await snapshot(live);
  const canvas = document.createElement("canvas");
  const height = Math.round(((WIDTH - 2 * MARGIN) * map.height) / map.width);
  const legend = [...document.querySelectorAll(".cote .legende li")].filter(
    (row) => row.checkVisibility?.() ?? true,
  );
  const top = MARGIN + 120,
    below = top + height + 28;
  const rows = Math.ceil(legend.length / 3);
  canvas.width = WIDTH;
  canvas.height = below + rows * 40 + 2 * MARGIN;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  text(pen, document.querySelector("main h1").innerText, MARGIN, MARGIN + 36, "700 44px");
  const { mentions = "" } = document.querySelector(".figure-carte").dataset;
  const told = [document.querySelector("main .chapeau").innerText, mentions];
  text(pen, told.filter(Boolean).join(" "), MARGIN, MARGIN + 82, "400 26px");
  pen.drawImage(map, MARGIN, top, WIDTH - 2 * MARGIN, height);
  for (const { words, x, y } of liveNames(live)) name(pen, words, MARGIN + x * (WIDTH - 2 * MARGIN), top + y * height);
  legend.forEach((row, i) => key(pen, row, MARGIN + (i % 3) * 500, below + Math.floor(i / 3) * 40));
  text(
    pen,
    `${document.querySelector(".figure-carte figcaption").innerText.replace(/ · méthode$/, "")} · ${document.title}`,
    MARGIN,
    canvas.height - MARGIN / 2,
    "400 20px",
    "#55606c",
  );
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = "maillage-carte.png";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

function text(pen, words, x, y, font, colour = "#17202b") {
  pen.font = `${font} ${FONT}`;
  pen.fillStyle = colour;
  pen.fillText(words.trim().replace(/\s*\n\s*/g, " "), x, y, WIDTH - 2 * MARGIN);
}

function key(pen, row, x, y) {
  const swatch = row.querySelector("i"),
    style = getComputedStyle(swatch);
  if (swatch.classList.contains("trait")) {
    pen.fillStyle = style.borderTopColor;
    pen.fillRect(x, y + 9, 40, 4);
  } else if (swatch.classList.contains("rond")) {
    pen.fillStyle = style.backgroundColor;
    pen.beginPath();
    pen.arc(x + 20, y + 11, 9, 0, 2 * Math.PI);
    pen.fill();
  } else {
    pen.fillStyle = style.backgroundColor;
    pen.strokeStyle = "#8b8f93";
    pen.lineWidth = 1;
    pen.fillRect(x, y, 40, 22);
    pen.strokeRect(x, y, 40, 22);
  }
  text(pen, row.innerText.replace(/\s*\n\s*/g, " · "), x + 52, y + 19, "400 22px");
}

// Names are written here, in the page's own typeface: a picture taken out of the page has not got it.
function name(pen, words, x, y) {
  pen.font = `600 26px ${FONT}`;
  pen.textAlign = "center";
  pen.lineJoin = "round";
  pen.lineWidth = 6;
  pen.strokeStyle = "#fff";
  pen.fillStyle = "#17202b";
  pen.strokeText(words, x, y);
  pen.fillText(words, x, y);
  pen.textAlign = "start";
}

function liveNames(map) {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".ville")].map((label) => {
    const { left, top, width, height } = label.getBoundingClientRect();
    return {
      words: label.textContent,
      x: (left + width / 2 - frame.left) / frame.width,
      y: (top + height * 0.75 - frame.top) / frame.height,
    };
  });
}

// The canvas of the live map can only be read in the frame that drew it.
function snapshot(map) {
  return new Promise((resolve) => {
    map.once("render", () => createImageBitmap(map.getCanvas()).then(resolve));
    map.triggerRepaint();
  });
}
