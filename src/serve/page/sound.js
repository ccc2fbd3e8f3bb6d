// The game's sound: samples of each step, one after the other.

/** Plays u1 samples at the console's rate; what comes late is left out, so that sound and picture stay together. */
export class Sound {
  constructor() {
    this.context = null;
    this.next = 0;
  }

  /** Browsers let a page sound only after somebody touched it: call it from a click. */
  turn(on) {
    if (on && !this.context) this.context = new AudioContext();
    if (on) this.context.resume();
    else this.context?.suspend();
  }

  step({arrays}, {sound_rate: rate}, speed) {
    const sound = arrays.get('sound');
    if (!sound || !rate || !this.context || this.context.state !== 'running' || speed < 0.5 || speed > 2) return;
    const count = sound.values.length;
    if (count === 0) return;
    const buffer = this.context.createBuffer(1, count, rate);
    const samples = buffer.getChannelData(0);
    sound.values.forEach((value, i) => { samples[i] = (value - 128) / 128; });
    const now = this.context.currentTime;
    if (this.next < now || this.next > now + 0.25) this.next = now + 0.03;
    const player = this.context.createBufferSource();
    player.buffer = buffer;
    player.playbackRate.value = speed;
    player.connect(this.context.destination);
    player.start(this.next);
    this.next += count / rate / speed;
  }
}
