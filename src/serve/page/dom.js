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

/** The digits of an exponent, raised. */
function raised(exponent) {
  return String(exponent).replace(/./g, (sign) => (sign === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[sign]));
}

/** A number's text with a minus sign in place of the hyphen. */
export function withMinus(text) {
  return String(text).replace('-', '−');
}

/** Smaller numbers than this are what rounding leaves of zero. */
const kNothing = 1e-12;

/** A number as people read it: three significant digits, powers of ten only where they cannot be avoided. */
export function shortNumber(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size < kNothing) return '0';
  if (size < 0.0001 || size >= 1e6) {
    const [digits, exponent] = value.toExponential(1).split('e');
    return `${withMinus(digits)}·10${raised(Number(exponent))}`;
  }
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : size >= 0.001 ? 4 : 5;
  return withMinus(value.toFixed(decimals));
}

/** A share 0…1 as a percentage. */
export function percent(share) {
  if (!Number.isFinite(share)) return '–';
  if (share < kNothing) return '0 %';
  return share < 0.0005 ? '< 0.1 %' : `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}

/** Tells screen readers and everybody else something short: the page's one live region. */
export function announce(text, kind = 'note') {
  const place = byId('notice');
  place.textContent = text;
  place.dataset.kind = kind;
  place.hidden = text === '';
  const hide = () => { place.hidden = true; };
  // It lies on the page: a click takes it away at once.
  place.onclick = hide;
  clearTimeout(announce.timer);
  if (text !== '') announce.timer = setTimeout(hide, kind === 'error' ? 20000 : 6000);
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
