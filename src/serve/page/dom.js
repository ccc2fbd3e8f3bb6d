// Elements of the page. Text goes in as text, never as HTML.

/** The element with this id. Throws where the page has none. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element '${id}'`);
  return found;
}

/**
 * A new element. `properties`: attributes by name; `text`, `class`, `data` (an object), and functions for
 * events ("onclick") have their own meaning; null and false leave an attribute out.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'text') element.textContent = value;
    else if (name === 'class') element.className = value;
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets an element's text only where it differs: layout is left alone otherwise. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Fills a <select> with [value, text] pairs and keeps what was chosen where that is still there. */
export function fillSelect(select, pairs, chosen = select.value) {
  select.replaceChildren(...pairs.map(([value, text]) => make('option', {value, text})));
  if (pairs.some(([value]) => value === chosen)) select.value = chosen;
}

/** A number as people read it: three significant digits, no exponents where they can be avoided. */
export function shortNumber(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size < 1e-12) return '0';
  if (size < 0.001 || size >= 1e6) return value.toExponential(1);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(size >= 1 ? 2 : 3);
}

/** A share 0…1 as a percentage. */
export function percent(share) {
  return Number.isFinite(share) ? `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %` : '–';
}

/** Tells screen readers and everybody else something short: the page's one live region. */
export function announce(text, kind = 'note') {
  const place = byId('notice');
  place.textContent = text;
  place.dataset.kind = kind;
  place.hidden = text === '';
  clearTimeout(announce.timer);
  if (text !== '' && kind !== 'error') {
    announce.timer = setTimeout(() => { place.hidden = true; }, 6000);
  }
}

/** Functions to be called when something happens, by the name of what happens. */
export class Listeners {
  constructor() {
    this.lists = new Map();
  }
  on(name, call) {
    if (!this.lists.has(name)) this.lists.set(name, []);
    this.lists.get(name).push(call);
  }
  tell(name, value) {
    for (const call of this.lists.get(name) ?? []) call(value);
  }
}
