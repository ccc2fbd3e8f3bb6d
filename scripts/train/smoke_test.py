"""A quick test of the trainer (a minute on one core): python scripts/train/smoke_test.py

The network against CleanRL's plain one, the returns against their definition, and runs of a tiny network: one that is
stopped and one that is killed go on to the same weights, and a file of weights reads back with the same values.
"""

import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from c51 import C51Network, distribution_returns
from demonstrator import COLUMN, DOWN, FIRE, LEFT_FIRE, LINE, NOOP, PLUNGER, RIGHT_FIRE, video_pinball
from environments import Games
from evaluate import interval, play, read_network
from network import QNetwork, blocks
from returns import lambda_returns
from rewards import learned
from stalls import Stalls
from store import Store, save_network
from watched import WatchedGames

HERE = Path(__file__).resolve().parent
TINY = ["--channels", "2", "3", "4", "--hidden", "8", "--environments", "4", "--length", "8", "--minibatch", "16", "--steps", "960",
        "--history", "3", "--report-every", "5"]


def test_network_equals_the_plain_one(network, outputs):
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    pixels = np.random.default_rng(0).integers(0, 256, (9, 4, 84, 84), dtype=np.uint8)
    plain = network.network(torch.from_numpy(pixels) / 255.0)
    fast = outputs(torch.from_numpy(np.ascontiguousarray(blocks(pixels)))).flatten(1)
    assert (plain - fast).abs().max() < 1e-4 * plain.abs().max()
    gradients = [torch.autograd.grad(values.square().sum(), list(network.parameters())) for values in (plain, fast)]
    for a, b in zip(*gradients):
        assert (a - b).abs().max() < 1e-3 * a.abs().max()


def test_returns_equal_the_sum_of_n_step_returns():
    """(1 − λ) Σ λ^(n−1) G_n + λ^(N−1) G_N, the last n reaching to the end of the round, a terminal step or a reset."""
    random = np.random.default_rng(1)
    steps, gamma, lam = 12, 0.9, 0.7
    rewards = random.normal(size=(steps, 1)).astype(np.float32)
    best = random.normal(size=(steps + 1, 1)).astype(np.float32)
    ended, played = np.zeros((2, steps, 1), np.float32)
    played += 1
    ended[4], played[5], played[9] = 1, 0, 0  # game over at 4, its reset at 5; an episode cut off at 8
    got = lambda_returns(rewards, ended, played, best, gamma, lam)
    for t in (t for t in range(steps) if played[t, 0]):
        longest = next((n for n in range(1, steps - t) if ended[t + n - 1, 0] or not played[t + n, 0]), steps - t)
        n_step = [sum(gamma**k * rewards[t + k, 0] for k in range(n)) + (gamma**n * best[t + n, 0] if not ended[t + n - 1, 0] else 0)
                  for n in range(1, longest + 1)]
        wanted = sum((1 - lam) * lam ** (n - 1) * n_step[n - 1] for n in range(1, longest)) + lam ** (longest - 1) * n_step[-1]
        assert abs(got[t, 0] - wanted) < 1e-5, t


def test_distributions_have_the_returns_as_means():
    random = np.random.default_rng(2)
    steps, games, atoms = 9, 3, np.linspace(-10, 10, 51, dtype=np.float32)
    rewards = random.choice([-1, 0, 1], (steps, games)).astype(np.float32)
    best = random.dirichlet(np.ones(51), (steps + 1, games)).astype(np.float32)
    ended, played = np.zeros((2, steps, games), np.float32)
    played += 1
    ended[3, 0], played[4, 0], played[6, 1] = 1, 0, 0
    got = distribution_returns(rewards, ended, played, best, 0.9, 0.7, atoms)
    assert np.abs(got.sum(2) - 1).max() < 1e-5 and got.min() >= 0
    means = lambda_returns(rewards, ended, played, best @ atoms, 0.9, 0.7)
    assert np.abs(got @ atoms - means).max() < 0.02  # but for the mass that the outermost atoms take
    assert np.abs(got[3, 0] @ atoms - rewards[3, 0]) < 1e-5 and (got[3, 0] > 0).sum() <= 2


def test_a_game_that_stalls_is_played_at_random_until_a_reward():
    stalls = Stalls(3, 2, 9, np.random.default_rng(0))
    wanted, zeros, no = np.array([20, 20]), np.zeros(2), np.zeros(2, bool)  # 20 is no action that can be drawn
    ends = []
    for step in range(7):
        actions = stalls.instead(wanted)
        assert actions[1] == 20 and (actions[0] == 20) == (step < 3), step
        ends.append(stalls.see(np.array([0.0, 1.0]), no).tolist())
    assert ends == [[step % 3 == 2, False] for step in range(7)]
    stalls.see(np.array([5.0, 0.0]), no)
    assert (stalls.instead(wanted) == 20).all()
    assert (Stalls(0, 2, 9, np.random.default_rng(0)).instead(wanted) == wanted).all()


def test_a_lost_life_does_not_end_the_game():
    games = Games("breakout", 2, seed=1)
    random = np.random.default_rng(0)
    lost_lives, over_games = np.zeros(2), np.zeros(2)
    for _ in range(500):
        _, _, over, lost, played = games.step(random.integers(0, 4, 2))
        assert not (lost & ~played).any() and not (over & ~played).any()
        lost_lives += lost
        over_games += over
    games.close()
    assert (over_games >= 1).all() and (np.abs(lost_lives - 5 * over_games) < 5).all()


def test_watched_games_equal_the_vector_environment():
    games = Games("video_pinball", 2, seed=5)
    noops = games.env.reset(seed=5)[1]["episode_frame_number"]
    watched = WatchedGames("video_pinball", 2, 5, noops)
    random = np.random.default_rng(0)
    for _ in range(400):
        assert (games.observations == watched.observations).all()
        actions = random.integers(0, games.actions, 2)
        for theirs, ours in zip(games.step(actions)[1:], watched.step(actions)[1:]):
            assert (theirs == ours).all()
    games.close()


def test_the_demonstrator_nudges_a_falling_ball_away_and_shoots():
    now, before = np.zeros((2, 6, 128), np.uint8)
    for ram, places in ((before, [(78, 150), (82, 150), (80, 170), (12, 100), (149, 132), (149, 132)]),
                        (now, [(78, 160), (82, 160), (80, 160), (12, 110), (149, 132), (149, 132)])):
        ram[:, COLUMN], ram[:, LINE] = np.transpose(places)
    now[5, PLUNGER] = 85
    assert video_pinball(now, before).tolist() == [LEFT_FIRE, RIGHT_FIRE, NOOP, RIGHT_FIRE, DOWN, FIRE]


def train(folder, *more, game="pong", **kinds):
    command = [sys.executable, str(HERE / "train.py"), game, "--folder", str(folder), *TINY, *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kinds)


def weights(folder):
    return torch.load(folder / "model.pth", weights_only=True)


def test_runs_go_on(folder):
    """The games begin again where a run goes on, so both runs go on from the same saved state."""
    stopped, killed = folder / "stopped", folder / "killed"
    for run in (stopped, killed):
        assert train(run, "--stop-at", "480").wait() == 0
        assert Store(run).load()["step"] == 480
    assert train(stopped).wait() == 0
    process = train(killed, "--save-every", "1000")
    while "round 25" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Store(killed).load()["step"] == 480
    assert train(killed).wait() == 0
    a, b = Store(stopped).load(), Store(killed).load()
    assert a["step"] == b["step"] == 960
    for name, tensor in a["network"].items():
        assert torch.equal(tensor, b["network"][name]), name
        assert torch.equal(tensor, weights(stopped)[name]), name
    assert [row["step"] for row in Store(stopped).curve()] == [row["step"] for row in Store(killed).curve()]
    assert sorted(p.name for p in stopped.glob("history/*")) == ["model_0.pth", "model_256.pth", "model_960.pth"]
    assert train(stopped, "--gamma", "0.5").wait() == 1
    return stopped


def test_weights_read_back(folder, run):
    network = read_network(run / "model.pth")
    pixels = np.random.default_rng(2).integers(0, 256, (3, 21, 21, 64), dtype=np.uint8)
    states = torch.from_numpy(pixels)
    save_network(folder / "half.pth", network.state_dict(), half=True)
    half = read_network(folder / "half.pth")
    assert all(torch.equal(half.state_dict()[name], tensor.half().float()) for name, tensor in network.state_dict().items() if name != "atoms")
    assert (half(states) - network(states)).abs().max() < 0.05
    scores = play("pong", half, 2, seed=3, epsilon=0.01)
    assert ((scores >= -21) & (scores <= 21)).all()
    low, high = interval(scores)
    assert low <= scores.mean() <= high


def test_rewards():
    rewards = np.array([-300, 0, 1, 100, 700], np.float32)
    assert learned(rewards, 0).tolist() == [-1, 0, 1, 1, 1]
    assert np.allclose(learned(rewards, 100), [-2, 0, 0.014355, 1, 3], atol=1e-6)


def test_weights_are_averaged(folder, run):
    """Half of each round's weights and half of the mean before: after two rounds the second state's mean lies between."""
    means, lasts = [], []
    for stop in ("32", "64"):
        assert train(folder / "mean", "--average", "2", "--stop-at", stop).wait() == 0
        state = torch.load(folder / "mean" / "state.pt", weights_only=True)
        means.append(state["average"])
        lasts.append(state["network"])
        model = torch.load(folder / "mean" / "model.pth", weights_only=True)
        assert all(torch.equal(model[name], tensor) for name, tensor in state["average"].items())
    assert all(torch.equal(means[0][name], tensor) for name, tensor in lasts[0].items())
    assert all(torch.allclose(means[1][name], (means[0][name] + tensor) / 2, atol=1e-6) for name, tensor in lasts[1].items())
    assert torch.load(run / "state.pt", weights_only=True)["average"] is None


def test_a_run_begins_with_other_weights(folder, run):
    assert train(folder / "next", "--begin-with", str(run / "model.pth"), "--reward-unit", "2", "--learning-rate", "0", "--stop-at", "32").wait() == 0
    theirs, ours = (torch.load(f / "model.pth", weights_only=True) for f in (run, folder / "next"))
    assert all(torch.equal(ours[name], tensor) for name, tensor in theirs.items())


def main():
    torch.set_num_threads(1)
    began = time.monotonic()
    torch.manual_seed(0)
    network, c51 = QNetwork(6, (3, 4, 5), 7), C51Network(6, (3, 4, 5), 7, 11)
    test_network_equals_the_plain_one(network, network)
    test_network_equals_the_plain_one(c51, c51.logits)
    test_returns_equal_the_sum_of_n_step_returns()
    test_distributions_have_the_returns_as_means()
    test_a_lost_life_does_not_end_the_game()
    test_watched_games_equal_the_vector_environment()
    test_the_demonstrator_nudges_a_falling_ball_away_and_shoots()
    test_rewards()
    test_a_game_that_stalls_is_played_at_random_until_a_reward()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = test_runs_go_on(folder)
        test_weights_read_back(folder, run)
        test_a_run_begins_with_other_weights(folder, run)
        test_weights_are_averaged(folder, run)
        assert train(folder / "steady", "--average", "2", "--mean-plays", "--stall", "20", "--stop-at", "320").wait() == 0
        assert train(folder / "c51", "--atoms", "51", "--stop-at", "320").wait() == 0
        test_weights_read_back(folder, folder / "c51")
        shown = ["--demonstrated", "100", "--memory", "50"]
        for stop in ("160", "320"):
            assert train(folder / "shown", *shown, "--stop-at", stop, game="video_pinball").wait() == 0
            assert Store(folder / "shown").load()["step"] == int(stop)
    print(f"all passed in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
