"""What only the game knows, asked of the user's own ale-py."""

from __future__ import annotations

import re


def ale_name(game: str) -> str:
    """The game's name as ale-py spells it: "Ms. Pac-Man" or "MsPacman" is "ms_pacman"."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", game)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def action_names(game: str | None, actions: int) -> tuple[str, ...]:
    """The names of a game's actions where ale-py knows a game of so many; else their numbers."""
    numbers = tuple(str(action) for action in range(actions))
    try:
        import ale_py
        from ale_py import roms
    except ImportError:
        return numbers
    if actions == len(ale_py.Action.__members__):
        return tuple(ale_py.Action(code).name for code in range(actions))
    if game is None:
        return numbers
    known = {re.sub("_", "", name): name for name in roms.get_all_rom_ids()}
    name = known.get(re.sub("_", "", ale_name(game)))
    if name is None:
        return numbers
    ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)
    interface = ale_py.ALEInterface()
    interface.loadROM(roms.get_rom_path(name))
    minimal = tuple(action.name for action in interface.getMinimalActionSet())
    return minimal if len(minimal) == actions else numbers
