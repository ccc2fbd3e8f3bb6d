// The keyboard.
import {byId} from './dom.js';

/** Key → [what it does in words, its action's name]; the help lists them. */
export const kShortcuts = new Map([
  [' ', ['play or pause', 'toggle']],
  ['.', ['one step on', 'forward']],
  [',', ['one step back', 'back']],
  ['>', ['ten steps on', 'forward10']],
  ['<', ['ten steps back', 'back10']],
  ['+', ['faster', 'faster']],
  ['-', ['slower', 'slower']],
  ['Home', ['to the first step', 'first']],
  ['End', ['to the last step that was played', 'last']],
  ['n', ['to the next moment', 'next']],
  ['p', ['to the moment before', 'previous']],
  ['m', ['map on or off', 'map']],
  ['g', ['ground: colour, dimmed, grey', 'ground']],
  ['o', ['outline the objects', 'boxes']],
  ['f', ['the game on the whole screen', 'full']],
  ['b', ['bookmark this step', 'mark']],
  ['u', ['edits back: as it was', 'undo']],
  ['l', ['copy a link to what is seen', 'link']],
  ['t', ['take over or hand back', 'take']],
  ['r', ['random beside the maps', 'random']],
  ['1', ['tile 1 to 6 on the stage: keys 1 to 6', 'tile']],
  ['?', ['this help', 'help']],
]);

/** Whether a key belongs to the element that has the focus. */
function isTyping(target) {
  return target instanceof HTMLElement && (target.matches('input:not([type=range]):not([type=checkbox]), textarea, select') || target.isContentEditable);
}

/** Listens; `actions`: functions by name. `human`: takes the joystick's keys first while a person plays. */
export function listenToKeys(actions, human) {
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || byId('help').open || byId('tour').open || isTyping(event.target)) return;
    if (human.key(event, true)) {
      event.preventDefault();
      return;
    }
    // A button or a slider keeps its own keys.
    if ([' ', 'Home', 'End'].includes(event.key) && event.target instanceof HTMLElement && event.target.matches('button, summary, a, input')) return;
    const name = /^[1-6]$/.test(event.key) ? 'tile' : kShortcuts.get(event.key)?.[1];
    if (!name) return;
    event.preventDefault();
    actions[name](event.key);
  });
  window.addEventListener('keyup', (event) => human.key(event, false));
}
