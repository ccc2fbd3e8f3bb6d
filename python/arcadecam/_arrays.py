"""What users give becomes what the native half takes: arrays in C order of bytes or single-precision numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from ._native import Error

LAYOUTS = ("NCHW", "NHWC")
RANGES = ("0-255", "0-1")
_BYTES = np.dtype(np.uint8)


def as_array(values: Any) -> np.ndarray:
    """Any array of NumPy, DLPack (PyTorch, JAX, …) or a sequence, without a copy where there can be none."""
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "detach"):  # a tensor of PyTorch, which may still belong to a graph of gradients
        values = values.detach()
        if values.device.type != "cpu":
            raise Error(f"observations: expected an array in the CPU's memory, found one on {values.device}; give x.cpu()")
    if hasattr(values, "__dlpack__") and not hasattr(values, "__array_interface__"):
        try:
            return np.from_dlpack(values)
        except (RuntimeError, BufferError, TypeError, ValueError):
            pass
    return np.asarray(values)


def _swapped(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[1:], shape[0])


def observations(values: Any, shape: tuple[int, ...], input_scale: float, layout: str, pixels: str | None) -> np.ndarray:
    """N×`shape` values 0…255 in C order, uint8 or float32; one observation is a batch of one."""
    if type(values) is np.ndarray and values.dtype is _BYTES and layout == "NCHW" and pixels is None and values.shape[1:] == shape:
        if values.flags.c_contiguous and len(values) > 0:
            return values  # the usual case, which need not pay for the others
    if layout not in LAYOUTS:
        raise Error(f"layout: expected one of {', '.join(LAYOUTS)}, found '{layout}'")
    if pixels is not None and pixels not in RANGES:
        raise Error(f"pixels: expected one of {', '.join(RANGES)}, found '{pixels}'")
    array = as_array(values)
    given = _swapped(shape) if layout == "NHWC" and len(shape) == 3 else shape
    if array.shape == given:
        array = array[None]
    if array.shape[1:] != given or array.shape[0] == 0:
        text = "×".join(map(str, given))
        found = "×".join(map(str, array.shape)) or "one number"
        hint = ""
        if len(shape) == 3 and array.shape[-3:] in (_swapped(shape), shape):
            other = "NCHW" if layout == "NHWC" else "NHWC"
            if array.shape[-3:] != given:
                hint = f': give layout="{other}"'
        raise Error(f"observations: expected the shape N×{text} with N of at least 1, found {found}{hint}")
    if given is not shape:
        array = np.moveaxis(array, -1, 1)
    if array.dtype == np.uint8:
        if pixels == "0-1":
            raise Error("observations: uint8 values are 0…255; pixels=\"0-1\" is for floats")
        return np.ascontiguousarray(array)
    if array.dtype.kind != "f":
        raise Error(f"observations: expected uint8 or float values, found {array.dtype}: give obs.astype(numpy.uint8)")
    floats = np.ascontiguousarray(array, np.float32)
    if pixels == "0-1":
        return floats * np.float32(255)
    if pixels is None and input_scale < 0.1:
        highest = floats.max()
        if 0 < highest <= 1:
            raise Error(
                f"observations: the network divides its input by {1 / input_scale:.4g}, but no value is above {highest:.4g}: "
                'give pixels="0-1" if 1 is white, or pixels="0-255" if the states are this dark'
            )
    return floats


def memory_of(memory: Any, states: int, size: int) -> np.ndarray | None:
    """What a recurrent network remembers at each state: N×size floats; None: zeros."""
    if memory is None:
        return None
    if size == 0:
        raise Error("memory: the network is not recurrent; it remembers nothing")
    array = np.ascontiguousarray(as_array(memory), np.float32)
    if array.shape == (size,):
        array = array[None]
    if array.shape != (states, size):
        raise Error(f"memory: expected {states}×{size} numbers, found {'×'.join(map(str, array.shape))}")
    if not np.isfinite(array).all():
        raise Error("memory: a number that is not finite")
    return array


def actions_of(chosen: Any, states: int) -> list[int]:
    """The action taken in each state; empty: nobody says."""
    if chosen is None:
        return []
    array = np.atleast_1d(as_array(chosen))
    if array.dtype.kind not in "iu" or array.shape != (states,):
        raise Error(f"chosen: expected {states} whole numbers, found {array.dtype} of shape {array.shape}")
    return array.tolist()
