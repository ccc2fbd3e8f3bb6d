// The decision: every action's value as a bar. A click on an action asks why it, a click on two why one and not the other.
import {byId, make, percent, say, shortNumber} from './dom.js';
import {drawing, styleColor} from './canvas.js';

/** What the numbers of the bars are, by the kind of network. */
const kWords = {values: 'action values', logits: 'probabilities of the actions', probabilities: 'probabilities of the actions'};

/** What the bars show: action values as they are; of a policy the probabilities by which it draws. */
export function barNumbers(values, kind) {
  if (kind !== 'logits') return values;
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The target of a tile for the actions that were clicked, in their order; none: the chosen action. */
export function targetOf(actions) {
  if (actions.length === 0) return 'chosen';
  return actions.length === 1 ? `action:${actions[0]}` : `margin:${actions[0]}/${actions[1]}`;
}

/** The clicked actions after another click: a second click takes an action back, a third begins again. */
export function clicked(actions, action) {
  if (actions.includes(action)) return actions.filter((other) => other !== action);
  return actions.length < 2 ? [...actions, action] : [action];
}

/** The actions that a target names: "action:2" → [2], "margin:UP/2" → both. */
export function actionsOf(target, names) {
  const match = /^(action|margin):(.+)$/.exec(target);
  if (!match) return [];
  return match[2].split('/').map((word) => (/^\d+$/.test(word) ? Number(word) : names.indexOf(word)))
      .filter((action) => action >= 0);
}

/**
 * Bars lie between the smallest and the largest number, with room to the left so that the smallest is seen too;
 * probabilities between 0 and 1.
 */
export function barShares(values, kind = 'values') {
  if (kind !== 'values') return values;
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (!(high > low)) return values.map(() => 0.5);
  return values.map((value) => 0.08 + 0.92 * (value - low) / (high - low));
}

export class Decision {
  /** `explain(target)` is called when the actions that are to be explained change. */
  constructor(explain) {
    this.explain = explain;
    this.rows = [];
    this.actions = [];
  }

  begin({actions, kind, atoms}) {
    this.names = actions;
    this.kind = kind;
    this.atoms = atoms ?? [];
    say(byId('decision-kind'), kWords[kind] ?? kind);
    const list = byId('actions');
    this.rows = actions.map((name, action) => {
      const bar = make('span', {class: 'bar'});
      const other = make('span', {class: 'bar edited', hidden: true});
      const value = make('span', {class: 'value'});
      const distribution = this.atoms.length > 0 ? make('canvas', {class: 'distribution', 'aria-hidden': 'true'}) : null;
      const button = make('button', {type: 'button', class: 'action', 'aria-pressed': 'false',
                                     onclick: () => this.click(action)},
                          make('span', {class: 'name', text: name}),
                          make('span', {class: 'track', 'aria-hidden': 'true'}, bar, other, distribution), value);
      return {button, bar, other, value, distribution};
    });
    list.replaceChildren(...this.rows.map(({button}) => make('li', {}, button)));
    this.mark();
  }

  click(action) {
    this.actions = clicked(this.actions, action);
    this.mark();
    this.explain(targetOf(this.actions));
  }

  /** Follows the target that the tile on the stage has. */
  follow(target) {
    this.actions = actionsOf(target, this.names);
    this.mark();
  }

  mark() {
    this.rows.forEach(({button}, action) => {
      const at = this.actions.indexOf(action);
      button.setAttribute('aria-pressed', String(at >= 0));
      button.dataset.asked = at < 0 ? '' : at === 0 ? 'for' : 'against';
    });
    const words = this.actions.map((action) => this.names?.[action]);
    const canAsk = !document.body.classList.contains('offline');
    say(byId('decision-asks'), words.length === 0 ? `The maps explain the chosen action.${canAsk ? ' Click an action to ask why it.' : ''}`
        : words.length === 1 ? `Why ${words[0]}?${canAsk ? ' Click a second action to ask why not that one.' : ''}`
        : `Why ${words[0]} and not ${words[1]}?`);
  }

  /** Shows a decision; `edited`: another one beside it, that of the edited state. */
  show({values, chosen, action, margin, advantage, entropy, value, action_name: name, human}, edited = null, arrays = null) {
    this.last = {chosen};
    const policy = this.kind !== 'values';
    const words = policy ? percent : shortNumber;
    const numbers = barNumbers(values, this.kind);
    const others = edited ? barNumbers(edited.values, this.kind) : [];
    const shares = barShares([...numbers, ...others], this.kind);
    this.rows.forEach((row, k) => {
      row.bar.style.transform = `scaleX(${shares[k]})`;
      row.other.hidden = !edited;
      if (edited) row.other.style.transform = `scaleX(${shares[values.length + k]})`;
      say(row.value, edited ? `${words(numbers[k])} → ${words(others[k])}` : words(numbers[k]));
      row.button.title = policy ? `${this.kind === 'logits' ? 'logit' : 'probability'} ${shortNumber(values[k])}` : '';
      row.button.classList.toggle('chosen', k === chosen);
      row.button.classList.toggle('played', k === action);
      row.button.classList.toggle('edited-chosen', Boolean(edited) && k === edited.chosen);
    });
    const drawn = arrays?.get('distribution');
    if (drawn) this.drawDistributions(drawn);
    const best = this.names[chosen];
    say(byId('chosen'), human && action !== chosen ? `${name ?? '–'} (you) · agent: ${best}` : name && action !== chosen ? `${name} (${policy ? 'drawn' : 'random'}) · best: ${best}` : best ?? '–');
    say(byId('margin'), shortNumber(margin));
    say(byId('advantage'), shortNumber(advantage));
    say(byId('entropy'), shortNumber(entropy));
    say(byId('value'), shortNumber(value));
    say(byId('edited-words'), !edited ? '' : edited.chosen === chosen ? `With your edit the agent still chooses ${best}.`
        : `With your edit the agent chooses ${this.names[edited.chosen]} instead of ${best}.`);
  }

  /** Each action's distribution over returns, all on one scale. */
  drawDistributions({values, shape: [actions, atoms]}) {
    const most = values.reduce((a, b) => Math.max(a, b), 1e-9);
    for (let k = 0; k < actions; ++k) {
      const canvas = this.rows[k].distribution;
      if (!canvas) return;
      const {context, width, height} = drawing(canvas);
      context.fillStyle = styleColor(k === this.last.chosen ? '--chosen' : '--bar');
      for (let atom = 0; atom < atoms; ++atom) {
        const tall = height * values[k * atoms + atom] / most;
        context.fillRect(width * atom / atoms, height - tall, Math.max(width / atoms - 0.5, 1), tall);
      }
    }
  }
}
