// How things are shown: settings of this browser alone. They live in the address (after #), so that a reload and a
// copied link keep them.
import {Listeners} from './dom.js';

/** Settings with what they are at first. Numbers stay numbers. */
export const kDefaults = {
  opacity: 0.7, threshold: 0, colors: 'turbo', scale: 'frame', percentile: 99, low: 0, high: 1,
  ground: 'color', map: true, signs: false, boxes: false, tile: 0, sound: false,
};

/** Reads "#opacity=0.5&ground=grey": known settings of the right type; all others are kept as words in `rest`. */
export function readHash(hash) {
  const settings = {};
  const rest = {};
  for (const [name, text] of new URLSearchParams(hash.replace(/^#/, ''))) {
    if (!Object.hasOwn(kDefaults, name)) {
      rest[name] = text;
      continue;
    }
    const like = kDefaults[name];
    if (typeof like === 'number') {
      if (text !== '' && Number.isFinite(Number(text))) settings[name] = Number(text);
    } else if (typeof like === 'boolean') {
      settings[name] = text === 'true';
    } else {
      settings[name] = text;
    }
  }
  return {settings, rest};
}

/** The part of an address that holds the settings which differ from the defaults, and `rest`. */
export function writeHash(settings, rest = {}) {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(settings)) {
    if (value !== kDefaults[name]) words.set(name, String(value));
  }
  for (const [name, value] of Object.entries(rest)) words.set(name, String(value));
  const text = words.toString();
  return text === '' ? '' : `#${text}`;
}

/** The settings; "change" is told after each change. */
export class View extends Listeners {
  constructor(hash) {
    super();
    const {settings, rest} = readHash(hash);
    this.settings = {...kDefaults, ...settings};
    /** What a link says of the run: step, seed, tiles, edits. */
    this.link = rest;
  }

  get(name) {
    return this.settings[name];
  }

  set(name, value) {
    if (this.settings[name] === value) return;
    this.settings[name] = value;
    this.keep();
    this.tell('change', name);
  }

  /** Writes the settings into the address, a moment later: browsers refuse too many changes in a row. */
  keep() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const here = location.pathname + location.search;
      history.replaceState(null, '', here + writeHash(this.settings, this.link));
    }, 200);
  }
}

/** What the browser remembers between visits; nothing where it may not (a file, a private window). */
export function remembered(name) {
  try { return localStorage.getItem(`arcadecam.${name}`); } catch { return null; }
}

export function remember(name, value) {
  try { localStorage.setItem(`arcadecam.${name}`, value); } catch { /* it is asked again next time */ }
}
