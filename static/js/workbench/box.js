// Boxes on the picture, as fractions of it.

export const EDGES = ["left", "top", "right", "bottom"];
const LEAST = 0.005;

const within = (value, low, high) => Math.min(high, Math.max(low, value));

export function place(shown, box) {
  const style = shown.style;
  style.setProperty("--left", `${box.left * 100}%`);
  style.setProperty("--top", `${box.top * 100}%`);
  style.setProperty("--width", `${Math.max(0, box.right - box.left) * 100}%`);
  style.setProperty("--height", `${Math.max(0, box.bottom - box.top) * 100}%`);
}

// The box moved by fractions, whole and inside the picture.
export function moved(box, dx, dy) {
  const x = within(dx, -box.left, 1 - box.right);
  const y = within(dy, -box.top, 1 - box.bottom);
  return { left: box.left + x, top: box.top + y, right: box.right + x, bottom: box.bottom + y };
}

// The box with its right and bottom edges moved by fractions, never turned over.
export function sized(box, dx, dy) {
  return {
    ...box,
    right: within(box.right + dx, box.left + LEAST, 1),
    bottom: within(box.bottom + dy, box.top + LEAST, 1),
  };
}

// The picture that is left when a straight cut takes the box away and no kept point, losing least; null when too little is.
export function cutAway(picture, box, points, least) {
  const cuts = [
    { ...picture, left: box.right },
    { ...picture, right: box.left },
    { ...picture, top: box.bottom },
    { ...picture, bottom: box.top },
  ];
  const area = ({ left, top, right, bottom }) => Math.max(0, right - left) * Math.max(0, bottom - top);
  const keeps = (cut) =>
    points.every(({ x, y }) => x >= cut.left && x <= cut.right && y >= cut.top && y <= cut.bottom);
  const [best] = cuts.filter(keeps).sort((a, b) => area(b) - area(a));
  return best && area(best) >= least * area(picture) ? best : null;
}

export const isOutside = (box, picture) =>
  box.right <= picture.left || box.left >= picture.right || box.bottom <= picture.top || box.top >= picture.bottom;
