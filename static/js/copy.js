// Copies a command as one line, however it wraps on the screen. Without script it is text to select.
for (const box of document.querySelectorAll("[data-command]")) {
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(box.querySelector(".code-box").textContent.trim().replace(/\s+/gu, " "));
      said.textContent = said.dataset.copied;
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
}
