"""The page against the running program: the hand in the game, and a person who plays."""
import re

from live_client import LiveClient


def at_a_ball(one):
    """Pauses at a step where the ball is seen, far from the edges; gives its place on the page."""
    one.pause()
    one.page.check("#boxes")
    for _ in range(400):
        ball = one.page.query_selector("#cover .outline[data-object=ball]")
        if ball:
            box, cover = ball.bounding_box(), one.page.locator("#cover").bounding_box()
            if 0.25 < (box["x"] - cover["x"]) / cover["width"] < 0.75:
                one.settle()
                one.wait("[...document.querySelector('#object').options].some(({value}) => value === 'ball')")
                return box
        one.page.click("#forward")
        one.page.wait_for_timeout(60)
    raise AssertionError("no ball was seen in 400 steps")


def drag(one, box, by):
    one.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    one.page.mouse.down()
    one.page.wait_for_timeout(300)
    one.page.mouse.move(box["x"] + box["width"] / 2 + by[0] / 2, box["y"] + box["height"] / 2 + by[1] / 2)
    one.page.mouse.move(box["x"] + box["width"] / 2 + by[0], box["y"] + box["height"] / 2 + by[1])
    one.page.wait_for_timeout(300)
    one.page.mouse.up()
    one.page.wait_for_selector("#edits li")
    one.settle()


def values(one):
    return one.page.locator("#actions .value").all_inner_texts()


def test_a_dragged_ball_changes_the_values_and_comes_back(visit):
    one = visit()
    box = at_a_ball(one)
    one.show_plain_game()
    before = (one.picture(), one.picture("#seen"), values(one))
    one.page.mouse.move(box["x"] + 2, box["y"] + 2)
    assert re.match(r"ball( \d+(\.\d)? %)?", one.text("#cover .hover span"))
    drag(one, box, (0, 90 if box["y"] < 400 else -90))
    assert re.match(r"ball at column \d+, line \d+", one.text("#edits li span"))
    place = (one.page.input_value("#place-x"), one.page.input_value("#place-y"))
    assert one.text("#edits li span") == f"ball at column {place[0]}, line {place[1]}"
    changed = values(one)
    assert all("→" in value for value in changed)
    assert any(value.split(" → ")[0] != value.split(" → ")[1] for value in changed)
    assert [value.split(" → ")[0] for value in changed] == before[2]
    assert one.picture() != before[0]
    assert one.picture("#seen") != before[1]
    assert one.text("#edited-words").startswith("With your edit the agent")
    milliseconds = int(re.search(r"(\d+) ms", one.text("#edited-time")).group(1))
    assert milliseconds < 1000
    one.page.click("#undo")
    one.settle()
    assert (one.picture(), one.picture("#seen"), values(one)) == before


def test_an_object_is_placed_removed_and_a_byte_changed_by_keyboard(visit):
    one = visit()
    at_a_ball(one)
    one.show_plain_game()
    before = one.picture()
    one.page.select_option("#object", "ball")
    one.page.focus("#place-x")
    one.page.keyboard.press("ArrowUp")
    one.page.keyboard.press("Tab")
    one.page.wait_for_selector("#edits li")
    one.settle()
    moved = one.picture()
    assert moved != before
    one.page.focus("#remove")
    one.page.keyboard.press("Enter")
    one.wait("[...document.querySelectorAll('#edits li')].some((li) => li.textContent.includes('removed'))")
    one.settle()
    one.page.click("#undo")
    one.settle()
    assert one.picture() == before
    # The line of Pong's ball.
    one.page.fill("#byte", "54")
    one.page.fill("#byte-value", "100")
    one.page.press("#byte-value", "Enter")
    one.page.wait_for_selector("#edits li")
    one.settle()
    assert one.text("#edits li span") == "RAM byte 54 = 100"
    assert one.picture() != before
    one.page.click("#undo")


def test_a_pixel_names_bytes(visit):
    one = visit()
    box = at_a_ball(one)
    cover = one.page.locator("#cover").bounding_box()
    # The score's digits lie at the top; here nothing can be taken for an object.
    one.page.mouse.click(cover["x"] + cover["width"] * 0.5, cover["y"] + cover["height"] * (0.4 if box["y"] > 400 else 0.75))
    one.wait("!document.querySelector('#pixel-words').textContent.startsWith('Click')", timeout=20000)
    assert "pixel at column" in one.text("#pixel-words")


def test_play_goes_on_as_a_branch_and_back(visit):
    one = visit()
    box = at_a_ball(one)
    one.show_plain_game()
    step, before = one.step(), (one.picture(), one.picture("#seen"))
    drag(one, box, (0, 60 if box["y"] < 400 else -60))
    one.page.click("#branch")
    one.wait("document.querySelector('#branch-words').textContent !== ''")
    one.settle()
    assert one.text("#branch-words") == f"A branch from step {step} is shown."
    # The observation is that of the edit; the game draws it with the next frame.
    assert one.picture("#seen") != before[1]
    for _ in range(5):
        one.page.click("#forward")
        one.settle()
    assert one.step() == step + 5
    one.page.fill("#compare-steps", "30")
    one.page.click("#compare button")
    one.wait("document.querySelector('#compared').textContent !== ''", timeout=30000)
    assert re.match(r"Return over 30 steps: as it was [−0-9.]+, with your edit [−0-9.]+\.", one.text("#compared"))
    one.page.click("#return")
    one.wait("document.querySelector('#branch-words').textContent === ''")
    one.settle()
    assert one.step() == step
    assert (one.picture(), one.picture("#seen")) == before


def test_a_person_plays_and_the_score_tells(visit):
    one = visit()
    one.pause()
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Hand back to the agent'")
    one.page.fill("#speed", "10")
    score = int(re.search(r"−?\d+", one.text("#score")).group().replace("−", "-"))
    one.page.keyboard.down("ArrowRight")
    one.wait("document.querySelector('#joystick-now').textContent === 'RIGHT'")
    one.page.keyboard.up("ArrowRight")
    one.wait("document.querySelector('#joystick-now').textContent === 'NOOP'")
    # Who does nothing loses points.
    one.wait("(score) => Number(/−?\\d+/.exec(document.querySelector('#score').textContent)[0].replace('−', '-')) < score", arg=score, timeout=60000)
    one.page.click("#take")
    one.wait("document.querySelector('#take').textContent === 'Take over'")
    one.page.fill("#speed", "0")


def test_a_dragged_ball_has_the_values_of_its_place(visit, served):
    """What the page shows after a drag is what the protocol says of that place; evaluated_edits_test.cpp compares that with `evaluate`."""
    one = visit()
    box = at_a_ball(one)
    drag(one, box, (30, 90 if box["y"] < 400 else -90))
    column, line = map(int, re.match(r"ball at column (\d+), line (\d+)", one.text("#edits li span")).groups())
    client = LiveClient(served.port)
    client.ask("hello", version=1)
    told = client.ask("what_if", step=one.step(), edits=[{"object": "ball", "place": [column, line]}])
    client.close()
    numbers = one.page.evaluate("""async ([before, after]) => {
      const {shortNumber} = await import('./dom.js');
      return before.map((value, k) => `${shortNumber(value)} → ${shortNumber(after[k])}`);
    }""", [told["original"]["values"], told["values"]])
    assert values(one) == numbers
    one.page.click("#undo")
    one.settle()
