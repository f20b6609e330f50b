"""Plays one sequence of calls with boto3 and prints one JSON line per call.

usage: sequence.py URL      against the endpoint at URL
       sequence.py --moto   against moto, in this process

A line: {"step": n, "call": "iam:GetUser", "outcome": "ok" or the error code, "status": HTTP status,
"missing": required output members that boto3 did not find, "answer": the answer without what differs from run to run}.
Exit code 42: a module is missing, its name is on stderr.
"""
import contextlib
import datetime
import json
import os
import sys

try:
    import boto3
    import botocore.config
    import botocore.exceptions
    if sys.argv[1] == "--moto":
        import moto
except ImportError as missing:
    print(missing.name, file=sys.stderr)
    sys.exit(42)

ACCOUNT = "123456789012"
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
DENY = "arn:aws:iam::aws:policy/AWSDenyAll"
OWN = f"arn:aws:iam::{ACCOUNT}:policy/own"
TOPIC = f"arn:aws:sns:us-east-1:{ACCOUNT}:alerts"
ALLOW = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]})
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})

KEY = object()  # stands for the access key that the sequence created
QUERY = "the query that was started last"

SEQUENCE = [
    ("sts", "get_caller_identity", {}),
    ("iam", "create_user", {"UserName": "bob", "Path": "/team/", "Tags": [{"Key": "team", "Value": "blue"}]}),
    ("iam", "create_user", {"UserName": "bob"}),
    ("iam", "create_user", {"UserName": "carol"}),
    ("iam", "get_user", {"UserName": "bob"}),
    ("iam", "get_user", {"UserName": "nobody"}),
    ("iam", "list_users", {}),
    ("iam", "list_users", {"MaxItems": 1}),
    ("iam", "attach_user_policy", {"UserName": "bob", "PolicyArn": ADMIN}),
    ("iam", "attach_user_policy", {"UserName": "bob", "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/none"}),
    ("iam", "list_attached_user_policies", {"UserName": "bob"}),
    ("iam", "put_user_permissions_boundary", {"UserName": "bob", "PermissionsBoundary": DENY}),
    ("iam", "get_user", {"UserName": "bob"}),
    ("iam", "delete_user_permissions_boundary", {"UserName": "bob"}),
    ("iam", "detach_user_policy", {"UserName": "bob", "PolicyArn": ADMIN}),
    ("iam", "detach_user_policy", {"UserName": "bob", "PolicyArn": ADMIN}),
    ("iam", "put_user_policy", {"UserName": "bob", "PolicyName": "p", "PolicyDocument": ALLOW}),
    ("iam", "put_user_policy", {"UserName": "bob", "PolicyName": "p", "PolicyDocument": "no json"}),
    ("iam", "list_user_policies", {"UserName": "bob"}),
    ("iam", "get_user_policy", {"UserName": "bob", "PolicyName": "p"}),
    ("iam", "get_user_policy", {"UserName": "bob", "PolicyName": "none"}),
    ("iam", "delete_user_policy", {"UserName": "bob", "PolicyName": "p"}),
    ("iam", "create_access_key", {"UserName": "bob"}),
    ("iam", "list_access_keys", {"UserName": "bob"}),
    ("iam", "update_access_key", {"UserName": "bob", "AccessKeyId": KEY, "Status": "Inactive"}),
    ("iam", "list_access_keys", {"UserName": "bob"}),
    ("iam", "delete_access_key", {"UserName": "bob", "AccessKeyId": KEY}),
    ("iam", "get_login_profile", {"UserName": "bob"}),
    ("iam", "create_login_profile", {"UserName": "bob", "Password": "Correct-Horse-1"}),
    ("iam", "create_login_profile", {"UserName": "bob", "Password": "Correct-Horse-1"}),
    ("iam", "get_login_profile", {"UserName": "bob"}),
    ("iam", "update_login_profile", {"UserName": "bob", "Password": "Correct-Horse-2", "PasswordResetRequired": True}),
    ("iam", "delete_login_profile", {"UserName": "bob"}),
    ("iam", "list_mfa_devices", {"UserName": "bob"}),
    ("iam", "create_group", {"GroupName": "admins"}),
    ("iam", "create_group", {"GroupName": "admins"}),
    ("iam", "list_groups", {}),
    ("iam", "add_user_to_group", {"GroupName": "admins", "UserName": "bob"}),
    ("iam", "add_user_to_group", {"GroupName": "none", "UserName": "bob"}),
    ("iam", "get_group", {"GroupName": "admins"}),
    ("iam", "list_groups_for_user", {"UserName": "bob"}),
    ("iam", "attach_group_policy", {"GroupName": "admins", "PolicyArn": ADMIN}),
    ("iam", "list_attached_group_policies", {"GroupName": "admins"}),
    ("iam", "put_group_policy", {"GroupName": "admins", "PolicyName": "p", "PolicyDocument": ALLOW}),
    ("iam", "list_group_policies", {"GroupName": "admins"}),
    ("iam", "get_group_policy", {"GroupName": "admins", "PolicyName": "p"}),
    ("iam", "delete_group_policy", {"GroupName": "admins", "PolicyName": "p"}),
    ("iam", "detach_group_policy", {"GroupName": "admins", "PolicyArn": ADMIN}),
    ("iam", "remove_user_from_group", {"GroupName": "admins", "UserName": "bob"}),
    ("iam", "delete_group", {"GroupName": "admins"}),
    ("iam", "create_role", {"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST, "Description": "d"}),
    ("iam", "create_role", {"RoleName": "deploy", "AssumeRolePolicyDocument": TRUST}),
    ("iam", "get_role", {"RoleName": "deploy"}),
    ("iam", "get_role", {"RoleName": "none"}),
    ("iam", "list_roles", {}),
    ("iam", "attach_role_policy", {"RoleName": "deploy", "PolicyArn": ADMIN}),
    ("iam", "list_attached_role_policies", {"RoleName": "deploy"}),
    ("iam", "list_entities_for_policy", {"PolicyArn": ADMIN}),
    ("iam", "put_role_policy", {"RoleName": "deploy", "PolicyName": "p", "PolicyDocument": ALLOW}),
    ("iam", "list_role_policies", {"RoleName": "deploy"}),
    ("iam", "get_role_policy", {"RoleName": "deploy", "PolicyName": "p"}),
    ("iam", "put_role_permissions_boundary", {"RoleName": "deploy", "PermissionsBoundary": DENY}),
    ("iam", "get_role", {"RoleName": "deploy"}),
    ("iam", "delete_role_permissions_boundary", {"RoleName": "deploy"}),
    ("iam", "update_assume_role_policy", {"RoleName": "deploy", "PolicyDocument": TRUST}),
    ("sts", "assume_role", {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/deploy", "RoleSessionName": "me"}),
    ("iam", "delete_role", {"RoleName": "deploy"}),
    ("iam", "delete_role_policy", {"RoleName": "deploy", "PolicyName": "p"}),
    ("iam", "detach_role_policy", {"RoleName": "deploy", "PolicyArn": ADMIN}),
    ("iam", "detach_role_policy", {"RoleName": "deploy", "PolicyArn": ADMIN}),
    ("iam", "delete_role", {"RoleName": "deploy"}),
    ("iam", "create_policy", {"PolicyName": "own", "PolicyDocument": ALLOW, "Description": "d"}),
    ("iam", "create_policy", {"PolicyName": "own", "PolicyDocument": ALLOW}),
    ("iam", "get_policy", {"PolicyArn": OWN}),
    ("iam", "get_policy", {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/none"}),
    ("iam", "list_policies", {"Scope": "Local"}),
    ("iam", "create_policy_version", {"PolicyArn": OWN, "PolicyDocument": ALLOW, "SetAsDefault": True}),
    ("iam", "list_policy_versions", {"PolicyArn": OWN}),
    ("iam", "get_policy_version", {"PolicyArn": OWN, "VersionId": "v1"}),
    ("iam", "get_policy_version", {"PolicyArn": OWN, "VersionId": "v9"}),
    ("iam", "get_policy_version", {"PolicyArn": ADMIN, "VersionId": "v1"}),
    ("iam", "set_default_policy_version", {"PolicyArn": OWN, "VersionId": "v1"}),
    ("iam", "delete_policy_version", {"PolicyArn": OWN, "VersionId": "v1"}),
    ("iam", "delete_policy_version", {"PolicyArn": OWN, "VersionId": "v2"}),
    ("iam", "delete_policy", {"PolicyArn": OWN}),
    ("iam", "delete_user", {"UserName": "bob"}),
    ("ssm", "put_parameter", {"Name": "/root/a", "Value": "one", "Type": "String", "Description": "d"}),
    ("ssm", "put_parameter", {"Name": "/root/a", "Value": "two", "Type": "String"}),
    ("ssm", "put_parameter", {"Name": "/root/a", "Value": "three", "Type": "String", "Overwrite": True}),
    ("ssm", "put_parameter", {"Name": "/root/sub/b", "Value": "x", "Type": "String"}),
    ("ssm", "put_parameter", {"Name": "/aws/x", "Value": "x", "Type": "String"}),
    ("ssm", "put_parameter", {"Name": "/ssm/x", "Value": "x", "Type": "String"}),
    ("ssm", "put_parameter", {"Name": "/bad name", "Value": "x", "Type": "String"}),
    ("ssm", "put_parameter", {"Name": "/untyped", "Value": "x"}),
    ("ssm", "get_parameter", {"Name": "/root/a"}),
    ("ssm", "get_parameter", {"Name": "/root/a:1"}),
    ("ssm", "get_parameter", {"Name": "/root/a:7"}),
    ("ssm", "get_parameter", {"Name": "/root/none"}),
    ("ssm", "get_parameters", {"Names": ["/root/a", "/root/none"]}),
    ("ssm", "get_parameters_by_path", {"Path": "/root"}),
    ("ssm", "get_parameters_by_path", {"Path": "/root", "Recursive": True}),
    ("ssm", "get_parameter_history", {"Name": "/root/a"}),
    ("ssm", "describe_parameters", {"ParameterFilters": [{"Key": "Name", "Option": "BeginsWith", "Values": ["/root"]}]}),
    ("ssm", "add_tags_to_resource", {"ResourceType": "Parameter", "ResourceId": "/root/a", "Tags": [{"Key": "k", "Value": "v"}]}),
    ("ssm", "list_tags_for_resource", {"ResourceType": "Parameter", "ResourceId": "/root/a"}),
    ("ssm", "delete_parameters", {"Names": ["/root/sub/b", "/root/none"]}),
    ("ssm", "delete_parameter", {"Name": "/root/a"}),
    ("ssm", "delete_parameter", {"Name": "/root/a"}),
    ("sns", "create_topic", {"Name": "alerts"}),
    ("sns", "create_topic", {"Name": "no blanks"}),
    ("sns", "list_topics", {}),
    ("sns", "get_topic_attributes", {"TopicArn": TOPIC}),
    ("sns", "subscribe", {"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "oncall@example.com", "ReturnSubscriptionArn": True}),
    ("sns", "list_subscriptions_by_topic", {"TopicArn": TOPIC}),
    ("sns", "unsubscribe", {"SubscriptionArn": f"{TOPIC}:00000000-0000-0000-0000-000000000000"}),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "{\"default\": \"x\"}", "MessageStructure": "json", "Subject": "s",
                        "MessageAttributes": {"severity": {"DataType": "String", "StringValue": "HIGH"}, "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\x01"}}}),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "x", "Subject": "two\nlines"}),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "x", "Subject": "s" * 101}),
    ("sns", "publish", {"TopicArn": f"{TOPIC}-none", "Message": "x"}),
    ("sns", "publish", {"TopicArn": TOPIC, "Message": "x" * 262145}),
    ("sns", "delete_topic", {"TopicArn": TOPIC}),
    ("sns", "get_topic_attributes", {"TopicArn": TOPIC}),
    ("iam", "create_role", {"RoleName": "web", "AssumeRolePolicyDocument": TRUST}),
    ("iam", "create_instance_profile", {"InstanceProfileName": "web"}),
    ("iam", "create_instance_profile", {"InstanceProfileName": "web"}),
    ("iam", "get_instance_profile", {"InstanceProfileName": "web"}),
    ("iam", "get_instance_profile", {"InstanceProfileName": "none"}),
    ("iam", "add_role_to_instance_profile", {"InstanceProfileName": "web", "RoleName": "web"}),
    ("iam", "add_role_to_instance_profile", {"InstanceProfileName": "web", "RoleName": "none"}),
    ("iam", "get_instance_profile", {"InstanceProfileName": "web"}),
    ("iam", "delete_role", {"RoleName": "web"}),
    ("iam", "remove_role_from_instance_profile", {"InstanceProfileName": "web", "RoleName": "web"}),
    ("iam", "delete_role", {"RoleName": "web"}),
    ("iam", "create_group", {"GroupName": "ops"}),
    ("iam", "create_user", {"UserName": "dave"}),
    ("iam", "add_user_to_group", {"GroupName": "ops", "UserName": "dave"}),
    ("iam", "update_group", {"GroupName": "ops", "NewGroupName": "run", "NewPath": "/teams/"}),
    ("iam", "get_group", {"GroupName": "run"}),
    ("iam", "get_group", {"GroupName": "ops"}),
    ("iam", "update_user", {"UserName": "dave", "NewUserName": "erin", "NewPath": "/team/"}),
    ("iam", "update_user", {"UserName": "dave", "NewUserName": "erin"}),
    ("iam", "get_user", {"UserName": "erin"}),
    ("iam", "list_groups_for_user", {"UserName": "erin"}),
    ("cloudtrail", "lookup_events", {"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "bob"}], "MaxResults": 50}),
    ("athena", "start_query_execution", {"QueryString": "SELECT 1", "WorkGroup": "primary", "ResultConfiguration": {"OutputLocation": "s3://results/"}}),
    ("athena", "get_query_execution", {"QueryExecutionId": QUERY}),
    ("athena", "get_query_execution", {"QueryExecutionId": QUERY}),
    ("athena", "get_query_execution", {"QueryExecutionId": QUERY}),
    ("athena", "get_query_results", {"QueryExecutionId": QUERY}),
    ("athena", "start_query_execution", {"QueryString": "SELECT 2", "WorkGroup": "primary", "ResultConfiguration": {"OutputLocation": "s3://results/"}}),
    ("athena", "stop_query_execution", {"QueryExecutionId": QUERY}),
]

VOLATILE = {"UserId", "RoleId", "GroupId", "PolicyId", "InstanceProfileId", "AccessKeyId", "SecretAccessKey", "SessionToken", "AssumedRoleId", "MessageId",
            "Marker", "NextToken", "QueryExecutionId", "SubscriptionArn", "LastModifiedUser"}


def steady(value, name=""):
    """The value with everything masked that differs from run to run."""
    if name in VOLATILE:
        return "*"
    if isinstance(value, datetime.datetime):
        return "*"
    if isinstance(value, dict):
        return {key: steady(item, key) for key, item in sorted(value.items()) if key != "ResponseMetadata"}
    if isinstance(value, list):
        return [steady(item) for item in value]
    return value


def missing(shape, value, path=""):
    """Required members of the service model that are not in the answer."""
    if shape is None or value is None:
        return []
    if shape.type_name == "structure":
        gaps = [f"{path}.{name}" for name in shape.required_members if name not in value]
        for name, member in shape.members.items():
            if name in value:
                gaps += missing(member, value[name], f"{path}.{name}")
        return gaps
    if shape.type_name == "list":
        return [gap for item in value for gap in missing(shape.member, item, path + "[]")]
    return []


def play(clients):
    made = {}
    for step, (service, operation, parameters) in enumerate(SEQUENCE, 1):
        client = clients[service]
        api_name = client.meta.method_to_api_mapping[operation]
        arguments = {name: made.get(value, value) if value is KEY or value is QUERY else value for name, value in parameters.items()}
        line = {"step": step, "call": f"{service}:{api_name}", "outcome": "ok", "missing": [], "answer": None}
        try:
            answer = getattr(client, operation)(**arguments)
            line["status"] = answer["ResponseMetadata"]["HTTPStatusCode"]
            line["missing"] = missing(client.meta.service_model.operation_model(api_name).output_shape, answer)
            line["answer"] = steady(answer)
            if not answer["ResponseMetadata"].get("RequestId"):
                line["missing"].append("RequestId")
            if api_name == "CreateAccessKey":
                made[KEY] = answer["AccessKey"]["AccessKeyId"]
            if api_name == "StartQueryExecution":
                made[QUERY] = answer["QueryExecutionId"]
        except botocore.exceptions.ClientError as error:
            line["outcome"] = error.response["Error"]["Code"]
            line["status"] = error.response["ResponseMetadata"]["HTTPStatusCode"]
        except NotImplementedError as error:
            line["outcome"] = type(error).__name__
            line["status"] = 501
        print(json.dumps(line))


def main():
    options = {"region_name": "us-east-1", "aws_access_key_id": "AKIAEXAMPLE", "aws_secret_access_key": "example",
               "config": botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=True)}
    backend = contextlib.nullcontext()
    if sys.argv[1] == "--moto":
        os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
        backend = moto.mock_aws()
    else:
        options["endpoint_url"] = sys.argv[1]
    with backend:
        session = boto3.session.Session()
        play({service: session.client(service, **options) for service in ("iam", "ssm", "sns", "sts", "cloudtrail", "athena")})


main()
