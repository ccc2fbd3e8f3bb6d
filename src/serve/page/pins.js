// What-ifs side by side: answers to edited states that are kept, each beside the state as it was.
import {byId, make, shortNumber} from './dom.js';
import {editWords, keyOf} from './edits.js';

const kMostPins = 12;

/** Which state an answer is about. */
function pinKey({step, edits}) {
  return [step, ...edits.map((edit) => `${keyOf(edit)} ${JSON.stringify(edit)}`).sort()].join('; ');
}

/**
 * Rows of the table: for each step first the state as it was, then its edited ones in the order in which they were
 * kept. `pins`: [{step, edits, edited, original}].
 */
export function rowsOf(pins) {
  const rows = [];
  for (const step of [...new Set(pins.map((pin) => pin.step))]) {
    const those = pins.filter((pin) => pin.step === step);
    rows.push({step, edits: [], ...those[0].original, words: `step ${step} as it was`});
    for (const pin of those) {
      const {chosen, margin, value} = pin.edited;
      rows.push({step, edits: pin.edits, chosen, margin, value, words: pin.edits.map(editWords).join(', '), pin});
    }
  }
  return rows;
}

export class Pins {
  /** `recall({step, edits})`: shows that state again. */
  constructor(recall) {
    this.recall = recall;
    this.pins = [];
    this.names = [];
  }

  begin({actions}) {
    this.names = actions;
    this.clear();
  }

  clear() {
    this.pins = [];
    this.list();
  }

  /** Steps of another game or branch are other states. */
  follow({game, branch}) {
    const place = `${game} ${branch}`;
    if (this.at !== undefined && this.at !== place) this.clear();
    this.at = place;
  }

  /** One more; the same question takes the place of its earlier answer. */
  add(pin) {
    this.pins = [...this.pins.filter((other) => pinKey(other) !== pinKey(pin)), pin].slice(-kMostPins);
    this.list();
  }

  list() {
    byId('pinned').hidden = this.pins.length === 0;
    byId('pins').replaceChildren(...rowsOf(this.pins).map((row) => make('tr', {},
        make('th', {scope: 'row'}, make('button', {type: 'button', class: 'small', text: row.words, title: 'Show this state', onclick: () => this.recall(row)})),
        make('td', {text: this.names[row.chosen] ?? '–'}), make('td', {class: 'numbers', text: shortNumber(row.margin)}),
        make('td', {class: 'numbers', text: shortNumber(row.value)}),
        make('td', {}, row.pin ? make('button', {type: 'button', class: 'small', 'aria-label': `Forget: ${row.words}`, text: '×', onclick: () => {
          this.pins = this.pins.filter((other) => other !== row.pin);
          this.list();
        }}) : null))));
  }
}
