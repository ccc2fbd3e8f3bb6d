// A recorded run inside the page's own file: the same requests and events as Connection, without a server.
import {Listeners} from './dom.js';
import {decodeMessage} from './decode.js';

/** The recording in the page: {hello, tiles, messages: [base64 of a binary message]}, or null. */
export function recordingOf(text) {
  return text.trim() === '' ? null : JSON.parse(text);
}

/** The bytes of base64 text. */
export function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/** What a recorded run cannot do, and what to do instead. */
const kNeedsServer = 'This page is a recording: it can be played and looked at. For this you need the program: arcadecam serve';

/** Plays a recorded run. Every message is of one step, in order, the first of step `first`. */
export class Recorded extends Listeners {
  constructor(recording) {
    super();
    this.live = false;
    this.recording = recording;
    this.decoded = new Map();
    this.at = 0;
    this.playing = false;
    this.times = 1;
    this.first = this.message(0).header.step;
    setTimeout(() => this.begin());
  }

  begin() {
    this.tell('open', this.recording.hello);
    this.tellState();
    this.show(0);
  }

  get count() {
    return this.recording.messages.length;
  }

  message(index) {
    if (!this.decoded.has(index)) {
      const message = decodeMessage(bytesOf(this.recording.messages[index]));
      // A page keeps what it shows, not the whole run.
      if (this.decoded.size > 32) this.decoded.clear();
      this.decoded.set(index, message);
    }
    return {...this.decoded.get(index), arrived: performance.now()};
  }

  show(index) {
    this.at = index;
    const message = this.message(index);
    message.header = {...message.header, event: 'step', last: this.first + this.count - 1, branch: 0};
    this.tell('step', message);
  }

  tellState() {
    this.tell('state', {
      playing: this.playing, speed: this.times, step: this.first + this.at, first: this.first,
      last: this.first + this.count - 1, branch: 0, human: false, controller: 'page', clients: ['page'],
      tiles: this.message(0).header.tiles.map(({method, target}) => ({method, target})), breakpoints: [],
      bookmarks: this.recording.bookmarks ?? [], seed: this.recording.seed, stopped_by: '',
    });
  }

  /** One step every frame_skip frames of the game's clock. */
  run() {
    clearInterval(this.timer);
    if (!this.playing) return;
    const {frame_skip: skip = 4, frames_per_second: rate = 60} = this.recording.hello;
    this.timer = setInterval(() => {
      if (this.at + 1 < this.count) this.show(this.at + 1);
      if (this.at + 1 >= this.count) this.pause();
    }, 1000 * skip / rate / (this.times || 20));
  }

  pause() {
    this.playing = false;
    this.run();
    this.tellState();
  }

  /** As the server answers: what a step's action brought stands at that step. */
  curve() {
    const headers = this.recording.messages.map((message) => decodeMessage(bytesOf(message)).header);
    const after = headers.slice(1);
    return {from: this.first, value: headers.map((h) => h.value), margin: headers.map((h) => h.margin),
            advantage: headers.map((h) => h.advantage), action: headers.map((h) => h.action),
            reward: after.map((h) => h.reward), lives: after.map((h) => h.lives)};
  }

  async request(name, members = {}) {
    switch (name) {
      case 'play':
        if (this.at + 1 >= this.count) this.show(0);
        this.playing = true;
        this.run();
        break;
      case 'pause': this.pause(); return {};
      case 'speed': this.times = members.times; this.run(); break;
      case 'step':
        this.playing = false;
        this.run();
        this.show(Math.min(this.at + members.steps, this.count - 1));
        break;
      case 'seek':
        this.playing = false;
        this.run();
        this.show(Math.min(Math.max(members.step - this.first, 0), this.count - 1));
        break;
      case 'curve': return this.curve();
      default: throw new Error(kNeedsServer);
    }
    this.tellState();
    return {};
  }
}
