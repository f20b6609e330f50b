"""Counts the records of all *.json.gz below a folder, and the calls that attach a policy to a role: gzip and json of the standard library."""
import gzip
import json
import pathlib
import sys

records = attached = 0
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.gz")):
    with gzip.open(path) as stream:
        for record in json.load(stream)["Records"]:
            records += 1
            attached += record["eventName"] == "AttachRolePolicy"
print(records, attached)
