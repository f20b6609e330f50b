"""Sends calls with boto3: `boto3_calls.py ENDPOINT FILE`, the file a JSON list of {"name": "service:Operation", "parameters": {...}}."""
import base64
import json
import sys

import boto3
from botocore import xform_name
from botocore.config import Config


def restored(value):
    if isinstance(value, dict):
        if list(value) == ["bytes"]:
            return base64.b64decode(value["bytes"])
        return {key: restored(item) for key, item in value.items()}
    return [restored(item) for item in value] if isinstance(value, list) else value


endpoint, file = sys.argv[1:]
session = boto3.Session("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", region_name="eu-central-1")
# Values are ours to choose: the wire is compared, not the service's taste.
config = Config(retries={"max_attempts": 0}, parameter_validation=False)
clients = {service: session.client(service, endpoint_url=endpoint, config=config) for service in ("iam", "sns")}
for call in json.load(open(file, encoding="utf-8")):
    service, operation = call["name"].split(":")
    getattr(clients[service], xform_name(operation))(**restored(call["parameters"]))
print(json.dumps("done"))
