"""What the page's tests share: a headless Chromium, the page's files without a server, and the program that serves them."""
import functools
import hashlib
import http.server
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest
from playwright.sync_api import sync_playwright

PROJECT = pathlib.Path(__file__).resolve().parents[3]
PAGE = PROJECT / "src/serve/page"
sys.path.insert(0, str(PROJECT / "tests/serve"))  # the client without a browser
PROGRAM = pathlib.Path(os.environ.get("ARCADECAM_PROGRAM", PROJECT / "build/release/arcadecam"))


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium: nothing is downloaded by Playwright itself."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is missing: ./scripts/setup.sh --dev installs it"
    with sync_playwright() as playwright:
        # Without a sandbox of its own: as root in a container it has none. It opens this project's page alone. Without a
        # graphics card it would compute one's shaders on the processor, which takes longer than painting without any.
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def files():
    """The page's files, served as they lie in the folder: for modules that need no game."""
    handler = functools.partial(QuietHandler, directory=str(PAGE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def module(browser, files):
    """run(name, function, argument): calls a JavaScript function with a module of the page and an argument."""
    page = browser.new_page()
    page.goto(files + "icon.svg")

    def run(name, function, argument=None):
        code = f"async (argument) => {{ const module = await import('{files}{name}'); return ({function})(module, argument); }}"
        return page.evaluate(code, argument)

    yield run
    page.close()


class Served:
    """A running `arcadecam serve`."""

    def __init__(self, *arguments, agent="pong", port=0):
        command = [str(PROGRAM), "serve", str(agent), "--port", str(port), *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=PROJECT)
        self.lines = []
        self.address = None
        for line in self.process.stdout:
            self.lines.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                self.address = found.group().rstrip(".,")
                break
        assert self.address, f"the program printed no address: {''.join(self.lines)}"
        self.port = int(re.search(r":(\d+)/", self.address).group(1))
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append(line)

    def end(self):
        self.process.terminate()
        return self.process.wait(timeout=20)


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.end()


class Visit:
    """A browser's page that shows the viewer, and what it said on its console."""

    def __init__(self, browser, address, **options):
        options = {"viewport": {"width": 1280, "height": 900}, **options}
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.errors = []
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        # The tour has a test of its own.
        self.page.add_init_script("try { if (!window.name.includes('tour')) localStorage.setItem('arcadecam.tour', 'seen'); } catch {}")
        self.page.goto(address)
        self.wait("document.body.dataset.painted > 0", timeout=20000)

    def text(self, selector):
        return self.page.inner_text(selector)

    def wait(self, code, arg=None, timeout=20000):
        """Waits until JavaScript says yes. Playwright's own waiting runs text in the page, which the page's policy forbids."""
        until = time.monotonic() + timeout / 1000
        while not self.page.evaluate(code, arg):
            assert time.monotonic() < until, f"waited {timeout} ms for {code} with {arg}; " + "; ".join(
                f"{name}: {self.page.text_content('#' + name)}" for name in ("notice", "step", "stopped", "control-words"))
            time.sleep(0.03)

    def step(self):
        return int(re.match(r"step (\d+)", self.page.text_content("#step")).group(1))

    def pause(self):
        if self.text("#play") == "Pause":
            self.page.click("#play")
            self.wait("document.querySelector('#play').textContent === 'Play'")
        self.settle()

    def play(self):
        if self.text("#play") == "Play":
            self.page.click("#play")

    def settle(self):
        """Waits until nothing is painted any more."""
        self.page.evaluate("""async () => {
          const game = document.querySelector('#step');
          for (let same = 0, before = ''; same < 6;) {
            await new Promise((done) => setTimeout(done, 60));
            same = game.textContent === before ? same + 1 : 0;
            before = game.textContent;
          }
        }""")

    def seek(self, step):
        self.page.evaluate("""(step) => {
          const scrub = document.querySelector('#scrub');
          scrub.value = String(step);
          scrub.dispatchEvent(new Event('input', {bubbles: true}));
        }""", step)
        self.wait("(step) => document.querySelector('#step').textContent.startsWith(`step ${step} `)", arg=step)
        self.settle()

    def wait_for_step(self, step):
        self.wait("(step) => Number(document.querySelector('#step').textContent.split(' ')[1]) >= step", arg=step, timeout=60000)

    def picture(self, selector="#game"):
        """A digest of a canvas's pixels: of them as a PNG, which keeps every bit."""
        return hashlib.sha256(self.page.evaluate("(selector) => document.querySelector(selector).toDataURL()", selector).encode()).hexdigest()

    def show_plain_game(self):
        """The game without a map: what is compared with other programs' screens."""
        self.page.set_checked("#show-map", False)

    def close(self):
        self.context.close()


@pytest.fixture
def another(browser):
    """another(arguments): a server of its own and a page that shows it; both end with the test."""
    opened = []

    def open_page(*arguments, **options):
        server = Served(*arguments, **options)
        opened.append(server)
        one = Visit(browser, server.address)
        opened.append(one)
        return server, one

    yield open_page
    for one in reversed(opened):
        (one.close if isinstance(one, Visit) else one.end)()


@pytest.fixture
def visit(browser, served):
    """visit(address part): opens the viewer; pages are closed after the test, and none may have had an error."""
    opened = []

    def open_page(part="", **options):
        opened.append(Visit(browser, served.address.rstrip("/") + "/" + part, **options))
        return opened[-1]

    yield open_page
    errors = [error for one in opened for error in one.errors]
    for one in opened:
        one.close()
    time.sleep(0.2)
    assert errors == []
