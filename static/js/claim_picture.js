// A picture that somebody thinks they are shown in. It is read here, and only its fingerprint goes into the form: the file
// input has no name, so no form sends it. Without script nothing is offered, and words are enough.
import { pdq } from "mpm/pdq.js";

const LEAST_QUALITY = 50;
// The same size as the renditions that the site's own fingerprints are made of.
const LONGEST = 2048;

const part = document.querySelector("[data-claim-picture]");
const form = part.closest("form");
const fingerprint = part.querySelector("input[type=hidden]");
const file = part.querySelector("input[type=file]");
const said = part.querySelector("[role=status]");
const leaveOut = part.querySelector("button");
let reading = null;

function say(word, hex = "") {
  fingerprint.value = hex;
  leaveOut.hidden = !hex;
  said.textContent = word ? part.dataset[word] : "";
}

function painted(bitmap) {
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  // Where a picture is see-through, paper shows.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

async function read(chosen) {
  const bitmap = await createImageBitmap(chosen);
  const { data, width, height } = painted(bitmap);
  bitmap.close();
  return pdq(data, width, height);
}

async function take(chosen) {
  reading = chosen;
  say("reading");
  let result = null;
  try {
    result = await read(chosen);
  } catch {
    // Whatever it was, the person can choose another picture or use words.
  }
  // Somebody who chose again meanwhile is told of the newer one.
  if (reading !== chosen) return;
  reading = null;
  if (!result) say("unreadable");
  else if (result.quality < LEAST_QUALITY) say("unclear");
  else say("read", result.hex);
}

file.addEventListener("change", () => {
  if (file.files.length) {
    take(file.files[0]);
  } else {
    reading = null;
    say("");
  }
});

leaveOut.addEventListener("click", () => {
  reading = null;
  file.value = "";
  say("leftOut");
  file.focus();
});

form.addEventListener("submit", (event) => {
  if (reading) {
    event.preventDefault();
    said.textContent = part.dataset.wait;
  }
});

if (fingerprint.value) say("kept", fingerprint.value);
part.hidden = false;
