"""maps.js and colors.js: the program's formulas, against slow and obvious ones in NumPy."""
import numpy as np
import pytest

RANDOM = np.random.default_rng(19)


def resized(values, height, width):
    """Bilinear, half-pixel centres, clamped edges: every pixel by itself."""
    result = np.zeros((height, width))
    h, w = values.shape
    for y in range(height):
        for x in range(width):
            v = min(max((y + 0.5) * h / height - 0.5, 0), h - 1)
            u = min(max((x + 0.5) * w / width - 0.5, 0), w - 1)
            y0, x0 = int(v), int(u)
            y1, x1 = min(y0 + 1, h - 1), min(x0 + 1, w - 1)
            fy, fx = v - y0, u - x0
            result[y, x] = ((1 - fy) * ((1 - fx) * values[y0, x0] + fx * values[y0, x1])
                            + fy * ((1 - fx) * values[y1, x0] + fx * values[y1, x1]))
    return result


def as_map(values):
    return {"values": [float(v) for v in values.ravel()], "height": values.shape[0], "width": values.shape[1]}


@pytest.mark.parametrize("source,target", [((3, 4), (9, 7)), ((84, 84), (21, 16)), ((1, 1), (3, 2)), ((1, 5), (4, 5)), ((7, 7), (7, 7))])
def test_resizing(module, source, target):
    values = RANDOM.normal(size=source)
    found = module("maps.js", "(module, [map, h, w]) => [...module.resizeBilinear(map, h, w)]", [as_map(values), *target])
    np.testing.assert_allclose(np.array(found).reshape(target), resized(values, *target), atol=1e-5)


def colours(diverging=False):
    table = RANDOM.integers(0, 256, (256, 3), np.uint8)
    return table, {"diverging": diverging, "colors": table.tolist()}


@pytest.mark.parametrize("diverging", [False, True])
@pytest.mark.parametrize("threshold", [0, 0.4])
def test_a_map_on_a_frame(module, diverging, threshold):
    """(1 − opacity)·ground + opacity·colour in the part that the map covers, the ground elsewhere."""
    height, width, box = 12, 10, {"top": 2, "left": 1, "height": 9, "width": 8}
    table, described = colours(diverging)
    palette = RANDOM.integers(0, 256, (256, 3))
    frame = RANDOM.integers(0, 256, (height, width))
    values = RANDOM.random((4, 5))
    low, high, opacity = 0.1, 0.9, 0.7
    found = module("maps.js", """async (module, {map, low, high, opacity, threshold, box, described, palette, frame, size}) => {
      const {groundTable, readColorMap} = await import(location.origin + '/colors.js');
      const look = {colors: readColorMap('test', described), opacity, threshold};
      const layer = module.layerOf(map, {low, high}, look, box, ...size);
      const rgba = new Uint8ClampedArray(4 * frame.length);
      module.paintFrame(rgba, Uint8Array.from(frame), groundTable(palette, 'color'), layer);
      return [...rgba];
    }""", {"map": as_map(values), "low": low, "high": high, "opacity": opacity, "threshold": threshold, "box": box, "described": described,
           "palette": palette.tolist(), "frame": frame.ravel().tolist(), "size": [height, width]})
    shown = resized(np.clip((values - low) / (high - low), 0, 1), box["height"], box["width"])
    expected = palette[frame].astype(float)
    for y in range(box["height"]):
        for x in range(box["width"]):
            value = shown[y, x]
            strength = abs(2 * value - 1) if diverging else value
            share = opacity * strength if strength >= threshold else 0
            at = expected[box["top"] + y, box["left"] + x]
            at += share * (table[int(value * 255 + 0.5)] - at)
    picture = np.array(found).reshape(height, width, 4)
    assert (picture[..., 3] == 255).all()
    assert np.abs(picture[..., :3] - expected).max() <= 0.51


def test_a_map_that_is_the_same_everywhere_is_not_laid_on(module):
    flat = as_map(np.full((3, 3), 2.0))
    assert module("maps.js", "(module, map) => module.layerOf(map, {low: 2, high: 2}, {}, {}, 3, 3)", flat) is None


def test_grounds(module):
    palette = [[200, 100, 50]] + [[0, 0, 0]] * 255
    ground = {name: module("colors.js", "(module, [palette, name]) => [...module.groundTable(palette, name).slice(0, 3)]", [palette, name])
              for name in ("color", "dimmed", "grey")}
    luma = round(0.55 * (0.299 * 200 + 0.587 * 100 + 0.114 * 50))
    assert ground == {"color": [200, 100, 50], "dimmed": [110, 55, 28], "grey": [luma] * 3}


def test_the_entry_of_a_value_is_the_nearest(module):
    values = [-1, 0, 0.00196, 0.00197, 0.5, 0.998, 0.9981, 1, 7]
    assert module("colors.js", "(module, values) => values.map(module.entryOf)", values) == [0, 0, 0, 1, 128, 254, 255, 255, 255]


@pytest.mark.parametrize("colors", [None, [], [[0, 0, 0]] * 255])
def test_a_colour_map_without_256_colours_is_an_error(module, colors):
    said = module("colors.js", "(module, colors) => { try { module.readColorMap('x', {colors}); } catch (error) { return error.message; } }", colors)
    assert said == "colour map 'x' has no 256 colours"


def test_ranges(module):
    values = [-3, -1, 0, 2, 1]

    def range_of(scale, signed=False, seen=None):
        return module("maps.js", "(module, [v, scale, signed, seen]) => module.rangeOf(Float32Array.from(v), scale, signed, seen)", [values, scale, signed, seen])

    assert range_of({"kind": "frame"}) == {"low": -3, "high": 2}
    assert range_of({"kind": "frame"}, True) == {"low": -3, "high": 3}
    assert range_of({"kind": "running"}, False, {"low": -1, "high": 9}) == {"low": -3, "high": 9}
    assert range_of({"kind": "fixed", "low": 0, "high": 5}) == {"low": 0, "high": 5}
    assert range_of({"kind": "percentile", "percentile": 75}) == {"low": -1, "high": 1}
