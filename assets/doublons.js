// Pairs of records answered from the keyboard: O, N or P, in a question only, then on to the next one.
for (const form of document.querySelectorAll("[data-doublons]")) {
  form.addEventListener("keydown", (event) => {
    const pair = event.target.closest("fieldset.doublon");
    const typing = event.target.matches("input:not([type=radio]), select, textarea");
    if (!pair || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = pair.querySelector(`input[data-touche="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    const next = pair.nextElementSibling;
    (next?.querySelector("input[type=radio]") ?? next?.querySelector("button"))?.focus();
    next?.scrollIntoView({ block: "nearest" });
  });
}
