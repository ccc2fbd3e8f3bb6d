"""Prints the columns of docs/study.md from an evaluation's summary.csv, as a Markdown table."""

import csv
import sys

COLUMNS = [
    ("localisation", "ball.over-chance", "ball"),
    ("localisation", "player.over-chance", "player"),
    ("localisation", "things.over-chance", "things"),
    ("localisation", "score.over-chance", "score display"),
    ("causal", "advantage", "causal"),
    ("insertion-deletion", "insertion-blur-advantage", "insertion, blur"),
    ("insertion-deletion", "deletion-blur-advantage", "deletion, blur"),
    ("insertion-deletion", "insertion-noise-advantage", "insertion, noise"),
    ("randomisation", "head-spearman", "head"),
    ("random-logit", "spearman", "other action"),
    ("shape", "effective-area", "area"),
]


def main(path, agent):
    with open(path, encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["agent"] == agent]
    methods = list(dict.fromkeys(row["method"] for row in rows))
    cells = {(row["method"], row["measure"], row["statistic"]): row for row in rows}
    columns = [c for c in COLUMNS if any((m, c[0], c[1]) in cells for m in methods)]
    print("| method | " + " | ".join(title for _, _, title in columns) + " |")
    print("|" + "---|" * (len(columns) + 1))
    for method in methods:
        line = []
        for measure, statistic, _ in columns:
            row = cells.get((method, measure, statistic))
            if row is None or not row["mean"]:
                line.append("–")
                continue
            text = f"{float(row['mean']):.3g}"
            if row["low"]:
                text += f" ±{(float(row['high']) - float(row['low'])) / 2:.2g}"
            line.append(text)
        print(f"| `{method}` | " + " | ".join(line) + " |")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: study_table.py SUMMARY.csv AGENT")
    main(sys.argv[1], sys.argv[2])
