"""Earlier games, branches that are kept, what-ifs side by side, the joystick, sound, the whole screen."""
from conftest import Visit
from hand_test import at_a_ball, drag
from keep_test import kept, size_in_browser


def test_the_next_game_keeps_the_one_before(another):
    _, one = another()
    one.play()
    one.wait_for_step(12)
    one.pause()
    one.show_plain_game()
    last = one.step()
    picture = one.picture()
    assert not one.page.is_visible("#games")
    one.page.click("#new-game")
    one.wait("document.querySelector('#step').textContent.startsWith('step 0 ')")
    one.page.click("#forward")
    one.wait("document.querySelector('#step').textContent.startsWith('step 1 ')")
    one.settle()
    assert one.page.is_visible("#games")
    assert one.page.locator("#games option").all_text_contents() == [f"1: {last} steps, score 0, not over", "2: this one"]
    one.page.select_option("#games", "1")
    one.wait("(text) => document.querySelector('#step').textContent.startsWith(text)", arg=f"step {last} ")
    one.settle()
    assert one.picture() == picture
    assert one.page.get_attribute("#scrub", "max") == str(last)
    assert one.errors == []


def test_a_branch_is_kept_as_clip_still_page_and_link(another, browser, tmp_path):
    _, one = another()
    box = at_a_ball(one)
    drag(one, box, (0, 60 if box["y"] < 400 else -60))
    one.page.click("#branch")
    one.wait("document.querySelector('#branch-words').textContent !== ''")
    one.settle()
    fork = one.step()
    for _ in range(6):
        one.page.click("#forward")
        one.settle()
    path = kept(one, "#clip", tmp_path)
    assert path.name == f"pong-branch1-{fork}-{fork + 5}.mp4"
    width, _, seconds = size_in_browser(one, "video", "loadeddata", path)
    assert width > 100 and 0.3 < seconds < 0.6  # 6 decisions, 15 per second
    path = kept(one, "#offline", tmp_path)
    recorded = Visit(browser, path.as_uri(), offline=True)
    recorded.seek(fork + 3)
    one.seek(fork + 3)
    assert recorded.picture() == one.picture()
    recorded.close()
    picture = one.picture()
    one.page.click("#link")
    link = one.page.input_value("#link-text")
    assert f"branches=%5B%5B{fork}%2C" in link and "edits=" not in link
    one.page.click("#return")
    one.settle()
    # Who holds the controls leaves; whoever opens the link gets them.
    one.page.goto("about:blank")
    two = Visit(browser, link)
    two.wait("(text) => document.querySelector('#step').textContent.startsWith(text)", arg=f"step {fork + 3} ", timeout=30000)
    two.wait("document.querySelector('#branch-words').textContent !== ''")
    two.settle()
    assert two.picture() == picture
    two.close()


def test_what_ifs_side_by_side(another):
    _, one = another()
    box = at_a_ball(one)
    step = one.step()
    before = one.picture()
    drag(one, box, (0, 60 if box["y"] < 400 else -60))
    moved = one.picture()
    one.page.click("#pin")
    one.page.click("#undo")
    one.settle()
    one.page.select_option("#object", "enemy")
    one.page.click("#remove")
    one.page.wait_for_selector("#edits li")
    one.settle()
    one.page.click("#pin")
    rows = one.page.locator("#pins tr").all_inner_texts()
    assert len(rows) == 3 and rows[0].startswith(f"step {step} as it was") and "enemy removed" in rows[2]
    one.page.click("#pins tr:nth-child(2) th button")
    one.wait("document.querySelector('#edits').textContent.includes('ball at')")
    one.settle()
    assert one.picture() == moved
    one.page.click("#pins tr:nth-child(1) th button")
    one.wait("document.querySelector('#edits').childElementCount === 0")
    one.settle()
    assert one.picture() == before
    one.page.click("#pins tr:nth-child(3) td button")
    assert one.page.locator("#pins tr").count() == 2
    assert one.errors == []


def test_a_refused_edit_leaves_the_others(another):
    _, one = another()
    at_a_ball(one)
    one.page.select_option("#object", "enemy")
    one.page.click("#remove")
    one.page.wait_for_selector("#edits li")
    one.settle()
    shown, words = one.picture(), one.page.locator("#edits li span").all_inner_texts()
    one.page.evaluate("""() => {
      document.querySelector('#byte').value = '300';
      document.querySelector('#byte-value').value = '1';
      document.querySelector('#byte-form').noValidate = true;
    }""")
    one.page.click("#byte-form button")
    one.page.wait_for_selector("#notice[data-kind=error]")
    one.settle()
    assert one.page.locator("#edits li span").all_inner_texts() == words == ["enemy removed"]
    assert one.picture() == shown
    one.page.click("#notice")
    assert not one.page.is_visible("#notice")


def test_another_question_keeps_the_edits(another):
    _, one = another()
    box = at_a_ball(one)
    drag(one, box, (0, 60 if box["y"] < 400 else -60))
    words = one.text("#edits li span")
    one.page.select_option("[aria-label='Method of tile 1']", "gradcam")
    one.wait("document.querySelector('#stage-words').textContent.startsWith('gradcam')")
    one.settle()
    assert one.text("#edits li span") == words
    assert all("→" in value for value in one.page.locator("#actions .value").all_inner_texts())


def changed_byte(one, byte, value):
    one.page.fill("#byte", str(byte))
    one.page.fill("#byte-value", str(value))
    one.page.press("#byte-value", "Enter")
    one.wait("(text) => [...document.querySelectorAll('#edits li span')].some((item) => item.textContent === text)", arg=f"RAM byte {byte} = {value}")
    one.settle()


def branch(one):
    before = one.text("#branch-words")
    one.page.click("#branch")
    one.wait("(before) => document.querySelector('#branch-words').textContent !== before", arg=before)
    one.settle()


def forward(one, steps):
    for _ in range(steps):
        one.page.click("#forward")
        one.settle()


def copied_link(one):
    one.page.click("#link")
    return one.page.input_value("#link-text")


def test_a_link_to_an_edit_on_a_branch_of_a_branch(another, browser):
    _, one = another()
    box = at_a_ball(one)
    drag(one, box, (0, 60 if box["y"] < 400 else -60))
    branch(one)
    forward(one, 4)
    changed_byte(one, 13, 7)
    branch(one)
    forward(one, 3)
    changed_byte(one, 14, 5)
    one.page.select_option("#ground", "dimmed")
    one.settle()
    read = lambda page: (page.text("#step"), page.text("#branch-words"), page.picture(), page.picture("#seen"), page.picture("#heat"),
                         page.page.locator("#actions .value").all_inner_texts(), page.page.locator("#edits li span").all_inner_texts())
    before, link = read(one), copied_link(one)
    # A server where nothing was played yet comes to the same.
    server, two = another()
    two.page.goto("about:blank")
    two.page.goto(server.address + "#" + link.split("#")[1])
    two.wait("(text) => document.querySelector('#edits li span')?.textContent === text", arg="RAM byte 14 = 5", timeout=60000)
    two.settle()
    assert read(two) == before
    assert one.errors == two.errors == []


def test_a_link_ends_where_a_person_began_to_play(another):
    server, one = another()
    one.pause()
    one.page.fill("#speed", "10")
    begun = one.step()
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Hand back to the agent'")
    one.page.keyboard.down("ArrowLeft")
    one.play()
    one.wait_for_step(begun + 20)
    one.page.keyboard.up("ArrowLeft")
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Take over'")
    one.pause()
    by_hand = one.step()
    link = copied_link(one)
    assert f"step={begun}&" in link
    one.wait("document.querySelector('#notice').textContent.includes('what a person played is in no link')")
    # A link to a later step of the agent's own game is another game here: it is played again, and this one stays.
    one.page.goto("about:blank")
    one.page.goto(server.address + "#" + link.split("#")[1].replace(f"step={begun}&", f"step={by_hand}&"))
    one.wait("(text) => document.querySelector('#step').textContent.startsWith(text)", arg=f"step {by_hand} ", timeout=30000)
    one.wait("document.querySelectorAll('#games option').length === 2")
    assert one.errors == []


def test_a_link_beyond_what_one_request_plays(another):
    server, one = another()
    one.page.goto("about:blank")
    one.page.goto(server.address + "#seed=0&step=1203")
    one.wait("document.querySelector('#step').textContent.startsWith('step 1203 ')", timeout=120000)
    one.wait("document.querySelector('#speed-words').textContent === '1 ×'")
    assert one.page.text_content("#notice") == "The game is played until step 1203. Pause ends that."
    # Back at an earlier step, and on from there without playing what was played.
    one.seek(3)
    one.page.goto("about:blank")
    one.page.goto(server.address + "#seed=0&step=1210")
    one.wait("document.querySelector('#step').textContent.startsWith('step 1210 ')", timeout=30000)
    assert one.errors == []


def test_moments_by_keys(another):
    _, one = another()
    one.play()
    one.wait_for_step(30)
    one.pause()
    page = one.page
    # Steps that a busy browser was not sent are asked for when the game stands: then the list is whole.
    words, before = one.page.locator("#moments .moment").all_inner_texts(), None
    while words != before:
        page.wait_for_timeout(700)
        words, before = one.page.locator("#moments .moment").all_inner_texts(), words
    steps = sorted({int(word.split(" · ")[0]) for word in words})
    assert any("largest advantage" in word for word in words) and any("smallest advantage" in word for word in words)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Home")
    one.wait("document.querySelector('#step').textContent.startsWith('step 0 ')")
    one.settle()
    for step in [step for step in steps if step > 0][:3]:
        page.keyboard.press("n")
        one.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)", arg=step)
        one.settle()
    page.keyboard.press("End")
    one.wait("document.querySelector('#step').textContent.startsWith(`step ${document.querySelector('#scrub').max} `)")
    one.settle()
    page.keyboard.press("p")
    one.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)",
             arg=[step for step in steps if step < int(page.get_attribute("#scrub", "max"))][-1])


def test_a_gamepad_plays(another):
    _, one = another()
    one.page.evaluate("""() => {
      window.pad = {connected: true, axes: [0, 0], buttons: Array.from({length: 16}, () => ({pressed: false}))};
      Object.defineProperty(navigator, 'getGamepads', {value: () => [null, window.pad]});
    }""")
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Hand back to the agent'")
    for change, action in (("window.pad.axes = [0.9, 0]", "RIGHT"), ("window.pad.buttons[0] = {pressed: true}", "RIGHTFIRE"),
                           ("window.pad.axes = [0, 0]", "FIRE"), ("window.pad.buttons[0] = {pressed: false}", "NOOP"),
                           ("window.pad.buttons[14] = {pressed: true}", "LEFT")):
        one.page.evaluate(change)
        one.wait("(action) => document.querySelector('#joystick-now').textContent === action", arg=action)
    step = one.step()
    one.wait_for_step(step + 14)
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Take over'")
    # What was held is what was played: a moment later, for what is seen is a little behind what is played.
    one.pause()
    one.seek(step + 12)
    assert one.text("#chosen").startswith("LEFT")
    assert one.errors == []


def test_sound_on_and_off(another):
    _, one = another()
    one.page.evaluate("""() => {
      window.sounded = 0;
      const start = AudioBufferSourceNode.prototype.start;
      AudioBufferSourceNode.prototype.start = function (...when) { ++window.sounded; return start.apply(this, when); };
    }""")
    one.play()
    one.wait_for_step(3)
    assert one.page.evaluate("window.sounded") == 0
    one.page.check("#sound")
    one.wait("window.sounded > 5")
    one.page.uncheck("#sound")
    one.page.wait_for_timeout(300)
    count = one.page.evaluate("window.sounded")
    step = one.step()
    one.wait_for_step(step + 5)
    assert one.page.evaluate("window.sounded") == count
    assert one.errors == []


def test_the_whole_screen(another):
    _, one = another()
    one.page.click("#full")
    one.wait("document.fullscreenElement?.id === 'stage'")
    one.page.click("#full")
    one.wait("document.fullscreenElement === null")
    assert one.errors == []


def test_an_offline_page_of_six_methods(another, browser, tmp_path):
    _, one = another("--methods", "fullgrad++,gradcam,saliency,input-x-gradient,random,sobel")
    one.play()
    one.wait_for_step(8)
    one.pause()
    one.page.fill("#from", "2")
    one.page.fill("#to", "6")
    path = kept(one, "#offline", tmp_path)
    seen = {}
    for step in (2, 4, 6):
        one.seek(step)
        seen[step] = [one.page.evaluate("(k) => document.querySelectorAll('.tile canvas')[k].toDataURL()", k) for k in range(6)]
        assert len(set(seen[step])) == 6
    recorded = Visit(browser, path.as_uri(), offline=True)
    requests = []
    recorded.page.on("request", lambda request: requests.append(request.url))
    for step in (6, 2, 4):
        recorded.seek(step)
        assert [recorded.page.evaluate("(k) => document.querySelectorAll('.tile canvas')[k].toDataURL()", k) for k in range(6)] == seen[step]
        for tile in range(6):
            recorded.page.keyboard.press(str(tile + 1))
            assert recorded.text("#stage-words").startswith(["fullgrad++", "gradcam", "saliency", "input-x-gradient", "random", "sobel"][tile])
    assert requests == [] and recorded.errors == []
    recorded.close()
