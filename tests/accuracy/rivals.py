"""Splink and recordlinkage on the files of the accuracy measurement, set up as their own documentation teaches.

Each function takes people as a table of cleaned texts (`id`, `file`, fields) and gives `a, b, score` for the pairs that it looked at.
usage: rivals.py splink FILE PAIRS LEAST   the applicants of FILE by Splink alone, for the bench: the pairs that reach LEAST
       rivals.py count FILE                how many pairs its keys bring together
"""

import re
import sys

import pandas as pd

TITLES = re.compile(r"\b(hj|ibu|dra|ns|s\.?pd|s\.?kep|a\.?md\.?keb|amd\.?keb|s\.?psi|s\.?e)\b\.?", re.I)
PLACES = re.compile(r"^(kota|kab\.?)\s+|,.*$", re.I)
RELAY = "@indeedemail.com"


def applicants(people):
    """What a careful engineer would do to the columns before comparing: titles off, words in order, relay addresses out."""
    words = people["full_name"].str.replace(TITLES, " ", regex=True).str.lower().str.findall(r"[a-z]+")
    return people.assign(
        name=words.str.join(" "),
        name_sorted=words.map(sorted).str.join(" "),
        words=words,
        first=words.str[0],
        phone_end=people["phone"].str[-6:],
        email=people["email"].where(~people["email"].str.endswith(RELAY), "").str.lower(),
        city=people["city"].str.replace(PLACES, "", regex=True).str.lower().str.strip(),
    )


def empty_to_null(people):
    texts = people.select_dtypes("object").columns.difference(["words"])
    return people.assign(**{column: people[column].where(people[column] != "", None) for column in texts})


# ---- Splink ---------------------------------------------------------------------------------------------------------------


def splink_febrl(people):
    """As in Splink's own demo of FEBRL4, with the rest of the address added."""
    import splink.comparison_library as cl
    from splink import block_on

    comparisons = [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
        cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    ]
    blocking = [
        block_on("given_name", "surname"),
        "l.given_name = r.surname and l.surname = r.given_name",
        block_on("date_of_birth"),
        block_on("soc_sec_id"),
        block_on("state", "address_1"),
        block_on("street_number", "address_1"),
        block_on("postcode"),
    ]
    certain = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    return splink(people, comparisons, blocking, certain, [block_on("date_of_birth"), block_on("postcode")], recall=0.9)


# What brings two applicants together. Few enough pairs for a million people, and no worse on twenty thousand than broader keys (a date alone, a
# city alone), which bring together more strangers than they find duplicates.
KEYS = [["phone"], ["email"], ["birth_date", "first"], ["name_sorted", "city"], ["phone_end", "first"]]


def splink_applicants(people, **how):
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import block_on

    name = cl.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            cll.NullLevel("name_sorted"),
            cll.ExactMatchLevel("name_sorted", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("name_sorted", 0.92),
            cll.JaroWinklerLevel("name", 0.88),
            cll.ArrayIntersectLevel("words", min_intersection=2),
            cll.ArrayIntersectLevel("words", min_intersection=1),
            cll.ElseLevel(),
        ],
    )
    comparisons = [
        name,
        cl.DamerauLevenshteinAtThresholds("phone", [1, 2]).configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
        cl.DateOfBirthComparison("birth_date", input_is_string=True, invalid_dates_as_null=True),
        cl.JaroWinklerAtThresholds("city", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        cl.ExactMatch("education"),
        cl.ExactMatch("gender"),
    ]
    blocking = [block_on(*key) for key in KEYS]
    certain = [block_on("phone", "name_sorted"), block_on("email"), block_on("name_sorted", "birth_date")]
    learned = [block_on("birth_date"), block_on("phone"), block_on("email")]
    return splink(applicants(people), comparisons, blocking, certain, learned, recall=0.8, **how)


def splink(people, comparisons, blocking, certain, learned, recall, least=0.001, to=None):
    """The pairs that reach `least`: as a table; or written to a file by DuckDB itself, and their number."""
    import logging

    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator

    logging.getLogger("splink").setLevel(logging.ERROR)
    people = empty_to_null(people)
    files = [part for _, part in people.groupby("file", sort=True)]
    settings = SettingsCreator(
        link_type="link_only" if len(files) > 1 else "dedupe_only",
        unique_id_column_name="id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=blocking,
    )
    connection = duckdb.connect()
    linker = Linker(files if len(files) > 1 else files[0], settings, db_api=DuckDBAPI(connection=connection))
    linker.training.estimate_probability_two_random_records_match(certain, recall=recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in learned:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=least)
    if to is None:
        return found.as_pandas_dataframe().rename(columns={"id_l": "a", "id_r": "b", "match_probability": "score"})[["a", "b", "score"]]
    told = f"SELECT id_l AS a, id_r AS b, match_probability AS score FROM {found.physical_name}"
    return connection.execute(f"COPY ({told}) TO '{to}' (HEADER, DELIMITER ',')").fetchone()[0]


# ---- recordlinkage --------------------------------------------------------------------------------------------------------


def recordlinkage_febrl(people):
    blocks = [["given_name", "surname"], ["date_of_birth"], ["soc_sec_id"], ["address_1", "street_number"], ["postcode", "surname"]]
    near = {"given_name": 0.85, "surname": 0.85, "address_1": 0.85, "suburb": 0.85, "soc_sec_id": 0.85, "postcode": 0.85, "date_of_birth": 0.85}
    return ecm(people, blocks, near, ["street_number", "state"])


def recordlinkage_applicants(people):
    blocks = [["phone"], ["email"], ["birth_date"], ["name_sorted"], ["phone_end", "first"]]
    near = {"name_sorted": 0.85, "phone": 0.95, "email": 0.9, "birth_date": 0.9, "city": 0.85}
    return ecm(applicants(people), blocks, near, ["education", "gender"])


def ecm(people, blocks, near, same):
    """Its unsupervised classifier: expectation conditional maximisation on comparisons that hold or do not."""
    import recordlinkage

    people = empty_to_null(people).set_index("id")
    files = [part for _, part in people.groupby("file", sort=True)]
    index, compare = recordlinkage.Index(), recordlinkage.Compare()
    for keys in blocks:
        index.block(keys)
    for column, threshold in near.items():
        compare.string(column, column, method="jarowinkler", threshold=threshold, label=column)
    for column in same:
        compare.exact(column, column, label=column)
    pairs = index.index(*files)
    # Its blocks bring together those who both have nothing.
    features = compare.compute(pairs, *files).fillna(0)
    classifier = recordlinkage.ECMClassifier(init="jaro")
    classifier.fit(features)
    scores = classifier.prob(features)
    return pd.DataFrame({"a": pairs.get_level_values(0), "b": pairs.get_level_values(1), "score": scores.to_numpy()})


def count(people):
    from splink import DuckDBAPI, block_on
    from splink.blocking_analysis import cumulative_comparisons_to_be_scored_from_blocking_rules_data as cumulative

    people = empty_to_null(applicants(people))
    rules = [block_on(*key) for key in KEYS]
    told = cumulative(
        table_or_tables=people, blocking_rules=rules, link_type="dedupe_only", db_api=DuckDBAPI(), unique_id_column_name="id", max_rows_limit=1e12
    )
    return int(told["cumulative_rows"].max())


if __name__ == "__main__":
    what, source = sys.argv[1:3]
    table = pd.read_csv(source, dtype=str, keep_default_na=False).assign(file="a")
    if what == "count":
        print(count(table))
    else:
        to, least = sys.argv[3:5]
        print(splink_applicants(table, least=float(least), to=to))
