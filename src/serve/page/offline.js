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

/** The page with its style, its modules and a recording inside. */
export async function offlinePage(recording, title) {
  const page = new DOMParser().parseFromString(await textOf('index.html'), 'text/html');
  const links = [...page.querySelectorAll('link[rel=modulepreload]')];
  const modules = await Promise.all(links.map((link) => textOf(link.getAttribute('href'))));
  const sheet = page.querySelector('link[rel=stylesheet]');
  const style = page.createElement('style');
  style.textContent = await textOf(sheet.getAttribute('href'));
  sheet.replaceWith(style);
  page.querySelectorAll('link').forEach((link) => link.remove());
  page.querySelector('script[type=module]').remove();
  page.getElementById('recorded').textContent = scriptJson(recording);
  const script = page.createElement('script');
  script.type = 'module';
  script.textContent = bundle(modules);
  page.body.append(script);
  const policy = page.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = kPolicy;
  page.head.prepend(policy);
  page.title = title;
  const charset = page.querySelector('meta[charset]');
  page.head.prepend(charset);
  return `<!DOCTYPE html>\n${page.documentElement.outerHTML}\n`;
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
