"""Sweeps on engines that people have: `python -m arcadecam.sweep --engine ray DIR`.

`arcadecam sweep plan` makes the plan; these run it by the program `arcadecam`, which does all the work. Ray, submitit and
pyarrow are imported only when they are asked for. A Slurm script needs none of them.
"""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["SweepError", "missing_units", "run_ray", "run_submitit", "slurm_script", "to_parquet", "main"]


class SweepError(RuntimeError):
    """A sweep that cannot go on, or that is not complete."""


def find_program(program: str | os.PathLike[str] | None = None) -> str:
    """The program `arcadecam`: as given, by ARCADECAM_PROGRAM, or on the PATH."""
    wanted = os.fspath(program or os.environ.get("ARCADECAM_PROGRAM") or "arcadecam")
    found = shutil.which(wanted)
    if found is None:
        raise SweepError(f"{wanted}: the program is not there: install it, or name it by --program or ARCADECAM_PROGRAM")
    return os.path.abspath(found)


def missing_units(folder: str | os.PathLike[str], program: str | os.PathLike[str] | None = None) -> list[str]:
    """The ids of the units of a plan that have no record yet, in the plan's order."""
    call = [find_program(program), "sweep", "status", "--missing", os.fspath(folder)]
    done = subprocess.run(call, capture_output=True, text=True)
    if done.returncode != 0:
        raise SweepError(done.stderr.strip() or f"{shlex.join(call)} ended with status {done.returncode}")
    return done.stdout.split()


def batches(units: Sequence[str], size: int) -> list[list[str]]:
    """The units in their order, `size` at a time."""
    if size < 1:
        raise ValueError(f"a batch has one unit at least, found {size}")
    return [list(units[i : i + size]) for i in range(0, len(units), size)]


def run_arguments(folder: str | os.PathLike[str], units: Sequence[str], scratch: str | None, jobs: int = 1) -> list[str]:
    """What the program is called with to run these units."""
    arguments = ["sweep", "run", os.path.abspath(folder), f"--jobs={jobs}"]
    if scratch:
        arguments.append(f"--scratch={scratch}")
    for unit in units:
        arguments += ["--unit", unit]
    return arguments


def _program_runner() -> Any:
    """A function that runs the program, made here so that it is sent to other machines by value."""

    def call(command: list[str]) -> tuple[int, str]:
        import ctypes
        import signal
        import subprocess

        def ends_with_us() -> None:
            # A worker that is killed takes the program with it, which continues elsewhere.
            ctypes.CDLL(None).prctl(1, signal.SIGKILL)

        done = subprocess.run(command, capture_output=True, text=True, preexec_fn=ends_with_us)
        return done.returncode, done.stderr.strip()[-2000:]

    return call


def run_ray(
    folder: str | os.PathLike[str],
    *,
    program: str | os.PathLike[str] | None = None,
    address: str | None = None,
    batch: int = 1,
    cpus: float = 1,
    scratch: str | None = None,
    rounds: int = 5,
) -> None:
    """Runs what is missing of a plan as tasks of Ray Core, `batch` units in each.

    `address` is that of a running cluster ("auto": the one of this machine); without it Ray starts on this machine alone.
    The folder must have the same path on every node, and so must the program. A task whose node dies runs again elsewhere.
    Raises SweepError where units are still missing after `rounds` rounds.
    """
    import ray

    name = find_program(program)
    started = not ray.is_initialized()
    if started:
        ray.init(address=address, log_to_driver=False, include_dashboard=False if address is None else None)
    # A node's death is no fault of the task: it is tried again as often as it takes.
    task = ray.remote(num_cpus=cpus, max_retries=-1)(_program_runner())
    said = ""
    try:
        for _ in range(rounds):
            units = missing_units(folder, name)
            if not units:
                return
            waiting = [task.remote([name, *run_arguments(folder, part, scratch)]) for part in batches(units, batch)]
            while waiting:
                ready, waiting = ray.wait(waiting)
                try:
                    code, words = ray.get(ready[0])
                    said = words if code else said
                except ray.exceptions.RayError as error:
                    said = str(error).strip()
    finally:
        if started:
            ray.shutdown()
    left = len(missing_units(folder, name))
    if left:
        raise SweepError(f"incomplete: {left} units have no record after {rounds} rounds; the last word was: {said}")


def run_submitit(
    folder: str | os.PathLike[str],
    *,
    program: str | os.PathLike[str] | None = None,
    cluster: str | None = None,
    tasks: int = 100,
    logs: str | os.PathLike[str] | None = None,
    scratch: str | None = None,
    parameters: dict[str, Any] | None = None,
) -> None:
    """Runs a plan as one array of `tasks` jobs by submitit, each a shard, and waits for their end.

    `cluster`: "slurm", "local" or None (what submitit finds); `parameters` go to its update_parameters().
    Raises SweepError where units are missing at the end.
    """
    import submitit

    name = find_program(program)
    units = len(missing_units(folder, name))
    if units == 0:
        return
    count = min(tasks, units)
    executor = submitit.AutoExecutor(folder=os.fspath(logs or Path(folder) / "logs"), cluster=cluster)
    executor.update_parameters(**{"name": "arcadecam-sweep", "timeout_min": 240, **(parameters or {})})
    commands = []
    for index in range(1, count + 1):
        command = [name, "sweep", "run", os.path.abspath(folder), f"--shard={index}/{count}"]
        commands.append(command + ([f"--scratch={scratch}"] if scratch else []))
    jobs = executor.map_array(_program_runner(), commands)
    said = ""
    for job in jobs:
        try:
            code, words = job.result()
            said = words if code else said
        except Exception as error:  # noqa: BLE001 - whatever ended a job, the others are waited for
            said = str(error).strip()
    left = len(missing_units(folder, name))
    if left:
        raise SweepError(f"incomplete: {left} of {units} units have no record; the last word was: {said}")


def slurm_script(
    folder: str | os.PathLike[str],
    *,
    units: int,
    seconds_per_unit: float = 30,
    minutes_per_task: float = 30,
    most_tasks: int = 1000,
    at_once: int = 0,
    program: str = "arcadecam",
    cpus: int = 1,
    memory: str = "2G",
    options: Sequence[str] = (),
) -> str:
    """The text of a Slurm array script that runs a plan of so many units.

    Units are batched into tasks of about `minutes_per_task`, and never into more than `most_tasks` (the site's MaxArraySize
    less one: `scontrol show config | grep MaxArraySize`). `at_once` limits how many run at a time (0: no limit). A task's
    time limit is three times what it should take. `options` are further lines for #SBATCH, such as "--partition=cpu".
    """
    if units < 1 or most_tasks < 1 or cpus < 1 or seconds_per_unit <= 0 or minutes_per_task <= 0:
        raise ValueError("units, tasks, processors and times are above 0")
    per_task = max(1, int(minutes_per_task * 60 * cpus / seconds_per_unit))
    tasks = min(most_tasks, -(-units // per_task))
    minutes = max(10, int(3 * -(-units // tasks) * seconds_per_unit / cpus / 60) + 1)
    for option in options:
        if not option.startswith("--") or "\n" in option:
            raise ValueError(f"an option of #SBATCH begins with --, found {option!r}")
    lines = [
        "#!/bin/bash",
        "#SBATCH --job-name=arcadecam-sweep",
        f"#SBATCH --array=1-{tasks}" + (f"%{at_once}" if at_once else ""),
        f"#SBATCH --cpus-per-task={cpus}",
        f"#SBATCH --mem={memory}",
        f"#SBATCH --time={minutes // 60:02d}:{minutes % 60:02d}:00",
        # SIGTERM to the program two minutes before the end: units that are not done are taken up by the next array.
        "#SBATCH --signal=B:TERM@120",
        *(f"#SBATCH {option}" for option in options),
        "set -eu",
        # A local disk: SQLite does not belong on a shared one.
        'scratch=${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/arcadecam-sweep-$(id -u)',
        f'exec {shlex.quote(program)} sweep run {shlex.quote(os.path.abspath(folder))} \\',
        f'  --shard "$SLURM_ARRAY_TASK_ID/{tasks}" --jobs {cpus} --scratch "$scratch"',
    ]
    return "\n".join(lines) + "\n"


_WHOLE = {"step", "episodes", "n", "episode", "steps", "truncated"}
_REAL = {"mean", "low", "high", "rank", "minus_random", "effect", "p", "mean_size", "score"}


def to_parquet(folder: str | os.PathLike[str]) -> list[Path]:
    """Writes DIR/merged/*.parquet from the CSV files of `arcadecam sweep merge`, by pyarrow."""
    sources = [Path(folder) / "merged" / f"{table}.csv" for table in ("units", "scores", "summary", "objects")]
    for source in sources:
        if not source.is_file():
            raise SweepError(f"{source}: is missing: `arcadecam sweep merge {folder}` writes it")
    import pyarrow as pa
    from pyarrow import csv, parquet

    written = []
    for source in sources:
        with open(source, encoding="utf-8") as lines:
            names = lines.readline().strip().split(",")
        types = {n: pa.int64() if n in _WHOLE else pa.float64() if n in _REAL else pa.string() for n in names}
        convert = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
        part = source.with_suffix(f".parquet.{os.getpid()}.tmp")
        with csv.open_csv(source, convert_options=convert) as reader, parquet.ParquetWriter(part, reader.schema) as writer:
            for block in reader:
                writer.write_batch(block)
        os.replace(part, source.with_suffix(".parquet"))
        written.append(source.with_suffix(".parquet"))
    return written


_ENGINE_PACKAGES = {"ray", "submitit", "pyarrow"}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m arcadecam.sweep", description="Runs a plan of `arcadecam sweep plan`.")
    parser.add_argument("folder", metavar="DIR", help="the folder of the plan")
    parser.add_argument("--engine", choices=["ray", "submitit", "slurm", "parquet"], required=True,
                        help="ray and submitit run the plan; slurm prints an array script; parquet converts merged tables")
    parser.add_argument("--program", help="the program (default: arcadecam on the PATH)")
    parser.add_argument("--scratch", help="folder on each machine's local disk")
    parser.add_argument("--address", help="ray: of a running cluster, or auto")
    parser.add_argument("--batch", type=int, default=1, help="ray: units per task (default: 1)")
    parser.add_argument("--cluster", help="submitit: slurm or local")
    parser.add_argument("--tasks", type=int, default=100, help="submitit: jobs in the array; slurm: at most (default: 100)")
    parser.add_argument("--seconds-per-unit", type=float, default=30, help="slurm: what a unit takes (default: 30)")
    parser.add_argument("--cpus", type=int, default=1, help="ray, slurm: processors per task (default: 1)")
    given = parser.parse_args(arguments)
    try:
        if given.engine == "ray":
            run_ray(given.folder, program=given.program, address=given.address, batch=given.batch, cpus=given.cpus, scratch=given.scratch)
        elif given.engine == "submitit":
            run_submitit(given.folder, program=given.program, cluster=given.cluster, tasks=given.tasks, scratch=given.scratch)
        elif given.engine == "slurm":
            units = len(missing_units(given.folder, given.program))
            if units == 0:
                raise SweepError(f"{given.folder}: no unit is missing")
            sys.stdout.write(slurm_script(given.folder, units=units, seconds_per_unit=given.seconds_per_unit, most_tasks=given.tasks,
                                          cpus=given.cpus, program=find_program(given.program)))
        else:
            for file in to_parquet(given.folder):
                print(file)
    except SweepError as error:
        print(f"arcadecam.sweep: {error}", file=sys.stderr)
        return 1
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _ENGINE_PACKAGES:
            raise
        print(f"arcadecam.sweep: --engine {given.engine} needs the Python package {missing}, which is not installed: "
              f"pip install {missing}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
