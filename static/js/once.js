// A form is sent once, however often its button is pressed: the second answer would say that the first was given already.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// A page that comes back from the browser's memory can be answered again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
