// The ways in which photos come: chosen, taken by the camera, pasted, dropped anywhere on the page.
import { words } from "mpm/give/words.js";

const SLOW = 1000;
const inputs = document.querySelectorAll(".give-file");
const preparing = document.querySelector("[data-preparing]");
let timer = null;

/** Call `take(files)` with whatever is chosen from now on, and with what was chosen before this script was there. */
export function setUpChooser(take) {
  for (const input of inputs) {
    input.required = false;
    input.multiple = !input.hasAttribute("capture");
    input.addEventListener("click", expectFiles);
    input.addEventListener("cancel", stopExpecting);
    input.addEventListener("change", () => {
      stopExpecting();
      const files = [...input.files];
      input.value = "";
      take(files);
    });
    if (input.files.length) {
      take([...input.files]);
    }
  }
  addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) {
      event.preventDefault();
      take(files);
    }
  });
  setUpDrop(take);
}

/** After the picker closed, a phone may need long to hand the photos over: then the page says so. */
function expectFiles() {
  stopExpecting();
  addEventListener("focus", returned, { once: true });
}

function returned() {
  timer = setTimeout(() => {
    preparing.textContent = words.picker;
  }, SLOW);
}

function stopExpecting() {
  clearTimeout(timer);
  removeEventListener("focus", returned);
  preparing.textContent = "";
}

function setUpDrop(take) {
  let depth = 0;
  const cue = (change) => {
    depth = Math.max(0, depth + change);
    document.body.toggleAttribute("data-dropping", depth > 0);
  };
  const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  addEventListener("dragenter", (event) => hasFiles(event) && cue(1));
  addEventListener("dragleave", (event) => hasFiles(event) && cue(-1));
  addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    if (hasFiles(event)) {
      event.preventDefault();
      cue(-depth);
      take([...event.dataTransfer.files]);
    }
  });
}
