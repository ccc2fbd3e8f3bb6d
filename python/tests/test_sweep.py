"""Sweeps on engines: what is merged does not depend on who did it, or on what was killed meanwhile."""

import csv
import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from arcadecam import sweep

TABLES = ("units.csv", "summary.csv", "objects.csv", "scores.csv", "sweep.sqlite")
SPEC = """
files = "zoo/{game}/{run}/model_{step}.gz"
seeds = [SEEDS]
methods = "sobel"
measures = "shape"
[states]
count = 4
episodes = 1
episode_steps = 6
[options]
baselines = false
"""


@pytest.fixture
def program_file(program):
    return program.file


@pytest.fixture
def zoo(golden, tmp_path):
    """A folder with a few checkpoints, one of which is none."""
    agents = golden.parents[1] / "agents" / "DQN_modern"
    shutil.copytree(agents, tmp_path / "zoo")
    (tmp_path / "zoo" / "Pong" / "2").mkdir()
    (tmp_path / "zoo" / "Pong" / "2" / "model_5.gz").write_text("no checkpoint")
    return tmp_path


def planned(zoo, program, name, seeds="0, 1"):
    spec = zoo / "zoo.toml"
    spec.write_text(SPEC.replace("SEEDS", seeds))
    program("sweep", "plan", spec, "--out", zoo / name)
    return zoo / name


def merged(program, folder):
    program("sweep", "merge", folder)
    return {name: (folder / "merged" / name).read_bytes() for name in TABLES}


def alone(zoo, program, seeds="0, 1"):
    """What one process gives."""
    folder = planned(zoo, program, "alone", seeds)
    program("sweep", "run", folder, "--scratch", zoo / "scratch-alone")
    return merged(program, folder)


def test_batches_hold_every_unit_once():
    assert sweep.batches(list("abcde"), 2) == [["a", "b"], ["c", "d"], ["e"]]
    assert sweep.batches([], 2) == []
    with pytest.raises(ValueError):
        sweep.batches(["a"], 0)


def test_missing_units_are_the_programs(zoo, program, program_file):
    folder = planned(zoo, program, "out")
    units = sweep.missing_units(folder, program_file)
    assert len(units) == 6 and all(re.fullmatch("[0-9a-f]{20}", unit) for unit in units)
    program("sweep", "run", folder, "--scratch", zoo / "scratch", "--unit", units[3])
    assert sweep.missing_units(folder, program_file) == units[:3] + units[4:]
    with pytest.raises(sweep.SweepError, match="holds no plan"):
        sweep.missing_units(zoo, program_file)


def test_the_slurm_script_runs_every_unit(zoo, program, program_file):
    folder = planned(zoo, program, "out")
    text = sweep.slurm_script(folder, units=6, seconds_per_unit=600, minutes_per_task=30, program=os.fspath(program_file),
                              options=["--partition=cpu"], at_once=2)
    options = dict(re.findall(r"^#SBATCH (--[\w-]+)=(.+)$", text, re.M))
    # Three units in half an hour; three times as long is allowed.
    assert options == {"--job-name": "arcadecam-sweep", "--array": "1-2%2", "--cpus-per-task": "1", "--mem": "2G",
                       "--time": "01:31:00", "--signal": "B:TERM@120", "--partition": "cpu"}
    assert text.startswith("#!/bin/bash\n") and text.index("#SBATCH --partition") < text.index("set -eu")
    script = zoo / "job.sbatch"
    script.write_text(text)
    subprocess.run(["bash", "-n", script], check=True)
    first, last = map(int, re.match(r"(\d+)-(\d+)", options["--array"]).groups())
    for task in range(first, last + 1):  # what Slurm would do
        subprocess.run(["bash", script], check=True, env={**os.environ, "SLURM_ARRAY_TASK_ID": str(task), "SLURM_TMPDIR": str(zoo / "local")})
    assert sweep.missing_units(folder, program_file) == []


def test_the_slurm_script_keeps_to_the_sites_limits():
    def array(**settings):
        return re.search(r"--array=1-(\d+)", sweep.slurm_script("/x", **settings)).group(1)

    assert array(units=25500, seconds_per_unit=30, most_tasks=1000) == "425"  # 60 units in half an hour
    assert array(units=25500, seconds_per_unit=600, most_tasks=1000) == "1000"
    assert array(units=1) == "1"
    assert "--time=13:01:00" in sweep.slurm_script("/x", units=25500, seconds_per_unit=600, most_tasks=1000)
    with pytest.raises(ValueError):
        sweep.slurm_script("/x", units=3, options=["-p cpu\nrm -rf"])


def test_folders_with_spaces_are_quoted():
    assert "sweep run '/my runs/out'" in sweep.slurm_script("/my runs/out", units=3)


@pytest.mark.skipif(shutil.which("parallel") is None, reason="GNU parallel is missing")
def test_gnu_parallel(zoo, program, program_file):
    folder = planned(zoo, program, "out")
    subprocess.run(f"seq 3 | parallel -j 2 {program_file} sweep run {folder} --scratch {zoo}/scratch --shard {{}}/3", shell=True, check=True)
    assert merged(program, folder) == alone(zoo, program)


def test_ray_on_a_cluster_whose_node_dies(zoo, program, program_file):
    pytest.importorskip("ray")
    import ray
    from ray.cluster_utils import Cluster

    seeds = "0, 1, 2, 3"
    folder = planned(zoo, program, "out", seeds)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    doomed = cluster.add_node(num_cpus=1)
    cluster.add_node(num_cpus=1)
    ray.init(address=cluster.address, log_to_driver=False)
    try:
        import threading

        killed = threading.Event()

        def kill_in_mid_run():
            while len(sweep.missing_units(folder, program_file)) > 9:  # of twelve
                time.sleep(0.05)
            cluster.remove_node(doomed, allow_graceful=False)
            killed.set()

        killer = threading.Thread(target=kill_in_mid_run)
        killer.start()
        sweep.run_ray(folder, program=program_file, scratch=os.fspath(zoo / "scratch"), batch=2)
        killer.join()
        assert killed.is_set()
    finally:
        ray.shutdown()
        cluster.shutdown()
    assert merged(program, folder) == alone(zoo, program, seeds)


def test_submitit(zoo, program, program_file):
    pytest.importorskip("submitit")
    folder = planned(zoo, program, "out")
    sweep.run_submitit(folder, program=program_file, cluster="local", tasks=2, logs=zoo / "logs", scratch=os.fspath(zoo / "scratch"))
    assert merged(program, folder) == alone(zoo, program)


def test_parquet_has_the_same_tables(zoo, program):
    parquet = pytest.importorskip("pyarrow.parquet")
    alone(zoo, program)
    files = sweep.to_parquet(zoo / "alone")
    assert [f.name for f in files] == ["units.parquet", "scores.parquet", "summary.parquet", "objects.parquet"]
    units = parquet.read_table(files[0]).to_pylist()
    with open(zoo / "alone" / "merged" / "units.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(units) == len(rows) == 6
    for unit, row in zip(units, rows):
        assert unit["unit"] == row["unit"] and unit["why"] == row["why"] and unit["step"] == int(row["step"])
        assert unit["score"] == (float(row["score"]) if row["score"] else None)
    with pytest.raises(sweep.SweepError, match="sweep merge"):
        sweep.to_parquet(zoo)


def test_the_command_line(zoo, program, program_file, capsys):
    folder = planned(zoo, program, "out")
    assert sweep.main(["--engine", "slurm", "--program", os.fspath(program_file), os.fspath(folder)]) == 0
    assert "#SBATCH --array=1-1\n" in capsys.readouterr().out
    assert sweep.main(["--engine", "parquet", os.fspath(folder)]) == 1
    assert "sweep merge" in capsys.readouterr().err
    assert sweep.main(["--engine", "slurm", "--program", "/nosuch", os.fspath(folder)]) == 1
    assert "the program is not there" in capsys.readouterr().err


@pytest.mark.parametrize(("engine", "package"), [("ray", "ray"), ("submitit", "submitit"), ("parquet", "pyarrow")])
def test_an_engine_that_is_not_installed_is_named(zoo, program, program_file, capsys, monkeypatch, engine, package):
    folder = planned(zoo, program, "out")
    (folder / "merged").mkdir()
    for table in ("units", "scores", "summary", "objects"):
        (folder / "merged" / f"{table}.csv").write_text("unit\n")
    monkeypatch.setitem(sys.modules, package, None)
    assert sweep.main(["--engine", engine, "--program", os.fspath(program_file), os.fspath(folder)]) == 1
    assert capsys.readouterr().err == (
        f"arcadecam.sweep: --engine {engine} needs the Python package {package}, which is not installed: pip install {package}\n")
