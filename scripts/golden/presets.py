"""What the environments of Stable-Baselines3, CleanRL, Tianshou, d3rlpy, RLlib, Dopamine, EnvPool and Kaixhin's Rainbow
show an agent: a CRC-32 of the stacked observation after a reset with 5 no-ops (EnvPool, which draws them itself: none)
and after each of 120 steps, and the rewards; a lost life is followed by the wrappers' reset. Written to
tests/golden/states/presets.npz.

usage: presets.py FOLDER [NAME ...]      (packages: requirements-agents.txt)

Some are made only where they are named. `rainbow=CHECKOUT`, and `rainbow-training=CHECKOUT`, run env.py of a checkout of github.com/Kaixhin/Rainbow (its last
commit, 1745b18), which is no package, on this ALE in place of the old package atari_py. `envpool` and `envpool-default` need Python 3.12 and
envpool==1.2.7 (ALE 0.11.2 and the ROMs are in it), beside ale-py and opencv-python-headless.
"""

import importlib.util
import sys
import types
import zlib
from pathlib import Path

import ale_py
import cv2
import gymnasium
import numpy as np
from ale_py import roms

STEPS, SEED, NOOPS = 120, 7, 5


class Fixed:
    """Draws NOOPS, whatever it is asked for."""

    def integers(self, *_):
        return NOOPS

    randint = integers


class Raw(gymnasium.Env):
    """One frame per step, in colour, as the NoFrameskip-v4 environments."""

    def __init__(self, game):
        self.ale = ale_py.ALEInterface()
        self.ale.setInt("random_seed", SEED)
        self.ale.setFloat("repeat_action_probability", 0.0)
        self.ale.setInt("max_num_frames_per_episode", 108000)
        self.ale.loadROM(roms.get_rom_path(game))
        self.actions = self.ale.getMinimalActionSet()
        height, width = self.ale.getScreenDims()
        self.observation_space = gymnasium.spaces.Box(0, 255, (height, width, 3), np.uint8)
        self.action_space = gymnasium.spaces.Discrete(len(self.actions))
        self._np_random = Fixed()
        self.spec = gymnasium.envs.registration.EnvSpec("GameNoFrameskip-v4", entry_point="none")

    @property
    def np_random(self):
        return self._np_random

    def get_action_meanings(self):
        return [action.name for action in self.actions]

    def reset(self, **_):
        self.ale.reset_game()
        return self.ale.getScreenRGB(), {}

    def step(self, action):
        reward = self.ale.act(self.actions[action])
        return self.ale.getScreenRGB(), reward, self.ale.game_over(with_truncation=False), self.ale.game_truncated(), {}


class Stack:
    def __init__(self, first_fills):
        self.first_fills = first_fills

    def reset(self, plane):
        self.planes = [plane if self.first_fills else np.zeros_like(plane)] * 3 + [plane]

    def push(self, plane):
        self.planes = self.planes[1:] + [plane]


def stable_baselines3(game):
    from stable_baselines3.common.atari_wrappers import AtariWrapper

    return AtariWrapper(Raw(game), clip_reward=False), lambda frame: frame[:, :, 0], False


def cleanrl(game):
    from stable_baselines3.common.atari_wrappers import EpisodicLifeEnv, FireResetEnv, MaxAndSkipEnv, NoopResetEnv

    env = EpisodicLifeEnv(MaxAndSkipEnv(NoopResetEnv(Raw(game), noop_max=30), skip=4))
    # gymnasium 0.29's ResizeObservation and GrayScaleObservation
    shrink = lambda frame: cv2.resize(frame, (84, 84), interpolation=cv2.INTER_AREA)
    return FireResetEnv(env), lambda frame: cv2.cvtColor(shrink(frame), cv2.COLOR_RGB2GRAY), True


def gymnasium_grey(game):
    env, _, first = cleanrl(game)
    formula = np.array([0.2125, 0.7154, 0.0721])
    shrink = lambda frame: cv2.resize(frame, (84, 84), interpolation=cv2.INTER_AREA)
    # gymnasium 1.x's GrayscaleObservation
    return env, lambda frame: np.sum(np.multiply(shrink(frame), formula), axis=-1).astype(np.uint8), first


def tianshou(game):
    from tianshou.env.atari import atari_wrapper as wrappers

    # With NumPy 2 its WarpFrame does not start: the type of its space is an abstract one.
    wrappers.get_space_dtype = lambda space: np.uint8
    env = wrappers.MaxAndSkipEnv(wrappers.NoopResetEnv(Raw(game), noop_max=30), skip=4)
    return wrappers.WarpFrame(wrappers.FireResetEnv(wrappers.EpisodicLifeEnv(env))), lambda frame: frame, True


def gym_env(game, of_old):
    """Raw as an environment of gym, which came before gymnasium; `of_old`: before its version 0.26, too."""
    import gym

    class Old(gym.Env):
        def __init__(self):
            raw = Raw(game)
            self.raw, self.ale = raw, raw.ale
            self.observation_space = gym.spaces.Box(0, 255, raw.observation_space.shape, np.uint8)
            self.action_space, self.spec = gym.spaces.Discrete(len(raw.actions)), raw.spec
            self._np_random = Fixed()

        def get_action_meanings(self):
            return self.raw.get_action_meanings()

        def reset(self, **_):
            return self.raw.reset()[0] if of_old else self.raw.reset()

        def step(self, action):
            frame, reward, over, truncated, info = self.raw.step(action)
            return (frame, reward, over or truncated, info) if of_old else (frame, reward, over, truncated, info)

    return Old()


def d3rlpy(game):
    from d3rlpy.envs.wrappers import AtariPreprocessing

    return AtariPreprocessing(gym_env(game, of_old=False)), lambda frame: frame, False


def pfrl(game):
    from pfrl.wrappers import atari_wrappers as wrappers

    class Played:
        """As its examples evaluate: a lost life ends nothing."""

        def __init__(self):
            env = wrappers.MaxAndSkipEnv(wrappers.NoopResetEnv(gym_env(game, of_old=True), noop_max=30), skip=4)
            self.env = wrappers.wrap_deepmind(env, episode_life=False, clip_rewards=False, frame_stack=False)
            self.unwrapped = self.env.unwrapped

        def reset(self):
            return self.env.reset(), {}

        def step(self, action):
            frame, reward, over, info = self.env.step(action)
            return frame, reward, over, False, info

    return Played(), lambda frame: frame[0], True


def rllib(game):
    from ray.rllib.env.wrappers.atari_wrappers import wrap_deepmind

    return wrap_deepmind(Raw(game), framestack=False, noframeskip=True), lambda frame: frame[:, :, 0], True


def rllib_module(game):
    """wrap_atari_for_new_api_stack, but with no-ops of one frame."""
    from ray.rllib.env.wrappers import atari_wrappers as wrappers

    class Started(gymnasium.Wrapper):
        def reset(self, **_):
            seen = self.env.reset()
            for _ in range(NOOPS):
                seen = self.env.step(0)
            return seen[0], {}

    frames = wrappers.NormalizedImageEnv(wrappers.WarpFrame(Started(Raw(game)), dim=84))
    env = wrappers.FireResetEnv(wrappers.EpisodicLifeEnv(wrappers.MaxAndSkipEnv(frames, skip=4)))
    return env, lambda frame: ((frame[:, :, 0] + 1) * 128).astype(np.uint8), True


def dopamine(game):
    # Its module imports these for other classes of it than the one used here.
    for name in ("baselines", "baselines.common", "gym"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["baselines.common"].atari_wrappers = None
    from dopamine.discrete_domains.atari_lib import AtariPreprocessing

    class Sticky(Raw):
        """With the no-ops that the others' wrappers make."""

        def __init__(self, game):
            super().__init__(game)
            self.ale.setFloat("repeat_action_probability", 0.25)
            self.ale.loadROM(roms.get_rom_path(game))
            self.env = self  # where its wrapper looks for ALE

        def reset(self, **_):
            self.ale.reset_game()
            for _ in range(NOOPS):
                self.ale.act(0)
            return self.ale.getScreenRGB(), {}

    class Played(AtariPreprocessing):
        unwrapped = property(lambda self: self.environment)

        def reset(self):
            return super().reset(), {}

        def step(self, action):
            frame, reward, over, info = super().step(action)
            return frame, reward, over, False, info

    return Played(Sticky(game)), lambda frame: frame[:, :, 0], False


class Rainbow:
    """env.py of a checkout. `training`: a lost life ends the episode."""

    def __init__(self, game, checkout, training):
        shim = types.ModuleType("atari_py")
        shim.ALEInterface, shim.get_game_path = ale_py.ALEInterface, roms.get_rom_path
        sys.modules["atari_py"] = shim
        spec = importlib.util.spec_from_file_location("rainbow_env", Path(checkout) / "env.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.random = types.SimpleNamespace(randrange=lambda _: NOOPS)
        settings = {"device": "cpu", "seed": SEED, "max_episode_length": 108000, "game": game, "history_length": 4}
        self.env = module.Env(types.SimpleNamespace(**settings))
        if not training:
            self.env.eval()

    @staticmethod
    def pixels(state):
        return (state.numpy() * 255).round().astype(np.uint8)

    def reset(self):
        return self.pixels(self.env.reset())

    def step(self, action):
        state, reward, done = self.env.step(action)
        return self.pixels(state), reward, done, self.env.ale.game_over()


class EnvPool:
    """As CleanRL's and Tianshou's scripts make it (`episodic`), or with EnvPool's default, where a lost life ends nothing.
    Rewards are not clipped; noop_max 1 draws no no-ops where there is FIRE."""

    def __init__(self, game, episodic):
        import envpool

        task = "".join(word.capitalize() for word in game.split("_"))
        self.env = envpool.make_gymnasium(f"{task}-v5", num_envs=1, noop_max=1, episodic_life=episodic, seed=SEED)

        self.lost = False

    def reset(self):
        # A forced reset begins a new game; after a lost life the next step goes on with the old one, whatever its action.
        return self.env.step(np.array([0]))[0][0] if self.lost else self.env.reset()[0][0]

    def step(self, action):
        states, rewards, terminated, _, info = self.env.step(np.array([action]))
        self.lost = bool(terminated[0])
        return states[0], rewards[0], self.lost, bool(info["terminated"][0])


SOURCES = {
    "stable-baselines3": stable_baselines3,
    "cleanrl": cleanrl,
    "cleanrl-gymnasium1": gymnasium_grey,
    "tianshou": tianshou,
    "d3rlpy": d3rlpy,
    "pfrl": pfrl,
    "rllib": rllib,
    "rllib-module": rllib_module,
    "dopamine": dopamine,
}


def run_whole(env, actions):
    """A run in an environment that stacks its frames itself."""
    crc = lambda state: zlib.crc32(np.ascontiguousarray(state).tobytes())
    checks, rewards = [crc(env.reset())], []
    for action in actions:
        state, reward, done, over = env.step(int(action))
        if over:
            break
        checks.append(crc(env.reset() if done else state))  # a life
        rewards.append(reward)
    return np.array(checks, np.int64), np.array(rewards, "<f4")


def run(source, game, actions):
    if source.startswith("envpool"):
        return run_whole(EnvPool(game, source == "envpool"), actions)
    if source.startswith("rainbow"):
        name, checkout = source.split("=")
        return run_whole(Rainbow(game, checkout, name == "rainbow-training"), actions)
    env, see, first_fills = SOURCES[source](game)
    stack = Stack(first_fills)
    crc = lambda: zlib.crc32(np.stack(stack.planes).tobytes())
    stack.reset(see(env.reset()[0]))
    checks, rewards, over = [crc()], [], False
    for action in actions:
        frame, reward, terminated, truncated, _ = env.step(int(action))
        stack.push(see(frame))
        if terminated and env.unwrapped.ale.game_over():
            break
        if terminated or truncated:  # a life
            stack.reset(see(env.reset()[0]))
        checks.append(crc())
        rewards.append(reward)
    return np.array(checks, np.int64), np.array(rewards, "<f4")


def ends(source, game, actions):
    """The newest plane where games end, as CRC-32s, and how many steps each took."""
    envpool = source.startswith("envpool")
    whole = envpool or source.startswith("rainbow")
    if whole:
        env = EnvPool(game, source == "envpool") if envpool else Rainbow(game, source.split("=")[1], False)
        env.reset()
        step = env.step
    else:
        env, see, _ = SOURCES[source](game)
        env.reset()
        step = lambda action: env.step(action)
    checks, lengths, length, actions = [], [], 0, iter(actions)
    for action in actions:
        length += 1
        if whole:
            state, _, done, over = step(int(action))
            plane = state[-1]
        else:
            frame, _, done, truncated, _ = step(int(action))
            plane, over = see(frame), env.unwrapped.ale.game_over()
            done = done or truncated
        if over:
            checks.append(zlib.crc32(np.ascontiguousarray(plane).tobytes()))
            lengths.append(length)
            length = 0
        if over or done:
            env.reset()
    return np.array(checks, np.int64), np.array(lengths, np.int32)


def main(folder, *names):
    table = Path(folder) / "presets.npz"
    arrays = dict(np.load(table)) if table.exists() else {}
    for game, kinds in (("breakout", 4), ("pong", 6), ("air_raid", 6), ("freeway", 3)):
        actions = np.random.default_rng(3).integers(0, kinds, STEPS)
        arrays[f"{game}.actions"] = actions.astype(np.int64)
        sources = list(names or SOURCES)
        if game in ("air_raid", "freeway"):  # more lines than EnvPool reads; no FIRE
            sources = [name for name in sources if name.startswith("envpool")]
        for source in sources:
            checks, rewards = run(source, game, actions)
            key = f"{game}.{source.split('=')[0]}"
            arrays[f"{key}.crc"], arrays[f"{key}.rewards"] = checks, rewards
            print(game, source, len(checks), rewards.sum())
    game, actions = "breakout", np.random.default_rng(4).integers(0, 4, 3000)
    arrays[f"{game}.end_actions"] = actions.astype(np.int32)
    for source in names or SOURCES:
        checks, lengths = ends(source, game, actions)
        key = f"{game}.{source.split('=')[0]}"
        arrays[f"{key}.end_crc"], arrays[f"{key}.end_steps"] = checks, lengths
        print(game, source, "ends after", lengths)
    np.savez_compressed(table, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
