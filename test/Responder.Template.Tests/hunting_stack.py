"""Creates the hunting stack named first in moto twice, for an account and for an organisation, and prints what there is then, as JSON."""
import json
import os
import sys
import warnings

os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test", AWS_DEFAULT_REGION="us-east-1", MOTO_IAM_LOAD_MANAGED_POLICIES="false")
warnings.simplefilter("ignore")

import boto3
from cfnlint.decode.cfn_yaml import load
from moto import mock_aws
from moto.cloudformation.parsing import ResourceMap, clean_json
from moto.core import DEFAULT_ACCOUNT_ID

template = json.loads(json.dumps(load(sys.argv[1]), default=str))
KEY = f"arn:aws:kms:us-east-1:{DEFAULT_ACCOUNT_ID}:key/1234abcd"


def without_no_value(node, parameters):
    """moto keeps a null where CloudFormation leaves an element of a list out."""
    if isinstance(node, list):
        return [without_no_value(item, parameters) for item in node if not is_left_out(item, parameters)]
    if isinstance(node, dict):
        return {key: without_no_value(value, parameters) for key, value in node.items()}
    return node


def is_left_out(item, parameters):
    if not (isinstance(item, dict) and "Fn::If" in item and item["Fn::If"][2] == {"Ref": "AWS::NoValue"}):
        return False
    condition = json.dumps(template["Conditions"][item["Fn::If"][0]])
    return not any(f'"{name}"' in condition for name in parameters)  # each of these conditions asks for one parameter that is empty by default


def create(name, parameters):
    """The stack, and its properties with every intrinsic function resolved by moto itself."""
    client = boto3.client("cloudformation")
    client.create_stack(
        StackName=name, TemplateBody=json.dumps(without_no_value(template, parameters)), Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()])
    made = client.describe_stack_resources(StackName=name)["StackResources"]
    from moto.cloudformation.models import cloudformation_backends
    stack = next(s for s in cloudformation_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].stacks.values() if s.name == name)
    resources: ResourceMap = stack.resource_map

    def resolved(logical_id):
        return clean_json(json.loads(json.dumps(template["Resources"][logical_id]["Properties"])), resources)

    return {r["LogicalResourceId"]: r for r in made if "LogicalResourceId" in r}, resolved  # moto lists what it knows no type of without a name


def look(name, parameters):
    made, resolved = create(name, parameters)
    table = resolved("LogTable")["TableInput"]
    group = resolved("HuntingWorkGroup")
    glue, athena = boto3.client("glue"), boto3.client("athena")
    database = parameters.get("DatabaseName", "responder_hunting")
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_table(DatabaseName=database, TableInput=table)
    stored = glue.get_table(DatabaseName=database, Name=table["Name"])["Table"]
    athena.create_work_group(Name=group["Name"], Description=group["Description"], Configuration=json.loads(json.dumps(group["WorkGroupConfiguration"])) | {
        "BytesScannedCutoffPerQuery": int(group["WorkGroupConfiguration"]["BytesScannedCutoffPerQuery"])})
    queries = [q for q, resource in template["Resources"].items() if resource["Type"] == "AWS::Athena::NamedQuery"]
    for query in queries:
        body = template["Resources"][query]["Properties"]
        athena.create_named_query(Name=body["Name"], Database=database, WorkGroup=group["Name"], QueryString=body["QueryString"]["Fn::Sub"])
    answer = {
        "made": sorted(r["ResourceType"] for r in made.values()),
        "template": stored["Parameters"]["storage.location.template"],
        "accounts": stored["Parameters"]["projection.account.values"],
        "partitions": [key["Name"] for key in stored["PartitionKeys"]],
        "queries": len(athena.list_named_queries(WorkGroup=group["Name"])["NamedQueryIds"]),
        "workgroup": athena.get_work_group(WorkGroup=group["Name"])["WorkGroup"]["Configuration"],
    }
    iam = boto3.client("iam")
    policy = made["HunterPolicy"]["PhysicalResourceId"]
    version = iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    answer["policy"] = iam.get_policy_version(PolicyArn=policy, VersionId=version)["PolicyVersion"]["Document"]
    if "ResultsBucket" in made:
        s3, bucket = boto3.client("s3"), made["ResultsBucket"]["PhysicalResourceId"]
        rules = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        answer["encryption"] = rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"]
        answer["publicAccess"] = resolved("ResultsBucket")["PublicAccessBlockConfiguration"]
        s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(resolved("ResultsBucketPolicy")["PolicyDocument"]))
        answer["bucketPolicy"] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    return answer


with mock_aws():
    plain = look("plain", {"LogBucketName": "trail-logs"})
with mock_aws():
    organization = look("organization", {
        "LogBucketName": "trail-logs", "LogPrefix": "org/", "OrganizationId": "o-abcdefghij", "AccountIds": "123456789012,210987654321",
        "ResultsBucketName": "results", "ResultsKeyArn": KEY, "LogKeyArn": KEY})
json.dump({"plain": plain, "organization": organization}, sys.stdout)
