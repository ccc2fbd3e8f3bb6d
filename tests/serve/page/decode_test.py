"""decode.js: binary messages, whole and broken."""
import json
import struct

import numpy as np
import pytest


def message(header, arrays):
    """A message as docs/viewer.md describes it. `arrays`: [(name, NumPy array)]."""
    places, data = [], b""
    for name, array in arrays:
        data += b"\0" * (-len(data) % 4)
        kind = "u1" if array.dtype == np.uint8 else "f4"
        places.append({"name": name, "type": kind, "shape": list(array.shape), "offset": len(data)})
        data += array.tobytes()
    text = json.dumps({**header, "arrays": places}).encode()
    text += b" " * (-(len(text) + 4) % 4)
    return struct.pack("<I", len(text)) + text + data


def encoded(frames):
    """The arrays of a step with these frames."""
    changed = np.array([(a != b).any(axis=1) for a, b in zip(frames, frames[1:])], np.uint8).reshape(-1, frames.shape[1])
    rows = [frame[rows.astype(bool)] for frame, rows in zip(frames[1:], changed)]
    return [("screens", frames[:1]), ("changed", changed),
            ("rows", np.concatenate(rows) if rows else np.zeros((0, frames.shape[2]), np.uint8))]


def decode(module, data, then):
    return module("decode.js", f"(module, bytes) => {{ const m = module.decodeMessage(new Uint8Array(bytes).buffer); return ({then})(module, m); }}",
                  list(data))


def test_header_and_arrays_come_out_as_they_went_in(module):
    floats = np.array([[0.5, -1.25], [3e-9, 7e9]], np.float32)
    data = message({"event": "step", "step": 7, "words": "é"}, [("a", np.arange(5, dtype=np.uint8)), ("b", floats)])
    header, a, b, shape = decode(module, data, "(_, m) => [m.header, [...m.arrays.get('a').values], [...m.arrays.get('b').values], m.arrays.get('b').shape]")
    assert header["step"] == 7 and header["words"] == "é"
    assert a == [0, 1, 2, 3, 4]
    assert shape == [2, 2]
    np.testing.assert_array_equal(np.float32(b), floats.ravel())


@pytest.mark.parametrize("count", [1, 2, 4])
def test_frames_are_put_together_from_changed_rows(module, count):
    random = np.random.default_rng(count)
    frames = np.repeat(random.integers(0, 256, (1, 21, 16), np.uint8), count, axis=0)
    for k in range(1, count):
        frames[k:, random.integers(0, 21, 3)] = random.integers(0, 256, (3, 16), np.uint8)
    found = decode(module, message({}, encoded(frames)), "(module, m) => module.framesOf(m).map((frame) => [...frame])")
    np.testing.assert_array_equal(np.array(found, np.uint8).reshape(frames.shape), frames)


def test_maps_are_as_before_scaling(module):
    tiles = [{"low": -2.0, "high": 6.0}, {"low": 0.0, "high": 1.0}]
    signed = np.array([[1, -1]], np.float32)
    data = message({"tiles": tiles}, [("map0", np.array([[0, 0.25], [0.5, 1]], np.float32)), ("map1", np.array([[0, 1]], np.float32)),
                                      ("signed1", signed)])
    first, second = decode(module, data, "(module, m) => module.mapsOf(m).map((map) => ({...map, values: [...map.values], signed: map.signed && [...map.signed]}))")
    assert first == {"values": [-2, 0, 2, 6], "height": 2, "width": 2, "signed": None}
    assert second["signed"] == [1, -1]


def test_planes_of_the_observation(module):
    planes = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)
    found = decode(module, message({}, [("observation", planes)]), "(module, m) => module.planesOf(m).map(({values, height, width}) => [[...values], height, width])")
    assert found == [[list(range(12)), 3, 4], [list(range(12, 24)), 3, 4]]


def broken():
    whole = message({"a": 1}, [("x", np.zeros(8, np.uint8))])
    yield "empty", b""
    yield "header longer than the message", struct.pack("<I", 10**9) + whole[4:]
    yield "no JSON", struct.pack("<I", 4) + b"{{{{"
    yield "array beyond the end", whole[:-4]
    for change in ({"type": "f8"}, {"shape": [-1]}, {"shape": "8"}, {"shape": [2.5]}, {"offset": -4}, {"offset": "0"}, {"shape": [2**40]}):
        text = json.dumps({"arrays": [{"name": "x", "type": "u1", "shape": [8], "offset": 0, **change}]}).encode()
        text += b" " * (-(len(text) + 4) % 4)
        yield f"{change}", struct.pack("<I", len(text)) + text + bytes(8)


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in broken()])
def test_a_broken_message_is_an_error(module, data):
    said = module("decode.js", """(module, bytes) => {
      try { module.decodeMessage(new Uint8Array(bytes).buffer); } catch (error) { return error.message; }
      return null;
    }""", list(data))
    assert said


def test_too_few_rows_are_an_error(module):
    frames = np.zeros((2, 3, 4), np.uint8)
    frames[1] = 1
    arrays = encoded(frames)
    arrays[2] = ("rows", np.zeros((1, 4), np.uint8))
    said = decode(module, message({}, arrays), "(module, m) => { try { module.framesOf(m); } catch (error) { return error.message; } }")
    assert said == "a step with too few changed rows"
