"""Screens and RAM of ale-py's emulator in every game, for tests/golden/states/emulated_frames.npz.

    python scripts/golden/emulated_frames.py tests/golden/states

needs ale-py==0.12.1 numpy==2.4.6 (Python 3.11, Linux).

`games` has the names, as bytes joined by line feeds; `crc` [games] the CRC-32 of FRAMES frames of each: palette indices and RAM
of every EVERYth, and every frame's reward. Frame t takes action `actions`[t]; where a game is over, reset_game() comes first.
"""

import sys
import zlib
from pathlib import Path

import numpy as np
from ale_py import Action, ALEInterface, LoggerMode, roms

FRAMES, EVERY = 300, 7


def check(game, actions):
    ale = ALEInterface()
    ale.setInt("random_seed", 5)
    ale.setFloat("repeat_action_probability", 0.0)
    ale.loadROM(roms.get_rom_path(game))
    ale.reset_game()
    value = 0
    for frame, action in enumerate(actions):
        if ale.game_over():
            ale.reset_game()
        reward = ale.act(Action(int(action)))
        value = zlib.crc32(np.array([reward], "<i4").tobytes(), value)
        if frame % EVERY == 0:
            value = zlib.crc32(ale.getRAM().tobytes(), zlib.crc32(ale.getScreen().tobytes(), value))
    return value


def main():
    ALEInterface.setLoggerMode(LoggerMode.Error)
    # Each action is held for a few frames; the first ones begin a game where that takes a button.
    actions = np.repeat(np.random.default_rng(3).integers(0, 18, FRAMES // 3), 3)
    actions[30:60:3] = 1
    games = sorted(roms.get_all_rom_ids())
    checks = []
    kept = []
    for game in games:
        if game in ("combat", "joust", "maze_craze", "warlords"):  # these need two players
            continue
        kept.append(game)
        checks.append(check(game, actions))
    np.savez_compressed(Path(sys.argv[1]) / "emulated_frames.npz", games=np.frombuffer("\n".join(kept).encode(), np.uint8),
                        actions=actions.astype(np.int32), crc=np.array(checks, np.int64))


if __name__ == "__main__":
    main()
