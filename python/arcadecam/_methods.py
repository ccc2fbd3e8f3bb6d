"""The table of methods."""

from __future__ import annotations

from dataclasses import dataclass

from . import _native


@dataclass(frozen=True)
class Parameter:
    """A parameter of a method: NAME:key=value."""

    key: str
    default: str
    help: str


@dataclass(frozen=True)
class Method:
    """An explanation method."""

    name: str
    title: str
    citation: str
    promises: tuple[str, ...]
    """What it promises, for example "signed" or "complete"."""
    parameters: tuple[Parameter, ...]
    """Its own; every method takes those of `help()` as well."""
    extra_passes: str
    """What it runs beyond one forward and one backward pass, in words; empty: nothing."""
    asks_objects: bool
    """Whether it must know what is in the picture, which only the program does."""


class Help(str):
    """A text that a notebook shows as it is."""

    def __repr__(self) -> str:
        return str(self)


def _method(entry: dict) -> Method:
    return Method(
        entry["name"],
        entry["title"],
        entry["citation"],
        tuple(entry["promises"]),
        tuple(Parameter(*param) for param in entry["params"]),
        entry["extra_passes"],
        entry["asks_objects"],
    )


def methods() -> tuple[Method, ...]:
    """All methods, by name.

    >>> import arcadecam as ac
    >>> [m.name for m in ac.methods() if m.name.startswith("full")]
    ['fullgrad', 'fullgrad++']
    """
    return tuple(_method(entry) for entry in _native.methods())


def _lines(parameters) -> list[str]:
    return [f"  {one.key}={one.default}  {one.help}" for one in parameters]


def help(name: str | None = None) -> str:
    """What a method is, what it promises and which parameters it takes; without a name, of all methods.

    >>> import arcadecam as ac
    >>> print(ac.help("gradcam").splitlines()[0])
    gradcam: Grad-CAM: one layer, channels weighted by their mean gradient
    """
    common = _lines(Parameter(*param) for param in _native.common_params())
    if name is None:
        lines = [f"{one.name}: {one.title}" for one in methods()]
        return Help("\n".join([*lines, "", "parameters of every method:", *common]))
    method = _method(_native.find_method(name))
    lines = [f"{method.name}: {method.title}", method.citation]
    if method.promises:
        lines.append("promises: " + ", ".join(method.promises))
    if method.extra_passes:
        lines.append("extra passes: " + method.extra_passes)
    if method.parameters:
        lines += ["parameters:", *_lines(method.parameters)]
    return Help("\n".join([*lines, "parameters of every method:", *common]))
