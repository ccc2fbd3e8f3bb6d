"""What the tests share."""

import importlib.util
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"

# Tests of what other packages bring are there where the packages are.
collect_ignore = [
    file
    for file, package in [
        ("test_torch.py", "torch"),
        ("test_notebooks.py", "stable_baselines3"),
        ("test_gym.py", "ale_py"),
        ("test_data.py", "ale_py"),
        ("test_minari.py", "minari"),
        ("test_maps_as_hdf5.py", "h5py"),
        ("test_sb3.py", "stable_baselines3"),
        ("test_wandb.py", "stable_baselines3"),
        ("test_wandb.py", "wandb"),
    ]
    if importlib.util.find_spec(package) is None
]


@pytest.fixture(scope="session")
def golden():
    return GOLDEN


@pytest.fixture(scope="session")
def program():
    """The program, which maps and values are compared with."""
    file = Path(os.environ.get("ARCADECAM_PROGRAM", ROOT / "build" / "release" / "arcadecam"))
    if not file.is_file():
        pytest.fail(f"{file} is missing: build the program, or name it in ARCADECAM_PROGRAM")

    def run(*arguments):
        return subprocess.run([file, *map(str, arguments)], check=True, capture_output=True, text=True)

    run.file = file
    return run


@pytest.fixture(scope="session")
def states():
    """Three observations of which no two values are alike in their planes."""
    return np.random.default_rng(7).integers(0, 256, (3, 4, 84, 84), dtype=np.uint8)


@pytest.fixture(scope="session")
def dqn():
    import arcadecam as ac

    return ac.load(GOLDEN / "checkpoints" / "dqn_flat.pt")


@pytest.fixture(scope="session")
def recurrent():
    import arcadecam as ac

    return ac.load(GOLDEN / "agents" / "cleanrl_lstm.cleanrl_model")
