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

/** Seed and number of the episode say which game it is; one that the server keeps is gone back to. */
async function goToGame(app, seed, episode) {
  if (seed === undefined || (String(app.state.seed) === seed && app.state.episode === episode)) return;
  const kept = (app.state.games ?? []).find((one) => String(one.seed) === seed && one.episode === episode);
  if (kept) await app.ask('game', {game: kept.game});
  else await app.ask('reset', {seed: Number(seed), episode});
}

/** Plays as fast as it goes until a step was played, at most the steps that one request may ask for. */
async function playUntil(app, step) {
  const missing = step - app.timeline.last();
  if (missing <= 0) return;
  const times = app.state.speed;
  await app.ask('speed', {times: 0});
  if (await app.ask('step', {steps: Math.min(missing, app.hello.limits?.steps ?? 1000)})) {
    // The reply comes at once, the steps come one after the other; the game pauses behind the last.
    await new Promise((done) => setTimeout(done, 50));
    while (app.state.playing) await new Promise((done) => setTimeout(done, 50));
  }
  await app.ask('speed', {times});
}

/** Goes to a step, and gives whether it is shown. */
export async function goToStep(app, step) {
  await playUntil(app, step);
  if (!await app.ask('seek', {step})) return false;
  // The step comes before the answer, but is painted a moment later.
  for (let k = 0; k < 100 && app.hand.header?.step !== step; ++k) await new Promise((done) => setTimeout(done, 20));
  return true;
}

/**
 * Brings the server to what the link names: the game of this seed, its tiles, its step. A step that was not played
 * yet is played: the same agent and seed play the same game.
 */
export async function followLink(app) {
  const {tiles, step, seed, episode, edits, fork} = app.view.link;
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
  if (app.state.branch) await app.ask('return_to_trunk', {});
  await goToGame(app, seed, Number(episode ?? 0));
  if (fork !== undefined) {
    if (!await goToStep(app, Number(fork)) || !await app.hand.branchWith(editsOfText(edits))) return;
    await goToStep(app, wanted);
    return;
  }
  await goToStep(app, wanted);
  await app.hand.apply(editsOfText(edits));
}
