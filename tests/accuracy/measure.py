"""Precision, recall and F1 of Satu's suspicions, of Splink and of recordlinkage, on files whose truth is known; and the automatic links of an import.

Writes docs/accuracy/figures.json and one picture for each set; prints the tables of docs/accuracy.md. `tests/accuracy/run` starts it.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from itertools import combinations
from pathlib import Path

import pandas as pd

import applicants as generator  # noqa: F401  (its command line is run)
import rivals

HERE = Path(__file__).parent
DOCS = HERE.parent.parent / "docs" / "accuracy"
THRESHOLDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999]
FEBRL = ["febrl1", "febrl2", "febrl3", "febrl4"]


def main():
    options = arguments()
    options.cache.mkdir(parents=True, exist_ok=True)
    DOCS.mkdir(parents=True, exist_ok=True)
    figures = {"rows": options.rows, "seed": options.seed, "sets": {}}
    sets = make(options)
    for name, path in sets.items():
        people = pd.read_csv(path, dtype=str, keep_default_na=False)
        if "file" not in people:
            people["file"] = "a"
        truth = Truth(people)
        kind = "febrl" if name in FEBRL else "applicants"
        found = {"Satu": lambda: ours(options, kind, path)}
        if kind == "applicants":
            found["Satu, as shipped"] = lambda: ours(options, None, path)
        found["Splink 4.0.17"] = lambda: getattr(rivals, f"splink_{kind}")(people)
        found["recordlinkage 0.16"] = lambda: getattr(rivals, f"recordlinkage_{kind}")(people)
        measured = {}
        for who, find in found.items():
            started = time.monotonic()
            pairs = find()
            measured[who] = truth.measure(pairs, time.monotonic() - started)
            told = measured[who]["best"]
            print(f"{name}: {who}: best F1 {told['f1']:.5f} at {told['threshold']:.3f}", file=sys.stderr)
        figures["sets"][name] = {"people": len(people), "true_pairs": len(truth.pairs), "measured": measured}
        draw(name, measured)
        if kind == "applicants":
            figures["sure"] = truth.measure(sure(options, path), 0)["half"]
            figures["automatic"] = automatic(options, path) if options.satu else None
    if not options.only:
        (DOCS / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    print(tables(figures))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--linking", required=True, help="the built example `linking`")
    parser.add_argument("--satu", help="the built program; without it no automatic links are counted")
    parser.add_argument("--rows", type=int, default=20_000, help="applicants of the Indonesian set")
    parser.add_argument("--seed", type=int, default=20_26, help="of that set; another one than the shipped model was trained with")
    parser.add_argument("--only", help="one set: febrl1 to febrl4, applicants")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/satu/accuracy/sets")
    return parser.parse_args()


def make(options):
    python = sys.executable
    if not (options.cache / "febrl4.csv").exists():
        subprocess.run([python, HERE / "febrl.py", options.cache], check=True)
    invented = options.cache / f"applicants-{options.rows}-{options.seed}.csv"
    subprocess.run([python, HERE / "applicants.py", invented, "--rows", str(options.rows), "--seed", str(options.seed)], check=True)
    sets = {name: options.cache / f"{name}.csv" for name in FEBRL} | {"applicants": invented}
    return {name: path for name, path in sets.items() if options.only in (None, name)}


class Truth:
    """Which pairs are one person: of two files, pairs across them only."""

    def __init__(self, people):
        self.file = dict(zip(people["id"], people["file"]))
        self.across = people["file"].nunique() > 1
        groups = people.groupby("person")["id"].apply(list)
        self.pairs = {pair for group in groups for pair in combinations(sorted(group), 2) if self.counts(*pair)}

    def counts(self, a, b):
        return not self.across or self.file[a] != self.file[b]

    def measure(self, pairs, seconds):
        scored = {}
        for a, b, score in zip(pairs["a"], pairs["b"], pairs["score"]):
            if a != b and self.counts(a, b):
                pair = (min(a, b), max(a, b))
                scored[pair] = max(score, scored.get(pair, 0.0))
        curve = [self.at(scored, threshold) for threshold in THRESHOLDS]
        return {"seconds": round(seconds, 1), "curve": curve, "half": self.at(scored, 0.5), "best": self.best(scored)}

    def at(self, scored, threshold):
        found = {pair for pair, score in scored.items() if score >= threshold}
        right = len(found & self.pairs)
        return self.point(threshold, right, len(found) - right)

    def best(self, scored):
        best, right = self.point(1.0, 0, 0), 0
        ranked = sorted(scored.items(), key=lambda one: -one[1])
        for count, (pair, score) in enumerate(ranked, 1):
            right += pair in self.pairs
            last_of_score = count == len(ranked) or ranked[count][1] < score
            # 2 TP / (found + true), cheap enough for every pair.
            if last_of_score and 2 * right / (count + len(self.pairs)) > best["f1"]:
                best = self.point(score, right, count - right)
        return best

    def point(self, threshold, right, wrong):
        missed = len(self.pairs) - right
        return {
            "threshold": threshold,
            "right": right,
            "wrong": wrong,
            "missed": missed,
            "precision": right / max(right + wrong, 1),
            "recall": right / max(right + missed, 1),
            "f1": 2 * right / max(2 * right + wrong + missed, 1),
        }


def ours(options, kind, path):
    """Trained on the very file without its labels, as the others are; or the shipped model, which never saw it."""
    with tempfile.TemporaryDirectory() as folder:
        model, pairs = Path(folder) / "model.json", Path(folder) / "pairs.csv"
        if kind:
            scheme = HERE / "febrl.json" if kind == "febrl" else "-"
            subprocess.run([options.linking, "train", scheme, path, model], check=True, capture_output=True)
        command = [options.linking, "pairs", model if kind else "-", path, pairs, "0.001"]
        subprocess.run(command, check=True, capture_output=True)
        return pd.read_csv(pairs, dtype={"a": str, "b": str})


def sure(options, path):
    """The pairs that need no question by the rule of satu-core's `are_surely_one`."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = Path(folder) / "pairs.csv"
        subprocess.run([options.linking, "sure", path, pairs], check=True, capture_output=True)
        return pd.read_csv(pairs, dtype={"a": str, "b": str})


def automatic(options, path):
    """Imports the set portal by portal as a user would, and looks who became whose source without anybody being asked."""
    people = pd.read_csv(path, dtype=str, keep_default_na=False)
    person = dict(zip(people["id"], people["person"]))
    with tempfile.TemporaryDirectory() as folder:
        satu = [options.satu, "--database", f"sqlite:{folder}/satu.db"]
        for portal, rows in people.groupby("portal"):
            file = Path(folder) / f"{portal}.csv"
            with open(file, "w", newline="", encoding="utf-8") as out:
                writer = csv.writer(out)
                writer.writerow(["Nama Lengkap", "Nomor Telepon", "Email", "Tanggal Lahir", "ID Lamaran", "Posisi yang Dilamar", "Tanggal Melamar"])
                for _, row in rows.iterrows():
                    told = [row["full_name"], row["phone"], row["email"], row["birth_date"], row["id"], "Mitra Asuh", "2026-08-17"]
                    writer.writerow(told)
            subprocess.run([*satu, "import", file, "--portal", "glints"], check=True, capture_output=True)
        listed = subprocess.run([*satu, "applications", "--all", "--limit", "1000", "--json"], check=True, capture_output=True).stdout
        linked, wrong = 0, []
        for application in json.loads(listed)["items"]:
            ids = sorted(source["source_ref"] for source in application["sources"])
            for a, b in combinations(ids, 2):
                linked += 1
                if person[a] != person[b]:
                    wrong.append([a, b])
    return {"linked_pairs": linked, "false": len(wrong), "false_pairs": wrong[:50]}


def tables(figures):
    lines = ["| set | people | true pairs | by | F1 at 0.5 | precision | recall | best F1 | at | wrong | missed |", "|---|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|"]
    for name, told in figures["sets"].items():
        for who, measured in told["measured"].items():
            half, best = measured["half"], measured["best"]
            lines.append(
                f"| {name} | {told['people']} | {told['true_pairs']} | {who} | {half['f1']:.4f} | {half['precision']:.4f} | {half['recall']:.4f} "
                f"| {best['f1']:.4f} | {best['threshold']:.3f} | {best['wrong']} | {best['missed']} |"
            )
    if told := figures.get("sure"):
        lines.append(f"\n`are_surely_one`: {told['right'] + told['wrong']} pairs need no question, {told['wrong']} of them are wrong.")
    if told := figures.get("automatic"):
        lines.append(f"`satu import` links {told['linked_pairs']} pairs without a question, {told['false']} of them are wrong.")
    return "\n".join(lines)


def draw(name, measured):
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plot

    plot.rcParams.update({"svg.hashsalt": "satu", "font.size": 9, "svg.fonttype": "none"})
    figure, (left, right) = plot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for who, told in measured.items():
        curve = told["curve"]
        left.plot([point["threshold"] for point in curve], [point["f1"] for point in curve], marker=".", label=who)
        right.plot([point["recall"] for point in curve], [point["precision"] for point in curve], marker=".", label=who)
    left.set(title=f"{name}: F1", xlabel="threshold", ylabel="F1", xscale="logit")
    right.set(title=f"{name}: precision and recall", xlabel="recall", ylabel="precision")
    left.legend()
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(DOCS / f"{name}.svg", metadata={"Date": None})
    plot.close(figure)


if __name__ == "__main__":
    main()
