"""Reads actions from stdin, one a line; prints those for which AWS's service authorization reference, as cfn-lint carries it, knows a type of resource."""
import json
import pathlib
import sys

import cfnlint

services = json.loads((pathlib.Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text(encoding="utf-8"))
for action in sys.stdin.read().split():
    service, name = action.lower().split(":")
    known = services[service]["Actions"].get(name)
    if known is None:
        print(action, "unknown")
    elif known.get("Resources"):
        print(action, *known["Resources"])
