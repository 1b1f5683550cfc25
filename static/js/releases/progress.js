// How far a build is, looked at again every few seconds; once it is over, the page that says what comes next.
import { load, swap } from "mpm/inplace.js";

const EVERY_MS = 3000;

function later() {
  setTimeout(look, EVERY_MS);
}

async function look() {
  const shown = document.querySelector("[data-progress]");
  if (document.hidden) {
    later();
    return;
  }
  try {
    const { page } = await load(shown.dataset.progress);
    const found = page.querySelector("[data-progress]");
    if (!found || found.dataset.state !== shown.dataset.state) {
      location.reload();
      return;
    }
    swap(shown, found);
  } catch {
    // No connection: what is shown stays, and is looked at again.
  }
  later();
}

later();
