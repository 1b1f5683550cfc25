// A chosen report is put into the field, where one sees what is sent. Files themselves are not uploaded.
const form = document.querySelector("form[data-report]");
const place = form?.querySelector("[data-report-file]");
const file = place?.querySelector("input[type=file]");

if (form && place && file) {
  place.hidden = false;
  file.addEventListener("change", async () => {
    const [chosen] = file.files;
    if (chosen) form.elements.document.value = await chosen.text();
  });
}
