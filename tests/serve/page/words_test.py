"""The page's small functions: what is asked, held, kept and pressed."""
import numpy as np
import pytest


def test_a_click_asks_why_and_two_why_not(module):
    clicks = module("decision.js", """(module) => {
      let actions = [];
      return [2, 4, 4, 5, 1, 1].map((action) => { actions = module.clicked(actions, action); return [actions, module.targetOf(actions)]; });
    }""")
    assert clicks == [[[2], "action:2"], [[2, 4], "margin:2/4"], [[2], "action:2"], [[2, 5], "margin:2/5"], [[1], "action:1"], [[], "chosen"]]


@pytest.mark.parametrize("target,actions", [("chosen", []), ("action:1", [1]), ("action:FIRE", [1]), ("margin:1/NOOP", [1, 0]), ("margin", []),
                                            ("value", []), ("action:JUMP", [])])
def test_actions_of_a_target(module, target, actions):
    assert module("decision.js", "(module, [target, names]) => module.actionsOf(target, names)", [target, ["NOOP", "FIRE"]]) == actions


def test_bars(module):
    assert module("decision.js", "(module) => [module.barShares([1, 3, 2]), module.barShares([4, 4])]") == [[0.08, 1, 0.54], [0.5, 0.5]]
    assert module("decision.js", "(module) => module.barShares([0, 0.75, 0.25], 'probabilities')") == [0, 0.75, 0.25], "a probability of 0 has no bar"


def test_a_policys_bars_are_its_probabilities(module):
    found = module("decision.js", "(module, values) => [module.barNumbers(values, 'logits'), module.barNumbers(values, 'probabilities')]", [1, 3, 900])
    assert found == [[0, 0, 1], [1, 3, 900]]
    weights = np.exp([0.5, -1, 2])
    np.testing.assert_allclose(module("decision.js", "(module) => module.barNumbers([0.5, -1, 2], 'logits')"), weights / weights.sum())


@pytest.mark.parametrize("number,words", [(0, "0"), (5.6e-45, "0"), (-5.6e-45, "0"), (0.5, "0.500"), (-1.25, "−1.25"), (-21, "−21.0"), (123456, "123456"),
                                          (0.0123, "0.012"), (0.00476, "0.0048"), (0.00056, "0.00056"), (-3.4e-7, "−3.4·10⁻⁷"), (2e7, "2.0·10⁷"), (None, "–")])
def test_numbers_for_people(module, number, words):
    assert module("dom.js", "(module, number) => module.shortNumber(number)", number) == words


@pytest.mark.parametrize("share,words", [(0, "0 %"), (1e-40, "0 %"), (1e-5, "< 0.1 %"), (0.0123, "1.2 %"), (0.5, "50 %"), (1, "100 %")])
def test_shares_for_people(module, share, words):
    assert module("dom.js", "(module, share) => module.percent(share)", share) == words


def test_what_ifs_side_by_side(module):
    original = {"chosen": 1, "margin": 0.5, "value": 2, "values": [1, 2]}
    pins = [{"step": 7, "edits": [{"object": "ball", "remove": True}], "original": original, "edited": {"chosen": 0, "margin": 0.1, "value": 1.5}},
            {"step": 9, "edits": [{"byte": 3, "value": 4}], "original": {**original, "value": 8}, "edited": {"chosen": 1, "margin": 0.2, "value": 3}},
            {"step": 7, "edits": [{"object": "enemy", "remove": True}], "original": original, "edited": {"chosen": 1, "margin": 0.4, "value": 1.9}}]
    rows = module("pins.js", "(module, pins) => module.rowsOf(pins).map(({words, chosen, value}) => [words, chosen, value])", pins)
    assert rows == [["step 7 as it was", 1, 2], ["ball removed", 0, 1.5], ["enemy removed", 1, 1.9], ["step 9 as it was", 1, 8], ["RAM byte 3 = 4", 1, 3]]


@pytest.mark.parametrize("held,action", [("", "NOOP"), ("UP", "NOOP"), ("RIGHT", "RIGHT"), ("RIGHT FIRE", "RIGHTFIRE"), ("LEFT RIGHT", "NOOP"),
                                         ("FIRE", "FIRE"), ("UP LEFT FIRE", "LEFTFIRE"), ("UP LEFT", "LEFT")])
def test_what_is_held_is_an_action_of_the_game(module, held, action):
    pong = ["NOOP", "FIRE", "RIGHT", "LEFT", "RIGHTFIRE", "LEFTFIRE"]
    assert module("human.js", "(module, [held, actions]) => module.actionFor(new Set(held), actions)", [held.split(), pong]) == action


def test_all_eighteen_actions_can_be_held(module):
    names = ["NOOP", "FIRE", "UP", "RIGHT", "LEFT", "DOWN", "UPRIGHT", "UPLEFT", "DOWNRIGHT", "DOWNLEFT", "UPFIRE", "RIGHTFIRE", "LEFTFIRE", "DOWNFIRE",
             "UPRIGHTFIRE", "UPLEFTFIRE", "DOWNRIGHTFIRE", "DOWNLEFTFIRE"]
    found = module("human.js", """(module, names) => names.map((name) =>
      module.actionFor(new Set(['UP', 'DOWN', 'LEFT', 'RIGHT', 'FIRE'].filter((part) => name.includes(part))), names))""", names)
    assert found == names


def test_gamepads(module):
    held = module("human.js", """(module) => {
      const buttons = Array.from({length: 16}, (_, k) => ({pressed: k === 12 || k === 0}));
      return [[...module.heldOf({axes: [-0.9, 0.2], buttons})], [...module.heldOf({axes: [0.3, 0.8], buttons: []})]];
    }""")
    assert held == [["LEFT", "UP", "FIRE"], ["DOWN"]]


def test_settings_survive_the_address(module):
    found = module("view.js", """(module) => {
      const settings = {...module.kDefaults, opacity: 0.35, ground: 'grey', map: false, scale: 'fixed', low: -2.5};
      const hash = module.writeHash(settings, {step: 12, tiles: 'gradcam:layer=2@margin:1/2|sobel@chosen'});
      return [module.writeHash(module.kDefaults), module.readHash(hash)];
    }""")
    assert found == ["", {"settings": {"opacity": 0.35, "ground": "grey", "map": False, "scale": "fixed", "low": -2.5},
                          "rest": {"step": "12", "tiles": "gradcam:layer=2@margin:1/2|sobel@chosen"}}]


@pytest.mark.parametrize("hash_text", ["#opacity=lots", "#opacity=", "#opacity=Infinity"])
def test_a_setting_that_is_no_number_is_left_out(module, hash_text):
    assert module("view.js", "(module, hash) => module.readHash(hash).settings", hash_text) == {}


def test_tiles_of_a_link(module):
    found = module("questions.js", """(module) => {
      const tiles = [{method: 'gradcam:layer=2', target: 'margin:1/2'}, {method: 'sobel', target: 'chosen'}];
      return [module.tilesOfText(module.tilesToText(tiles)), module.tilesOfText('sobel'), module.tilesOfText('a@b|'.repeat(9)).length];
    }""")
    assert found == [[{"method": "gradcam:layer=2", "target": "margin:1/2"}, {"method": "sobel", "target": "chosen"}],
                     [{"method": "sobel", "target": "chosen"}], 6]


@pytest.mark.parametrize("text,branches", [(None, []), ("", []), ("[]", []), ('[[3,[]],[9,[{"byte":1,"value":2}]]]', [[3, []], [9, [{"byte": 1, "value": 2}]]]),
                                           ("{}", None), ("[3]", None), ("[[-1,[]]]", None), ("[[1.5,[]]]", None), ('[["3",[]]]', None), ("[[3,{}]]", None), ("[[3", None)])
def test_branches_of_a_link(module, text, branches):
    assert module("link.js", "(module, text) => module.branchesOfText(text)", text) == branches


def test_where_a_link_leads(module):
    place = lambda way, step, edits=(): module("link.js", "(module, given) => module.placeOf(...given)", [way, step, list(edits)])
    trunk = {"first": 0, "edits": [], "by_hand": None}
    first = {"first": 10, "edits": [{"byte": 1, "value": 2}], "by_hand": None}
    second = {"first": 14, "edits": [{"object": "ball", "remove": True}], "by_hand": None}
    edit = {"byte": 3, "value": 4}
    assert place([trunk], 7, [edit]) == {"step": 7, "edits": [edit], "branches": [], "byHand": False}
    assert place([trunk, first, second], 20, [edit]) == {
        "step": 20, "edits": [edit], "branches": [[10, first["edits"]], [14, second["edits"]]], "byHand": False}
    # A person played after the branch had begun: that is no part of the way.
    assert place([{**trunk, "by_hand": 10}, first], 12)["byHand"] is False
    assert place([{**trunk, "by_hand": 9}, first], 12) == {"step": 9, "edits": [], "branches": [], "byHand": True}
    assert place([trunk, {**first, "by_hand": 12}, second], 20, [edit]) == {
        "step": 12, "edits": [], "branches": [[10, first["edits"]]], "byHand": True}
    assert place([{**trunk, "by_hand": 7}], 7, [edit])["step"] == 7 and not place([{**trunk, "by_hand": 7}], 7)["byHand"]


@pytest.mark.parametrize("text", ["gradcam", "gradcam:layer=2", "gradcam:layer=conv2:at=post"])
def test_methods_are_split_and_joined(module, text):
    assert module("questions.js", "(module, text) => module.joinMethod(module.splitMethod(text))", text) == text


def test_edits_replace_each_other(module):
    found = module("edits.js", """(module) => [
      {object: 'ball', place: [1, 2]}, {object: 'ball', place: [3, 4]}, {byte: 7, value: 1}, {object: 'ball', remove: true}, {byte: 7, value: 2},
    ].reduce(module.withEdit, []).map(module.editWords)""")
    assert found == ["ball at column 3, line 4", "ball removed", "RAM byte 7 = 2"]


@pytest.mark.parametrize("reach,wanted,found", [([0, 10, 1], 4, 4), ([0, 10, 1], 99, 10), ([5, 10, 1], -3, 5), ([3, 11, 4], 8, 7), ([3, 11, 4], 9.5, 11)])
def test_places_lie_within_reach(module, reach, wanted, found):
    assert module("edits.js", "(module, [reach, wanted]) => module.within(reach, wanted)", [reach, wanted]) == found


def test_the_smallest_object_is_hit(module):
    objects = [{"name": "wall", "x": 0, "y": 0, "width": 50, "height": 50}, {"name": "ball", "x": 10, "y": 10, "width": 2, "height": 4}]
    hit = module("edits.js", "(module, objects) => [[11, 12], [13, 15], [30, 30], [90, 90]].map(([x, y]) => module.objectAt(objects, x, y)?.name ?? null)", objects)
    assert hit == ["ball", "ball", "wall", None]


def test_speeds(module):
    speeds = module("timeline.js", "(module) => [-10, -5, 0, 5, 10].map(module.speedOf)")
    assert speeds == [0.1, 0.32, 1, 4.5, 20]
    back = module("timeline.js", "(module, speeds) => speeds.map(module.positionOf)", speeds)
    assert back == pytest.approx([-10, -5, 0, 5, 10], abs=0.1)


def test_moments(module):
    # What a step brings stands at that step, and is seen at the next.
    curve = {"from": 10, "value": [1, 1, 1, 5, 5, 5], "margin": [0.5, 0.1, 0.3, 0.9, None, 0.2], "advantage": [0.2, 0.4, 0.3, 0.25, 0.1, None],
             "reward": [0, -1, 0, 0, 0], "lives": [3, 3, 2, 2, 2], "action": [0] * 5}
    found = module("curve.js", """(module, curve) => {
      const history = new module.History();
      history.fill(curve);
      return module.momentsOf(history).map(({step, words}) => [step, words]);
    }""", curve)
    assert [11, "smallest margin"] in found and [13, "largest margin"] in found and [13, "life lost"] in found and [12, "reward −1"] in found
    assert [11, "largest advantage"] in found and [14, "smallest advantage"] in found
    assert [13, "surprise"] in found and [12, "surprise"] in found
    assert found == sorted(found, key=lambda moment: moment[0])


def test_a_branch_forgets_the_steps_behind_it(module):
    length = module("curve.js", """(module) => {
      const history = new module.History();
      for (let step = 0; step < 9; ++step) history.add({step, last: step, value: step});
      history.add({step: 3, last: 3, value: 0});
      return history.length;
    }""")
    assert length == 4


def test_json_in_a_script_ends_no_script(module):
    text = module("offline.js", "(module) => module.scriptJson({words: '</script><!-- <b>'})")
    assert "<" not in text


def test_base64_of_many_bytes(module):
    same = module("offline.js", """async (module) => {
      const bytes = Uint8Array.from({length: 100000}, (_, i) => (i * 31) & 255);
      const {bytesOf} = await import(location.origin + '/recorded.js');
      const back = new Uint8Array(bytesOf(module.base64Of(bytes.buffer)));
      return back.length === bytes.length && back.every((byte, i) => byte === bytes[i]);
    }""")
    assert same is True


def test_the_offline_page_is_one_file(module, files):
    """Its only links are inside; what a title and a recording say ends no tag."""
    page = module("offline.js", """async (module, base) => {
      const index = await (await fetch(base + 'index.html')).text();
      const names = [...index.matchAll(/href="([a-z_]+\\.(?:js|css))"/g)].map(([, name]) => name);
      const texts = await Promise.all(names.map(async (name) => (await fetch(base + name)).text()));
      return module.assemble(index, Object.fromEntries(names.map((name, k) => [name, texts[k]])), {words: '</script><b>$&'}, 'A <b> & $1');
    }""", files)
    assert page.count("\n<script") == page.count("</script>") == 2
    assert '{"words":"\\u003c/script>\\u003cb>$&"}</script>' in page
    assert "<title>A &lt;b> &amp; $1</title>" in page
    assert "\n<link" not in page and "\n<script type=\"module\" src" not in page and "\nimport " not in page and "\nexport " not in page
    assert "class App" in page and "--chosen" in page


@pytest.mark.parametrize("names,short", [(["net.features.0", "net.features.2"], ["0", "2"]), (["conv1", "conv2"], ["conv1", "conv2"]), (["a"], ["a"]),
                                         (["net.conv", "net.conv"], ["conv", "conv"]), ([], [])])
def test_names_without_their_common_beginning(module, names, short):
    assert module("questions.js", "(module, names) => module.shortNames(names)", names) == short
