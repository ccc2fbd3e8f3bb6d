// The run so far as numbers per step, the curve that shows them, and the moments worth going to.
import {drawing, styleColor} from './canvas.js';

/** Numbers per step from `from` on: value, margin, advantage, reward, lives, action. A step that was not seen is null. */
export class History {
  constructor() {
    this.clear();
  }

  clear() {
    this.from = 0;
    this.columns = {value: [], margin: [], advantage: [], reward: [], lives: [], action: []};
  }

  /** The reply to "curve". What a step's action brought is seen at the next step. */
  fill({from, value, margin, advantage = [], reward, lives, action}) {
    this.from = from;
    this.columns = {value: [...value], margin: [...margin], advantage: [...advantage], reward: [null, ...reward], lives: [null, ...lives],
                    action: [...action]};
  }

  /** A step that was shown. What lies behind the run's last step is of another branch. */
  add({step, last, value, margin, advantage, reward, lives, action}) {
    const at = step - this.from;
    if (at < 0) return;
    const numbers = {value, margin, advantage, reward, lives, action};
    for (const [name, column] of Object.entries(this.columns)) {
      while (column.length < at) column.push(null);
      column[at] = numbers[name] ?? null;
      if (last !== undefined && column.length > last - this.from + 1) column.length = Math.max(last - this.from + 1, at + 1);
    }
  }

  get length() {
    return this.columns.value.length;
  }
}

const kDiscount = 0.99;

/**
 * Steps worth looking at: [{step, words}]. Largest and smallest margin and advantage, lost lives and rewards, and
 * surprises: where reward and the next value differ most from what was expected (a discount of 0.99).
 */
export function momentsOf({from, columns: {value, margin, advantage, reward, lives}}) {
  const moments = [];
  const add = (index, words) => moments.push({step: from + index, words});
  for (const [name, column] of [['margin', margin], ['advantage', advantage]]) {
    const known = column.map((m, i) => [m, i]).filter(([m]) => m !== null && Number.isFinite(m));
    if (known.length < 2) continue;
    const sorted = known.sort((a, b) => a[0] - b[0]);
    add(sorted[0][1], `smallest ${name}`);
    add(sorted[sorted.length - 1][1], `largest ${name}`);
  }
  const surprises = [];
  for (let i = 1; i < value.length; ++i) {
    if (Number.isFinite(lives[i]) && Number.isFinite(lives[i - 1]) && lives[i] < lives[i - 1]) add(i, 'life lost');
    if (reward[i]) add(i, `reward ${reward[i] > 0 ? '+' : '−'}${Math.abs(reward[i])}`);
    if (value[i] === null || value[i - 1] === null || !Number.isFinite(reward[i])) continue;
    surprises.push([Math.abs(reward[i] + kDiscount * value[i] - value[i - 1]), i]);
  }
  surprises.sort((a, b) => b[0] - a[0]);
  for (const [, i] of surprises.slice(0, 3)) add(i, 'surprise');
  return moments.sort((a, b) => a.step - b.step);
}

/** The nearest step of the curve to a place on it, x in CSS pixels. */
export function stepAt(x, width, first, last) {
  return Math.round(first + (last - first) * Math.min(Math.max(x / Math.max(width, 1), 0), 1));
}

/** Draws the values, the rewards and marks as a curve over the steps first … last. */
export function drawCurve(canvas, history, {first, last, step, moments, bookmarks}) {
  const {context, width, height} = drawing(canvas);
  const span = Math.max(last - first, 1);
  const x = (at) => (at - first) / span * (width - 2) + 1;
  const {value, reward} = history.columns;
  const known = value.filter((v) => v !== null && Number.isFinite(v));
  const low = Math.min(...known);
  const high = Math.max(...known);
  const y = (v) => 6 + (height - 18) * (high > low ? (high - v) / (high - low) : 0.5);
  context.lineWidth = 1;
  reward.forEach((r, i) => {
    if (!r) return;
    context.fillStyle = styleColor(r > 0 ? '--gain' : '--loss');
    context.fillRect(x(history.from + i) - 1, height - 9, 2, 9);
  });
  // A branch has one colour with the trunk: the fork is marked on the scrubber.
  context.strokeStyle = styleColor('--line');
  context.lineWidth = 1.5;
  context.beginPath();
  const every = Math.max(1, Math.floor(value.length / (2 * width)));
  let inLine = false;
  for (let i = 0; i < value.length; i += every) {
    if (!Number.isFinite(value[i])) {
      inLine = false;
      continue;
    }
    if (inLine) context.lineTo(x(history.from + i), y(value[i]));
    else context.moveTo(x(history.from + i), y(value[i]));
    inLine = true;
  }
  context.stroke();
  for (const {step: at} of moments) {
    context.fillStyle = styleColor('--faint');
    context.fillRect(x(at) - 0.5, height - 5, 1, 5);
  }
  for (const {step: at} of bookmarks) {
    context.fillStyle = styleColor('--mark');
    context.beginPath();
    context.moveTo(x(at) - 4, 0);
    context.lineTo(x(at) + 4, 0);
    context.lineTo(x(at), 7);
    context.fill();
  }
  context.fillStyle = styleColor('--text');
  context.fillRect(x(step) - 0.75, 0, 1.5, height);
}
