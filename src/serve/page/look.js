// The controls of the view: how maps are shown. The server is asked nothing.
import {forgetColors} from './canvas.js';
import {byId, fillSelect, say} from './dom.js';
import {remember, remembered} from './view.js';

/** Inputs by the setting that they show; `read` gives the setting's value. */
const kInputs = {
  opacity: {id: 'opacity', event: 'input', read: (input) => Number(input.value)},
  threshold: {id: 'threshold', event: 'input', read: (input) => Number(input.value)},
  colors: {id: 'colors', event: 'change', read: (input) => input.value},
  scale: {id: 'scale', event: 'change', read: (input) => input.value},
  percentile: {id: 'percentile', event: 'change', read: (input) => Number(input.value)},
  low: {id: 'low', event: 'change', read: (input) => Number(input.value)},
  high: {id: 'high', event: 'change', read: (input) => Number(input.value)},
  ground: {id: 'ground', event: 'change', read: (input) => input.value},
  map: {id: 'show-map', event: 'change', read: (input) => input.checked},
  signs: {id: 'signs', event: 'change', read: (input) => input.checked},
  boxes: {id: 'boxes', event: 'change', read: (input) => input.checked},
  sound: {id: 'sound', event: 'change', read: (input) => input.checked},
};

const kThemes = ['system', 'light', 'dark'];

export class Look {
  constructor(view) {
    this.view = view;
    for (const [name, {id, event, read}] of Object.entries(kInputs)) {
      byId(id).addEventListener(event, () => view.set(name, read(byId(id))));
    }
    view.on('change', () => this.show());
    this.theme(remembered('theme') ?? 'system');
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      forgetColors();
      view.tell('change', 'theme');
    });
    byId('theme').addEventListener('click', () => {
      this.theme(kThemes[(kThemes.indexOf(this.named) + 1) % kThemes.length]);
      remember('theme', this.named);
      this.view.tell('change', 'theme');
    });
  }

  theme(name) {
    this.named = kThemes.includes(name) ? name : 'system';
    if (this.named === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.named;
    say(byId('theme'), `Theme: ${this.named}`);
    forgetColors();
  }

  begin(hello) {
    const names = Object.entries(hello.color_maps).filter(([, {diverging}]) => !diverging).map(([name]) => [name, name]);
    fillSelect(byId('colors'), names, this.view.get('colors'));
    byId('sound').disabled = !hello.sound_rate;
    this.show();
  }

  /** Puts the settings into the inputs. */
  show() {
    for (const [name, {id}] of Object.entries(kInputs)) {
      const input = byId(id);
      const value = this.view.get(name);
      if (input.type === 'checkbox') input.checked = value;
      else if (input.value !== String(value)) input.value = String(value);
    }
    const scale = this.view.get('scale');
    byId('percentile-label').hidden = scale !== 'percentile';
    byId('low-label').hidden = byId('high-label').hidden = scale !== 'fixed';
    say(byId('opacity-words'), this.view.get('opacity').toFixed(2));
    say(byId('threshold-words'), this.view.get('threshold').toFixed(2));
  }

  /** The next of a list of a setting's values. */
  turn(name, values) {
    this.view.set(name, values[(values.indexOf(this.view.get(name)) + 1) % values.length]);
  }
}
