"""The page with other agents: a distributional one, a policy, one that remembers; loading one while another plays."""
import pytest
from conftest import PROJECT

AGENTS = PROJECT / "tests/golden/agents"

DROP = """async ([selector, name, bytes]) => {
  const transfer = new DataTransfer();
  transfer.items.add(new File([new Uint8Array(bytes)], name));
  const target = document.querySelector(selector);
  for (const type of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
    if (type === 'dragover') window.hinted = document.body.classList.contains('dropping');
  }
}"""


def drop(one, path, name=None):
    """Drops a file on the page, as a hand with a mouse does."""
    one.page.evaluate(DROP, ["#game", name or path.name, list(path.read_bytes())])


def loaded(one):
    one.wait("document.querySelector('#notice').textContent.endsWith('is loaded.')", timeout=60000)
    one.settle()


def test_a_distributional_agent_has_live_bars_and_distributions(another):
    _, one = another("--game", "pong", agent=AGENTS / "pfrl_c51.pt")
    one.pause()
    assert one.page.locator("#actions .distribution").count() == 6
    read = "document.querySelector('#actions .distribution').toDataURL()"
    drawn = one.page.evaluate("""() => [...document.querySelectorAll('#actions .distribution')].map((canvas) =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0))""")
    assert all(drawn)
    before = one.page.evaluate(read)
    one.page.click("#forward")
    one.settle()
    assert one.page.evaluate(read) != before
    # What only such an agent can be asked.
    options = one.page.locator("[aria-label='Question of tile 1'] option").evaluate_all("(all) => all.map(({value}) => value)")
    assert {"entropy", "lower-tail", "upper-tail"} <= set(options)
    one.page.select_option("[aria-label='Question of tile 1']", "lower-tail")
    one.settle()
    assert "tail" in one.text("#stage-words") or "lowest" in one.text("#stage-words") or "worst" in one.text("#stage-words")
    assert one.errors == []


@pytest.mark.parametrize("file", ["sb3_ppo.zip", "sb3_lstm.zip"])
def test_a_policys_bars_are_probabilities(another, file):
    _, one = another("--game", "pong", agent=AGENTS / file)
    one.pause()
    assert one.text("#decision-kind") == "probabilities of the actions"
    numbers = one.page.locator("#actions .value").all_inner_texts()
    assert all(number.endswith(" %") for number in numbers)
    assert sum(float(number.rstrip(" %").replace("< ", "")) for number in numbers) == pytest.approx(100, abs=3)
    assert one.text("#advantage") == "–"
    for _ in range(3):
        one.page.click("#forward")
        one.settle()
    picture = (one.picture(), one.text("#value"))
    step = one.step()
    one.seek(max(step - 2, 0))
    one.seek(step)
    assert (one.picture(), one.text("#value")) == picture
    assert one.errors == []


def test_another_agent_is_dropped_on_the_page(another):
    _, one = another()
    one.pause()
    before = one.text("#agent")
    drop(one, AGENTS / "pfrl_c51.pt", "my <b>agent<b>.pt")
    assert one.page.evaluate("window.hinted")
    loaded(one)
    assert "my <b>agent<b>.pt" in one.text("#agent") and one.text("#agent") != before
    assert not one.page.evaluate("document.body.classList.contains('dropping')")
    assert one.page.locator("#actions .distribution").count() == 6
    one.page.click("#forward")
    one.settle()
    assert one.step() >= 1
    # And one from the list of files, without distributions.
    one.page.set_input_files("#file", str(AGENTS / "sb3_dqn.zip"))
    one.wait("document.querySelectorAll('#actions .distribution').length === 0", timeout=60000)
    assert one.errors == []


def test_a_recorded_run_is_dropped_on_the_page(another, tmp_path):
    _, one = another()
    one.play()
    one.wait_for_step(20)
    one.pause()
    one.show_plain_game()
    one.seek(15)
    picture = one.picture()
    one.page.click("#trace")
    one.page.wait_for_selector("#kept a")
    with one.page.expect_download() as waiting:
        one.page.click("#kept a")
    path = tmp_path / "run.jsonl.gz"
    waiting.value.save_as(path)
    one.page.click("#new-game")
    one.settle()
    drop(one, path)
    loaded(one)
    one.pause()
    one.page.keyboard.press("Escape")
    while one.step() < 15:
        one.page.click("#forward")
        one.settle()
    assert one.picture() == picture
    assert one.errors == []


def test_a_dropped_letter_is_refused_and_the_game_goes_on(another, tmp_path):
    _, one = another()
    one.pause()
    path = tmp_path / "letter.txt"
    path.write_text("Dear agent")
    drop(one, path)
    one.page.wait_for_selector("#notice[data-kind=error]")
    step = one.step()
    one.page.click("#forward")
    one.settle()
    assert one.step() == step + 1


def test_what_cannot_explain_a_network_is_not_offered_but_named(another):
    _, one = another("--game", "pong", agent=AGENTS / "sb3_lstm.zip")
    one.pause()
    hidden = one.page.locator("#left-out strong").all_text_contents()
    offered = one.page.locator("[aria-label='Method of tile 1'] option").all_text_contents()
    assert not set(hidden) & set(offered)
    assert "saliency" in offered
    assert one.page.locator("#about-agent div").count() >= 3
