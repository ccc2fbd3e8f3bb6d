// Following a link to a certain step of a run.
import {announce} from './dom.js';
import {tilesOfText} from './questions.js';

/** The edits of a link; none where they cannot be read. */
export function editsOfText(text) {
  if (!text) return [];
  try {
    const edits = JSON.parse(text);
    return Array.isArray(edits) ? edits : [];
  } catch {
    return [];
  }
}

/**
 * Brings the server to what the link names: the game of this seed, its tiles, its step. A step that was not played
 * yet is played: the same agent and seed play the same game.
 */
export async function followLink(app) {
  const {tiles, step, seed, edits} = app.view.link;
  app.view.link = {};
  app.view.keep();
  if (tiles) await app.ask('tiles', {tiles: tilesOfText(tiles)});
  if (step === undefined) return;
  const wanted = Number(step);
  if (!Number.isInteger(wanted) || wanted < 0) {
    announce('The link names no step of a run.', 'error');
    return;
  }
  await app.ask('pause', {});
  if (seed !== undefined && String(app.state.seed) !== seed) await app.ask('reset', {seed: Number(seed)});
  let missing = wanted - app.timeline.last();
  while (missing > 0) {
    if (!await app.ask('step', {steps: Math.min(missing, 1000)})) return;
    missing -= 1000;
  }
  await app.ask('seek', {step: wanted});
  for (const edit of editsOfText(edits)) await app.hand.edit(edit);
}
