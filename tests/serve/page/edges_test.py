"""The page where things go wrong: no server, no token, floods, tiny windows, less motion."""
import time

import pytest
from conftest import Served, Visit


def test_a_server_that_ends_and_comes_back(browser):
    server = Served()
    one = Visit(browser, server.address)
    one.play()
    one.wait_for_step(5)
    assert server.end() == 143
    one.wait("!document.querySelector('#connection').hidden")
    assert "Start it again" in one.text("#connection")
    one.page.keyboard.press(".")
    one.wait("document.querySelector('#notice').textContent.includes('connection')")
    again = Served(port=server.port)
    one.wait("document.querySelector('#connection').hidden", timeout=20000)
    one.wait("document.querySelector('#control-words').textContent === 'You hold the controls'")
    one.page.click("#forward")
    one.wait("document.querySelector('#step').textContent.startsWith('step 1 ')")
    # The curve is that of the new game.
    assert one.page.get_attribute("#scrub", "max") == "1"
    one.close()
    again.end()


def test_a_server_that_is_killed(browser):
    server = Served()
    one = Visit(browser, server.address)
    server.process.kill()
    one.wait("!document.querySelector('#connection').hidden")
    assert one.text("#connection") == "The connection to the server is lost. It is tried again."
    one.close()


def test_a_token_is_needed_from_elsewhere(browser):
    server = Served("--listen", "0.0.0.0")
    assert "?token=" in server.address
    token = server.address.split("?token=")[1]
    here = f"http://127.0.0.1:{server.port}/"
    context = browser.new_context()
    page = context.new_page()
    assert page.goto(here).status == 403
    assert page.goto(here + "?token=" + "0" * len(token)).status == 403
    context.close()
    one = Visit(browser, here + "?token=" + token)
    one.pause()
    one.page.click("#forward")
    one.settle()
    # The cookie lets the page in from now on, and the script cannot read it.
    one.page.goto(here)
    one.wait("document.body.dataset.painted > 0")
    assert one.page.evaluate("document.cookie") == ""
    assert one.errors == []
    one.close()
    server.end()


def test_who_floods_is_cut_off_and_nobody_else(visit):
    one = visit()
    one.play()
    code = one.page.evaluate("""async () => {
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/live');
      await new Promise((done) => { socket.onopen = done; });
      const closed = new Promise((done) => { socket.onclose = ({code}) => done(code); });
      for (let i = 0; i < 2100; ++i) socket.send('{}');
      return Promise.race([closed, new Promise((done) => setTimeout(() => done('open'), 60000))]);
    }""")
    assert code in (1008, 1006)
    step = one.step()
    one.wait_for_step(step + 3)


@pytest.mark.parametrize("size", [(320, 480), (2560, 700), (700, 260)])
def test_odd_windows(visit, size):
    width, height = size
    one = visit(viewport={"width": width, "height": height})
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    box = one.page.locator("#game").bounding_box()
    assert box["width"] >= 100 and box["height"] >= 70


def test_a_window_without_a_size_does_no_harm(visit):
    one = visit()
    one.page.set_viewport_size({"width": 1, "height": 1})
    one.page.wait_for_timeout(300)
    one.page.set_viewport_size({"width": 900, "height": 700})
    one.pause()
    one.page.click("#forward")
    one.settle()


def test_less_motion_means_nothing_moves_by_itself(another, browser):
    server = Served()
    one = Visit(browser, server.address, reduced_motion="reduce")
    time.sleep(1)
    assert one.step() == 0 and one.text("#play") == "Play"
    one.close()
    two = Visit(browser, server.address)
    two.wait_for_step(3)
    two.close()
    server.end()
