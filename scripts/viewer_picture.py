#!/usr/bin/env python3
"""Draws docs/images/viewer.png again: the live viewer's page, as a browser shows it.

Run it with the Python that scripts/page_test.sh prepared:
build/page-venv/bin/python scripts/viewer_picture.py [PROGRAM]
"""
import pathlib
import re
import shutil
import subprocess
import sys

from playwright.sync_api import sync_playwright

PROJECT = pathlib.Path(__file__).resolve().parents[1]
PICTURE = PROJECT / "docs/images/viewer.png"
TILES = "tiles=fullgrad%2B%2B%3Aplace%3Daligned@chosen|fullgrad%2B%2B%3Aplace%3Daligned@margin|sobel@chosen"


def address_of(process):
    for line in process.stdout:
        found = re.search(r"http://127\S+", line)
        if found:
            return found.group()
    raise SystemExit("viewer_picture: the program printed no address")


def main(program):
    process = subprocess.Popen([program, "serve", "pong", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1180, "height": 1060}, color_scheme="light")
            page.add_init_script("localStorage.setItem('arcadecam.tour', 'seen')")
            page.goto(f"{address_of(process)}#ground=grey&step=57&{TILES}")
            for _ in range(300):
                page.wait_for_timeout(100)
                if page.text_content("#step").startswith("step 57 "):
                    break
            page.wait_for_timeout(2000)
            assert page.text_content("#step").startswith("step 57 "), page.text_content("#step")
            # Without the line of measured times: they are this machine's.
            top = page.locator("main").bounding_box()["y"]
            page.screenshot(path=PICTURE, clip={"x": 0, "y": top, "width": 1180, "height": 1060 - top})
            browser.close()
    finally:
        process.terminate()
        process.wait()
    assert PICTURE.stat().st_size < 250_000, f"{PICTURE} is too large: {PICTURE.stat().st_size} bytes"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(PROJECT / "build/release/arcadecam"))
