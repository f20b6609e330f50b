"""Puts a folder into a bucket of a moto server, under the paths of its files, and runs commands against it.

Arguments: the folder, the bucket, and the words that begin each command. On standard input JSON: a list of commands, each a list of words.
The last line is JSON: a list of the runs. Listings have three keys a page.
"""
import json
import logging
import os
import pathlib
import subprocess
import sys

folder, bucket, program = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
for name in [n for n in os.environ if n.startswith("AWS_") or "PROXY" in n.upper()]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true", MOTO_S3_DEFAULT_MAX_KEYS="3")

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)  # each request otherwise
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
try:
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    s3 = boto3.client("s3", endpoint_url=endpoint)
    s3.create_bucket(Bucket=bucket)
    for path in folder.rglob("*"):
        if path.is_file():
            s3.put_object(Bucket=bucket, Key=path.relative_to(folder).as_posix(), Body=path.read_bytes())
    runs = []
    for words in json.load(sys.stdin):
        run = subprocess.run([*program, *words, "--endpoint", endpoint], capture_output=True, encoding="utf-8", timeout=120)
        runs.append({"exit": run.returncode, "output": run.stdout, "error": run.stderr})
    print("\n" + json.dumps(runs))
finally:
    server.stop()
