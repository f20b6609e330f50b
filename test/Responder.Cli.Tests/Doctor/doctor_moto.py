"""Makes a trail and the responder's stack in a moto server and runs doctor against it, again and again, with the commands that it says mend in between.

Arguments: the responder's template (SAM's translation of it), the forwarder's, and the words of the command. What moto's CloudFormation does not know is
left out, as in moto_stack.py. The last line is JSON: a list of the runs.
"""
import ast
import json
import logging
import os
import shlex
import subprocess
import sys

template_path, forwarder_path, command = sys.argv[1], sys.argv[2], sys.argv[3:]
sys.argv = ["moto_stack.py", "", "{}"]  # its region: us-east-1
for name in [n for n in os.environ if n.startswith("AWS_") or "PROXY" in n.upper()]:
    del os.environ[name]
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true")

import boto3
from awscli.clidriver import create_clidriver
from cfnlint.decode.cfn_yaml import load
from moto.server import ThreadedMotoServer

from moto_stack import drop

logging.getLogger("werkzeug").setLevel(logging.ERROR)  # each request otherwise

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"


def client(service):
    return boto3.client(service, endpoint_url=endpoint)


try:
    s3, trail = client("s3"), client("cloudtrail")
    for bucket in ("packages", "logs"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="packages", Key="function.zip", Body=b"package")
    trail.create_trail(Name="audit", S3BucketName="logs", IsMultiRegionTrail=True, EnableLogFileValidation=True)
    trail.start_logging(Name="audit")
    trail.put_event_selectors(TrailName="audit", AdvancedEventSelectors=[{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}])
    trail.put_insight_selectors(TrailName="audit", InsightSelectors=[{"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}])

    template = json.load(open(template_path, encoding="ascii"))
    drop(template)
    cloudformation = client("cloudformation")
    cloudformation.create_stack(StackName="responder", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"])
    made = {r["LogicalResourceId"]: r["PhysicalResourceId"] for r in cloudformation.describe_stack_resources(StackName="responder")["StackResources"] if r.get("LogicalResourceId") and r.get("PhysicalResourceId")}
    client("sns").subscribe(TopicArn=made["AlertTopic"], Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:pages")

    # Another region, with the forwarder.
    there = boto3.client("cloudformation", endpoint_url=endpoint, region_name="eu-west-1")
    forwarder = json.loads(json.dumps(load(forwarder_path)))
    drop(forwarder)
    there.create_stack(StackName="responder-forwarder", TemplateBody=json.dumps(forwarder), Capabilities=["CAPABILITY_IAM"],
                       Parameters=[{"ParameterKey": "HomeBusArn", "ParameterValue": "arn:aws:events:us-east-1:123456789012:event-bus/default"}])

    rounds = []
    while len(rounds) < 6:
        run = subprocess.run([*command, "--endpoint", endpoint, "--region", "us-east-1"], capture_output=True, text=True, timeout=120)
        results = [json.loads(line) for line in run.stdout.splitlines()]
        mends = [r["mend"] for r in results if r.get("verdict") == "fail" and r["mend"].startswith("aws iam ")]
        # moto keeps inline policies as Python writes them, which nobody can read: put as CloudFormation would have.
        unreadable = [r["subject"] for r in results if r.get("check") == "roles" and r["verdict"] == "unknown"]
        rounds.append({"exit": run.returncode, "error": run.stderr, "results": results, "mends": mends, "unreadable": unreadable})
        if not mends and not unreadable:
            break
        for mend in mends:
            assert create_clidriver().main([*shlex.split(mend)[1:], "--endpoint-url", endpoint]) == 0, mend
        iam = client("iam")
        for role in unreadable:
            name = made[role]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
                document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
                if isinstance(document, str):
                    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(ast.literal_eval(document)))
    print("\n" + json.dumps(rounds))
finally:
    server.stop()
