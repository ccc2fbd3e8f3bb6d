"""Writes tests/golden/fonts/boxes.ttf: a font of our own with three letters, each of them a box. Tests use it as a font that lacks almost everything, and
as a font of the system that has what others lack.

usage: boxes_font.py FOLDER      (package: fonttools==4.68.0)
"""

import sys
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM = 1000
# Letter, character, (left, bottom, right, top): a character of each length in UTF-8 that the tests need. The last is for private use: no other font has it.
BOXES = [
    ("a", 0x61, (100, 0, 500, 500)),
    ("uni6A21", 0x6A21, (100, -100, 900, 800)),
    ("u101234", 0x101234, (100, 0, 900, 700)),
]


def box(left, bottom, right, top):
    pen = TTGlyphPen(None)
    pen.moveTo((left, bottom))
    for corner in ((left, top), (right, top), (right, bottom)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


def write(folder):
    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder([".notdef"] + [name for name, _, _ in BOXES])
    font.setupCharacterMap({character: name for name, character, _ in BOXES})
    font.setupGlyf({".notdef": TTGlyphPen(None).glyph()} | {name: box(*corners) for name, _, corners in BOXES})
    font.setupHorizontalMetrics({".notdef": (EM, 0)} | {name: (EM, corners[0]) for name, _, corners in BOXES})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "Boxes", "styleName": "Regular", "psName": "Boxes", "fullName": "Boxes"})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
    font.setupPost()
    # No date, so that the same script gives the same bytes.
    font.updateHead(created=0, modified=0)
    font.font.recalcTimestamp = False
    font.save(folder / "boxes.ttf")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
