"""The page against the running program: what is kept, and the offline page."""
import gzip
import json
import pathlib

import pytest
from conftest import Visit


@pytest.fixture
def one(visit):
    page = visit()
    page.play()
    page.wait_for_step(25)
    page.pause()
    page.page.fill("#from", "5")
    page.page.fill("#to", "20")
    return page


def kept(one, button, tmp_path):
    before = one.page.locator("#kept li").count()
    one.page.click(button)
    one.wait("(before) => document.querySelectorAll('#kept li').length > before", arg=before, timeout=60000)
    with one.page.expect_download() as waiting:
        one.page.keyboard.press("Enter")
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def size_in_browser(one, tag, event, path):
    """Whether Chromium decodes a picture or a video: its size."""
    return one.page.evaluate("""async ([tag, event]) => {
      const element = document.createElement(tag);
      const ready = new Promise((done, fail) => { element.addEventListener(event, done); element.addEventListener('error', () => fail(new Error('not decoded'))); });
      element.src = document.querySelector('#kept a').href;
      await ready;
      return [element.videoWidth || element.naturalWidth, element.videoHeight ?? element.naturalHeight, element.duration ?? null];
    }""", [tag, event])


def test_clips_and_stills_are_decoded(one, tmp_path):
    path = kept(one, "#clip", tmp_path)
    assert path.suffix == ".mp4" and path.stat().st_size > 1000
    width, height, seconds = size_in_browser(one, "video", "loadeddata", path)
    assert width > 100 and height > 100 and 0.9 < seconds < 1.3  # 16 decisions, 15 per second
    one.page.select_option("#format", "gif")
    path = kept(one, "#clip", tmp_path)
    assert path.read_bytes()[:4] == b"GIF8"
    assert size_in_browser(one, "img", "load", path)[0] > 50
    path = kept(one, "#still", tmp_path)
    assert path.read_bytes()[1:4] == b"PNG"
    assert size_in_browser(one, "img", "load", path)[:2] == [1120, 840]


def test_a_trace_is_kept_and_loaded_again(one, tmp_path):
    path = kept(one, "#trace", tmp_path)
    lines = gzip.decompress(path.read_bytes()).splitlines()
    assert json.loads(lines[0])
    one.show_plain_game()
    one.seek(18)
    picture = one.picture()
    one.page.set_input_files("#file", str(path))
    one.wait("document.querySelector('#notice').textContent.endsWith('is loaded.')", timeout=30000)
    one.settle()
    one.play()
    one.wait_for_step(20)
    one.pause()
    one.seek(18)
    assert one.picture() == picture


def test_a_file_that_is_no_checkpoint_is_refused(one, tmp_path):
    path = tmp_path / "letter.pt"
    path.write_bytes(b"Dear agent, ...")
    one.page.set_input_files("#file", str(path))
    one.page.wait_for_selector("#notice[data-kind=error]")
    step = one.step()
    one.page.click("#forward")
    one.settle()
    assert one.step() == step + 1
    # A refusal is an answer of the server, and Chromium notes it.
    one.errors[:] = [error for error in one.errors if "status of 4" not in error]


def test_the_offline_page_needs_no_server(browser, one, tmp_path):
    one.page.click("#add-random")
    one.wait("document.querySelectorAll('.tile').length === 2")
    path = kept(one, "#offline", tmp_path)
    one.page.click("#add-random")
    pictures = {}
    for step in (5, 13, 20):
        one.seek(step)
        pictures[step] = (one.picture(), one.text("#value"))
    recorded = Visit(browser, path.as_uri(), offline=True)
    requests = []
    recorded.page.on("request", lambda request: requests.append(request.url))
    recorded.settle()
    assert recorded.page.title().endswith("steps 5 to 20 · ArcadeCAM")
    for step in (13, 20, 5):
        recorded.seek(step)
        assert (recorded.picture(), recorded.text("#value")) == pictures[step]
    recorded.page.fill("#opacity", "0.2")
    assert recorded.picture() != pictures[5][0]
    assert recorded.page.locator(".tile").count() == 2
    # It does not offer what it cannot do.
    assert recorded.page.locator(".tile select:enabled").count() == 0
    assert not recorded.page.is_visible(".tile-head button") and not recorded.page.is_visible("#sound")
    assert recorded.text("#decision-asks") == "The maps explain the chosen action."
    recorded.play()
    recorded.wait("document.querySelector('#step').textContent.startsWith('step 20 ')", timeout=20000)
    assert not recorded.page.is_visible("#keep")
    assert "explained in" not in recorded.text("#status")
    assert requests == []
    assert recorded.errors == []
    assert pathlib.Path(path).stat().st_size < 4 * 2**20
    recorded.close()
