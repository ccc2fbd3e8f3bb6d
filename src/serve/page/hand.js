// The hand in the game: objects are outlined, dragged, removed, recoloured; RAM bytes are changed; the agent's answer
// to the changed state is shown beside the original's.
import {announce, byId, fillSelect, make, percent, say, shortNumber, withMinus} from './dom.js';
import {editWords, keyOf, objectAt, withEdit, within} from './edits.js';

/** Which state of the game a step shows. */
function stateKey({episode, branch, step}) {
  return `${episode} ${branch} ${step}`;
}

export class Hand {
  /**
   * `ask`: sends a request; `pause()`: stops the game before it is touched; `show(message | null)`: shows an edited
   * state in the place of the real one. `keep(what-if)`: keeps an answer to be compared with others.
   */
  constructor(scene, ask, pause, show, keep) {
    Object.assign(this, {scene, ask, pause, show, keep});
    this.edits = [];
    /** Those of the last question that was answered. */
    this.accepted = [];
    this.objects = [];
    this.cover = byId('cover');
    this.listen();
  }

  listen() {
    this.cover.addEventListener('pointermove', (event) => this.move(event));
    this.cover.addEventListener('pointerleave', () => !this.drag && this.outline(null));
    this.cover.addEventListener('pointerdown', (event) => this.grab(event));
    this.cover.addEventListener('pointerup', () => this.drop());
    this.cover.addEventListener('pointercancel', () => this.drop());
    byId('object').addEventListener('change', () => this.fillObject());
    for (const axis of ['x', 'y']) byId(`place-${axis}`).addEventListener('change', () => this.placeByNumbers());
    byId('remove').addEventListener('click', () => this.edit({object: byId('object').value, remove: true}));
    byId('recolour').addEventListener('click', () => this.edit({object: byId('object').value, recolour: Number(byId('colour').value)}));
    byId('byte-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.edit({byte: Number(byId('byte').value), value: Number(byId('byte-value').value)});
    });
    byId('byte').addEventListener('input', () => this.sayByte());
    byId('undo').addEventListener('click', () => this.clear());
    byId('pin').addEventListener('click', () => this.answered && this.keep(this.answered));
    byId('branch').addEventListener('click', () => this.branch());
    byId('return').addEventListener('click', () => this.ask('return_to_trunk', {}));
    byId('compare').addEventListener('submit', (event) => {
      event.preventDefault();
      this.compare();
    });
  }

  begin(hello) {
    this.hello = hello;
    byId('hand-objects').hidden = hello.objects === false;
    byId('hand-none').hidden = hello.objects !== false;
    say(byId('hand-left-out'), hello.objects_left_out ? `Not told apart: ${hello.objects_left_out}.` : '');
    this.clear();
  }

  /** Another step is shown: its objects, and no edits. */
  step({header, arrays}) {
    const state = stateKey(header);
    const same = this.header && state === stateKey(this.header);
    this.header = header;
    this.ram = arrays.get('ram')?.values ?? null;
    this.drawn = header.objects ?? [];
    // The same state comes again where another question is asked about it: about the edited one too.
    if (this.edits.length > 0 && same) this.askWhatIf();
    else if (this.edits.length > 0) this.clear();
    if (!this.drag) this.outlineAll();
  }

  /** The game stands still: what can be done to each object. */
  async stand() {
    if (!this.header || !this.hello || this.hello.objects === false) return;
    const {step} = this.header;
    const state = stateKey(this.header);
    if (this.standsAt === state) return;
    this.standsAt = state;
    const reply = await this.ask('objects', {step}, true);
    if (!reply || stateKey(this.header) !== state) return;
    this.objects = reply.objects;
    fillSelect(byId('object'), this.objects.map(({name}) => [name, name]));
    this.fillObject();
    this.sayByte();
  }

  /** The place of an event on the game's screen, in its pixels. */
  place({clientX, clientY}) {
    const {left, top, width, height} = this.cover.getBoundingClientRect();
    const [lines, columns] = this.scene.size;
    return {x: Math.floor((clientX - left) / width * columns), y: Math.floor((clientY - top) / height * lines)};
  }

  /** A box on the cover, in the screen's pixels. */
  box({name, x, y, width, height}, kind, words) {
    const [lines, columns] = this.scene.size;
    const element = make('div', {class: `outline ${kind}`, data: {object: name}}, words ? make('span', {text: words}) : null);
    Object.assign(element.style, {left: `${100 * x / columns}%`, top: `${100 * y / lines}%`, width: `${100 * width / columns}%`,
                                  height: `${100 * height / lines}%`});
    if (y < 24) element.classList.add('low');
    if (x > columns * 0.6) element.classList.add('leftwards');
    return element;
  }

  wordsOf(object) {
    const shares = this.header.tiles.map((tile) => tile.shares?.[object.name]).filter((share) => share !== undefined);
    return `${object.name} ${shares.map(percent).join(' · ')}`;
  }

  outline(object) {
    this.hovered = object;
    this.outlineAll();
  }

  outlineAll() {
    const all = this.scene.view.get('boxes') ? this.drawn ?? [] : [];
    const boxes = all.filter(({name}) => name !== this.hovered?.name).map((object) => this.box(object, 'faint', null));
    if (this.hovered) {
      const now = (this.drawn ?? []).find(({name}) => name === this.hovered.name) ?? this.hovered;
      boxes.push(this.box(this.drag ? {...now, ...this.drag.at} : now, 'hover', this.wordsOf(now)));
    }
    if (boxes.length === 0 && this.cover.childElementCount === 0) return;
    this.cover.replaceChildren(...boxes);
  }

  move(event) {
    const {x, y} = this.place(event);
    if (this.drag) {
      this.drag.moved = true;
      const {columns, lines} = this.drag.possible;
      this.drag.at = {x: within(columns, x - this.drag.dx), y: within(lines, y - this.drag.dy)};
      this.outline(this.hovered);
      this.edit({object: this.hovered.name, place: [this.drag.at.x, this.drag.at.y]});
      return;
    }
    const object = objectAt(this.drawn ?? [], x, y);
    if (object?.name !== this.hovered?.name) this.outline(object);
    this.cover.classList.toggle('can-grab', Boolean(object));
  }

  async grab(event) {
    const {x, y} = this.place(event);
    const object = objectAt(this.drawn ?? [], x, y);
    if (event.pointerType !== 'mouse') this.outline(object);
    this.cover.setPointerCapture(event.pointerId);
    this.held = true;
    await this.pause();
    await this.stand();
    if (!object) {
      this.bytesOf(x, y);
      return;
    }
    byId('object').value = object.name;
    this.fillObject();
    const possible = this.possible(object.name, 'place');
    if (!possible) {
      announce(`The ${object.name} cannot be put elsewhere.`);
      return;
    }
    // The game may have gone on until it stood.
    const now = this.drawn.find(({name}) => name === object.name);
    if (this.held && now) this.drag = {possible, dx: x - object.x, dy: y - object.y, at: {x: now.x, y: now.y}};
  }

  drop() {
    this.held = false;
    this.drag = null;
  }

  possible(name, change) {
    return this.objects.find((object) => object.name === name)?.edits?.find((edit) => edit.change === change) ?? null;
  }

  /** The controls of the object that is chosen in the list. */
  fillObject() {
    const name = byId('object').value;
    const object = this.objects.find((other) => other.name === name);
    const place = this.possible(name, 'place');
    const placed = this.edits.find((edit) => edit.object === name && edit.place)?.place;
    for (const [k, [axis, reach]] of [['x', place?.columns], ['y', place?.lines]].entries()) {
      const input = byId(`place-${axis}`);
      input.disabled = !reach;
      if (!reach) continue;
      [input.min, input.max, input.step] = reach.map(String);
      if (document.activeElement !== input) input.value = String(placed?.[k] ?? object[axis]);
    }
    byId('remove').disabled = !this.possible(name, 'remove');
    const recolour = this.possible(name, 'recolour');
    byId('recolour').disabled = byId('colour').disabled = !recolour;
    const reasons = (object?.edits ?? []).filter((edit) => edit.shown_only).map((edit) => `${edit.change}: ${edit.shown_only}`);
    say(byId('hand-why'), reasons.length === 0 ? '' : `Play cannot go on from some edits (${[...new Set(reasons)].join('; ')}).`);
  }

  placeByNumbers() {
    this.edit({object: byId('object').value, place: [Number(byId('place-x').value), Number(byId('place-y').value)]});
  }

  sayByte() {
    const value = this.ram?.[Number(byId('byte').value)];
    say(byId('byte-now'), value === undefined ? '' : `now ${value}`);
  }

  /** One more edit. */
  async edit(edit) {
    await this.pause();
    this.edits = withEdit(this.edits, edit);
    await this.askWhatIf();
  }

  /** Asks for the edited state; while one question is on its way only the newest is kept. */
  async askWhatIf() {
    this.again = true;
    if (this.asking) return;
    this.asking = true;
    while (this.again) {
      this.again = false;
      const {edits} = this;
      if (edits.length === 0) break;
      const begun = performance.now();
      const reply = await this.ask('what_if', {step: this.header.step, edits});
      if (!reply) {
        // What cannot be done is no part of the edits: back to those of before, with what came since.
        this.edits = this.edits.filter((edit) => !edits.includes(edit)).reduce(withEdit, this.accepted);
        continue;
      }
      this.accepted = edits;
      if (this.edits.length > 0) this.answer(reply, edits, performance.now() - begun);
    }
    this.asking = false;
    this.list();
  }

  /** Several edits at once, in the place of those there are. */
  async apply(edits) {
    await this.pause();
    if (edits.length === 0) {
      this.clear();
      return;
    }
    this.edits = edits;
    await this.askWhatIf();
  }

  answer(reply, edits, milliseconds) {
    this.answered = {step: this.header.step, edits, edited: reply.header, original: reply.header.original};
    this.drawn = reply.header.objects ?? this.drawn;
    this.show(reply);
    this.list();
    this.outlineAll();
    const {original, margin} = reply.header;
    say(byId('edited-margin'), original ? `margin ${shortNumber(original.margin)} → ${shortNumber(margin)}` : '');
    say(byId('edited-time'), `answered in ${milliseconds.toFixed(0)} ms`);
  }

  list() {
    byId('edits').replaceChildren(...this.edits.map((edit) => make('li', {}, make('span', {text: editWords(edit)}),
        make('button', {type: 'button', class: 'small', 'aria-label': `Take back: ${editWords(edit)}`, text: '×',
                        onclick: () => this.takeBack(edit)}))));
    this.fillObject();
    byId('undo').disabled = byId('branch').disabled = byId('pin').disabled = this.edits.length === 0;
  }

  takeBack(edit) {
    this.edits = this.edits.filter((other) => keyOf(other) !== keyOf(edit));
    if (this.edits.length === 0) this.clear();
    else this.askWhatIf();
  }

  /** The state as it is. */
  clear() {
    const had = this.edits.length > 0;
    this.edits = this.accepted = [];
    this.answered = null;
    this.list();
    say(byId('edited-margin'), '');
    say(byId('edited-time'), '');
    if (!had) return;
    this.show(null);
    this.drawn = this.header?.objects ?? [];
    this.outlineAll();
  }

  branch() {
    return this.branchWith(this.edits);
  }

  /** Plays on with these edits; gives whether it can be. */
  async branchWith(edits) {
    if (!await this.ask('branch', {edits})) return false;
    this.clear();
    return true;
  }

  async compare() {
    const reply = await this.ask('compare_branches', {steps: Number(byId('compare-steps').value)});
    if (!reply) return;
    say(byId('compared'), `Return over ${reply.branch.length} steps: as it was ${withMinus(reply.trunk_sum)}, ` +
        `with your edit ${withMinus(reply.branch_sum)}.`);
  }

  /** Which bytes of RAM change this pixel. */
  async bytesOf(x, y) {
    const reply = await this.ask('pixel', {step: this.header.step, x, y});
    if (!reply) return;
    say(byId('pixel-words'), reply.bytes.length === 0 ? `No byte of RAM changes the pixel at column ${x}, line ${y}.`
        : `The pixel at column ${x}, line ${y} changes with RAM byte`);
    byId('pixel-bytes').replaceChildren(...reply.bytes.slice(0, 24).map(({byte, value}) => make('li', {},
        make('button', {type: 'button', class: 'small', text: `${byte}`, title: `now ${value}`, onclick: () => {
          byId('byte').value = String(byte);
          byId('byte-value').value = String(value);
          this.sayByte();
          byId('byte-value').focus();
        }}))));
  }
}
