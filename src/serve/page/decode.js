// A binary message of the server: a header (JSON) and arrays.

const kReaders = {
  u1: {size: 1, view: (buffer, at, count) => new Uint8Array(buffer, at, count)},
  f4: {size: 4, view: (buffer, at, count) => new Float32Array(buffer, at, count)},
};

/** How many values an array of this shape has. */
function countOf(shape) {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Whether a shape is a list of extents that are whole numbers, 0 or more. */
function isShape(shape) {
  return Array.isArray(shape) && shape.every((extent) => Number.isInteger(extent) && extent >= 0);
}

/**
 * Reads a message: u32 little-endian N, N bytes of JSON, the arrays' bytes. Returns {header, arrays}, where
 * arrays maps a name to {values, shape}; the values are views into `buffer` where they lie on whole multiples of
 * their size. Throws Error where the message is not whole.
 */
export function decodeMessage(buffer) {
  if (buffer.byteLength < 4) throw new Error('a message of fewer than 4 bytes');
  const length = new DataView(buffer).getUint32(0, true);
  const start = 4 + length;
  if (start > buffer.byteLength) throw new Error('a message whose header is longer than the message');
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = new Map();
  for (const {name, type, shape, offset} of header.arrays ?? []) {
    const reader = kReaders[type];
    if (!reader) throw new Error(`array '${name}' has the unknown type '${type}'`);
    if (!isShape(shape) || !Number.isInteger(offset) || offset < 0) throw new Error(`array '${name}' has no shape or place`);
    const count = countOf(shape);
    const at = start + offset;
    if (at + count * reader.size > buffer.byteLength) throw new Error(`array '${name}' is longer than the message`);
    const values = at % reader.size === 0 ? reader.view(buffer, at, count)
                                          : reader.view(buffer.slice(at, at + count * reader.size), 0, count);
    arrays.set(name, {values, shape});
  }
  return {header, arrays};
}

/**
 * The frames of a step, each height × width palette indices: the first is sent whole, of the later ones the rows
 * that differ from the frame before. The last frame is what the agent's decision sees.
 */
export function framesOf({arrays}) {
  const first = arrays.get('screens');
  if (!first) return [];
  const [height, width] = first.shape.slice(-2);
  const size = height * width;
  const frames = [];
  for (let at = 0; at + size <= first.values.length; at += size) frames.push(first.values.subarray(at, at + size));
  const changed = arrays.get('changed');
  const rows = arrays.get('rows');
  if (!changed || !rows) return frames;
  let next = 0;
  for (let line = 0; line + height <= changed.values.length; line += height) {
    const frame = frames[frames.length - 1].slice();
    for (let y = 0; y < height; ++y) {
      if (!changed.values[line + y]) continue;
      if ((next + 1) * width > rows.values.length) throw new Error('a step with too few changed rows');
      frame.set(rows.values.subarray(next * width, (next + 1) * width), y * width);
      ++next;
    }
    frames.push(frame);
  }
  return frames;
}

/**
 * The maps of a message in the tiles' order, as they were before scaling: [{values, height, width, signed}]. `signed`
 * is the map with its signs where the method has them, else null. A tile without a map gives null.
 */
export function mapsOf({header, arrays}) {
  return (header.tiles ?? []).map(({low, high}, index) => {
    const map = arrays.get(`map${index}`);
    if (!map) return null;
    const [height, width] = map.shape.slice(-2);
    const values = map.values.map((value) => low + value * (high - low));
    return {values, height, width, signed: arrays.get(`signed${index}`)?.values ?? null};
  });
}

/** The planes of the observation, oldest first: [{values, height, width}]. */
export function planesOf({arrays}) {
  const observation = arrays.get('observation');
  if (!observation) return [];
  const [height, width] = observation.shape.slice(-2);
  const size = height * width;
  return Array.from({length: observation.values.length / size},
                    (_, k) => ({values: observation.values.subarray(k * size, (k + 1) * size), height, width}));
}
