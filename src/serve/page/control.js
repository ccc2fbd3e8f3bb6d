// Who holds the controls: one browser does, all see the same game.
import {announce, byId, make, say} from './dom.js';

export class Control {
  constructor(ask) {
    this.ask = ask;
    this.mine = false;
    byId('control').addEventListener('click', () => {
      // Who lays the controls down does not want them back at once.
      this.laidDown = this.mine;
      this.ask('control', {take: !this.mine});
    });
  }

  begin(hello) {
    this.client = hello.client ?? 'page';
    if (this.state) this.follow(this.state);
  }

  follow(state) {
    this.state = state;
    this.mine = String(state.controller ?? '') === String(this.client);
    const nobody = state.controller === null || state.controller === undefined || state.controller === '';
    const viewers = state.clients.length;
    say(byId('control-words'), this.mine ? 'You hold the controls' : nobody ? 'Nobody holds the controls' : 'Somebody else holds the controls');
    say(byId('viewers'), viewers === 1 ? '' : `${viewers} viewers`);
    say(byId('control'), this.mine ? 'Lay down' : nobody ? 'Take the controls' : 'Ask for the controls');
    document.body.classList.toggle('watching', !this.mine);
    if (!this.mine) this.forget();
    // After a reload the page that was left may have held them until now.
    if (nobody && !this.laidDown) this.ask('control', {take: true});
  }

  /** The connection is lost: nobody asks any more. */
  forget() {
    byId('asked').replaceChildren();
  }

  /** Another client asks for the controls. */
  asked({client}) {
    const row = make('li', {}, make('span', {text: `Viewer ${client} asks for the controls. `}),
                     make('button', {type: 'button', text: 'Give', onclick: () => {
                       row.remove();
                       this.ask('give', {client});
                     }}),
                     make('button', {type: 'button', text: 'Keep', onclick: () => row.remove()}));
    byId('asked').append(row);
    announce(`Viewer ${client} asks for the controls.`);
  }
}
