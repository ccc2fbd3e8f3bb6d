// The line of measured numbers: frames per second, and how long things take.
import {byId, say} from './dom.js';

export class Status {
  constructor(player) {
    this.player = player;
    this.answers = [];
    this.paints = [];
    this.before = {time: performance.now(), painted: 0};
    setInterval(() => this.show(), 500);
  }

  /** A reply came so many milliseconds after its request. */
  answered(milliseconds) {
    this.answers = [...this.answers.slice(-19), milliseconds];
  }

  /** A step was painted. */
  shown({arrived, header}) {
    if (arrived) this.paints = [...this.paints.slice(-19), performance.now() - arrived];
    this.header = header;
  }

  show() {
    const now = performance.now();
    const rate = (this.player.painted - this.before.painted) * 1000 / (now - this.before.time);
    this.before = {time: now, painted: this.player.painted};
    document.body.dataset.painted = String(this.player.painted);
    const middle = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
    const parts = [`${rate.toFixed(0)} frames/s`];
    const explain = this.header?.milliseconds?.explain;
    // Steps of a recording were not explained here.
    if (explain > 0) parts.push(`explained in ${explain.toFixed(1)} ms`);
    if (this.paints.length > 0) parts.push(`painted after ${middle(this.paints).toFixed(0)} ms`);
    if (this.answers.length > 0) parts.push(`server answers in ${middle(this.answers).toFixed(0)} ms`);
    say(byId('status'), parts.join(' · '));
  }
}
