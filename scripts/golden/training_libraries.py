"""Files of tests/golden/agents as DI-engine 0.5.3 and XuanCe 1.4.4 save them, of their own models with few features a layer. What the networks say is in
training_libraries.npz.

usage: training_libraries.py FOLDER      (packages: requirements-training-libraries.txt)
"""

import os
import sys
import tempfile
from argparse import Namespace
from pathlib import Path

import numpy as np
import torch
import yaml
from ding.model import C51DQN, DQN, QRDQN, VAC
from ding.policy import C51Policy, DQNPolicy, PPOPolicy, QRDQNPolicy
from ding.utils import save_file
from gymnasium.spaces import Box, Discrete
import xuance
import xuance.torch.agents

ACTIONS = 6
VAC_HEADS = {"actor_head_hidden_size": 5, "critic_head_hidden_size": 5, "critic_head_layer_num": 2}
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]


def di_engine(model, policy, file, **options):
    """What its learner's hook writes as ckpt_best.pth.tar."""
    config = policy.default_config()
    config.cuda = False
    made = model([4, 84, 84], ACTIONS, encoder_hidden_size_list=[2, 2, 3, 5], **options)
    state = policy(config, model=made, enable_field=["learn", "eval"]).learn_mode.state_dict()
    state.update({"last_iter": 3, "last_step": 40})
    save_file(str(file), state)
    arguments = ["compute_actor"] if model is VAC else []
    return made.eval()(torch.from_numpy(STATES).float() / 255, *arguments)["logit"]


class Environments:
    """What an agent asks of XuanCe's environments before it plays."""

    num_envs, max_episode_steps = 1, 100
    observation_space, action_space = Box(0, 255, (84, 84, 4), np.uint8), Discrete(ACTIONS)

    def reset(self):
        return np.zeros((1, 84, 84, 4), np.uint8), [{}]


def xuance_agent(folder, agent, file, **options):
    """What agent.save_model() writes; the model takes 0…255 with the planes last."""
    configs = Path(xuance.__file__).parent / "configs"
    config = yaml.safe_load((configs / "basic.yaml").read_text()) | yaml.safe_load((configs / folder / "atari.yaml").read_text())
    with tempfile.TemporaryDirectory() as work:
        config |= {"device": "cpu", "model_dir": work, "log_dir": work, "logger": "tensorboard", "parallels": 1, "seed": 0, "filters": [2, 2, 3], **options}
        made = getattr(xuance.torch.agents, agent)(Namespace(**config), Environments())
        made.save_model("final_train_model.pth")
        [saved] = Path(work).rglob("final_train_model.pth")
        file.write_bytes(saved.read_bytes())
    return made.policy.eval()


def expected(policy, states):
    return (policy.supports * policy(states)[2]).sum(-1)


def logits(policy, states):
    """Before its distribution subtracts their logarithm of the sum of exponentials."""
    return policy.actor.model(policy.representation(states)["state"])


def write(folder):
    torch.manual_seed(0)
    last = torch.from_numpy(STATES).float().permute(0, 2, 3, 1)
    said = {
        "ding_dqn.pth.tar": di_engine(DQN, DQNPolicy, folder / "ding_dqn.pth.tar"),
        "ding_plain.pth.tar": di_engine(DQN, DQNPolicy, folder / "ding_plain.pth.tar", dueling=False),
        "ding_c51.pth.tar": di_engine(C51DQN, C51Policy, folder / "ding_c51.pth.tar"),
        "ding_qrdqn.pth.tar": di_engine(QRDQN, QRDQNPolicy, folder / "ding_qrdqn.pth.tar"),
        "xuance_dqn.pth": xuance_agent("dqn", "DQN_Agent", folder / "xuance_dqn.pth", buffer_size=10, q_hidden_size=[4])(last)[2],
        "xuance_dueling.pth": xuance_agent("dueldqn", "DuelDQN_Agent", folder / "xuance_dueling.pth", buffer_size=10, q_hidden_size=[4])(last)[2],
        "xuance_c51.pth": expected(xuance_agent("c51", "C51_Agent", folder / "xuance_c51.pth", buffer_size=10, q_hidden_size=[4]), last),
        "xuance_qrdqn.pth": xuance_agent("qrdqn", "QRDQN_Agent", folder / "xuance_qrdqn.pth", buffer_size=10, q_hidden_size=[4])(last)[2].mean(-1),
        "xuance_ppo.pth": logits(xuance_agent("ppo", "PPO_Agent", folder / "xuance_ppo.pth", horizon_size=16, fc_hidden_sizes=[5]), last),
        "ding_ppo.pth.tar": di_engine(VAC, PPOPolicy, folder / "ding_ppo.pth.tar", **VAC_HEADS),
        "ding_ppo_apart.pth.tar": di_engine(VAC, PPOPolicy, folder / "ding_ppo_apart.pth.tar", share_encoder=False, **VAC_HEADS),
    }
    np.savez_compressed(folder / "training_libraries.npz", **{name: values.detach().numpy() for name, values in said.items()})


if __name__ == "__main__":
    write(Path(sys.argv[1]))
