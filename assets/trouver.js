// « Autour de moi »: the position goes to the form only when one asks for it, to a hundred metres, and nowhere else.
for (const button of document.querySelectorAll("[data-position]")) {
  const form = button.form;
  const said = form.querySelector("[data-position-dite]");
  const [lon, lat, place] = ["lon", "lat", "ou"].map((name) => form.elements[name]);
  button.addEventListener("click", () => {
    said.textContent = "Votre appareil cherche où vous êtes…";
    if (!navigator.geolocation) {
      said.textContent = "Votre appareil ne donne pas sa position : écrivez votre commune.";
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        lon.value = coords.longitude.toFixed(3);
        lat.value = coords.latitude.toFixed(3);
        place.value = "";
        said.textContent = "Votre position est prise, à cent mètres près. Elle ne sert qu’à cette recherche.";
      },
      () => {
        said.textContent = "Votre position n’est pas donnée : écrivez votre commune.";
      },
      { maximumAge: 60000, timeout: 15000 },
    );
  });
  place.addEventListener("input", () => {
    lon.value = lat.value = "";
    said.textContent = "";
  });
}
