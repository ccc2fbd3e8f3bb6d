// Time: play, pause, steps, speed, going to any step that was played, bookmarks and breakpoints.
import {byId, fillSelect, make, say, withMinus} from './dom.js';
import {History, drawCurve, momentsOf, stepAt} from './curve.js';

/** Speeds of the slider: 0.1 to 20 in equal ratios; its middle is the game's own. */
export function speedOf(position) {
  const exact = position < 0 ? 10 ** (position / 10) : 20 ** (position / 10);
  return Number(exact.toPrecision(2));
}

export function positionOf(speed) {
  return speed < 1 ? 10 * Math.log10(speed) : 10 * Math.log(speed) / Math.log(20);
}

/** While the game moves the curve is drawn so often, in milliseconds. */
const kCurveEvery = 200;

export class Timeline {
  /** `ask(name, members)` sends a request and shows its error. */
  constructor(ask) {
    this.ask = ask;
    this.history = new History();
    this.state = {playing: false, step: 0, last: 0, speed: 1, bookmarks: [], breakpoints: []};
    this.first = 0;
    this.step = 0;
    this.drawnAt = 0;
    this.curve = byId('curve');
    this.scrub = byId('scrub');
    this.listen();
  }

  listen() {
    byId('play').addEventListener('click', () => this.toggle());
    byId('back').addEventListener('click', () => this.go(-1));
    byId('forward').addEventListener('click', () => this.go(1));
    byId('speed').addEventListener('input', (event) => {
      const times = speedOf(Number(event.target.value));
      this.sayspeed(times);
      this.ask('speed', {times});
    });
    this.scrub.addEventListener('input', () => this.seek(Number(this.scrub.value)));
    this.curve.addEventListener('pointerdown', (event) => this.seekTo(event));
    this.curve.addEventListener('pointermove', (event) => event.buttons === 1 && this.seekTo(event));
    byId('mark').addEventListener('click', () => this.mark());
    byId('breakpoints').addEventListener('submit', (event) => {
      event.preventDefault();
      const conditions = byId('conditions').value.split(/[,;\n]/).map((words) => words.trim()).filter(Boolean);
      this.ask('breakpoints', {conditions});
    });
    byId('new-game').addEventListener('click', () => this.ask('reset', {}));
    byId('games').addEventListener('change', (event) => this.ask('game', {game: Number(event.target.value)}));
    new ResizeObserver(() => this.draw()).observe(this.curve);
  }

  /** Another agent, game or branch: its numbers so far. */
  async load() {
    const curve = await this.ask('curve', {from: this.state.first ?? 0}, true);
    this.history.clear();
    if (curve) this.history.fill(curve);
    this.listMoments();
    this.draw();
  }

  /** Steps that did not reach this browser in time, while it was busy, are asked for when the game stands. */
  fillGaps() {
    if (this.history.columns.value.some((value) => value === null)) this.load();
  }

  toggle() {
    this.ask(this.state.playing ? 'pause' : 'play', {});
  }

  /** One step on, or back (exactly: the server restores the game). */
  go(steps) {
    if (steps < 0) this.seek(this.step + steps);
    else this.ask('step', {steps});
  }

  /** Goes to a step; while one request is on its way only the newest wish is kept. */
  async seek(step) {
    this.wish = Math.min(Math.max(step, this.first), this.last());
    if (this.seeking) return;
    this.seeking = true;
    while (this.wish !== null) {
      const wish = this.wish;
      this.wish = null;
      await this.ask('seek', {step: wish});
    }
    this.seeking = false;
  }

  seekTo(event) {
    const {left, width} = this.curve.getBoundingClientRect();
    this.seek(stepAt(event.clientX - left, width, this.first, this.last()));
  }

  /** The next moment or bookmark behind this step, or the one before it. */
  goToMoment(direction) {
    const steps = [...this.moments ?? [], ...this.state.bookmarks].map(({step}) => step).sort((a, b) => a - b);
    const there = direction > 0 ? steps.find((step) => step > this.step) : steps.filter((step) => step < this.step).pop();
    if (there !== undefined) this.seek(there);
  }

  last() {
    return Math.max(this.state.last ?? 0, this.step, this.lastSeen ?? 0);
  }

  mark() {
    const marked = this.state.bookmarks.some(({step}) => step === this.step);
    this.ask('bookmark', {step: this.step, text: marked ? '' : byId('mark-text').value || `step ${this.step}`});
    byId('mark-text').value = '';
  }

  sayspeed(times) {
    say(byId('speed-words'), times === 0 ? 'as fast as it goes' : `${times} ×`);
  }

  /** The state event. */
  follow(state) {
    const other = this.state.game !== state.game || this.state.branch !== state.branch;
    this.state = {bookmarks: [], breakpoints: [], ...state};
    this.first = state.first ?? 0;
    this.lastSeen = state.last;
    const button = byId('play');
    say(button, state.playing ? 'Pause' : 'Play');
    button.setAttribute('aria-label', state.playing ? 'Pause' : 'Play');
    if (document.activeElement !== byId('speed')) byId('speed').value = String(positionOf(state.speed || 20));
    this.sayspeed(state.speed);
    if (document.activeElement !== byId('conditions')) byId('conditions').value = this.state.breakpoints.join(', ');
    say(byId('stopped'), state.stopped_by && !state.playing ? `Stopped: ${state.stopped_by}` : state.over ? 'The game is over.' : '');
    const marked = this.state.bookmarks.some(({step}) => step === this.step);
    say(byId('mark'), marked ? 'Remove bookmark' : 'Bookmark');
    this.listGames(state);
    if (other) {
      this.step = state.step;
      this.load();
    }
    this.listMoments();
    this.draw();
  }

  /** A step that is shown. */
  show(header) {
    this.step = header.step;
    this.lastSeen = header.last ?? Math.max(this.lastSeen ?? 0, header.step);
    this.history.add(header);
    this.scrub.min = String(this.first);
    this.scrub.max = String(this.last());
    this.scrub.value = String(header.step);
    say(byId('step'), `step ${header.step} of ${this.last()}`);
    this.scrub.setAttribute('aria-valuetext', `step ${header.step}`);
    if (!this.state.playing || performance.now() - this.drawnAt > kCurveEvery) this.draw();
  }

  draw() {
    this.drawnAt = performance.now();
    if (this.curve.clientWidth === 0) return;
    drawCurve(this.curve, this.history, {first: this.first, last: this.last(), step: this.step, moments: this.moments ?? [],
                                         bookmarks: this.state.bookmarks ?? []});
  }

  /** The games that the server keeps, as a list to choose from; one alone needs none. */
  listGames({game, games = []}) {
    byId('games-label').hidden = games.length < 2;
    const words = (one) => `${one.game}: ${one.steps} steps, score ${withMinus(one.score)}${one.over ? '' : ', not over'}`;
    // The present one's numbers go on: they stand elsewhere.
    const pairs = games.map((one) => [String(one.game), one.game === game ? `${one.game}: this one` : words(one)]);
    const text = JSON.stringify(pairs);
    if (text === this.gamesText) return;
    this.gamesText = text;
    fillSelect(byId('games'), pairs, String(game));
  }

  /** Bookmarks and moments as buttons; only when the game stands, they would jump about else. */
  listMoments() {
    if (this.state.playing) return;
    this.moments = momentsOf(this.history);
    const marks = this.state.bookmarks.map(({step, text}) => ({step, words: text, mark: true}));
    const all = [...marks, ...this.moments].slice(0, 40);
    byId('moments').replaceChildren(...all.map(({step, words, mark}) => make('li', {},
        make('button', {type: 'button', class: mark ? 'moment mark' : 'moment', text: `${step} · ${words}`,
                        onclick: () => this.seek(step)}))));
    byId('no-moments').hidden = all.length > 0;
  }
}
