"""Episodes and maps as data: recorded in Gymnasium, to and from Minari, maps as HDF5.

`Recorder` needs gymnasium, `to_minari()` and `from_minari()` need minari, `save_maps()` and `load_maps()` need h5py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ._explanation import Explanation, Explanations
from ._native import Error
from ._version import __version__

_MINARI = "arcadecam"  # what an episode's options have of ours


@dataclass
class Episode:
    """What happened between a reset and the end, or the last step that was taken."""

    observations: np.ndarray
    """T+1: the first is the reset's."""
    actions: np.ndarray
    """T."""
    rewards: np.ndarray
    """T, float64, as the environment gave them."""
    terminations: np.ndarray
    truncations: np.ndarray
    seed: int | None = None
    """What `reset(seed=…)` was given; None where the episode goes on with the random numbers of the one before."""
    emulator_seed: int | None = None
    """ALE's random_seed, which ale-py draws from `seed`."""
    noops: int | None = None
    """Frames without action that the reset made, where the environment is ale-py's."""
    game: str | None = None
    """ALE's name of the game."""
    facts: dict[str, Any] = field(default_factory=dict)
    """Whatever else is to be kept: texts and numbers."""

    def __len__(self) -> int:
        return len(self.actions)


def __getattr__(name: str) -> Any:
    if name == "Recorder":  # which needs gymnasium
        from ._recorder import Recorder

        return Recorder
    raise AttributeError(f"module 'arcadecam.data' has no attribute '{name}'")


def replay_command(episodes: Sequence[Episode] | Episode, folder: Any, protocol: str) -> list[str]:
    """Writes actions.npy into `folder` and returns the program's command that plays the episodes again.

    episodes: the first begins with a seed, the others go on from it without one. protocol: how they were played and observed:
    "gymnasium-sticky" of ale-py's environments with Gymnasium's wrappers, "gymnasium" without sticky actions, or another name.
    What the command writes is described in docs/protocols.md.
    """
    episodes = [episodes] if isinstance(episodes, Episode) else list(episodes)
    if not episodes or episodes[0].emulator_seed is None or episodes[0].game is None:
        raise Error("episodes: the first one must come from ale-py's environment, after reset(seed=…)")
    if any(episode.seed is not None or episode.game != episodes[0].game for episode in episodes[1:]):
        raise Error("episodes: a new seed begins a new session: give each of them its own call")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    actions = [np.asarray(episodes[0].actions, np.int64)]
    for episode in episodes[1:]:
        actions += [np.array([-1]), np.asarray(episode.actions, np.int64)]
    np.save(folder / "actions.npy", np.concatenate(actions))
    return [
        "arcadecam",
        "replay",
        "--game",
        episodes[0].game,
        "--protocol",
        protocol,
        "--seed",
        str(episodes[0].emulator_seed),
        "--noops",
        ",".join(str(episode.noops) for episode in episodes),
        "--actions",
        str(folder / "actions.npy"),
        "--out",
        str(folder / "replay"),
    ]


def to_minari(episodes: Sequence[Episode] | Episode, dataset_id: str, env: Any = None, **options: Any) -> Any:
    """A Minari dataset of the episodes, to the bit: pictures are not packed as JPEG, which Minari does by default.

    dataset_id: "group/name-v0". env: the environment, its specification or its name, which Minari keeps; without one give
    `observation_space=` and `action_space=`. Other options as `minari.create_dataset_from_buffers()`.
    """
    import minari
    from minari.data_collector import EpisodeBuffer

    episodes = [episodes] if isinstance(episodes, Episode) else list(episodes)
    if not episodes or any(len(episode) == 0 for episode in episodes):
        raise Error("episodes: expected at least one, each with at least one step")
    buffers = []
    for number, episode in enumerate(episodes):
        ours = {name: getattr(episode, name) for name in ("emulator_seed", "noops", "game") if getattr(episode, name) is not None}
        buffers.append(
            EpisodeBuffer(
                id=number,
                seed=episode.seed,
                options={_MINARI: json.dumps({**ours, "facts": episode.facts})},
                observations=list(episode.observations),
                actions=list(episode.actions),
                rewards=list(episode.rewards),
                terminations=list(episode.terminations),
                truncations=list(episode.truncations),
                infos={},
            )
        )
    return minari.create_dataset_from_buffers(dataset_id, buffers, env=env, **{"jpeg_encoding": False, **options})


def from_minari(dataset: Any) -> list[Episode]:
    """The episodes of a Minari dataset, or of one by its name, as `to_minari()` was given them.

    Datasets of others are read as well; what they do not keep is None. Pictures that Minari packed as JPEG are what is left of them.
    """
    if isinstance(dataset, str):
        import minari

        dataset = minari.load_dataset(dataset)
    episodes = []
    for one in dataset.iterate_episodes():
        [kept] = dataset.storage.get_episode_metadata([one.id])
        ours = json.loads(kept.get("options", {}).get(_MINARI, "{}"))
        facts = ours.pop("facts", {})
        seed = None if kept.get("seed") is None else int(kept["seed"])
        arrays = (one.observations, one.actions, one.rewards, one.terminations, one.truncations)
        episodes.append(Episode(*map(np.asarray, arrays), seed=seed, facts=facts, **ours))
    return episodes


_ARRAYS = ("map", "raw", "signed", "planes", "lowest", "highest", "action")


def save_maps(file: Any, explained: Explanation | Explanations | Sequence[Explanation], states: Any = None, agent: Any = None) -> None:
    """Writes explanations as one HDF5 file: a group for each, with the arrays that it has and the values.

    states: what was explained, kept beside them as they are. agent: its name, checkpoint's SHA-256 and convention are kept. All arrays
    are packed by gzip, without loss.
    """
    import h5py

    if isinstance(explained, Explanation):
        explained = [explained]
    elif isinstance(explained, Explanations):
        explained = list(explained.values())
    if not explained:
        raise Error("explained: expected at least one explanation")
    with h5py.File(file, "w") as out:
        out.attrs["program"] = f"arcadecam {__version__}"
        if agent is not None:
            out.attrs.update({"agent": agent.name, "sha256": agent.sha256, "convention": agent.convention})
        if states is not None:
            out.create_dataset("states", data=np.asarray(states), compression="gzip", shuffle=True)
        for number, one in enumerate(explained):
            group = out.create_group(f"explanation_{number}")
            group.attrs.update({"method": one.method, "target": one.target})
            group.attrs["warnings"] = json.dumps(one.warnings)
            group.attrs["layers"] = json.dumps(one.layers)
            for name in (*_ARRAYS, "values", "memory"):
                array = getattr(one, name)
                if array is not None:
                    group.create_dataset(name, data=array, compression="gzip", shuffle=True)


def load_maps(file: Any) -> dict[tuple[str, str], dict[str, np.ndarray]]:
    """What `save_maps()` wrote: by (method, target) the arrays by name; the states, where they were kept, under ("states", "")."""
    import h5py

    found: dict[tuple[str, str], dict[str, np.ndarray]] = {}
    with h5py.File(file) as held:
        if "states" in held:
            found["states", ""] = {"states": held["states"][()]}
        groups = sorted((name for name in held if name.startswith("explanation_")), key=lambda name: int(name.rsplit("_", 1)[1]))
        for name in groups:
            group = held[name]
            found[group.attrs["method"], group.attrs["target"]] = {key: group[key][()] for key in group}
    return found
