// The server: a WebSocket that requests go to and events come from.
import {Listeners} from './dom.js';
import {decodeMessage} from './decode.js';

/** Waits between attempts to connect again, in milliseconds. */
const kWaits = [250, 500, 1000, 2000, 4000];

/**
 * Events: "open" (the reply to hello), "closed", "shutdown", "step" (a decoded message), and every event of the
 * protocol by its name. When the connection breaks it is made again.
 */
export class Connection extends Listeners {
  constructor(address) {
    super();
    this.live = true;
    this.address = address;
    this.next = 1;
    this.waiting = new Map();
    this.attempt = 0;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(this.address);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.greet();
    this.socket.onmessage = ({data}) => (typeof data === 'string' ? this.takeText(data) : this.takeBinary(data));
    this.socket.onclose = () => this.lose();
  }

  /** Says hello; also after another agent was loaded. */
  async greet() {
    try {
      const hello = await this.request('hello', {version: 1});
      this.attempt = 0;
      this.tell('open', hello);
    } catch (error) {
      this.tell('notice', {text: error.message});
    }
  }

  lose() {
    for (const {reject} of this.waiting.values()) reject(new Error('the connection to the server was lost'));
    this.waiting.clear();
    this.tell('closed', null);
    setTimeout(() => this.connect(), kWaits[Math.min(this.attempt++, kWaits.length - 1)]);
  }

  takeText(text) {
    const message = JSON.parse(text);
    if (message.reply !== undefined) this.settle(message.reply, message.error, message);
    else if (message.event) this.tell(message.event, message);
  }

  takeBinary(buffer) {
    let message;
    try {
      message = decodeMessage(buffer);
    } catch (error) {
      this.tell('notice', {text: `A message could not be read: ${error.message}.`});
      return;
    }
    message.bytes = buffer;
    message.arrived = performance.now();
    const {reply} = message.header;
    if (reply !== undefined) this.settle(reply, message.header.error, message);
    else this.tell(message.header.event, message);
  }

  settle(id, error, message) {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (!waiting) return;
    this.tell('answered', performance.now() - waiting.sent);
    if (error) waiting.reject(new Error(error));
    else waiting.resolve(message);
  }

  /** Asks for something; the promise gives the reply, or an Error whose message is for people. */
  request(name, members = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error('there is no connection to the server'));
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject, sent: performance.now()});
      this.socket.send(JSON.stringify({do: name, id, ...members}));
    });
  }

  /** Sends a file to be loaded as an agent or a trace; gives the upload's id. */
  async upload(file, client) {
    const query = new URLSearchParams({name: file.name, client});
    const answer = await fetch(`agent?${query}`, {method: 'POST', body: file});
    let words = {};
    try { words = await answer.json(); } catch { /* a refusal without words */ }
    if (!answer.ok || !words.upload) throw new Error(words.error ?? `the server refused the file (${answer.status})`);
    return words.upload;
  }
}
