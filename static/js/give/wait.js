// A photo that is still being checked: ask until it can be shown, then show its page.
import { ask } from "mpm/give/ask.js";

const ASK_EVERY = 1500;
const place = document.querySelector("[data-wait]");

async function look() {
  const state = await ask(place.dataset.wait).catch(() => null);
  const photo = state?.photos.find((one) => one.id === place.dataset.photo);
  if (photo?.preview) {
    location.reload();
  } else if (state && (!photo || photo.error)) {
    location.assign(place.querySelector("a").href);
  } else if (photo?.state !== "ready") {
    setTimeout(look, ASK_EVERY);
  }
}

look();
