"""tests/golden/agents/recurrent_*.onnx: recurrent policies as PyTorch's two exporters write them, and recurrent.npz: what
ONNX Runtime says in three steps from zeros on the states of known_input.npz, its new state given back to it each time.

usage: recurrent_onnx.py      (packages: requirements-agents.txt)
"""

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

GOLDEN = Path(__file__).resolve().parents[2] / "tests/golden"
ACTIONS, HIDDEN = 6, 8
CELLS = {"gru": nn.GRU, "lstm": nn.LSTM, "gru_cell": nn.GRUCell, "lstm_cell": nn.LSTMCell}


class Policy(nn.Module):
    """`take`: how the one step is put into a sequence and taken out of it."""

    def __init__(self, kind, batch_first, take, critic):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(4, 4, 8, 8), nn.ReLU(), nn.Conv2d(4, 3, 4, 3), nn.ReLU(), nn.Flatten())
        self.is_cell = kind.endswith("cell")
        self.core = CELLS[kind](27, HIDDEN, **({} if self.is_cell else {"batch_first": batch_first}))
        self.head = nn.Linear(HIDDEN, ACTIONS)
        self.critic = nn.Linear(HIDDEN, 1) if critic else None
        self.two, self.axis, self.take = kind.startswith("lstm"), 1 if batch_first else 0, take

    def forward(self, x, *state):
        y = self.body(x / 255.0)
        if self.is_cell:
            state = self.core(y, state if self.two else state[0])
            state = state if self.two else (state,)
            z = state[0]
        else:
            shape = (x.shape[0], 1, -1) if self.axis else (1, x.shape[0], -1)
            sequence = y.view(shape) if self.take == "view" else y.unsqueeze(self.axis)
            given = None if not state else state if self.two else state[0]
            z, state = self.core(sequence, given)
            state = state if self.two else (state,)
            if self.take == "view":
                z = z.reshape(x.shape[0], -1)
            elif self.take == "squeeze":
                z = z.squeeze(self.axis)
            elif self.take == "index":
                z = z[:, -1] if self.axis else z[-1]
            elif self.take == "state":
                z = state[0][0]
        values = (self.critic(z),) if self.critic else ()
        return (self.head(z), *values, *state)


# name: cell, batch first, how the step is taken, with a critic, with states, a free batch, torch's new exporter, opset
FILES = {
    "gru": ("gru", False, "squeeze", False, True, False, False, 11),
    "gru_batch_first": ("gru", True, "index", False, True, True, False, 17),
    "gru_state": ("gru", True, "state", False, True, False, True, 20),
    "lstm": ("lstm", False, "index", False, True, False, True, 20),
    "lstm_batch_first": ("lstm", True, "view", True, True, True, False, 17),
    "lstm_zeros": ("lstm", False, "keep", False, False, False, False, 13),
    "gru_zeros": ("gru", True, "view", False, False, False, True, 20),
    "gru_reset_first": ("gru", False, "squeeze", False, True, False, False, 17),
    "gru_cell": ("gru_cell", None, "", False, True, False, False, 17),
    "lstm_cell": ("lstm_cell", None, "", True, True, False, True, 20),
}


def export(policy, file, states, free_batch, dynamo, opset):
    shape = (1, HIDDEN) if policy.is_cell else (1, 1, HIDDEN)
    given = [torch.randn(shape) for _ in range(2 if policy.two else 1)] if states else []
    names = ["h0", "c0"][: len(given)]
    extra = {"external_data": False} if dynamo else {}
    if free_batch:
        extra["dynamic_axes"] = {"x": {0: "n"}} | {name: {1: "n"} for name in names}
    torch.onnx.export(
        policy, (torch.rand(1, 4, 84, 84), *given), file, opset_version=opset, dynamo=dynamo, input_names=["x", *names], **extra
    )
    model = onnx.load(file)
    # Without stack traces, which name folders of the machine.
    for part in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model]:
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(model, file)


def reset_first(file):
    """PyTorch has no such GRU: what is ONNX's default."""
    model = onnx.load(file)
    (gru,) = [node for node in model.graph.node if node.op_type == "GRU"]
    kept = [attribute for attribute in gru.attribute if attribute.name != "linear_before_reset"]
    del gru.attribute[:]
    gru.attribute.extend(kept)
    onnx.save(model, file)


def play(file, observations):
    session = onnxruntime.InferenceSession(file)
    state = {i.name: np.zeros([e if isinstance(e, int) else 1 for e in i.shape], "<f4") for i in session.get_inputs()[1:]}
    rows = []
    for observation in observations:
        outputs = session.run(None, {"x": observation[None].astype("<f4"), **state})
        rows.append(outputs[0].reshape(-1))
        if state:
            state = dict(zip(state, outputs[-len(state) :], strict=True))
    return np.stack(rows)


def main():
    warnings.simplefilter("ignore")
    observations = np.load(GOLDEN / "checkpoints/known_input.npz")["x"][[0, 1, 0]]
    expected = {}
    for name, (kind, batch_first, take, critic, states, free_batch, dynamo, opset) in FILES.items():
        torch.manual_seed(sum(name.encode()))
        policy = Policy(kind, batch_first, take, critic).eval()
        with torch.no_grad():
            for weight in policy.parameters():
                weight.mul_(2)
        file = GOLDEN / f"agents/recurrent_{name}.onnx"
        export(policy, file, states, free_batch, dynamo, opset)
        if name.endswith("_reset_first"):
            reset_first(file)
        expected[name] = play(file, observations)
        print(f"{name:20} {file.stat().st_size:8}  {expected[name].round(3).tolist()}")
    np.savez_compressed(GOLDEN / "agents/recurrent.npz", **expected)


main()
