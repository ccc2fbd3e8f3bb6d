"""The page against the running program: time, tiles, questions, two browsers, the address."""
import re
import time

import pytest


def rate(page, seconds):
    """Frames painted per second of the page's clock."""
    return page.evaluate("""async (milliseconds) => {
      const read = () => [performance.now(), Number(document.body.dataset.painted)];
      // The number is written twice a second: from change to change.
      const next = async () => {
        const before = document.body.dataset.painted;
        while (document.body.dataset.painted === before) await new Promise((done) => setTimeout(done, 5));
        return read();
      };
      const [begun, first] = await next();
      await new Promise((done) => setTimeout(done, milliseconds));
      const [ended, last] = await next();
      return (last - first) * 1000 / (ended - begun);
    }""", 1000 * seconds)


def test_55_frames_per_second_with_every_decision_explained(visit):
    one = visit()
    one.play()
    rates = []
    # A machine that is busy with something else now and then gets three tries.
    while len(rates) < 3 and max(rates, default=0) < 55:
        rates.append(rate(one.page, 3))
    assert max(rates) >= 55, rates
    assert "fullgrad++" in one.text("#stage-words")


def test_a_step_that_was_left_comes_back_pixel_by_pixel(visit):
    one = visit()
    one.play()
    one.wait_for_step(30)
    one.pause()
    one.show_plain_game()
    seen = {}
    for step in (30, 12, 21, 5):
        one.seek(step)
        seen[step] = (one.picture(), one.picture("#seen"), one.text("#value"))
    assert len({picture for picture, _, _ in seen.values()}) == 4
    for step in (5, 30, 21, 12):
        one.seek(step)
        assert (one.picture(), one.picture("#seen"), one.text("#value")) == seen[step]
    # From an earlier step the same game is played again.
    one.seek(12)
    for _ in range(9):
        one.page.click("#forward")
        one.settle()
    assert one.step() == 21
    assert one.picture() == seen[21][0]


def test_methods_questions_and_layers(visit):
    one = visit()
    one.pause()
    first = one.picture("#heat")
    one.page.select_option("[aria-label='Method of tile 1']", "gradcam")
    one.wait("document.querySelector('#stage-words').textContent.startsWith('gradcam')")
    one.settle()
    gradcam = one.picture("#heat")
    assert gradcam != first
    one.page.select_option("[aria-label='Layer of tile 1']", index=1)
    one.wait("document.querySelector('#stage-words').textContent.includes('layer=')")
    one.settle()
    assert one.picture("#heat") != gradcam
    one.page.select_option("[aria-label='Method of tile 1']", "fullgrad++")
    one.wait("document.querySelector('#stage-words').textContent.startsWith('fullgrad++')")
    one.settle()
    assert one.picture("#heat") == first


def test_a_click_explains_an_action_and_two_a_margin(visit):
    one = visit()
    one.pause()
    names = one.page.locator("#actions .name").all_inner_texts()
    chosen = one.picture("#heat")
    one.page.click("#actions li:nth-child(2) button")
    one.wait("document.querySelector(\"[aria-label='Question of tile 1']\").value === 'action:1'")
    one.page.click("#actions li:nth-child(3) button")
    one.wait("document.querySelector(\"[aria-label='Question of tile 1']\").value === 'margin:1/2'")
    assert one.text("#decision-asks") == f"Why {names[1]} and not {names[2].rstrip(' ✓')}?"
    one.settle()
    assert one.picture("#heat") != chosen
    one.page.click("#actions li:nth-child(3) button")
    one.page.click("#actions li:nth-child(2) button")
    one.wait("document.querySelector(\"[aria-label='Question of tile 1']\").value === 'chosen'")
    one.settle()
    assert one.picture("#heat") == chosen


def test_tiles_side_by_side(visit):
    one = visit()
    one.pause()
    one.page.click("#add-random")
    one.page.click("#add-sobel")
    one.wait("document.querySelectorAll('.tile').length === 3")
    one.settle()
    pictures = [one.page.evaluate("(k) => document.querySelectorAll('.tile canvas')[k].toDataURL()", k) for k in range(3)]
    assert len(set(pictures)) == 3
    one.page.click("[aria-label='Show tile 3 on the stage']")
    assert one.text("#stage-words").startswith("sobel")
    for _ in range(3):
        one.page.click("#add-tile")
        one.settle()
    assert one.page.locator(".tile").count() == 6
    assert one.page.is_disabled("#add-tile")
    while one.page.locator(".tile").count() > 1:
        count = one.page.locator(".tile").count()
        one.page.locator(".tile [aria-label^=Remove]").last.click()
        one.wait("(count) => document.querySelectorAll('.tile').length === count - 1", arg=count)


def test_the_view_changes_without_the_server(visit):
    one = visit()
    one.pause()
    one.settle()
    sent = []
    one.page.on("websocket", lambda socket: sent.append(socket))
    one.page.evaluate("""() => {
      window.sent = 0;
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (data) { ++window.sent; send.call(this, data); };
    }""")
    before = one.picture()
    pictures = [before]
    for change in (lambda: one.page.fill("#opacity", "1"), lambda: one.page.fill("#threshold", "0.5"), lambda: one.page.select_option("#colors", "inferno"),
                   lambda: one.page.select_option("#ground", "grey"), lambda: one.page.select_option("#scale", "percentile"),
                   lambda: one.page.uncheck("#show-map")):
        change()
        pictures.append(one.picture())
    assert len(set(pictures)) == len(pictures)
    assert one.page.evaluate("window.sent") == 0
    assert sent == []


def test_breakpoints_and_bookmarks(visit):
    one = visit()
    one.pause()
    step = one.step()
    one.page.fill("#conditions", f"step == {step + 7}")
    one.page.click("#breakpoints button")
    one.play()
    one.wait("document.querySelector('#stopped').textContent !== ''", timeout=20000)
    one.settle()
    assert one.step() == step + 7
    one.page.fill("#mark-text", "here it stopped")
    one.page.click("#mark")
    one.page.wait_for_selector("#moments .mark")
    assert one.text("#moments .mark").endswith("here it stopped")
    one.seek(step)
    one.page.click("#moments .mark")
    one.wait("(text) => document.querySelector('#step').textContent.startsWith(text)", arg=f"step {step + 7} ")
    one.page.fill("#conditions", "margin is small")
    one.page.click("#breakpoints button")
    one.page.wait_for_selector("#notice[data-kind=error]")
    assert "margin" in one.text("#notice")
    one.page.fill("#conditions", "")
    one.page.click("#breakpoints button")


def test_two_browsers_see_one_game_and_hand_over_the_controls(visit):
    one, two = visit(), visit()
    one.pause()
    two.settle()
    assert one.step() == two.step()
    one.page.click("#forward")
    one.settle()
    two.settle()
    assert one.step() == two.step()
    assert one.picture() == two.picture()
    assert two.text("#control-words") == "Somebody else holds the controls"
    one.page.evaluate("scrollTo(0, document.body.scrollHeight)")
    two.page.click("#control")
    one.page.wait_for_selector("#asked button")
    box = one.page.locator("#asked button:has-text('Give')").bounding_box()
    assert 0 <= box["y"] < 800, "it is seen wherever the page is scrolled to"
    one.page.click("#asked button:has-text('Give')")
    two.wait("document.querySelector('#control-words').textContent === 'You hold the controls'")
    two.page.click("#forward")
    two.settle()
    one.settle()
    assert one.step() == two.step()
    assert one.text("#control-words") == "Somebody else holds the controls"
    one.page.click("#forward")
    one.page.wait_for_selector("#notice[data-kind=error]")


def test_a_reload_keeps_step_tiles_and_view(visit):
    one = visit()
    one.play()
    one.wait_for_step(8)
    one.pause()
    one.seek(6)
    one.page.click("#add-sobel")
    one.wait("document.querySelectorAll('.tile').length === 2")
    one.page.fill("#opacity", "0.4")
    one.page.select_option("#ground", "grey")
    one.settle()
    before = (one.step(), one.picture())
    time.sleep(0.4)
    one.page.reload()
    one.wait("document.body.dataset.painted > 0")
    one.settle()
    assert (one.step(), one.picture()) == before
    assert one.page.input_value("#opacity") == "0.4"
    assert one.page.locator(".tile").count() == 2
    one.page.click("#control") if one.text("#control-words") == "Nobody holds the controls" else None
    one.page.click("#add-sobel")
    one.wait("document.querySelectorAll('.tile').length === 1")


def test_a_link_shows_the_same_again(visit):
    one = visit()
    one.play()
    one.wait_for_step(20)
    one.pause()
    one.seek(15)
    one.page.select_option("#ground", "dimmed")
    one.settle()
    picture = one.picture()
    one.page.click("#link")
    link = one.page.input_value("#link-text")
    assert re.search(r"#ground=dimmed&step=15&tiles=", link)
    one.seek(3)
    one.close()
    two = visit(link.split("/", 3)[3])
    two.wait("document.querySelector('#step').textContent.startsWith('step 15 ')", timeout=20000)
    two.settle()
    assert two.picture() == picture
    assert "step=" not in two.page.url


@pytest.mark.parametrize("words", ["step=-1", "step=x", "step=5&edits=%7B", "step=5&branches=%5B3%5D", "tiles=nothing%40chosen", "tile=77&opacity=9"])
def test_a_wrong_link_does_no_harm(visit, words):
    one = visit("#" + words)
    one.settle()
    assert one.page.locator("#actions button").count() > 1
    one.wait("document.querySelector('#step').textContent.startsWith('step ')")
