"""Creates the CloudFormation template named first in moto, with the parameters of the JSON object named second, in the region named third, and prints what the services then say.

Resource types that moto's CloudFormation does not know are dropped before, and what refers to them becomes a made-up text; they are listed
under "dropped". Of these, metric filters, alarms, bucket and role policies are then made by the services' own calls; so are buckets, of whose
properties moto's CloudFormation knows few.
"""
import ast
import json
import os
import re
import sys

REGION = sys.argv[3] if len(sys.argv) > 3 else "us-east-1"
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_DEFAULT_REGION=REGION)

import boto3
from cfnlint.decode.cfn_yaml import load
from moto import mock_aws
from moto.cloudformation.models import cloudformation_backends
from moto.cloudformation.parsing import clean_json, get_model_map

NESTED = "AWS::CloudFormation::Stack"  # each is created by itself: its template is nowhere to be fetched from


def without(node, dropped):
    """The node with texts in place of references to dropped resources."""
    if isinstance(node, list):
        return [without(item, dropped) for item in node]
    if not isinstance(node, dict):
        return node
    target = node.get("Ref") or (node.get("Fn::GetAtt") or [None])[0]
    if len(node) == 1 and target in dropped:
        return "dropped-" + target
    if isinstance(node.get("Fn::Sub"), str):
        return {"Fn::Sub": re.sub(r"\$\{(\w+)(\.\w+)?\}", lambda m: "dropped-" + m[1] if m[1] in dropped else m[0], node["Fn::Sub"])}
    return {name: without(value, dropped) for name, value in node.items()}


def drop(template):
    known = get_model_map()
    dropped = {i: r["Type"] for i, r in template["Resources"].items() if r["Type"] not in known or r["Type"] == NESTED}
    template["Resources"] = {i: without(r, dropped) for i, r in template["Resources"].items() if i not in dropped}
    template["Outputs"] = without(template.get("Outputs", {}), dropped)
    for resource in template["Resources"].values():
        trust = resource.get("Properties", {}).get("AssumeRolePolicyDocument")
        if trust:  # moto leaves a null where CloudFormation leaves nothing
            trust["Statement"] = [s for s in trust["Statement"] if "Fn::If" not in s]
        after = resource.pop("DependsOn", [])
        resource["DependsOn"] = [i for i in ([after] if isinstance(after, str) else after) if i not in dropped]
    return dropped


def by_call(kind, p):
    """Makes a dropped resource by the call that CloudFormation would make; its name, or None for other kinds."""
    if kind == "AWS::Logs::MetricFilter":
        transformations = [{n[0].lower() + n[1:]: v for n, v in t.items()} for t in p["MetricTransformations"]]
        name = p["MetricTransformations"][0]["MetricName"]
        boto3.client("logs").put_metric_filter(logGroupName=p["LogGroupName"], filterName=name, filterPattern=p["FilterPattern"], metricTransformations=transformations)
        return name
    if kind == "AWS::CloudWatch::Alarm":
        name = p["AlarmDescription"][:255]
        boto3.client("cloudwatch").put_metric_alarm(AlarmName=name, **p)
        return name
    if kind == "AWS::S3::Bucket":
        make_bucket(boto3.client("s3"), p["BucketName"], p)
    if kind == "AWS::IAM::RolePolicy":
        boto3.client("iam").put_role_policy(RoleName=p["RoleName"], PolicyName=p["PolicyName"], PolicyDocument=json.dumps(p["PolicyDocument"]))
    if kind == "AWS::S3::BucketPolicy":
        boto3.client("s3").put_bucket_policy(Bucket=p["Bucket"], Policy=json.dumps(p["PolicyDocument"]))
    return None


def make_bucket(s3, name, p):
    s3.delete_bucket(Bucket=name)  # the one that CloudFormation made, for others to refer to
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=p.get("ObjectLockEnabled", False))
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=p["VersioningConfiguration"])
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=p["PublicAccessBlockConfiguration"])
    rules = [{"ApplyServerSideEncryptionByDefault": r["ServerSideEncryptionByDefault"], "BucketKeyEnabled": r.get("BucketKeyEnabled", False)} for r in p["BucketEncryption"]["ServerSideEncryptionConfiguration"]]
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if "ObjectLockConfiguration" in p:
        lock = p["ObjectLockConfiguration"]
        retention = lock["Rule"]["DefaultRetention"]
        s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration={**lock, "Rule": {"DefaultRetention": {**retention, "Days": int(retention["Days"])}}})
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [lifecycle(r) for r in p["LifecycleConfiguration"]["Rules"]]})


def lifecycle(r):
    """A rule as S3 names its parts."""
    rule = {"ID": r["Id"], "Status": r["Status"], "Filter": {"Prefix": ""}}
    if "Transitions" in r:
        rule["Transitions"] = [{"StorageClass": t["StorageClass"], "Days": int(t["TransitionInDays"])} for t in r["Transitions"]]
    if "ExpirationInDays" in r:
        rule["Expiration"] = {"Days": int(r["ExpirationInDays"])}
    if "ExpiredObjectDeleteMarker" in r:
        rule["Expiration"] = {"ExpiredObjectDeleteMarker": r["ExpiredObjectDeleteMarker"]}
    if "NoncurrentVersionExpiration" in r:
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": int(r["NoncurrentVersionExpiration"]["NoncurrentDays"])}
    if "AbortIncompleteMultipartUpload" in r:
        rule["AbortIncompleteMultipartUpload"] = r["AbortIncompleteMultipartUpload"]
    return rule


def parsed(policy):
    if not isinstance(policy, str):  # moto keeps some as CloudFormation gave them, some as Python writes them
        return policy
    return json.loads(policy) if '"' in policy else ast.literal_eval(policy)


def read(kind, name):
    client = lambda service: boto3.client(service, region_name=REGION)
    if kind == "AWS::Events::Rule":
        name = name.split("/")[-1]
        return {"rule": client("events").describe_rule(Name=name), "targets": client("events").list_targets_by_rule(Rule=name)["Targets"]}
    if kind == "AWS::SNS::Topic":
        return client("sns").get_topic_attributes(TopicArn=name)["Attributes"]
    if kind == "AWS::SQS::Queue":
        return client("sqs").get_queue_attributes(QueueUrl=name, AttributeNames=["All"])["Attributes"]
    if kind == "AWS::IAM::Role":
        iam = client("iam")
        policies = [parsed(iam.get_role_policy(RoleName=name, PolicyName=p)["PolicyDocument"]) for p in iam.list_role_policies(RoleName=name)["PolicyNames"]]
        return {"role": iam.get_role(RoleName=name)["Role"], "policies": policies, "attached": iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]}
    if kind == "AWS::Logs::LogGroup":
        return next(g for g in client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"] if g["logGroupName"] == name)
    if kind == "AWS::Logs::MetricFilter":
        return next(f for f in client("logs").describe_metric_filters()["metricFilters"] if f["filterName"] == name)
    if kind == "AWS::CloudWatch::Alarm":
        return client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    if kind == "AWS::S3::Bucket":
        s3 = client("s3")
        try:
            lock = s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
        except s3.exceptions.ClientError:  # no such configuration
            lock = None
        return {
            "name": name,
            "versioning": s3.get_bucket_versioning(Bucket=name).get("Status"),
            "lock": lock,
            "policy": parsed(s3.get_bucket_policy(Bucket=name)["Policy"]),
            "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
            "public": s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"],
            "encryption": s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"],
        }
    if kind == "AWS::KMS::Key":
        return {"policy": parsed(client("kms").get_key_policy(KeyId=name, PolicyName="default")["Policy"]), "rotation": client("kms").get_key_rotation_status(KeyId=name)["KeyRotationEnabled"]}
    return {}


def main(path, parameters):
    template = json.loads(json.dumps(load(path)))
    whole = template["Resources"]
    dropped = drop(template)
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="packages")
        s3.put_object(Bucket="packages", Key="function.zip", Body=b"package")
        for name in ("LogGroupName", "TrailLogGroupName"):
            if name in parameters:  # of a trail that is there
                boto3.client("logs").create_log_group(logGroupName=parameters[name])
        cloudformation = boto3.client("cloudformation")
        cloudformation.create_stack(
            StackName="responder", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": n, "ParameterValue": v} for n, v in parameters.items()])
        made = cloudformation.describe_stack_resources(StackName="responder")["StackResources"]
        names = {r["LogicalResourceId"]: (r["ResourceType"], r["PhysicalResourceId"]) for r in made if r.get("LogicalResourceId") and r.get("PhysicalResourceId")}

        stack = next(iter(cloudformation_backends["123456789012"][REGION].stacks.values()))
        buckets = {i: r["Type"] for i, r in template["Resources"].items() if r["Type"] == "AWS::S3::Bucket"}
        for logical, kind in (buckets | dropped).items():
            condition = whole[logical].get("Condition")
            if condition is None or stack.resource_map.lazy_condition_map[condition]:
                name = by_call(kind, clean_json(without(whole[logical].get("Properties", {}), dropped), stack.resource_map))
                if name:
                    names[logical] = (kind, name)

        resources = {logical: {"type": kind, **read(kind, name)} for logical, (kind, name) in names.items()}
        print(json.dumps({"dropped": sorted(set(dropped.values())), "resources": resources}, default=str))


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
