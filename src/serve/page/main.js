// The page: brings its parts together.
import {announce, byId, say, withMinus} from './dom.js';
import {Connection} from './connection.js';
import {Control} from './control.js';
import {framesOf} from './decode.js';
import {Decision} from './decision.js';
import {Hand} from './hand.js';
import {Help} from './help.js';
import {Human} from './human.js';
import {Keep} from './keep.js';
import {listenToKeys} from './keys.js';
import {followLink, goToStep} from './link.js';
import {Look} from './look.js';
import {Pins} from './pins.js';
import {Player} from './player.js';
import {Recorded, recordingOf} from './recorded.js';
import {Scene} from './scene.js';
import {Sound} from './sound.js';
import {Stage} from './stage.js';
import {Status} from './status.js';
import {Tiles} from './tiles.js';
import {Timeline, positionOf, speedOf} from './timeline.js';
import {View} from './view.js';

class App {
  constructor(source) {
    this.source = source;
    this.state = {tiles: [], playing: false};
    this.hello = null;
    const ask = (name, members, quietly) => this.ask(name, members, quietly);
    this.view = new View(location.hash);
    this.scene = new Scene(this.view);
    this.player = new Player();
    this.look = new Look(this.view);
    this.stage = new Stage(this.scene);
    this.timeline = new Timeline(ask);
    this.tiles = new Tiles(this.scene, ask, (index) => this.view.set('tile', index));
    this.decision = new Decision((target) => this.tiles.change(this.scene.staged, {target}));
    this.pins = new Pins((state) => this.recall(state));
    this.hand = new Hand(this.scene, ask, () => this.pause(), (message) => this.showEdited(message), (pin) => this.pins.add(pin));
    this.human = new Human(ask);
    this.keep = new Keep(this);
    this.control = new Control(ask);
    this.help = new Help();
    this.status = new Status(this.player);
    this.sound = new Sound();
    this.listen();
  }

  /** Sends a request; an error is shown to the person. Gives the reply, or null. */
  async ask(name, members = {}, quietly = false) {
    try {
      return await this.source.request(name, members) ?? {};
    } catch (error) {
      if (!quietly) announce(error.message, 'error');
      return null;
    }
  }

  /** Shows a state that was asked about before: a step of this game, with edits or as it was. */
  async recall({step, edits}) {
    if (this.timeline.step === step || await goToStep(this, step)) await this.hand.apply(edits);
  }

  async pause() {
    if (this.state.playing && this.control.mine) await this.ask('pause');
  }

  listen() {
    const {source, player, view} = this;
    source.on('open', (hello) => this.begin(hello));
    // After its farewell a server closes the connection: what it said stays.
    source.on('closed', () => byId('connection').hidden && this.connection('The connection to the server is lost. It is tried again.'));
    source.on('shutdown', () => this.connection('The server has ended. Start it again (arcadecam serve): this page then goes on by itself.'));
    source.on('state', (state) => this.follow(state));
    source.on('step', (message) => player.take(message));
    source.on('notice', ({text}) => announce(text));
    source.on('control_asked', (event) => this.control.asked(event));
    source.on('answered', (milliseconds) => this.status.answered(milliseconds));
    player.on('step', (message) => this.step(message));
    player.on('frame', ({frame}) => {
      if (!this.hello || !this.scene.message) return;
      this.stage.frame(frame);
      // The small pictures change once per decision: their maps belong to its frame.
      if (this.newStep) this.tiles.frame(frame);
      this.newStep = false;
    });
    view.on('change', (name) => this.repaint(name));
    listenToKeys(this.actions(), this.human);
    if (source.live) this.acceptFiles();
  }

  actions() {
    const {timeline, view} = this;
    const faster = (by) => {
      const times = speedOf(Math.min(Math.max(positionOf(this.state.speed || 20) + by, -10), 10));
      this.ask('speed', {times});
    };
    return {
      toggle: () => timeline.toggle(), forward: () => timeline.go(1), back: () => timeline.go(-1),
      forward10: () => timeline.go(10), back10: () => timeline.go(-10), faster: () => faster(1), slower: () => faster(-1),
      map: () => view.set('map', !view.get('map')), boxes: () => view.set('boxes', !view.get('boxes')),
      first: () => timeline.seek(timeline.first), last: () => timeline.seek(timeline.last()),
      next: () => timeline.goToMoment(1), previous: () => timeline.goToMoment(-1), full: () => this.stage.full(),
      undo: () => this.hand.clear(), link: () => this.keep.link(),
      ground: () => this.look.turn('ground', ['color', 'dimmed', 'grey']), mark: () => timeline.mark(),
      take: () => this.human.toggle(), random: () => this.tiles.toggle('random'), help: () => this.help.open(),
      tile: (key) => view.set('tile', Number(key) - 1),
    };
  }

  connection(words) {
    byId('connection').hidden = words === '';
    if (words !== '') this.control.forget();
    say(byId('connection'), words);
  }

  /** The agent that is played: at the beginning, after the connection was made again, after another was loaded. */
  begin(hello) {
    const linked = this.hello === null && Object.keys(this.view.link).length > 0;
    const first = this.hello === null;
    this.hello = hello;
    this.connection('');
    if (this.source.live) document.title = `${hello.title ?? hello.game} · ArcadeCAM`;
    say(byId('title'), hello.title ?? hello.game);
    say(byId('agent'), hello.agent_words ?? hello.agent ?? '');
    document.body.classList.toggle('offline', !this.source.live);
    this.player.framesPerSecond = hello.frames_per_second ?? 60;
    this.scene.begin(hello);
    for (const part of [this.look, this.stage, this.decision, this.tiles, this.hand, this.pins, this.human, this.control, this.help]) part.begin(hello);
    this.timeline.load();
    if (first) this.help.firstVisit(linked || !this.source.live);
    this.linked = linked;
    this.fresh = first && !linked && this.source.live;
  }

  follow(state) {
    const other = this.state.agent_number !== undefined && state.agent_number !== this.state.agent_number;
    this.state = state;
    this.player.playing = state.playing;
    this.player.speed = state.speed;
    this.timeline.follow(state);
    this.tiles.follow(state.tiles);
    this.human.follow(state);
    this.control.follow(state);
    this.pins.follow(state);
    this.decision.follow(state.tiles[this.scene.staged]?.target ?? 'chosen');
    byId('return').hidden = !state.branch;
    byId('compare').hidden = !state.branch;
    say(byId('branch-words'), state.branch ? `A branch from step ${state.fork ?? '?'} is shown.` : '');
    if (this.hello) this.help.about(this.hello, state.tiles);
    if (other && this.source.greet) this.source.greet();
    if (this.linked) {
      this.linked = false;
      followLink(this);
    }
    if (this.fresh) {
      // Who opens the page of a game that has not begun wants to see it played, but not who asked for less motion.
      this.fresh = false;
      const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
      if (this.control.mine && !state.playing && state.last === 0 && state.game === 1 && !still) this.ask('play');
    }
    if (!state.playing) this.stand();
  }

  /** A decision is shown. */
  step(message) {
    if (!this.hello) return;
    const {header} = message;
    this.scene.show(message);
    this.newStep = true;
    this.edited = null;
    this.hand.step(message);
    this.timeline.show(header);
    this.decision.show(header, null, message.arrays);
    this.stage.step();
    this.tiles.step();
    this.status.shown(message);
    say(byId('score'), `score ${withMinus(header.score)}` + (header.lives > 0 ? ` · ${header.lives} lives` : ''));
    if (this.view.get('sound')) this.sound.step(message, this.hello, this.state.speed);
    if (!this.state.playing) this.stand();
  }

  /** The game stands still: what would be too much while it moves. */
  stand() {
    this.stage.describe();
    this.hand.stand();
    this.timeline.fillGaps();
  }

  /** Shows a changed state in the place of the real one; null: the real one again. */
  showEdited(message) {
    document.body.classList.toggle('edited', message !== null);
    const shown = message ?? this.player.message;
    if (!shown) return;
    this.edited = message;
    if (message) message.frame ??= framesOf(message).pop();
    this.scene.show(shown);
    if (message) this.decision.show({...this.player.message.header, ...message.header.original}, message.header, message.arrays);
    else this.decision.show(shown.header, null, shown.arrays);
    this.repaint('edit');
  }

  /** Paints the present frame again, after a change of the view. */
  repaint(name) {
    if (name === 'sound') {
      this.sound.turn(this.view.get('sound'));
      this.ask('sound', {on: this.view.get('sound')});
    }
    if (!this.hello || !this.scene.message) return;
    this.scene.forget();
    if (name === 'tile') this.decision.follow(this.state.tiles[this.scene.staged]?.target ?? 'chosen');
    const frame = this.edited?.frame ?? this.player.frame;
    this.stage.frame(frame);
    this.tiles.frame(frame);
    this.stage.step();
    this.tiles.step();
    this.hand.outlineAll();
    this.timeline.draw();
  }

  /** A checkpoint or a trace that is dropped on the page is loaded. */
  acceptFiles() {
    const load = async (file) => {
      const limit = this.hello?.limits?.upload ?? 64 * 2 ** 20;
      if (file.size > limit) {
        announce(`${file.name} is too large: at most ${Math.floor(limit / 2 ** 20)} MiB can be sent.`, 'error');
        return;
      }
      announce(`${file.name} is sent to the server …`);
      try {
        const upload = await this.source.upload(file, this.hello.client);
        if (await this.ask('load', {upload})) announce(`${file.name} is loaded.`);
      } catch (error) {
        announce(error.message, 'error');
      }
    };
    window.addEventListener('dragover', (event) => {
      event.preventDefault();
      document.body.classList.add('dropping');
    });
    window.addEventListener('dragleave', (event) => !event.relatedTarget && document.body.classList.remove('dropping'));
    window.addEventListener('drop', (event) => {
      event.preventDefault();
      document.body.classList.remove('dropping');
      const [file] = event.dataTransfer.files;
      if (file) load(file);
    });
    byId('file').addEventListener('change', () => {
      const [file] = byId('file').files;
      if (file) load(file);
      byId('file').value = '';
    });
  }
}

/** A recorded run in the page's own file, or the server that the page came from. */
function sourceOf() {
  const recording = recordingOf(byId('recorded').textContent);
  if (recording) return new Recorded(recording);
  const address = new URL('live', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return new Connection(address.href);
}

new App(sourceOf());
