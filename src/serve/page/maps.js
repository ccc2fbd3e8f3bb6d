// From a raw map to what is laid on the game: scaling, resizing, colours. The formulas are the program's
// (its pictures look the same); all of it happens here, so that a change of view asks the server nothing.
import {entryOf} from './colors.js';

/** The smallest and largest value of a map. */
export function extremes(values) {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; ++i) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  return {low, high};
}

/** The values at the shares 1 − p and p of the sorted map, p in percent. */
export function percentiles(values, p) {
  const sorted = Float32Array.from(values).sort();
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
  return {low: at(1 - p / 100), high: at(p / 100)};
}

/** Ranges around zero for maps with both signs: −high … high. */
export function symmetric({low, high}) {
  const most = Math.max(Math.abs(low), Math.abs(high));
  return {low: -most, high: most};
}

/** The union of two ranges; either may be null. */
export function joined(a, b) {
  if (!a || !b) return a ?? b;
  return {low: Math.min(a.low, b.low), high: Math.max(a.high, b.high)};
}

/**
 * Which values get the first and the last colour. `scale`: {kind: "frame" | "running" | "percentile" | "fixed",
 * percentile, low, high}. `seen`: the range of the maps so far (running). `signed`: zero is in the middle.
 */
export function rangeOf(values, scale, signed, seen) {
  let range;
  if (scale.kind === 'fixed') range = {low: scale.low, high: scale.high};
  else if (scale.kind === 'percentile') range = percentiles(values, scale.percentile);
  else if (scale.kind === 'running') range = joined(seen, extremes(values));
  else range = extremes(values);
  return signed ? symmetric(range) : range;
}

/** How one axis of a resized picture reads the other: for each place the first index and the second one's weight. */
function axis(from, to) {
  const index = new Int32Array(to);
  const weight = new Float32Array(to);
  for (let i = 0; i < to; ++i) {
    const at = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
    index[i] = Math.min(Math.floor(at), Math.max(from - 2, 0));
    weight[i] = from > 1 ? at - index[i] : 0;
  }
  return {index, weight};
}

/** Bilinear resizing with half-pixel centres and clamped edges. Returns toHeight × toWidth values. */
export function resizeBilinear({values, height, width}, toHeight, toWidth) {
  const rows = axis(height, toHeight);
  const columns = axis(width, toWidth);
  const right = width > 1 ? 1 : 0;
  const result = new Float32Array(toHeight * toWidth);
  for (let y = 0; y < toHeight; ++y) {
    const above = rows.index[y] * width;
    const below = above + (height > 1 ? width : 0);
    const down = rows.weight[y];
    for (let x = 0; x < toWidth; ++x) {
      const i = columns.index[x];
      const along = columns.weight[x];
      const top = values[above + i] + along * (values[above + i + right] - values[above + i]);
      const bottom = values[below + i] + along * (values[below + i + right] - values[below + i]);
      result[y * toWidth + x] = top + down * (bottom - top);
    }
  }
  return result;
}

/** Below half a grey level nothing would change. */
const kVisible = 0.5 / 255;

/**
 * A map ready to be laid on frames of height × width: for each pixel its colour times its opacity (three bytes as
 * floats) and what remains of the ground (1 − opacity). `box`: the part of the frame that the map covers, in pixels.
 * Opacity is `look.opacity` times the value (with signs: times
 * the distance from the middle); below `look.threshold` it is 0. Null where the map is the same everywhere.
 */
export function layerOf(map, range, look, box, height, width) {
  if (!(range.high > range.low)) return null;
  const factor = 1 / (range.high - range.low);
  const scaled = new Float32Array(map.values.length);
  for (let i = 0; i < scaled.length; ++i) scaled[i] = Math.min(Math.max((map.values[i] - range.low) * factor, 0), 1);
  const values = resizeBilinear({values: scaled, height: map.height, width: map.width}, box.height, box.width);
  const color = new Float32Array(3 * height * width);
  const ground = new Float32Array(height * width).fill(1);
  for (let y = 0; y < box.height; ++y) {
    for (let x = 0; x < box.width; ++x) {
      const value = values[y * box.width + x];
      const strength = look.colors.diverging ? Math.abs(2 * value - 1) : value;
      const opacity = strength >= look.threshold ? look.opacity * strength : 0;
      if (opacity <= kVisible) continue;
      const at = (box.top + y) * width + box.left + x;
      const entry = 3 * entryOf(value);
      ground[at] = 1 - opacity;
      for (let c = 0; c < 3; ++c) color[3 * at + c] = opacity * look.colors.rgb[entry + c];
    }
  }
  return {color, ground};
}

/** Opaque pixels of a table of 256 colours (three bytes each) as a canvas keeps them: four bytes in one number. */
function packedPixels(table) {
  const packed = new Uint32Array(256);
  const bytes = new Uint8Array(packed.buffer);
  for (let i = 0; i < 256; ++i) bytes.set([table[3 * i], table[3 * i + 1], table[3 * i + 2], 255], 4 * i);
  return packed;
}

/**
 * Paints a frame of palette indices into RGBA bytes, with a layer on it (null: none). `table`: groundTable(). Sixty
 * times per second: pixels without a layer are copied whole.
 */
export function paintFrame(rgba, frame, table, layer) {
  const count = frame.length;
  const packed = packedPixels(table);
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, count);
  if (!layer) {
    for (let i = 0; i < count; ++i) pixels[i] = packed[frame[i]];
    return;
  }
  const {color, ground} = layer;
  for (let i = 0; i < count; ++i) {
    const rest = ground[i];
    if (rest === 1) {
      pixels[i] = packed[frame[i]];
      continue;
    }
    const at = 3 * frame[i];
    rgba[4 * i] = color[3 * i] + rest * table[at] + 0.5 | 0;
    rgba[4 * i + 1] = color[3 * i + 1] + rest * table[at + 1] + 0.5 | 0;
    rgba[4 * i + 2] = color[3 * i + 2] + rest * table[at + 2] + 0.5 | 0;
    rgba[4 * i + 3] = 255;
  }
}

/** Paints a map alone, in its own pixels, with opaque colours. A map that is the same everywhere gets one colour. */
export function paintMap(rgba, map, range, colors) {
  const flat = !(range.high > range.low);
  const factor = flat ? 0 : 1 / (range.high - range.low);
  const none = colors.diverging ? 0.5 : 0;
  for (let i = 0; i < map.values.length; ++i) {
    const entry = 3 * entryOf(flat ? none : (map.values[i] - range.low) * factor);
    rgba[4 * i] = colors.rgb[entry];
    rgba[4 * i + 1] = colors.rgb[entry + 1];
    rgba[4 * i + 2] = colors.rgb[entry + 2];
    rgba[4 * i + 3] = 255;
  }
}

/** Paints one plane of an observation as grey. */
export function paintPlane(rgba, plane) {
  for (let i = 0; i < plane.length; ++i) {
    rgba[4 * i] = rgba[4 * i + 1] = rgba[4 * i + 2] = plane[i];
    rgba[4 * i + 3] = 255;
  }
}
