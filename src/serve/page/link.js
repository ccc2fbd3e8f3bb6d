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

/** Later games than this are not played for a link. */
const kMostEpisodes = 1000;

/** Seed and the game's number since then say which game it is. */
async function goToGame(app, seed, episode) {
  if (seed === undefined || (String(app.state.seed) === seed && app.state.episode === episode)) return;
  if (!await app.ask('reset', {seed: Number(seed)})) return;
  for (let k = 0; k < Math.min(episode, kMostEpisodes) && app.state.episode < episode; ++k) await app.ask('reset', {});
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

/**
 * Brings the server to what the link names: the game of this seed, its tiles, its step. A step that was not played
 * yet is played: the same agent and seed play the same game.
 */
export async function followLink(app) {
  const {tiles, step, seed, episode, edits} = app.view.link;
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
  await goToGame(app, seed, Number(episode ?? 0));
  await playUntil(app, wanted);
  await app.ask('seek', {step: wanted});
  for (const edit of editsOfText(edits)) await app.hand.edit(edit);
}
