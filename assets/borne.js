// The kiosk, alone on its pages, so that nothing else writes in the browser's storage: a page that nobody touches asks whether one is still there, then goes back to the first one.
const body = document.body;
if (body.dataset.borne) {
  const wait = Number(body.dataset.inactivite);
  const warn = Number(body.dataset.prevenir);
  const dialog = document.querySelector("[data-borne-dialogue]");
  const left = document.querySelector("[data-borne-reste]");
  let last = Date.now();
  const stay = () => {
    last = Date.now();
    if (dialog.open) dialog.close();
  };
  for (const name of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(name, () => dialog.open || stay(), { passive: true });
  }
  document.querySelector("[data-borne-rester]").addEventListener("click", stay);
  dialog.addEventListener("close", () => (last = Date.now()));
  setInterval(() => {
    const rest = Math.ceil(wait - (Date.now() - last) / 1000);
    if (rest <= 0) location.replace(body.dataset.borne);
    else if (rest <= warn) {
      left.textContent = rest;
      if (!dialog.open) dialog.showModal();
    }
  }, 500);
}
