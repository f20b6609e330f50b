"""Serves moto on a free loopback port, with what the tests contain, until standard input is closed.

moto has boundaries of roles and none of users. Those are added here, as the roles' are; all else is moto's.

Prints one JSON line: {"port": n, "topic": ARN, "key": access key id}. Exit code 42: a module is missing, its name is on stderr.
"""
import json
import os
import sys

os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
try:
    import boto3
    from moto.core.responses import EmptyResult
    from moto.iam.models import User
    from moto.iam.responses import IamResponse
    from moto.server import ThreadedMotoServer
except ImportError as missing:
    print(missing.name, file=sys.stderr)
    sys.exit(42)

TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]})


def set_user_boundary(response, arn):
    user = response.backend.get_user(response._get_param("UserName"))
    user.permissions_boundary = None if arn is None else {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    return EmptyResult()


User.permissions_boundary = None
IamResponse.put_user_permissions_boundary = lambda response: set_user_boundary(response, response._get_param("PermissionsBoundary"))
IamResponse.delete_user_permissions_boundary = lambda response: set_user_boundary(response, None)


def allow(action):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]})


server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
own = {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
iam = boto3.client("iam", **own)
iam.create_user(UserName="mallory")
key = iam.create_access_key(UserName="mallory")["AccessKey"]["AccessKeyId"]
iam.create_role(RoleName="Deploy", AssumeRolePolicyDocument=TRUST)
admin = iam.create_policy(PolicyName="granted", PolicyDocument=allow("s3:GetObject"))["Policy"]["Arn"]
iam.create_policy_version(PolicyArn=admin, PolicyDocument=allow("*"), SetAsDefault=True)
iam.create_group(GroupName="ops")
iam.attach_group_policy(GroupName="ops", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
topic = boto3.client("sns", **own).create_topic(Name="alerts")["TopicArn"]
print(json.dumps({"port": port, "topic": topic, "key": key}), flush=True)
sys.stdin.read()
server.stop()
