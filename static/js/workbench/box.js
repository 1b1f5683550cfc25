// Boxes on the picture: [left, top, right, bottom] as fractions of it.

const LEAST = 0.005;

export const within = (value, low, high) => Math.min(high, Math.max(low, value));

/** Where an element lies on the plane, for a style sheet to read. */
export function place({ style }, [left, top, right, bottom]) {
  style.setProperty("--left", `${left * 100}%`);
  style.setProperty("--top", `${top * 100}%`);
  style.setProperty("--width", `${Math.max(0, right - left) * 100}%`);
  style.setProperty("--height", `${Math.max(0, bottom - top) * 100}%`);
}

/** The box moved by fractions, whole and inside the picture. */
export function moved([left, top, right, bottom], dx, dy) {
  const x = within(dx, -left, 1 - right);
  const y = within(dy, -top, 1 - bottom);
  return [left + x, top + y, right + x, bottom + y];
}

/** The box with its right and bottom edges moved by fractions, never turned over. */
export function sized([left, top, right, bottom], dx, dy) {
  return [left, top, within(right + dx, left + LEAST, 1), within(bottom + dy, top + LEAST, 1)];
}

/** The box between two places, inside the picture; a line becomes a thin box. */
export function between(one, other) {
  const [xs, ys] = [one.x, one.y].map((value, at) => [value, [other.x, other.y][at]].map((one) => within(one, 0, 1)));
  return sizedAround([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 0, 0);
}

export const holds = ([left, top, right, bottom], { x, y }) => x >= left && x <= right && y >= top && y <= bottom;

export const middle = ([left, top, right, bottom]) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });

/** Whether the box is all in the other one, but for a hair. */
export function isIn([left, top, right, bottom], around, hair = 0.002) {
  return left >= around[0] - hair && top >= around[1] - hair && right <= around[2] + hair && bottom <= around[3] + hair;
}

/** The box made wider and higher by fractions, about its middle, inside the picture. */
export function sizedAround([left, top, right, bottom], dx, dy) {
  const wider = within(dx, (left - right + LEAST) / 2, 1);
  const higher = within(dy, (top - bottom + LEAST) / 2, 1);
  return [left - wider, top - higher, right + wider, bottom + higher].map((value) => within(value, 0, 1));
}
