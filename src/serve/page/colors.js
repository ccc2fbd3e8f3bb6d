// Colour tables: those of the program, sent by the server, and the palette of the console.

/** A colour map as the server describes it, {diverging, colors: 256 × [r, g, b]}, with its colours as bytes. */
export function readColorMap(name, {diverging, colors}) {
  if (!Array.isArray(colors) || colors.length !== 256) throw new Error(`colour map '${name}' has no 256 colours`);
  return {name, diverging: Boolean(diverging), rgb: Uint8Array.from(colors.flat())};
}

/** The entry 0…255 of a value 0…1, the nearest; values outside are clamped. */
export function entryOf(value) {
  return Math.floor(Math.min(Math.max(value, 0), 1) * 255 + 0.5);
}

/** How much darker the ground is on which a map's colours are told apart: as in the program's pictures. */
export const kDimmed = 0.55;

/**
 * What a palette index looks like below a map: `ground` is "color" (as the game is), "dimmed" (its colours, darker)
 * or "grey" (Rec. 601's luma, darker). `palette`: [[r, g, b]…]. Returns bytes, three per index, 256 indices.
 */
export function groundTable(palette, ground) {
  const table = new Uint8Array(768);
  for (let i = 0; i < 256; ++i) {
    const [r, g, b] = palette[i] ?? palette[i & 0xfe] ?? [0, 0, 0];
    if (ground === 'grey') {
      table.fill(Math.round(kDimmed * (0.299 * r + 0.587 * g + 0.114 * b)), 3 * i, 3 * i + 3);
    } else {
      const factor = ground === 'dimmed' ? kDimmed : 1;
      table.set([r * factor, g * factor, b * factor].map(Math.round), 3 * i);
    }
  }
  return table;
}
