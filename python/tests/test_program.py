"""Maps, values and what else the program writes equal the program's bit for bit."""

import numpy as np
import pytest

import arcadecam as ac

METHODS = [m.name for m in ac.methods() if not m.asks_objects]
# One network of each kind: values, a policy with a critic, a distribution, memory, residual blocks, an ONNX model.
NETWORKS = {
    "checkpoints/dqn_flat.pt": "margin",
    "agents/cleanrl_ppo.cleanrl_model": "value",
    "agents/cleanrl_c51.cleanrl_model": "entropy",
    "agents/cleanrl_lstm.cleanrl_model": "greedy",
    "agents/impala.pt": "advantage",
    "agents/dueling.onnx": "value",
}


def check(program, file, states, method, target, folder, agent):
    np.save(folder / "states.npy", states)
    wanted = {name: folder / f"{name}.npy" for name in ("map", "values")}
    one = next(m for m in ac.methods() if m.name == method)
    e = agent.explain(states, method, target=target)
    arguments = ["map", file, "--states", folder / "states.npy", "--method", method, "--target", target]
    extra = ["--verbose"]  # notes too
    if e.signed is not None:
        assert "signed" in one.promises
        wanted["signed"] = folder / "signed.npy"
        extra += ["--signed", wanted["signed"]]
    if e.planes is not None:
        wanted["planes"] = folder / "planes.npy"
        extra += ["--planes", wanted["planes"]]
    run = program(*arguments, "--out", wanted["map"], "--values", wanted["values"], *extra)
    for name, written in wanted.items():
        np.testing.assert_array_equal(getattr(e, name), np.load(written), err_msg=f"{file}: {method}: {name}")
    program(*arguments, "--raw", "--out", folder / "raw.npy")
    np.testing.assert_array_equal(e.raw, np.load(folder / "raw.npy"), err_msg=f"{file}: {method}: raw")
    for warning in e.warnings:
        assert warning in run.stderr


@pytest.mark.parametrize("method", METHODS)
def test_every_method_equals_the_programs(program, golden, tmp_path, states, dqn, method):
    check(program, golden / "checkpoints" / "dqn_flat.pt", states[:2], method, "margin", tmp_path, dqn)


@pytest.mark.parametrize("method", ["fullgrad++", "gradcam", "lrp", "integrated-gradients"])
@pytest.mark.parametrize("network", NETWORKS)
def test_every_kind_of_network_equals_the_programs(program, golden, tmp_path, network, method):
    agent = ac.load(golden / network)
    states = np.random.default_rng(1).integers(0, 256, (2, *agent.input_shape), dtype=np.uint8)
    if method == "integrated-gradients" and network.endswith("lstm.cleanrl_model"):
        method = "saliency"
    check(program, golden / network, states, method, NETWORKS[network], tmp_path, agent)


def test_more_states_than_a_batch_equal_the_programs(program, golden, tmp_path, dqn):
    states = np.random.default_rng(2).integers(0, 256, (37, 4, 84, 84), dtype=np.uint8)
    check(program, golden / "checkpoints" / "dqn_flat.pt", states, "fullgrad++", "greedy", tmp_path, dqn)
