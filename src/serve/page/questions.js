// Methods and targets as people choose them.

/** A method's name and its parameters: "gradcam:layer=2:at=post" → {name, parameters: {layer: "2", at: "post"}}. */
export function splitMethod(text) {
  const [name, ...parts] = text.split(':');
  const parameters = {};
  for (const part of parts) {
    const equal = part.indexOf('=');
    if (equal > 0) parameters[part.slice(0, equal)] = part.slice(equal + 1);
  }
  return {name, parameters};
}

/** The reverse; parameters without a value are left out. */
export function joinMethod({name, parameters}) {
  const parts = Object.entries(parameters).filter(([, value]) => value !== '').map(([key, value]) => `:${key}=${value}`);
  return name + parts.join('');
}

/** The questions that the page offers for a kind of network: [[target, words]]. */
export function targetsFor({kind, actions, atoms}) {
  const pairs = [['chosen', 'the chosen action'], ['margin', 'chosen, not the next best']];
  if (kind === 'values') pairs.push(['advantage', 'advantage of the chosen action'], ['value', 'value of the state']);
  else pairs.push(['probability', 'probability of the chosen action']);
  if ((atoms ?? []).length > 0) pairs.push(['entropy', 'entropy of its distribution'], ['lower-tail', 'its worst returns'], ['upper-tail', 'its best returns']);
  actions.forEach((name, k) => pairs.push([`action:${k}`, `${name}`]));
  return pairs;
}

/** Words for a target that the page does not offer: "margin:1/2" → "UP, not DOWN". */
export function wordsOf(target, actions) {
  const match = /^margin:(\d+)\/(\d+)$/.exec(target);
  return match ? `${actions[match[1]]}, not ${actions[match[2]]}` : target;
}

/** Tiles as one word of a link: "fullgrad++@chosen|sobel@chosen". */
export function tilesToText(tiles) {
  return tiles.map(({method, target}) => `${method}@${target}`).join('|');
}

export function tilesOfText(text) {
  return text.split('|').slice(0, 6).map((word) => {
    const at = word.lastIndexOf('@');
    return at < 0 ? {method: word, target: 'chosen'} : {method: word.slice(0, at), target: word.slice(at + 1)};
  });
}

/** Names without the beginning that all of them have: "net.features.0", "net.features.2" → "0", "2". */
export function shortNames(names) {
  if (names.length < 2) return names;
  let same = 0;
  while (same < names[0].length && names.every((name) => name[same] === names[0][same])) ++same;
  // Words stay whole.
  while (same > 0 && /[A-Za-z0-9]/.test(names[0][same - 1])) --same;
  return names.map((name) => name.slice(same) || name);
}
