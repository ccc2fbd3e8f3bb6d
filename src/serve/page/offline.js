// One file that holds the page and a recorded run: it opens from a disk, without a server and a network.

/** The text of a page file. */
async function textOf(name) {
  const answer = await fetch(name);
  if (!answer.ok) throw new Error(`the page's file ${name} could not be read`);
  return answer.text();
}

/**
 * The modules as one: a browser imports none from a disk. Each import is one line of its own, and no two modules
 * define the same name, so that what they import is there when they stand one after the other.
 */
export function bundle(sources) {
  return sources.map((source) => source.replace(/^import .*$/gm, '').replace(/^export /gm, '')).join('\n');
}

/** JSON inside a script element: no "<" may stand in it. */
export function scriptJson(value) {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** Bytes as base64. */
export function base64Of(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** What a file from a disk may do: show itself. */
const kPolicy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";

/** Words as text of a page. */
function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * The page with its style, its modules and a recording inside: `index` is the page's text, `files` its other files
 * by name. Tags that end scripts are written with a backslash here: this module is part of what it writes.
 */
export function assemble(index, files, recording, title) {
  const names = [...index.matchAll(/^<link rel="modulepreload" href="([^"]+)">$/gm)].map(([, name]) => name);
  const policy = `<meta http-equiv="Content-Security-Policy" content="${kPolicy}">`;
  const recorded = '<script type="application/json" id="recorded">';
  const parts = [
    [/^<title>.*$/m, `<title>${escaped(title)}</title>\n${policy}\n<style>\n${files['page.css']}</style>`],
    [/^<link .*\n/gm, ''],
    [recorded, recorded + scriptJson(recording)],
    [/^<script type="module" src=.*$/m, `<script type="module">\n${bundle(names.map((name) => files[name]))}<\/script>`],
  ];
  return parts.reduce((text, [place, words]) => text.replace(place, () => words), index);
}

/** The same of this page's own files. */
export async function offlinePage(recording, title) {
  const index = await textOf('index.html');
  const names = [...index.matchAll(/^<link rel="(?:modulepreload|stylesheet)" href="([^"]+)">$/gm)].map(([, name]) => name);
  const texts = await Promise.all(names.map(textOf));
  return assemble(index, Object.fromEntries(names.map((name, k) => [name, texts[k]])), recording, title);
}

/** Asks for every step of a range and keeps the messages as they came. `progress(done, all)` is told of each. */
export async function record({source, hello, state, from, to, progress}) {
  const messages = [];
  for (let step = from; step <= to; ++step) {
    const reply = await source.request('explain', {step, tiles: state.tiles.map(({method, target}) => ({method, target}))});
    messages.push(base64Of(reply.bytes));
    progress(step - from + 1, to - from + 1);
  }
  const bookmarks = (state.bookmarks ?? []).filter(({step}) => step >= from && step <= to);
  return {hello, seed: state.seed, bookmarks, messages};
}
