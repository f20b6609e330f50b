"""Runs `aws cloudtrail validate-logs` on endpoints of this machine, all in this process.

Standard input: a JSON list of [endpoint, trail ARN, region, account or null, start, end].
Standard output: a JSON list of {"exit": code, "out": text, "err": text}.
Exit code 42: a module is missing; its name is on standard error.
"""

import contextlib
import io
import json
import os
import sys

for name in list(os.environ):
    if name.startswith("AWS_"):
        del os.environ[name]
os.environ.update(
    AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY="secret",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    AWS_MAX_ATTEMPTS="1",
)

try:
    from awscli.clidriver import create_clidriver
    from awscli.customizations.cloudtrail.validation import is_backfill_digest_key  # older ones know no late digests
except ImportError as error:
    sys.stderr.write(error.name or str(error))
    sys.exit(42)

answers = []
loader = None
for endpoint, trail, region, account, start, end in json.load(sys.stdin):
    os.environ["AWS_ENDPOINT_URL"] = endpoint
    arguments = ["cloudtrail", "validate-logs", "--region", region, "--trail-arn", trail, "--start-time", start, "--end-time", end, "--verbose"]
    if account:
        arguments += ["--account-id", account]
    driver = create_clidriver()  # a new one each time, for the command counts on and on
    if loader is None:
        loader = driver.session.get_component("data_loader")
    driver.session.register_component("data_loader", loader)  # which reads the services' models once
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = driver.main(arguments)
    answers.append({"exit": code, "out": out.getvalue(), "err": err.getvalue()})
json.dump(answers, sys.stdout)
