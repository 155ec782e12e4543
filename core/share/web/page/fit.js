// How a picture of any shape becomes the model's square: the same method, to the last level of
// every pixel, as in the program that trained the model. A canvas would scale in a way of its own.
//
// Scaling is separable linear interpolation, antialiased: output pixel i of n, from m pixels, has
// its centre at c = (i + 0.5) m / n and is the mean of the pixels j weighted by
// max(0, 1 - |j + 0.5 - c| / s), s = max(1, m / n). First along rows, then along columns, but the
// other way round where the height loses more than twice as many pixels as the width; rounded to
// whole numbers after each. Weights are whole multiples of 2^-22. All of it as in Pillow 13.

const BITS = 22;
const HALF = 1 << (BITS - 1);
const BAND = 1 << 20; // pixels that are read at a time: a large photo is never held whole

/** The part of the picture that is used, its size once scaled, and where in the square it goes. */
export function plan(width, height, size, fit) {
  if (fit === "pad") {
    const longer = Math.max(width, height);
    const [across, down] = [width, height].map((side) =>
      Math.max(1, Math.floor((2 * side * size + longer) / (2 * longer))),
    );
    const [x, y] = [across, down].map((side) => Math.floor((size - side) / 2));
    return { left: 0, top: 0, width, height, across, down, x, y };
  }
  const whole = { left: 0, top: 0, width, height, across: size, down: size, x: 0, y: 0 };
  if (fit !== "crop") return whole;
  const side = Math.min(width, height);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  return { ...whole, left, top, width: side, height: side };
}

/**
 * Bring a picture to size by size pixels.
 *
 * source: its width and height, and `part(left, top, width, height)`, which gives that part of it
 * as RGBA bytes. Returns RGB bytes, row by row.
 */
export function fitted(source, size, fit, grey) {
  const part = plan(source.width, source.height, size, fit);
  const scaled = isTall(part) ? columnsFirst(source, part) : rowsFirst(source, part);
  const square = new Uint8ClampedArray(size * size * 3).fill(grey);
  const line = part.across * 3;
  for (let row = 0; row < part.down; row++) {
    const begin = ((part.y + row) * size + part.x) * 3;
    square.set(scaled.subarray(row * line, (row + 1) * line), begin);
  }
  return square;
}

function isTall({ width, height, across, down }) {
  return height > down && height - down > 2 * (width - across);
}

function rowsFirst(source, { left, top, width, height, across, down }) {
  const narrow = new Uint8ClampedArray(across * height * 3);
  const along = weights(width, across);
  const most = Math.max(1, Math.floor(BAND / width));
  for (let row = 0; row < height; row += most) {
    const count = Math.min(most, height - row);
    const given = { values: source.part(left, top + row, width, count), next: 4, line: width * 4 };
    const target = { values: narrow, begin: row * across * 3, next: 3, line: across * 3 };
    scale(given, along, count, target);
  }
  const scaled = new Uint8ClampedArray(across * down * 3);
  const target = { values: scaled, begin: 0, next: across * 3, line: 3 };
  scale({ values: narrow, next: across * 3, line: 3 }, weights(height, down), across, target);
  return scaled;
}

function columnsFirst(source, { left, top, width, height, across, down }) {
  const low = new Uint8ClampedArray(width * down * 3);
  const along = weights(height, down);
  const most = Math.max(1, Math.floor(BAND / height));
  for (let column = 0; column < width; column += most) {
    const count = Math.min(most, width - column);
    const values = source.part(left + column, top, count, height);
    const target = { values: low, begin: column * 3, next: width * 3, line: 3 };
    scale({ values, next: count * 4, line: 4 }, along, count, target);
  }
  const scaled = new Uint8ClampedArray(across * down * 3);
  const target = { values: scaled, begin: 0, next: 3, line: across * 3 };
  scale({ values: low, next: 3, line: width * 3 }, weights(width, across), down, target);
  return scaled;
}

/** For each of `wanted` pixels: the first of the `given` that counts, how many do, and how much. */
function weights(given, wanted) {
  const scale = given / wanted;
  const reach = Math.max(1, scale);
  const most = 2 * Math.ceil(reach) + 1;
  const first = new Int32Array(wanted);
  const count = new Int32Array(wanted);
  const weight = new Int32Array(wanted * most);
  const shares = new Float64Array(most);
  for (let i = 0; i < wanted; i++) {
    const centre = (i + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - reach + 0.5));
    const to = Math.min(given, Math.trunc(centre + reach + 0.5));
    let total = 0;
    for (let j = from; j < to; j++) {
      shares[j - from] = Math.max(0, 1 - Math.abs((j - centre + 0.5) * (1 / reach)));
      total += shares[j - from];
    }
    first[i] = from;
    count[i] = to - from;
    for (let k = 0; k < to - from; k++) {
      weight[i * most + k] = Math.floor((shares[k] / total) * (1 << BITS) + 0.5);
    }
  }
  return { first, count, weight, most };
}

/**
 * Scale `lines` lines, rows or columns, of three colours.
 *
 * given and target: values, and how far it is from a pixel to the `next` one and to the next
 * `line`; the target begins at `begin`.
 */
function scale(given, { first, count, weight, most }, lines, target) {
  const { values, next } = given;
  for (let line = 0; line < lines; line++) {
    let place = target.begin + line * target.line;
    for (let i = 0; i < first.length; i++, place += target.next) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let at = line * given.line + first[i] * next;
      const end = i * most + count[i];
      for (let k = i * most; k < end; k++, at += next) {
        const share = weight[k];
        red = (red + Math.imul(share, values[at])) | 0;
        green = (green + Math.imul(share, values[at + 1])) | 0;
        blue = (blue + Math.imul(share, values[at + 2])) | 0;
      }
      target.values[place] = red >> BITS;
      target.values[place + 1] = green >> BITS;
      target.values[place + 2] = blue >> BITS;
    }
  }
}
