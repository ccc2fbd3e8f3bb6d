// A person plays: keyboard or gamepad become the console's actions.
import {byId, say} from './dom.js';

const kKeys = {ArrowUp: 'UP', ArrowDown: 'DOWN', ArrowLeft: 'LEFT', ArrowRight: 'RIGHT', KeyW: 'UP', KeyS: 'DOWN', KeyA: 'LEFT',
               KeyD: 'RIGHT', Space: 'FIRE', KeyX: 'FIRE'};

/**
 * The action for what is held: a set of UP, DOWN, LEFT, RIGHT, FIRE. Among those that the game has, the one that
 * holds most of them; opposite directions are no direction. `actions`: the game's names.
 */
export function actionFor(held, actions) {
  const vertical = held.has('UP') === held.has('DOWN') ? '' : held.has('UP') ? 'UP' : 'DOWN';
  const horizontal = held.has('LEFT') === held.has('RIGHT') ? '' : held.has('LEFT') ? 'LEFT' : 'RIGHT';
  const fire = held.has('FIRE') ? 'FIRE' : '';
  const wanted = [vertical + horizontal + fire, horizontal + fire, vertical + fire, vertical + horizontal, horizontal, vertical,
                  fire, 'NOOP'];
  return wanted.find((name) => name !== '' && actions.includes(name)) ?? actions[0];
}

/** What a standard gamepad holds. */
export function heldOf({axes, buttons}) {
  const held = new Set();
  const pressed = (k) => Boolean(buttons[k]?.pressed);
  if (axes[0] < -0.5 || pressed(14)) held.add('LEFT');
  if (axes[0] > 0.5 || pressed(15)) held.add('RIGHT');
  if (axes[1] < -0.5 || pressed(12)) held.add('UP');
  if (axes[1] > 0.5 || pressed(13)) held.add('DOWN');
  if (pressed(0) || pressed(1)) held.add('FIRE');
  return held;
}

export class Human {
  constructor(ask) {
    this.ask = ask;
    this.playing = false;
    this.keys = new Set();
    this.sent = null;
    byId('take').addEventListener('click', () => this.toggle());
    window.addEventListener('blur', () => {
      this.keys.clear();
      this.send();
    });
    for (const button of document.querySelectorAll('[data-joystick]')) this.listen(button);
  }

  /** A button on the screen: for hands without keys. */
  listen(button) {
    const name = button.dataset.joystick;
    const hold = (on) => () => {
      if (on) this.keys.add(name);
      else this.keys.delete(name);
      this.send();
    };
    button.addEventListener('pointerdown', hold(true));
    for (const end of ['pointerup', 'pointerleave', 'pointercancel']) button.addEventListener(end, hold(false));
  }

  begin({actions}) {
    this.actions = actions;
  }

  follow({human}) {
    this.playing = Boolean(human);
    say(byId('take'), this.playing ? 'Hand back to the agent' : 'Take over');
    byId('take').setAttribute('aria-pressed', String(this.playing));
    byId('joystick').hidden = !this.playing;
    document.body.classList.toggle('human', this.playing);
    if (this.playing) this.watchGamepad();
    else this.sent = null;
  }

  toggle() {
    if (this.playing) this.ask('hand_back', {});
    else this.ask('take', {}).then((reply) => reply && this.ask('play', {}));
  }

  /** Whether a key is the joystick's; then it is no shortcut. */
  key(event, down) {
    if (!this.playing || !(event.code in kKeys)) return false;
    if (down) this.keys.add(kKeys[event.code]);
    else this.keys.delete(kKeys[event.code]);
    this.send();
    return true;
  }

  watchGamepad() {
    if (this.watching) return;
    this.watching = true;
    const look = () => {
      if (!this.playing) {
        this.watching = false;
        return;
      }
      const pad = (navigator.getGamepads?.() ?? []).find((one) => one?.connected);
      if (pad) {
        const held = heldOf(pad);
        const words = [...held].join(' ');
        if (words !== this.padWords) {
          this.padWords = words;
          this.pad = held;
          this.send();
        }
      }
      requestAnimationFrame(look);
    };
    look();
  }

  send() {
    if (!this.playing) return;
    const action = actionFor(new Set([...this.keys, ...(this.pad ?? [])]), this.actions);
    say(byId('joystick-now'), action);
    if (action === this.sent) return;
    this.sent = action;
    this.ask('act', {action});
  }
}
