"""The page for everybody: keyboard alone, screen readers, phones, dark and light, the first visit."""
import pytest
from axe_playwright_python.sync_playwright import Axe


def faults(page):
    """Faults that axe-core calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in found if fault["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_serious_fault(visit, scheme):
    one = visit(color_scheme=scheme, bypass_csp=True)
    one.pause()
    one.settle()
    assert faults(one.page) == []
    one.page.click("#open-help")
    assert faults(one.page) == []


def test_keyboard_alone(visit):
    one = visit()
    page = one.page
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert {"play", "scrub", "speed", "opacity", "colors", "action", "take", "object", "clip", "offline", "conditions"} <= {
        word for name in reached for word in name.split()}
    page.focus("#play")
    if one.text("#play") == "Pause":
        page.keyboard.press("Enter")
    one.wait("document.querySelector('#play').textContent === 'Play'")
    one.settle()
    page.evaluate("document.activeElement.blur()")
    step = one.step()
    for key, there in ((".", step + 1), (">", step + 11), (",", step + 10), ("<", step)):
        page.keyboard.press(key)
        one.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)", arg=there, timeout=20000)
        one.settle()
    with_map = one.picture()
    page.keyboard.press("m")
    assert one.picture() != with_map
    page.keyboard.press("m")
    assert one.picture() == with_map
    page.focus("#actions li:nth-child(2) button")
    page.keyboard.press("Enter")
    one.wait("document.querySelector('#actions li:nth-child(2) button').getAttribute('aria-pressed') === 'true'")
    page.keyboard.press("Space")
    one.wait("document.querySelector('#actions li:nth-child(2) button').getAttribute('aria-pressed') === 'false'")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    assert page.is_visible("#help")
    page.keyboard.press("Escape")
    assert not page.is_visible("#help")


def test_a_whole_story_by_keyboard_alone(another):
    """Pause where the margin is small, look back, ask, take over, hand back, mark, and keep a link."""
    _, one = another()
    page = one.page
    one.pause()
    stop = one.step() + 5
    page.focus("#conditions")
    page.keyboard.type(f"step == {stop}")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    one.wait("(step) => document.querySelector('#stopped').textContent === `Stopped: step == ${step}`", arg=stop)
    one.settle()
    page.focus("#scrub")
    page.keyboard.press("ArrowLeft")
    one.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)", arg=stop - 1)
    page.keyboard.press("Home")
    one.wait("document.querySelector('#step').textContent.startsWith('step 0 ')")
    page.keyboard.press("End")
    one.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)", arg=stop)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("t")
    one.wait("document.querySelector('#take').textContent === 'Hand back to the agent'")
    page.keyboard.down("ArrowLeft")
    one.wait("document.querySelector('#joystick-now').textContent === 'LEFT'")
    one.wait_for_step(stop + 14)
    page.keyboard.up("ArrowLeft")
    page.keyboard.press("t")
    one.wait("document.querySelector('#take').textContent === 'Take over'")
    one.pause()
    one.seek(stop + 12)
    assert one.text("#chosen").startswith("LEFT")
    page.focus("#mark-text")
    page.keyboard.type("I steer")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("b")
    one.page.wait_for_selector("#moments .mark")
    assert one.text("#moments .mark").endswith(f"{stop + 12} · I steer")
    page.keyboard.press("l")
    # What a person steered is in no link.
    assert f"step={stop}&" in page.input_value("#link-text")
    assert one.errors == []


@pytest.mark.parametrize("width", [390, 768, 1280, 1920])
def test_nothing_is_wider_than_the_window(visit, width):
    one = visit(viewport={"width": width, "height": 844})
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    for selector in ("#game", "#curve", "#actions", "#tiles"):
        box = one.page.locator(selector).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width


def test_themes(visit):
    one = visit(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = one.page.evaluate(ground)
    one.page.click("#theme")
    light = one.page.evaluate(ground)
    assert one.text("#theme") == "Theme: light" and light != dark
    one.page.reload()
    assert one.page.evaluate(ground) == light
    one.page.click("#theme")
    assert one.text("#theme") == "Theme: dark" and one.page.evaluate(ground) == dark


def test_the_tour_is_shown_once(visit):
    one = visit()
    one.page.evaluate("localStorage.removeItem('arcadecam.tour'); window.name = 'tour'")
    one.page.reload()
    one.page.wait_for_selector("#tour")
    titles = []
    while one.page.is_visible("#tour"):
        titles.append(one.text("#tour-title"))
        assert not one.page.evaluate("""() => {
          const box = (element) => element.getBoundingClientRect();
          const lit = document.querySelector('.lit');
          if (!lit) return false;
          const [a, b] = [box(document.querySelector('#tour')), box(lit)];
          return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
        }"""), f"the tour covers what it speaks of: {titles[-1]}"
        one.page.keyboard.press("Enter")
    assert len(titles) == len(set(titles)) == 6
    one.page.reload()
    one.wait("document.body.dataset.painted > 0")
    assert not one.page.is_visible("#tour")


def test_what_a_map_means_is_one_click_away(visit):
    one = visit()
    one.page.click("#open-meaning")
    assert one.page.is_visible("#meaning")
    assert "fullgrad++" in one.text("#about-methods")
