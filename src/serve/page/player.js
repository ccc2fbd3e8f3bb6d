// The clock of the page: a step's frames come at once and are shown one after the other, as the game has them.
import {Listeners} from './dom.js';
import {framesOf} from './decode.js';

/** More frames than this many in waiting (at the game's own speed) are skipped: the page is behind. */
const kMostWaiting = 16;

/** A page that is not seen paints nothing: more frames than this many are not kept for it. */
const kMostKept = 400;

/**
 * Told "frame" ({frame, message}) for every picture that is to be painted, and "step" (message) before the frame
 * that the step's decision sees. Between two steps a frame belongs to the step before: its action is being played.
 */
export class Player extends Listeners {
  constructor(framesPerSecond = 60) {
    super();
    this.framesPerSecond = framesPerSecond;
    this.waiting = [];
    this.playing = false;
    this.speed = 1;
    this.credit = 0;
    /** Pictures painted since the page was opened. */
    this.painted = 0;
    this.frame = null;
    this.message = null;
    const tick = (now) => {
      this.tick(now);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  /** A step has come. */
  take(message) {
    const frames = framesOf(message);
    frames.forEach((frame, k) => this.waiting.push({frame, message, last: k + 1 === frames.length}));
    if (this.waiting.length > kMostKept) this.waiting.splice(0, this.waiting.length - frames.length);
  }

  tick(now) {
    const elapsed = Math.min(now - (this.before ?? now), 100);
    this.before = now;
    if (this.waiting.length === 0) {
      this.credit = 0;
      return;
    }
    const rate = this.framesPerSecond * this.speed;
    const most = kMostWaiting * Math.max(this.speed, 1);
    if (!this.playing || this.speed === 0 || this.waiting.length > most) {
      // Nothing is to be waited for, or too much waits: to the newest.
      this.credit = 0;
      this.advance(this.playing && this.speed !== 0 ? this.waiting.length - most / 4 : this.waiting.length);
      return;
    }
    // A little faster while more than one step waits: the server's clock and this one are two clocks.
    const hurry = this.waiting.length > most / 3 ? 1.15 : 1;
    this.credit += elapsed * rate * hurry / 1000;
    const count = Math.round(this.credit);
    this.credit -= count;
    if (count > 0) this.advance(count);
  }

  /** Shows the count-th frame from now on; the steps between are told, their other frames are not painted. */
  advance(count) {
    const passed = this.waiting.splice(0, Math.max(1, Math.min(Math.round(count), this.waiting.length)));
    for (const {message, last} of passed) {
      if (!last) continue;
      this.message = message;
      this.tell('step', message);
    }
    this.frame = passed[passed.length - 1].frame;
    this.paint();
  }

  /** Paints the present frame (again). */
  paint() {
    if (!this.frame) return;
    ++this.painted;
    this.tell('frame', {frame: this.frame, message: this.message});
  }
}
