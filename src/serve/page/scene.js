// What is to be painted of the step that is shown: the tiles' maps, their ranges and layers by the view's settings.
import {groundTable, readColorMap} from './colors.js';
import {mapsOf} from './decode.js';
import {extremes, joined, layerOf, rangeOf} from './maps.js';

/** The maps of one step, ready to be painted. Layers are made when they are first asked for. */
export class Scene {
  constructor(view) {
    this.view = view;
    this.maps = [];
    this.layers = [];
    /** By a tile's question: the range of its maps so far. */
    this.seen = new Map();
  }

  /** What does not change while one agent is played. */
  begin(hello) {
    this.hello = hello;
    this.colors = new Map(Object.entries(hello.color_maps).map(([name, map]) => [name, readColorMap(name, map)]));
    this.tables = new Map();
    this.seen.clear();
    this.maps = [];
    this.layers = [];
  }

  show(message) {
    this.message = message;
    this.maps = mapsOf(message);
    this.layers = [];
    this.maps.forEach((map, index) => {
      if (!map) return;
      const question = this.question(index);
      this.seen.set(question, joined(this.seen.get(question), extremes(map.values)));
    });
  }

  question(index) {
    const {method, target} = this.message.header.tiles[index];
    return `${method} ${target}`;
  }

  /** After a change of the view. */
  forget() {
    this.layers = [];
  }

  get size() {
    return this.hello.screen;
  }

  /** The tile on the stage. */
  get staged() {
    return Math.min(this.view.get('tile'), Math.max(this.maps.length - 1, 0));
  }

  /** Whether a tile's signed map is shown. */
  signedOf(index) {
    return this.view.get('signs') && Boolean(this.maps[index]?.signed);
  }

  /** The colour map of a tile: signs need one with zero in the middle. */
  colorsOf(index) {
    const name = this.signedOf(index) ? 'cool-warm' : this.view.get('colors');
    return this.colors.get(name) ?? this.colors.values().next().value;
  }

  /** The map that is shown: {values, height, width}, or null. */
  mapOf(index) {
    const map = this.maps[index];
    if (!map) return null;
    return this.signedOf(index) ? {...map, values: map.signed} : map;
  }

  rangeOf(index) {
    const map = this.mapOf(index);
    const scale = {kind: this.view.get('scale'), percentile: this.view.get('percentile'), low: this.view.get('low'),
                   high: this.view.get('high')};
    return rangeOf(map.values, scale, this.signedOf(index), this.seen.get(this.question(index)));
  }

  /** What is laid on the game for a tile; null: nothing. */
  layerOf(index) {
    if (!this.view.get('map') || !this.maps[index]) return null;
    if (this.layers[index] === undefined) {
      const [height, width] = this.size;
      const box = this.hello.seen ?? {top: 0, left: 0, height, width};
      const look = {colors: this.colorsOf(index), opacity: this.view.get('opacity'), threshold: this.view.get('threshold')};
      this.layers[index] = layerOf(this.mapOf(index), this.rangeOf(index), look, box, height, width);
    }
    return this.layers[index];
  }

  /** The game below the maps. */
  ground() {
    const name = this.view.get('ground');
    if (!this.tables.has(name)) this.tables.set(name, groundTable(this.hello.palette, name));
    return this.tables.get(name);
  }
}
