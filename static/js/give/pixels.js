// A photo's own pixels, from the device: decoded one at a time, since several at once make a phone reload the page.

const LONGEST = 1600;
const THUMB = 160;
// Larger files wait for the server's preview: a phone may not have the memory to decode them.
const LARGEST = 16_000_000;
const KEPT = 3;
const jobs = [];
const large = new Map();
const thumbs = new WeakMap();
const unshowable = new WeakSet();
let isWorking = false;

/** The photo as a canvas of at most LONGEST pixels, or null where this browser cannot show it. At once, before any thumb. */
export function pixelsOf(photo) {
  return large.get(photo.key) ?? wanted(photo, true);
}

/** The same, very small, for the list. */
export async function thumbOf(photo) {
  if (!thumbs.has(photo)) {
    await wanted(photo, false);
  }
  return thumbs.get(photo) ?? null;
}

/** Decode the photo that will be asked for next. */
export function prepare(photo) {
  if (photo?.file && !large.has(photo.key)) {
    jobs.push({ photo, isLarge: true, done: () => {} });
    work();
  }
}

function wanted(photo, isLarge) {
  return new Promise((done) => {
    jobs[isLarge ? "unshift" : "push"]({ photo, isLarge, done });
    work();
  });
}

async function work() {
  if (isWorking) {
    return;
  }
  isWorking = true;
  while (jobs.length) {
    const { photo, isLarge, done } = jobs.shift();
    done(await drawn(photo, isLarge));
  }
  isWorking = false;
}

async function drawn(photo, isLarge) {
  if (!photo.file || photo.file.size > LARGEST || unshowable.has(photo)) {
    return null;
  }
  if (isLarge ? large.has(photo.key) : thumbs.has(photo)) {
    return large.get(photo.key) ?? null;
  }
  let bitmap;
  try {
    bitmap = await createImageBitmap(photo.file, { imageOrientation: "from-image" });
  } catch {
    unshowable.add(photo);
    return null;
  }
  const canvas = isLarge ? scaled(bitmap, LONGEST) : null;
  if (!thumbs.has(photo)) {
    thumbs.set(photo, scaled(canvas ?? bitmap, THUMB));
  }
  bitmap.close();
  if (canvas) {
    keep(photo, canvas);
  }
  return canvas;
}

function scaled(source, longest) {
  const factor = Math.min(1, longest / Math.max(source.width, source.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(source.width * factor));
  canvas.height = Math.max(1, Math.round(source.height * factor));
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "medium";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}

function keep(photo, canvas) {
  large.set(photo.key, canvas);
  for (const key of [...large.keys()].slice(0, -KEPT)) {
    large.delete(key);
  }
}
