// Changes to a state of the game, as data: a list of edits, at most one of each kind per object or byte.

/** What an edit is about: two edits with the same key replace each other. */
export function keyOf(edit) {
  if (edit.byte !== undefined) return `byte ${edit.byte}`;
  const kind = ['place', 'remove', 'recolour', 'rewrite'].find((name) => edit[name] !== undefined);
  return `${kind} ${edit.object}`;
}

/** The list with this edit in it, in the place of one with the same key. */
export function withEdit(edits, edit) {
  const key = keyOf(edit);
  return [...edits.filter((other) => keyOf(other) !== key), edit];
}

/** An edit in words. */
export function editWords(edit) {
  if (edit.byte !== undefined) return `RAM byte ${edit.byte} = ${edit.value}`;
  if (edit.place) return `${edit.object} at column ${edit.place[0]}, line ${edit.place[1]}`;
  if (edit.recolour !== undefined) return `${edit.object} in colour ${edit.recolour}`;
  return `${edit.object} ${edit.remove ? 'removed' : 'rewritten'}`;
}

/** The nearest place that a reach [from, to, step] allows. */
export function within([from, to, step], wanted) {
  const clamped = Math.min(Math.max(wanted, from), to);
  return from + Math.round((clamped - from) / Math.max(step, 1)) * Math.max(step, 1);
}

/** The object whose box holds a pixel of the screen; the smallest of several; a margin makes small ones easy to hit. */
export function objectAt(objects, x, y, margin = 2) {
  const hit = objects.filter((o) => x >= o.x - margin && x < o.x + o.width + margin && y >= o.y - margin && y < o.y + o.height + margin);
  return hit.sort((a, b) => a.width * a.height - b.width * b.height)[0] ?? null;
}
