// The frame of the print: eight fractions of the photo, x and y of four corners, clockwise from the top left.

export const WHOLE = [0, 0, 1, 0, 1, 1, 0, 1];

/** Whether two frames are the same, but for a hair. */
export const same = (one, other) => one.every((value, at) => Math.abs(value - other[at]) < 1e-4);

export const isWhole = (corners) => same(corners, WHOLE);

/** Whether a box lies all on the far side of one edge of the frame, so that nothing of it is left. */
export function isAway([left, top, right, bottom], corners) {
  const box = [[left, top], [right, top], [right, bottom], [left, bottom]];
  return [0, 1, 2, 3].some((at) => {
    const [ax, ay, bx, by] = [0, 1, 2, 3].map((next) => corners[(2 * at + next) % 8]);
    return box.every(([x, y]) => (bx - ax) * (y - ay) - (by - ay) * (x - ax) <= 0);
  });
}
