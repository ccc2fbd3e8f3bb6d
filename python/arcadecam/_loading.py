"""Agents from files, from state dicts and from modules in memory."""

from __future__ import annotations

import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy as np

from . import _native
from ._agent import Agent
from ._native import Error


def _agents_folder() -> str:
    return os.environ.get("ARCADECAM_AGENTS") or str(Path(__file__).parent / "agents")


@dataclass(frozen=True)
class EmbeddedAgent:
    """An agent that comes with the package."""

    name: str
    title: str
    score: str
    """Measured: mean, spread, protocol, episodes."""
    remarks: str


def agents() -> tuple[EmbeddedAgent, ...]:
    """The agents that come with the package.

    >>> import arcadecam as ac
    >>> [agent.name for agent in ac.agents()]
    ['air_raid', 'breakout', 'breakout_early', 'enduro', 'pong', 'pong_c51', 'video_pinball']
    """
    return tuple(EmbeddedAgent(*card) for card in _native.agents(_agents_folder()))


def _description(network: Mapping | str | os.PathLike | None) -> str | None:
    """A network description's text: of a dict, or of a file."""
    if network is None:
        return None
    if isinstance(network, Mapping):
        return json.dumps(network, indent=1)
    try:
        return Path(network).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Error(f"network: {network} cannot be read: {error}") from None


def _options(options: dict[str, Any], ignore: Sequence[str]) -> dict[str, Any]:
    if isinstance(ignore, str):
        ignore = [ignore]
    return {**options, "ignore": list(ignore)}


def load(
    name_or_file: str | os.PathLike,
    *,
    game: str | None = None,
    protocol: str | None = None,
    algorithm: str | None = None,
    like: str | None = None,
    network: Mapping | str | os.PathLike | None = None,
    divide_by: float | None = None,
    activation: str | None = None,
    grey: str | None = None,
    entry: str | None = None,
    ignore: Sequence[str] = (),
    randomize_weights: int | None = None,
    engine: str = "cpu",
    threads: int = 1,
    precision: str = "f32",
) -> Agent:
    """An embedded agent by name (`agents()`), or a checkpoint file of any format of the program (docs/checkpoints.md).

    game, protocol, algorithm: what the file does not say. like: whose checkpoint it is ("cleanrl"), where several fit.
    network: a network description, as a dict or a file (what net.json says). divide_by: what the network divides the
    0…255 pixels by. activation: of its hidden layers. grey: "rgb" where planes are colours. entry: where the file holds
    the state dict. ignore: what names of tensors begin with that are no part of the network. randomize_weights: a seed; a
    control whose weights are drawn at random. engine: "cpu", "onednn", "reference" or "compared". threads: in one pass. precision: "f32" or
    "bf16".

    Nothing in the file is executed. Raises Error that says what is wrong and what to do.

    >>> import arcadecam as ac
    >>> ac.load("pong")
    <Agent pong: AtariNet, DQN head (one value per action), 4×84×84 → 6 values>
    """
    options = _options(
        {
            "game": game,
            "protocol": protocol,
            "algorithm": algorithm,
            "like": like,
            "divide_by": divide_by,
            "activation": activation,
            "grey": grey,
            "entry": entry,
            "randomize_weights": randomize_weights,
            "engine": engine,
            "threads": threads,
            "precision": precision,
        },
        ignore,
    )
    if not isinstance(name_or_file, (str, os.PathLike)):
        raise Error(
            f"expected a name or a file, found {type(name_or_file).__name__}: for a model of Stable-Baselines3 in memory use "
            "ac.sb3.agent_of(model), for other policies ac.from_state_dict(module.state_dict()) or ac.from_torch(module, example)"
        )
    name = os.fspath(name_or_file)
    if not os.path.exists(name) and os.path.isfile(name + ".zip"):
        name += ".zip"  # as Stable-Baselines3 saves and loads
    return Agent(_native.load(name, _description(network), _agents_folder(), options), name)


def _running(options: dict[str, Any]) -> dict[str, Any]:
    return {"randomize_weights": None, "engine": "cpu", "threads": 1, "precision": "f32", **options}


def load_bytes(content: bytes, name: str, **options: Any) -> Agent:
    """As `load()`, of a file's content; `name` says the format where the content does not."""
    network = _description(options.pop("network", None))
    ignore = options.pop("ignore", ())
    return Agent(_native.load_bytes(content, name, network, _options(_running(options), ignore)), name)


def _numpy(name: str, tensor: Any) -> np.ndarray:
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
        tensor = tensor.float() if tensor.is_floating_point() else tensor
        return tensor.contiguous().numpy()
    array = np.asarray(tensor)
    if array.dtype.kind == "O":
        raise Error(f"{name}: expected an array or a tensor, found {type(tensor).__name__}")
    return array


def _safetensors(tensors: Mapping[str, Any]) -> bytes:
    """The tensors as a safetensors file in memory: single precision, in their order; whole numbers are left out."""
    header: dict[str, Any] = {}
    parts: list[bytes] = []
    offset = 0
    for name, tensor in tensors.items():
        array = _numpy(name, tensor)
        if array.dtype.kind != "f":
            continue  # counters such as num_batches_tracked, which no network needs
        data = np.ascontiguousarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + len(data)]}
        parts.append(data)
        offset += len(data)
    if not header:
        raise Error("the state dict holds no tensor of floating-point numbers")
    text = json.dumps(header).encode()
    return b"".join([len(text).to_bytes(8, "little"), text, *parts])


def from_state_dict(
    state_dict: Mapping[str, Any],
    like: str | None = None,
    *,
    network: Mapping | str | os.PathLike | None = None,
    **options: Any,
) -> Agent:
    """An agent of a policy in memory: `policy.state_dict()`, or names and arrays.

    like: whose names they are ("cleanrl", "stable-baselines3", …), where several conventions fit. network: a network
    description (docs/checkpoints.md), as a dict or a file, for names that no convention knows. Other options as `load()`'s.

    The tensors are copied: training may go on.

    >>> import numpy as np
    >>> import arcadecam as ac
    >>> rng = np.random.default_rng(0)
    >>> shapes = {"network.0": (32, 4, 8, 8), "network.2": (64, 32, 4, 4), "network.4": (64, 64, 3, 3),
    ...           "network.7": (512, 3136), "network.9": (6, 512)}
    >>> state = {}
    >>> for name, shape in shapes.items():
    ...     state[name + ".weight"] = rng.normal(0, 0.02, shape).astype(np.float32)
    ...     state[name + ".bias"] = np.zeros(shape[0], np.float32)
    >>> ac.from_state_dict(state, like="cleanrl").convention
    'cleanrl'
    """
    if not isinstance(state_dict, Mapping):
        hint = ": give its state_dict()" if hasattr(state_dict, "state_dict") else ""
        raise Error(f"state_dict: expected names and tensors, found {type(state_dict).__name__}{hint}")
    return load_bytes(_safetensors(state_dict), "state_dict.safetensors", like=like, network=network, **options)


def from_torch(module: Any, example: Any, *, tolerance: float = 1e-4, **options: Any) -> Agent:
    """An agent of any PyTorch module that torch exports to ONNX, in memory.

    example: what the module takes, a tensor N×planes×height×width (N of 1 or more; the values as in use, for example
    bytes, or floats 0…1 where the module does not divide by 255 itself). The module is set to evaluation for the export.
    The network's outputs are compared with the module's on the example; Error where they differ by more than
    `tolerance`, relative to the largest.

    Needs torch and, for its newer exporter, onnxscript.
    """
    import torch

    if not isinstance(module, torch.nn.Module):
        raise Error(f"module: expected a torch.nn.Module, found {type(module).__name__}")
    if not isinstance(example, torch.Tensor) or example.dim() < 2:
        raise Error("example: expected a tensor of N observations")
    training = module.training
    module.eval()
    try:
        with torch.no_grad():
            expected = module(example)
            if isinstance(expected, (tuple, list)):
                expected = expected[0]
            expected = expected.detach().cpu().float().numpy()
            content = _exported(torch, module, example)
    finally:
        module.train(training)
    try:
        agent = load_bytes(content, f"{type(module).__name__}.onnx", **options)
    except Error as error:
        if type(module).__module__.startswith(("stable_baselines3", "sb3_contrib")):
            raise Error(f"{error}. For a whole policy of Stable-Baselines3 use ac.sb3.agent_of(model)") from None
        raise
    found = agent(example.detach().cpu().float().numpy() if example.dtype != torch.uint8 else example, pixels="0-255")
    if found.shape != expected.shape:
        raise Error(f"the exported network puts out {found.shape}, the module {expected.shape}")
    scale = max(float(np.abs(expected).max()), 1e-6)
    difference = float(np.abs(found - expected).max()) / scale
    if not difference <= tolerance:
        raise Error(
            f"the exported network's outputs differ from the module's by {difference:.2g} of the largest; expected at most "
            f"{tolerance:.2g} (tolerance=; a module of half precision needs more)"
        )
    return agent


def _exported(torch: Any, module: Any, example: Any) -> bytes:
    """The module as an ONNX model in memory, by the exporter that takes it."""
    import warnings

    failures = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            buffer = io.BytesIO()
            torch.onnx.export(
                module, (example,), buffer, dynamo=False, input_names=["observation"], dynamic_axes={"observation": {0: "n"}}
            )
            return buffer.getvalue()
        except Exception as error:  # noqa: BLE001: whatever the exporter raises, the other one may take the module
            failures.append(str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)
        try:
            program = torch.onnx.export(module, (example,), dynamo=True, input_names=["observation"], verbose=False)
            return program.model_proto.SerializeToString()
        except Exception as error:  # noqa: BLE001
            failures.append(str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__)
    raise Error(f"torch exports no ONNX model of it: {failures[0]}; by its newer exporter: {failures[1]}")
