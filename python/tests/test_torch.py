"""Agents of PyTorch's policies in memory."""

import json

import numpy as np
import pytest
import torch

import arcadecam as ac
from arcadecam._loading import load_bytes


def test_a_state_dict_equals_the_file(golden, states):
    for file, like in [
        ("agents/cleanrl_dqn.cleanrl_model", "cleanrl"),
        ("agents/tianshou_dqn.pth", None),
        ("checkpoints/dqn_flat.pt", None),
    ]:
        path = golden / file
        loaded = torch.load(path, weights_only=False, map_location="cpu")
        while "estimator_state" in loaded:
            loaded = loaded["estimator_state"]
        agent, of_file = ac.from_state_dict(loaded, like=like), ac.load(path)
        assert agent.convention == of_file.convention
        np.testing.assert_array_equal(agent(states), of_file(states))
        np.testing.assert_array_equal(agent.explain(states).map, of_file.explain(states).map)


def test_half_precision_and_counters_are_taken(golden, states):
    loaded = torch.load(golden / "agents" / "cleanrl_dqn.cleanrl_model", map_location="cpu")
    half = {name: tensor.bfloat16() for name, tensor in loaded.items()}
    half["counter"] = torch.tensor(3)
    rounded = {name: tensor.bfloat16().float().numpy() for name, tensor in loaded.items()}
    np.testing.assert_array_equal(ac.from_state_dict(half, like="cleanrl")(states), ac.from_state_dict(rounded, like="cleanrl")(states))


def small():
    return torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 8, 4), torch.nn.ReLU(), torch.nn.Conv2d(4, 4, 4, 2), torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(4 * 9 * 9, 3)
    )


DESCRIPTION = {
    "name": "mine",
    "game": "pong",
    "input": {"channels": 2},
    "layers": [
        {"type": "conv", "weights": "0", "stride": 4},
        {"type": "relu"},
        {"type": "conv", "weights": "2", "stride": 2},
        {"type": "relu"},
        {"type": "flatten"},
        {"type": "linear", "weights": "5"},
    ],
}


def test_a_description_may_be_a_dict_or_a_file(tmp_path):
    torch.manual_seed(0)
    module = small()
    states = np.random.default_rng(0).integers(0, 256, (2, 2, 84, 84), dtype=np.uint8)
    with torch.no_grad():
        expected = module(torch.from_numpy(states).float() / 255).numpy()
    described = ac.from_state_dict(module.state_dict(), network=DESCRIPTION)
    np.testing.assert_allclose(described(states), expected, rtol=1e-4, atol=1e-5)
    assert described.game == "pong"
    file = tmp_path / "net.json"
    file.write_text(json.dumps(DESCRIPTION))
    torch.save(module.state_dict(), tmp_path / "mine.pt")
    for network in (DESCRIPTION, file):
        np.testing.assert_array_equal(ac.load(tmp_path / "mine.pt", network=network)(states), described(states))
    wrong = {**DESCRIPTION, "layers": [*DESCRIPTION["layers"], {"type": "nonsense"}]}
    with pytest.raises(ac.Error, match="network={…}: line .*layers"):
        ac.from_state_dict(module.state_dict(), network=wrong)
    with pytest.raises(ac.Error, match="cannot be read"):
        ac.from_state_dict(module.state_dict(), network=tmp_path / "none.json")


def test_what_is_no_state_dict_is_an_error():
    for wrong, message in [
        ([1], "expected names and tensors"),
        ({}, "no tensor"),
        ({"a": torch.zeros(3, dtype=torch.int64)}, "no tensor"),
        ({"a": object()}, "a: expected an array"),
        ({"a": np.zeros(3)}, "state_dict"),
    ]:
        with pytest.raises(ac.Error, match=message):
            ac.from_state_dict(wrong)


def test_any_module_that_torch_exports(states):
    torch.manual_seed(1)
    module = small()
    example = torch.rand(2, 2, 84, 84)
    agent = ac.from_torch(module, example, game="pong")
    assert module.training, "it is left as it was"
    with torch.no_grad():
        expected = module(example).numpy()
    np.testing.assert_allclose(agent(example.numpy()), expected, rtol=1e-4, atol=1e-5)
    assert agent.explain(example.numpy(), "gradcam").map.shape == (2, 84, 84)
    five = torch.rand(5, 2, 84, 84)
    assert agent(five).shape == (5, 3), "the batch is not the example's"


def test_a_modules_maps_equal_the_state_dicts():
    torch.manual_seed(2)
    module = small()
    states = np.random.default_rng(1).integers(0, 256, (2, 2, 84, 84), dtype=np.uint8)
    described = ac.from_state_dict(module.state_dict(), network=DESCRIPTION)

    class Divided(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.network = module

        def forward(self, x):
            return self.network(x / 255.0)

    exported = ac.from_torch(Divided(), torch.from_numpy(states).float())
    for method in ("fullgrad++", "gradcam", "lrp"):
        np.testing.assert_allclose(exported.explain(states, method).map, described.explain(states, method).map, atol=1e-5)


def test_what_cannot_be_exported_is_an_error():
    class Odd(torch.nn.Module):
        def forward(self, x):
            return torch.fft.fft(x).real.flatten(1)[:, :3]

    with pytest.raises(ac.Error):
        ac.from_torch(Odd(), torch.rand(1, 1, 8, 8))
    with pytest.raises(ac.Error, match=r"expected a torch\.nn\.Module"):
        ac.from_torch(3, torch.rand(1, 2))
    with pytest.raises(ac.Error, match="expected a tensor"):
        ac.from_torch(small(), np.zeros((1, 2, 84, 84)))


def test_bytes_are_a_file(golden, states):
    file = golden / "agents" / "sb3_dqn.zip"
    np.testing.assert_array_equal(load_bytes(file.read_bytes(), "sb3_dqn.zip")(states), ac.load(file)(states))


def test_takes_dlpack_of_torch(dqn, states):
    expected = dqn(states)
    np.testing.assert_array_equal(dqn(torch.from_numpy(states)), expected)
    np.testing.assert_array_equal(dqn(torch.from_numpy(states).float().requires_grad_()), expected)
