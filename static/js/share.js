// Hands the site's address on: by the phone's own way of sharing, or else to the clipboard. Without script it is text.
const place = document.querySelector("[data-share]");
const button = place?.querySelector("button");
const said = place?.querySelector("[role=status]");

if (button && (navigator.share || navigator.clipboard)) {
  const { share: url, title, shareLabel } = place.dataset;
  button.textContent = navigator.share ? shareLabel : button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      if (navigator.share) {
        await navigator.share({ title, url });
      } else {
        await navigator.clipboard.writeText(url);
        said.textContent = said.dataset.copied;
      }
    } catch (error) {
      // Somebody who closes the phone's own sheet has changed their mind.
      said.textContent = error.name === "AbortError" ? "" : said.dataset.failed;
    }
  });
}
