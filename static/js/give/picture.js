// The open photo's pixels on the stage: the device's own at once, else the server's preview as soon as there is one.
import { pixelsOf, prepare } from "mpm/give/pixels.js";
import { words } from "mpm/give/words.js";

const SAY_AFTER = 1000;
const view = document.querySelector(".give-mark");
const stage = view.querySelector("[data-stage]");
const plane = stage.querySelector("[data-plane]");
const skeleton = document.querySelector("[data-skeleton]");
const wait = document.querySelector("[data-wait]");
const zoomGroup = document.querySelector("[data-zoom]");
let shown = null;
let saying = null;

/** Show a photo's pixels; called again when more is known of it. `next` is made ready meanwhile. */
export async function showPicture(photo, next = null) {
  const isNew = shown?.key !== photo.key;
  if (!isNew && (shown.source || shown.tried === photo.preview)) {
    return;
  }
  if (isNew) {
    shown = { key: photo.key, source: null };
    clear();
  }
  shown.tried = photo.preview;
  const source = (await pixelsOf(photo)) ?? (await previewOf(photo));
  if (shown.key !== photo.key || shown.source) {
    return;
  }
  if (source) {
    place(photo, source);
    prepare(next);
  } else {
    sayWhy(photo);
  }
}

async function previewOf({ preview }) {
  if (!preview) {
    return null;
  }
  const image = new Image();
  image.src = preview;
  image.draggable = false;
  try {
    await image.decode();
    return image;
  } catch {
    return null;
  }
}

function clear() {
  plane.querySelector("[data-image]")?.remove();
  stage.hidden = zoomGroup.hidden = true;
  skeleton.hidden = false;
  wait.textContent = "";
  clearTimeout(saying);
}

function place(photo, source) {
  shown.source = source;
  clearTimeout(saying);
  wait.textContent = "";
  source.dataset.image = "";
  if (source instanceof HTMLCanvasElement) {
    source.setAttribute("role", "img");
    source.setAttribute("aria-label", photo.title);
  } else {
    source.alt = photo.title;
  }
  plane.querySelector("[data-image]")?.remove();
  plane.prepend(source);
  view.style.setProperty("--ratio", (source.naturalWidth ?? source.width) / (source.naturalHeight ?? source.height));
  stage.dataset.ready = photo.key;
  stage.hidden = zoomGroup.hidden = false;
  skeleton.hidden = true;
}

/** The skeleton stands at once; what it waits for is said when it takes long. */
function sayWhy(photo) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    wait.textContent = photo.state === "ready" ? words.expired : words.unseen;
    skeleton.hidden = photo.state === "ready";
  }, SAY_AFTER);
}
