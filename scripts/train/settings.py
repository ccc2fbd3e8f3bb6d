"""What a run is made of. Everything but `steps` and `average` is fixed once a run has begun."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Settings:
    game: str
    seed: int = 1
    steps: int = 2_000_000  # agent steps (of 4 frames), all environments together; a resumed run may change it
    channels: tuple = (16, 32, 32)
    hidden: int = 256
    atoms: int = 0  # with them (51), C51's network and targets in place of PQN's
    environments: int = 64
    length: int = 16  # steps of each environment per round of learning
    epochs: int = 2
    minibatch: int = 128
    learning_rate: float = 5e-4  # falls linearly to a tenth of it at `steps`
    gamma: float = 0.99
    trace: float = 0.65  # λ
    epsilon: float = 0.01  # falls linearly from 1 over `exploration` steps
    exploration: int = 100_000
    stall: int = 0  # after so many steps without a reward a game is played at random until one comes; 0: never
    clip_gradient: float = 10.0
    average: int = 0  # the agent has the mean weights of about so many last rounds; 0: the last weights. A resumed run may change it
    mean_plays: bool = False  # the mean weights also play and value the next state, as a target network does (needs `average`)
    reward_unit: float = 0.0  # 0: rewards count by their sign; else this reward counts 1, and larger ones by their logarithm
    life_ends: bool = True  # a lost life ends the learner's return (the game goes on)
    demonstrated: int = 0  # steps over which a demonstrator's share of the play falls from 1 to 0, while its actions are learned; 0: no demonstrator
    imitation: float = 10.0  # weight of that classification, and of where the ball is, beside the values' squared errors
    softness: float = 0.25  # values that differ by so much have odds of e in the classification
    memory: int = 100_000  # states with the demonstrator's actions that are kept, 28 KB each,
    kept: float = 0.15  # as this share of those that are played, and all in which it does something that it seldom does

    def plain(self):
        return asdict(self) | {"channels": list(self.channels)}


# The defaults of each game's one command: what the agents that come with the program were trained with (README.md has Air Raid's second run).
GAMES = {
    "breakout": {"steps": 8_000_000},
    "pong": {},
    "enduro": {"steps": 1_600_000},
    "air_raid": {"steps": 4_000_000},
    "video_pinball": {"steps": 400_000, "demonstrated": 150_000, "exploration": 1, "reward_unit": 100.0, "trace": 0.8,
                      "average": 50, "learning_rate": 1e-3, "minibatch": 64},
}
