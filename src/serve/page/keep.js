// What is kept: clips, stills, traces, links and offline pages.
import {announce, byId, make, say} from './dom.js';
import {placeOf} from './link.js';
import {offlinePage, record} from './offline.js';
import {tilesToText} from './questions.js';
import {writeHash} from './view.js';

/** The longest run that one offline page holds, about 60 kB per step and map. */
const kMostOffline = 600;

/** The address that shows this step of this run, or of the last of these branches, as it is seen now. */
export function linkOf(base, settings, {seed, episode, step, tiles, edits, branches = []}) {
  const rest = {step, tiles: tilesToText(tiles)};
  if (branches.length > 0) rest.branches = JSON.stringify(branches);
  if (seed !== undefined && seed !== null) rest.seed = seed;
  if (episode) rest.episode = episode;
  if (edits.length > 0) rest.edits = JSON.stringify(edits);
  return base + writeHash(settings, rest);
}

export class Keep {
  /** `app`: what is shown now: source, hello, state, view, timeline, hand. */
  constructor(app) {
    this.app = app;
    byId('from-here').addEventListener('click', () => { byId('from').value = String(app.timeline.step); });
    byId('to-here').addEventListener('click', () => { byId('to').value = String(app.timeline.step); });
    byId('clip').addEventListener('click', () => this.clip());
    byId('still').addEventListener('click', () => this.still());
    byId('trace').addEventListener('click', () => this.file('trace', {}));
    byId('offline').addEventListener('click', () => this.offline());
    byId('link').addEventListener('click', () => this.link());
  }

  /** The marked range; without marks the newest 150 steps. */
  range() {
    const {first} = this.app.timeline;
    const last = this.app.timeline.last();
    const read = (id, otherwise) => (byId(id).value === '' ? otherwise : Number(byId(id).value));
    const to = Math.max(first, Math.min(read('to', last), last));
    return {from: Math.max(first, Math.min(read('from', to - 149), to)), to};
  }

  /** Something that the server makes. */
  async file(name, members) {
    say(byId('keep-words'), 'The server makes it …');
    const reply = await this.app.ask(name, members);
    say(byId('keep-words'), '');
    if (!reply) return;
    const file = reply.url.split('/').pop();
    this.offer(reply.url, file);
  }

  /** A clip shows what was played: the newest step's action was not yet. */
  clip() {
    const {from, to} = this.range();
    const played = Math.max(this.app.timeline.first, Math.min(to, this.app.timeline.last() - 1));
    return this.file('clip', {from: Math.min(from, played), to: played, format: byId('format').value});
  }

  /** The stage as it is seen now, edits and all, as a television shows it. */
  still() {
    const canvas = make('canvas', {width: 1120, height: 840});
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(byId('game'), 0, 0, canvas.width, canvas.height);
    const name = `${this.name(this.app.timeline.step)}.png`;
    canvas.toBlob((blob) => this.offer(URL.createObjectURL(blob), name), 'image/png');
  }

  /** A file's name: the game, its branch, and what of it. */
  name(what) {
    const {hello, state} = this.app;
    return `${hello.game}${state.branch ? `-branch${state.branch}` : ''}-${what}`;
  }

  /** A link that saves the file: browsers refuse downloads that begin by themselves when several come. */
  offer(url, name) {
    const link = make('a', {href: url, download: name, text: name});
    byId('kept').prepend(make('li', {}, make('span', {text: 'Ready: save '}), link));
    while (byId('kept').childElementCount > 8) byId('kept').lastChild.remove();
    link.focus();
    announce(`${name} is ready.`);
  }

  async offline() {
    const {app} = this;
    const {from, to} = this.range();
    if (to - from + 1 > kMostOffline) {
      announce(`An offline page holds at most ${kMostOffline} steps: mark a shorter range.`, 'error');
      return;
    }
    byId('offline').disabled = true;
    try {
      await app.pause();
      const recording = await record({source: app.source, hello: app.hello, state: app.state, from, to,
                                      progress: (done, all) => say(byId('keep-words'), `step ${done} of ${all}`)});
      const title = `${app.hello.title ?? app.hello.game}: steps ${from} to ${to} · ArcadeCAM`;
      const page = await offlinePage(recording, title);
      this.offer(URL.createObjectURL(new Blob([page], {type: 'text/html'})), `${this.name(`${from}-${to}`)}.html`);
    } catch (error) {
      announce(error.message, 'error');
    }
    say(byId('keep-words'), '');
    byId('offline').disabled = false;
  }

  async link() {
    const {view, state, timeline, hand} = this.app;
    const base = location.href.replace(/#.*$/, '');
    const place = placeOf(state.way ?? [], timeline.step, hand.edits);
    const link = linkOf(base, view.settings, {seed: state.seed, episode: state.episode, tiles: state.tiles, ...place});
    byId('link-text').value = link;
    byId('link-text').hidden = false;
    byId('link-text').select();
    const words = place.byHand ? ` It leads to step ${place.step}, where a person began to play: what a person played is in no link.` : '';
    try {
      await navigator.clipboard.writeText(link);
      announce(`The link is in the clipboard.${words}`);
    } catch {
      announce(`Copy the link from the field.${words}`);
    }
  }
}
