"""Reads a workbook the way scripts do, and prints how many rows it has: python read_excel.py FILE"""

import sys

import pandas

print(len(pandas.read_excel(sys.argv[1], engine="openpyxl", dtype=str)))
