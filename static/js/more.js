// The wish to be written to once, kept without leaving the page: the withdrawal code on it is shown only now.
import { dataOf, load, swap } from "mpm/inplace.js";

document.addEventListener("submit", async (event) => {
  const part = event.target.closest("[data-more]");
  if (!part) {
    return;
  }
  event.preventDefault();
  try {
    const { page, at } = await load(event.target.action, dataOf(event.target, event.submitter));
    const found = page.querySelector("[data-more]");
    if (found) {
      swap(part, found).querySelector("[data-more-said], input").focus();
    } else {
      location.assign(at);
    }
  } catch {
    part.querySelector("[data-more-failed]").hidden = false;
  }
});
