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

/** The branches of a link, [[step, edits], …], each of which begins in the one before it; null where they cannot be read. */
export function branchesOfText(text) {
  if (!text) return [];
  try {
    const branches = JSON.parse(text);
    const good = Array.isArray(branches) &&
        branches.every(([step, edits]) => Number.isInteger(step) && step >= 0 && Array.isArray(edits));
    return good ? branches : null;
  } catch {
    return null;
  }
}

/**
 * Where a link leads, and by which branches: to the step that is shown, or, where a person played on the way, to the
 * step where that began. `way`: the timelines from the trunk to the present one, as the server tells them.
 */
export function placeOf(way, step, edits) {
  const branches = [];
  for (const [k, {first, edits: begun, by_hand: byHand}] of way.entries()) {
    if (k > 0) branches.push([first, begun]);
    const end = way[k + 1]?.first ?? step;
    if (byHand !== null && byHand < end) return {step: byHand, edits: [], branches, byHand: true};
  }
  return {step, edits, branches, byHand: false};
}

/**
 * Seed and number of the episode say which game it is. One that the server keeps is gone back to, where the agent
 * played it until `step`.
 */
async function goToGame(app, seed, episode, step) {
  if (seed === undefined) return;
  const same = (app.state.games ?? []).filter((one) => String(one.seed) === seed && one.episode === episode &&
      ((one.by_hand ?? null) === null || one.by_hand >= step));
  if (same.some(({game}) => game === app.state.game)) return;
  if (same.length > 0) await app.ask('game', {game: same[0].game});
  else await app.ask('reset', {seed: Number(seed), episode});
}

function wait(milliseconds = 50) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

/** Plays as fast as it goes until a step was played, this game is over, or somebody pauses it. */
async function playUntil(app, step) {
  if (step <= app.state.last) return;
  const {speed: times, game} = app.state;
  const most = app.hello.limits?.steps ?? 1000;
  if (step - app.state.last > most) announce(`The game is played until step ${step}. Pause ends that.`);
  // A run that stands at an earlier step would play again what was played.
  await app.ask('seek', {step: app.state.last});
  await app.ask('speed', {times: 0});
  for (let before = -1; before < app.state.last && app.state.last < step && !app.state.over && app.state.game === game;) {
    before = app.state.last;
    const steps = Math.min(step - before, most);
    if (!await app.ask('step', {steps})) break;
    // The reply comes at once, the steps come one after the other; the game pauses behind the last.
    await wait();
    while (app.state.playing) await wait();
    if (app.state.last < before + steps && !app.state.stopped_by) break;
  }
  await app.ask('speed', {times});
}

/** Goes to a step, and gives whether it is shown. */
export async function goToStep(app, step) {
  await playUntil(app, step);
  if (!await app.ask('seek', {step})) return false;
  // The step comes before the answer, but is painted a moment later.
  for (let k = 0; k < 100 && app.hand.header?.step !== step; ++k) await wait(20);
  return true;
}

/**
 * Brings the server to what the link names: the game of this seed, its tiles, its step. A step that was not played
 * yet is played: the same agent and seed play the same game.
 */
export async function followLink(app) {
  const {tiles, step, seed, episode, edits, branches} = app.view.link;
  app.view.link = {};
  app.view.keep();
  // After a reload the page that was left may hold the controls a moment longer.
  for (let k = 0; k < 40 && !app.control.mine; ++k) await wait();
  if (tiles) await app.ask('tiles', {tiles: tilesOfText(tiles)});
  if (step === undefined) return;
  const wanted = Number(step);
  const begun = branchesOfText(branches);
  if (!Number.isInteger(wanted) || wanted < 0 || !begun) {
    announce('The link names no step of a run.', 'error');
    return;
  }
  await app.ask('pause', {});
  if (app.state.branch) await app.ask('return_to_trunk', {});
  await goToGame(app, seed, Number(episode ?? 0), begun[0]?.[0] ?? wanted);
  for (const [fork, changes] of begun) {
    if (!await goToStep(app, fork) || !await app.hand.branchWith(changes)) return;
  }
  if (await goToStep(app, wanted)) await app.hand.apply(editsOfText(edits));
}
