// Help: keys, what a map means and does not mean, and the tour of the first visit.
import {byId, make, say} from './dom.js';
import {kShortcuts} from './keys.js';
import {remember, remembered} from './view.js';

/** The tour: which part of the page, and what to say about it. */
const kTour = [
  [null, 'The agent plays', 'You see the game that the agent plays now. With every decision a map is computed: bright where the decision is sensitive.'],
  ['stage', 'The game and the map', 'Change how the map is shown with the controls below the picture. The agent sees only the small grey picture.'],
  ['decision', 'The decision', 'One bar per action. Click an action to ask why it; click a second one to ask why not that one.'],
  ['time', 'Time', 'Pause, go back to any step, and play on. Click the curve to go to a moment. Earlier games stay in the list.'],
  ['side', 'Side by side', 'Put “random” or “sobel” beside a map. They know nothing about the agent: a map that looks like them shows little.'],
  ['hand', 'Your hand in the game', 'Point at an object on the picture, drag it, and see what the agent would do then.'],
];

export class Help {
  constructor() {
    byId('keys').replaceChildren(...[...kShortcuts].map(([key, [words]]) =>
        make('li', {}, make('kbd', {text: key === ' ' ? 'Space' : key}), make('span', {text: words}))));
    byId('open-help').addEventListener('click', () => this.open());
    byId('open-meaning').addEventListener('click', () => {
      this.open();
      byId('meaning').scrollIntoView();
    });
    byId('close-help').addEventListener('click', () => byId('help').close());
    byId('start-tour').addEventListener('click', () => {
      byId('help').close();
      this.tour(0);
    });
    byId('tour-next').addEventListener('click', () => this.tour(this.at + 1));
    byId('tour-end').addEventListener('click', () => byId('tour').close());
    byId('tour').addEventListener('close', () => {
      this.light(null);
      remember('tour', 'seen');
    });
  }

  open() {
    byId('help').showModal();
    byId('help').scrollTop = 0;
  }

  /** What is known of the agent and how it plays. */
  begin(hello) {
    const rows = [['agent', hello.agent_words], ['policy', hello.policy], ['protocol', hello.protocol], ['read with', hello.read_with],
                  ['objects', hello.objects === false ? 'this game’s are not known' : hello.objects_left_out && `not told apart: ${hello.objects_left_out}`],
                  ...(hello.evidence ?? []).map((words) => ['known from', words]), ...(hello.unknown ?? []).map((words) => ['not known', words])];
    byId('about-agent').replaceChildren(...rows.filter(([, words]) => words).map(([name, words]) =>
        make('div', {}, make('dt', {text: name}), make('dd', {text: words}))));
    const left = (hello.methods ?? []).filter(({error}) => error);
    byId('left-out').replaceChildren(...left.map(({name, error}) => make('li', {}, make('strong', {text: name}), make('span', {text: ` – ${error}` }))));
    byId('left-out-part').hidden = left.length === 0;
  }

  /** The tour begins by itself once, and never on a link to a certain step. */
  firstVisit(linked) {
    if (!linked && remembered('tour') === null) this.tour(0);
  }

  tour(at) {
    const dialog = byId('tour');
    // A recording has no hand in the game.
    const parts = kTour.filter(([part]) => part === null || byId(part).checkVisibility());
    if (at >= parts.length) {
      dialog.close();
      return;
    }
    this.at = at;
    const [part, title, words] = parts[at];
    say(byId('tour-title'), title);
    say(byId('tour-words'), words);
    say(byId('tour-count'), `${at + 1} of ${parts.length}`);
    say(byId('tour-next'), at + 1 === parts.length ? 'Done' : 'Next');
    if (!dialog.open) dialog.show();
    byId('tour-next').focus();
    this.light(part);
  }

  light(part) {
    for (const lit of document.querySelectorAll('.lit')) lit.classList.remove('lit');
    byId('tour').classList.remove('right');
    if (!part) return;
    byId(part).classList.add('lit');
    byId(part).scrollIntoView({block: 'nearest'});
    // What is spoken of is not to be covered.
    const {left, width} = byId(part).getBoundingClientRect();
    byId('tour').classList.toggle('right', left + width / 2 < innerWidth * 0.45);
  }

  /** What is known of the methods that are shown. */
  about(hello, tiles) {
    const names = new Set(tiles.map(({method}) => method.split(':')[0]));
    const methods = (hello.methods ?? []).filter(({name}) => names.has(name));
    byId('about-methods').replaceChildren(...methods.map(({name, title, citation, uses_decision: uses}) => make('li', {},
        make('strong', {text: name}), make('span', {text: ` – ${title}. `}),
        uses === false ? make('em', {text: 'Knows nothing of the decision: a baseline. '}) : null,
        citation ? make('span', {class: 'quiet', text: citation}) : null)));
  }
}
