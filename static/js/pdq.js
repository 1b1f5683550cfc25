// PDQ: 256 bits by which a picture is known again, computed here so that the picture itself need not be sent. The same
// way as screening/hashing.py, which says more about it: squashed to 512 x 512 by area, luma, a box filter twice in both
// directions, 64 x 64 samples, the 16 x 16 lowest cosines, and of each whether it is above their median.
const SIDE = 512;
const SAMPLES = 64;
const COSINES = 16;
const LUMA = [0.299, 0.587, 0.114];
const PASSES = 2;
const QUALITY_OF = 90;

/** PDQ of RGBA pixels, rows from the top: {hex, quality}, 64 hexadecimal digits and 0 (nothing to see) to 100. */
export function pdq(rgba, width, height) {
  const samples = sampled(smoothed(luma(squashed(rgba, width, height))));
  return { hex: hexOf(cosines(samples)), quality: qualityOf(samples) };
}

// The mean of the pixels whose middles lie in each target pixel's box, across and then down, rounded as bytes each time.
function squashed(rgba, width, height) {
  const across = new Uint8ClampedArray(SIDE * height * 3);
  average(across, rgba, { from: boxes(width), lines: height, step: 4, line: width * 4, to: 3, toLine: SIDE * 3 });
  const both = new Uint8ClampedArray(SIDE * SIDE * 3);
  average(both, across, { from: boxes(height), lines: SIDE, step: SIDE * 3, line: 3, to: SIDE * 3, toLine: 3 });
  return both;
}

function boxes(length) {
  const scale = length / SIDE;
  const half = Math.max(scale, 1) / 2;
  return Array.from({ length: SIDE }, (_, at) => {
    const middle = (at + 0.5) * scale;
    return [Math.max(Math.trunc(middle - half + 0.5), 0), Math.min(Math.trunc(middle + half + 0.5), length)];
  });
}

function average(target, source, { from, lines, step, line, to, toLine }) {
  for (let number = 0; number < lines; number += 1) {
    from.forEach(([first, last], at) => {
      for (let colour = 0; colour < 3; colour += 1) {
        let sum = 0;
        for (let one = first; one < last; one += 1) sum += source[number * line + one * step + colour];
        target[number * toLine + at * to + colour] = Math.floor(sum / (last - first) + 0.5);
      }
    });
  }
}

function luma(rgb) {
  return Float32Array.from({ length: SIDE * SIDE }, (_, at) =>
    LUMA.reduce((sum, weight, colour) => sum + weight * rgb[at * 3 + colour], 0),
  );
}

function smoothed(light) {
  let now = light;
  for (let pass = 0; pass < PASSES; pass += 1) {
    now = boxed(boxed(now, SIDE, 1), 1, SIDE);
  }
  return now;
}

// Each value becomes the mean of those around it in its line: one before it, itself and two after it, inside the line.
function boxed(light, line, step) {
  const result = new Float32Array(light.length);
  for (let number = 0; number < SIDE; number += 1) {
    for (let at = 0; at < SIDE; at += 1) {
      const first = Math.max(at - 1, 0);
      const last = Math.min(at + 2, SIDE - 1);
      let sum = 0;
      for (let one = first; one <= last; one += 1) sum += light[number * line + one * step];
      result[number * line + at * step] = sum / (last - first + 1);
    }
  }
  return result;
}

function sampled(light) {
  const places = Array.from({ length: SAMPLES }, (_, at) => Math.trunc(((at + 0.5) * SIDE) / SAMPLES));
  return places.map((row) => places.map((column) => light[row * SIDE + column]));
}

function cosines(samples) {
  const waves = Array.from({ length: COSINES }, (_, frequency) =>
    Array.from({ length: SAMPLES }, (_unused, at) =>
      Math.cos((Math.PI / (2 * SAMPLES)) * (frequency + 1) * (2 * at + 1)),
    ),
  );
  const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);
  const down = waves.map((wave) => samples[0].map((_, column) => dot(wave, samples.map((row) => row[column]))));
  return down.flatMap((row) => waves.map((wave) => dot(row, wave)));
}

// The last cosine is the first bit.
function hexOf(values) {
  const median = [...values].sort((one, other) => one - other)[values.length / 2 - 1];
  const bits = values.map((value) => (value > median ? 1 : 0)).reverse();
  return Array.from({ length: 64 }, (_, digit) =>
    bits.slice(4 * digit, 4 * digit + 4).reduce((sum, bit) => 2 * sum + bit, 0).toString(16),
  ).join("");
}

// Steps between neighbouring samples, each in whole hundredths of full contrast.
function qualityOf(samples) {
  const step = (one, other) => Math.abs(Math.trunc(((one - other) * 100) / 255));
  let sum = 0;
  samples.forEach((row, down) => {
    row.forEach((value, across) => {
      if (across > 0) sum += step(value, row[across - 1]);
      if (down > 0) sum += step(value, samples[down - 1][across]);
    });
  });
  return Math.min(100, Math.trunc(sum / QUALITY_OF));
}
