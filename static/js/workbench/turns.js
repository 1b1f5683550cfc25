// The picture turned by quarters to look at it. What is kept are fractions of the unturned photo; what is drawn, pressed
// and dragged are fractions of the picture as it stands on the screen. `turns` counts quarters, clockwise.

/** A place of the photo as one of the turned picture. */
export function turned({ x, y }, turns) {
  return [{ x, y }, { x: 1 - y, y: x }, { x: 1 - x, y: 1 - y }, { x: y, y: 1 - x }][turns];
}

export function turnedBox([left, top, right, bottom], turns) {
  const one = turned({ x: left, y: top }, turns);
  const other = turned({ x: right, y: bottom }, turns);
  return [Math.min(one.x, other.x), Math.min(one.y, other.y), Math.max(one.x, other.x), Math.max(one.y, other.y)];
}

export const unturnedBox = (box, turns) => turnedBox(box, (4 - turns) % 4);

/** A way across the screen (fractions of the turned picture) as a way across the photo: [x, y]. */
export function unturnedWay(dx, dy, turns) {
  return [[dx, dy], [dy, -dx], [-dx, -dy], [-dy, dx]][turns];
}

/** The corners of a frame, x and y by turns, each in its old order. */
export function turnedCorners(corners, turns) {
  return [0, 2, 4, 6].flatMap((at) => Object.values(turned({ x: corners[at], y: corners[at + 1] }, turns)));
}

export const unturnedCorners = (corners, turns) => turnedCorners(corners, (4 - turns) % 4);
