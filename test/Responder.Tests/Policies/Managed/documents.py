"""Writes the documents of AWS's managed policies, one JSON object a line, from the copy that moto carries."""
import json

from moto.iam.aws_managed_policies import aws_managed_policies_data

for name, policy in sorted(json.loads(aws_managed_policies_data).items()):
    print(json.dumps({"name": policy.get("Path", "/").lstrip("/") + name, "document": policy["Document"]}))
