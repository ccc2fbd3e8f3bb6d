"""The learning curve as a picture: python scripts/train/curve.py FOLDER"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from store import Store, write_whole


def draw(rows, path, title):
    """Scores in training (mean of the last 100 games) and the mean value of the best action, by agent steps."""
    rows = [row for row in rows if row["score"] not in ("", None)]
    steps = [int(row["step"]) / 1e6 for row in rows]
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(7, 5), height_ratios=(2, 1), layout="constrained")
    above.plot(steps, [float(row["score"]) for row in rows])
    above.set(title=title, ylabel="score, mean of 100 games")
    below.plot(steps, [float(row["value"]) for row in rows])
    below.set(xlabel="agent steps of 4 frames, in millions", ylabel="value of the\nbest action")
    for axes in (above, below):
        axes.grid(alpha=0.3)
    write_whole(path, lambda beside: figure.savefig(beside, dpi=110, format="png"))
    plt.close(figure)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    draw(Store(folder).curve(), folder / "curve.png", folder.name)
