// The stage: the game with one tile's map on it, and beside it the map alone and what the agent sees.
import {byId, say, shortNumber, withMinus} from './dom.js';
import {planesOf} from './decode.js';
import {Pixels} from './canvas.js';

export class Stage {
  constructor(scene) {
    this.scene = scene;
    this.game = new Pixels(byId('game'));
    this.heat = new Pixels(byId('heat'));
    this.seen = new Pixels(byId('seen'));
    this.bar = new Pixels(byId('bar'));
    this.plane = byId('plane');
    this.plane.addEventListener('input', () => this.paintSeen());
    byId('full').hidden = !document.fullscreenEnabled;
    byId('full').addEventListener('click', () => this.full());
  }

  /** The stage on the whole screen, for a class; the same again leaves it. */
  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else byId('stage').requestFullscreen?.();
  }

  begin({observation, screen}) {
    const [planes] = observation;
    this.plane.max = String(planes - 1);
    this.plane.value = this.plane.max;
    const [height, width] = screen;
    this.game.bytes(height, width);
  }

  /** Paints a frame of the game with the map. */
  frame(frame) {
    const {scene} = this;
    this.game.game(frame, scene.size, scene.ground(), scene.layerOf(scene.staged));
  }

  /** Paints what changes with the step or the view alone. */
  step() {
    const {scene} = this;
    const index = scene.staged;
    const map = scene.mapOf(index);
    if (map) {
      const range = scene.rangeOf(index);
      this.heat.map(map, range, scene.colorsOf(index));
      this.paintBar(range, scene.colorsOf(index), scene.signedOf(index));
    }
    this.paintSeen();
    this.words(index);
  }

  paintSeen() {
    const {message} = this.scene;
    if (!message) return;
    const planes = planesOf(message);
    const at = Math.min(Number(this.plane.value), planes.length - 1);
    if (at < 0) return;
    this.seen.plane(planes[at]);
    const back = planes.length - 1 - at;
    say(byId('plane-words'), back === 0 ? 'newest plane' : `${back} before the newest`);
  }

  /** The colour bar: what the first and the last colour stand for. */
  paintBar(range, colors, signed) {
    if (this.barColors !== colors) {
      this.barColors = colors;
      const bytes = this.bar.bytes(1, 256);
      for (let i = 0; i < 256; ++i) {
        bytes.set(colors.rgb.subarray(3 * i, 3 * i + 3), 4 * i);
        bytes[4 * i + 3] = 255;
      }
      this.bar.put();
    }
    say(byId('bar-low'), shortNumber(range.low));
    say(byId('bar-high'), shortNumber(range.high));
    say(byId('bar-words'), signed ? 'against · for' : 'weak · strong');
  }

  words(index) {
    const {header} = this.scene.message;
    const tile = header.tiles[index];
    say(byId('stage-words'), tile ? `${tile.method}: ${tile.explains ?? tile.target}` : 'no map');
    const warnings = (tile?.warnings ?? []).map((words) => `${tile.method}: this map is ${words}.`).join(' ');
    say(byId('stage-warnings'), warnings);
    byId('stage-warnings').hidden = warnings === '';
  }

  /** For those who do not see the pictures; only while the game stands still, else it would talk all the time. */
  describe() {
    const {header} = this.scene.message ?? {};
    if (!header) return;
    const shares = Object.entries(header.tiles[this.scene.staged]?.shares ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 3);
    const words = shares.map(([name, share]) => `${name} ${Math.round(100 * share)} %`).join(', ');
    this.game.canvas.setAttribute('aria-label', `The game at step ${header.step}, score ${withMinus(header.score)}.` +
        (words ? ` Largest shares of the map: ${words}.` : ''));
  }
}
