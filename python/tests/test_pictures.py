"""Maps on pictures, and the table of methods."""

import doctest
import importlib
import pkgutil
import re

import numpy as np
import pytest

import arcadecam as ac


def test_an_overlay_is_opaque_where_the_map_is_strong():
    frame = np.full((10, 8, 3), 200, np.uint8)
    map = np.zeros((10, 8), np.float32)
    assert np.array_equal(ac.overlay(frame, map), frame), "a map of zeros hides nothing"
    map[:5] = 1
    drawn = ac.overlay(frame, map, colors="jet", opacity=1)
    assert (drawn[0, 0] == (128, 0, 0)).all(), "Jet's last colour"
    assert (drawn[9, 7] == 200).all()
    half = ac.overlay(frame, map, opacity=0.5)
    assert (half[0, 0] == (164, 100, 100)).all()


def test_an_overlay_takes_grey_and_float_frames_other_sizes_and_parts():
    grey = np.full((84, 84), 50, np.uint8)
    map = np.random.default_rng(0).random((21, 21))
    assert ac.overlay(grey, map).shape == (84, 84, 3)
    np.testing.assert_array_equal(ac.overlay(grey, map), ac.overlay(grey[..., None].astype(np.float64), map))
    assert ac.overlay(grey, map, size=(168, 100)).shape == (168, 100, 3)
    part = ac.overlay(grey, np.ones((4, 4)), part=(0.5, 0, 1, 1))
    assert (part[:42] == 50).all() and not (part[42:] == 50).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((4, 4, 2), np.uint8), np.zeros((4, 4))), "frame: expected H×W or H×W×3"),
        ((np.zeros((4, 4), np.int64), np.zeros((4, 4))), "frame: expected uint8"),
        ((np.full((4, 4), np.nan), np.zeros((4, 4))), "frame: expected uint8"),
        ((np.zeros((4, 4), np.uint8), np.full((4, 4), 2.0)), "from 0 to 1"),
        ((np.zeros((4, 4), np.uint8), np.full((4, 4), np.nan)), "from 0 to 1"),
        ((np.zeros((4, 4), np.uint8), np.zeros(4)), "height×width"),
        ((np.zeros((4, 4), np.uint8), np.zeros((4, 4)), "rainbow"), "rainbow"),
        ((np.zeros((4, 4), np.uint8), np.zeros((4, 4)), "jet", 2), "opacity"),
        ((np.zeros((4, 4), np.uint8), np.zeros((4, 4)), "jet", 1, None, (1, 0, 0, 1)), "part"),
    ],
)
def test_wrong_pictures_are_errors(arguments, message):
    with pytest.raises(ac.Error, match=message):
        ac.overlay(*arguments)


def test_a_player_is_one_piece_of_html(tmp_path):
    frames = np.random.default_rng(0).integers(0, 256, (3, 20, 16, 3), dtype=np.uint8)
    player = ac.Player(frames, maps=np.ones((3, 5, 5)), captions=["</script>", "b", "c"])
    html = player._repr_html_()
    assert html.count("</script>") == 1, "a caption cannot end the script"
    assert len(re.findall(r"iVBORw0KGgo", html)) == 3
    assert "http" not in html
    player.save(tmp_path / "player.html")
    assert html in (tmp_path / "player.html").read_text()
    for arguments, message in [
        ({"frames": []}, "at least one"),
        ({"frames": frames, "maps": np.ones((2, 5, 5))}, "maps: expected one for each of the 3"),
        ({"frames": frames, "fps": 0}, "fps"),
    ]:
        with pytest.raises(ac.Error, match=message):
            ac.Player(**arguments)


def test_methods_are_the_programs(program):
    import json

    listed = json.loads(program("methods", "--json").stdout)
    assert [m.name for m in ac.methods()] == [m["id"] for m in listed]
    for method, entry in zip(ac.methods(), listed):
        assert method.citation == entry["citation"] and list(method.promises) == entry["promises"]
        assert {p.key for p in method.parameters} <= {p["key"] for p in entry["params"]}
        text = ac.help(method.name)
        assert text.startswith(f"{method.name}: {method.title}\n")
        for parameter in method.parameters:
            assert f"  {parameter.key}={parameter.default}  " in text
    assert repr(ac.help("lrp")) == ac.help("lrp"), "a notebook shows the text as it is"
    assert "gradcam" in ac.help()
    with pytest.raises(ac.Error, match="no method 'nothing'"):
        ac.help("nothing")


def test_examples_in_docstrings_run():
    # Those that need Gymnasium, Stable-Baselines3 or PyTorch have theirs run by tests of their own.
    for module in pkgutil.iter_modules(ac.__path__):
        if module.name in ("_recorder", "gym", "sb3", "training") or module.name.startswith("_native"):
            continue
        failed, tried = doctest.testmod(importlib.import_module(f"arcadecam.{module.name}"), optionflags=doctest.NORMALIZE_WHITESPACE)
        assert failed == 0, module.name
    assert doctest.testmod(ac).failed == 0


def test_every_public_name_has_a_docstring_with_an_example_or_is_data():
    for name in ac.__all__:
        if name == "__version__":
            continue
        assert getattr(ac, name).__doc__, name
    for function in (ac.load, ac.from_state_dict, ac.overlay, ac.methods, ac.help, ac.agents, ac.Agent.explain, ac.Agent.__call__):
        assert ">>>" in function.__doc__, function


def test_the_package_is_typed():
    from importlib.resources import files

    assert files("arcadecam").joinpath("py.typed").is_file()
    stub = files("arcadecam").joinpath("_native.pyi").read_text()
    assert "class Network" in stub and "def explain" in stub


def test_no_game_is_linked():
    """The native module needs neither ALE nor OpenCV nor FFmpeg."""
    import subprocess

    from arcadecam import _native

    needed = subprocess.run(["ldd", _native.__file__], capture_output=True, text=True, check=True).stdout
    for library in ("libale", "opencv", "libav", "libsw"):
        assert library not in needed
