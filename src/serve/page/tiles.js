// Side by side: one to six tiles, each with its own method, layer and question, all of the same step.
import {announce, byId, fillSelect, make, percent, say} from './dom.js';
import {Pixels} from './canvas.js';
import {joinMethod, shortNames, splitMethod, targetsFor, tilesToText, wordsOf} from './questions.js';

const kMost = 6;

/** Methods that know nothing of the agent: what a map should differ from. */
export const kBaselines = ['random', 'sobel'];

export class Tiles {
  /** `ask`: sends a request; `stage(index)`: puts a tile on the stage. */
  constructor(scene, ask, stage) {
    this.scene = scene;
    this.ask = ask;
    this.stage = stage;
    this.tiles = [];
    this.cards = [];
    byId('add-tile').addEventListener('click', () => this.add({method: 'gradcam', target: 'chosen'}));
    for (const name of kBaselines) byId(`add-${name}`).addEventListener('click', () => this.toggle(name));
  }

  begin(hello) {
    this.hello = hello;
    this.methods = hello.methods ?? [];
    this.cards = [];
    this.follow(this.tiles, true);
  }

  /** Asks for these tiles. They count at once, so that two clicks in a row both do; a refusal takes them back. */
  async set(tiles) {
    const before = this.tiles;
    this.tiles = tiles;
    if (!await this.ask('tiles', {tiles})) this.follow(before, true);
  }

  add(tile) {
    if (this.tiles.length >= kMost) announce('There are six tiles already: remove one first.');
    else this.set([...this.tiles, tile]);
  }

  /** A baseline beside the maps, or not. */
  toggle(name) {
    const without = this.tiles.filter(({method}) => splitMethod(method).name !== name);
    if (without.length < this.tiles.length && without.length > 0) this.set(without);
    else this.add({method: name, target: 'chosen'});
  }

  change(index, members) {
    this.set(this.tiles.map((tile, k) => (k === index ? {...tile, ...members} : tile)));
  }

  /** The tiles of the state event. */
  follow(tiles, again = false) {
    this.tiles = tiles.map(({method, target}) => ({method, target: target ?? 'chosen'}));
    const words = tilesToText(this.tiles);
    if (!this.hello || (words === this.drawn && !again)) return;
    this.drawn = words;
    if (this.cards.length !== tiles.length || again) {
      this.cards = this.tiles.map((_, index) => this.card(index));
      byId('tiles').replaceChildren(...this.cards.map(({root}) => root));
    }
    this.cards.forEach((card, index) => this.fill(card, index));
    for (const name of kBaselines) {
      byId(`add-${name}`).setAttribute('aria-pressed', String(this.tiles.some(({method}) => splitMethod(method).name === name)));
    }
    byId('add-tile').disabled = this.tiles.length >= kMost;
  }

  card(index) {
    const number = index + 1;
    const canvas = make('canvas', {width: 160, height: 210, 'aria-hidden': 'true'});
    const method = make('select', {'aria-label': `Method of tile ${number}`, onchange: () => this.change(index, {method: method.value})});
    const target = make('select', {'aria-label': `Question of tile ${number}`, onchange: () => this.change(index, {target: target.value})});
    const layer = make('select', {'aria-label': `Layer of tile ${number}`, onchange: () => this.setLayer(index, layer.value)});
    const words = make('p', {class: 'shares'});
    const strip = make('ol', {class: 'strip', 'aria-label': `Layers in the map of tile ${number}`});
    const show = make('button', {type: 'button', class: 'picture', 'aria-label': `Show tile ${number} on the stage`,
                                 onclick: () => this.stage(index)}, canvas);
    const remove = make('button', {type: 'button', class: 'small', 'aria-label': `Remove tile ${number}`, text: '×',
                                   onclick: () => this.set(this.tiles.filter((_, k) => k !== index))});
    const root = make('li', {class: 'tile'}, show, make('div', {class: 'tile-head'}, method, remove), target, layer, strip, words);
    return {root, pixels: new Pixels(canvas), method, target, layer, words, strip, show, remove};
  }

  fill(card, index) {
    const {method, target} = this.tiles[index];
    const {name, parameters} = splitMethod(method);
    // A method with parameters is a choice of its own, so that it is not lost when the list is opened.
    const names = this.methods.filter(({error}) => !error).map((m) => [m.name, m.name]);
    if (method !== name) names.unshift([method, method]);
    fillSelect(card.method, names, method);
    const targets = targetsFor(this.hello);
    if (!targets.some(([value]) => value === target)) targets.unshift([target, wordsOf(target, this.hello.actions)]);
    fillSelect(card.target, targets, target);
    const known = this.methods.find((m) => m.name === name);
    const layers = known?.parameters?.some((p) => p.name === 'layer') ? this.layerNames() : [];
    card.layer.hidden = layers.length === 0;
    const short = shortNames(layers);
    fillSelect(card.layer, [['', 'usual layer'], ...layers.map((name, k) => [name, `layer ${short[k]}`])], parameters.layer ?? '');
    // A recording answers no other questions.
    const recorded = document.body.classList.contains('offline');
    for (const choice of [card.method, card.target, card.layer]) choice.disabled = recorded;
    card.remove.hidden = this.tiles.length < 2;
    card.method.title = known?.title ?? '';
  }

  /** The network's layers that a method can be asked for. */
  layerNames() {
    return this.hello.layers ?? [];
  }

  setLayer(index, layer) {
    const {name, parameters} = splitMethod(this.tiles[index].method);
    this.change(index, {method: joinMethod({name, parameters: {...parameters, layer}})});
  }

  /** Paints a frame of the game on every tile. Tiles that cannot be seen are left as they are. */
  frame(frame) {
    const {scene} = this;
    this.cards.forEach(({pixels, root}, index) => {
      if (!scene.maps[index] || !root.checkVisibility()) return;
      pixels.game(frame, scene.size, scene.ground(), scene.layerOf(index));
    });
  }

  /** Words that change with the step: shares of the objects, layers. */
  step() {
    const {header} = this.scene.message;
    this.cards.forEach((card, index) => {
      const tile = header.tiles[index];
      if (!tile) return;
      card.root.classList.toggle('staged', index === this.scene.staged);
      card.show.setAttribute('aria-pressed', String(index === this.scene.staged));
      const shares = Object.entries(tile.shares ?? {}).sort((a, b) => b[1] - a[1]).slice(0, 3);
      say(card.words, shares.map(([name, share]) => `${name} ${percent(share)}`).join(' · '));
      this.fillStrip(card.strip, tile.layers ?? []);
    });
  }

  /** How much each layer has in the map. */
  fillStrip(strip, layers) {
    const sum = layers.reduce((total, {weight}) => total + Math.abs(weight), 0);
    strip.hidden = layers.length < 2 || !(sum > 0);
    if (strip.hidden) return;
    while (strip.children.length > layers.length) strip.lastChild.remove();
    while (strip.children.length < layers.length) strip.append(make('li'));
    const names = shortNames(layers.map(({name}) => name));
    layers.forEach(({name, weight}, k) => {
      const part = strip.children[k];
      part.style.flexGrow = String(Math.max(Math.abs(weight) / sum, 0.02));
      say(part, names[k]);
      part.title = `${name}: ${percent(Math.abs(weight) / sum)}`;
    });
  }
}
