"""Writes log files as CloudTrail would into the folder named first, for hunts that look back from the moment named second.

The same seed gives the same files. What is in them on purpose: sessions, users, root, services, failures in every spelling, sign-ins with and
without MFA, both shapes of security-group calls, copies of events in other files, records without id, time, request or response, hostile names,
events at the edges of every look-back and after its end, and lines that are no JSON.
"""
import datetime
import gzip
import json
import os
import random
import sys
import uuid

folder, until, seed = sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2].replace("Z", "+00:00")), int(sys.argv[3])
dice = random.Random(seed)
ACCOUNTS = ["123456789012", "210987654321", "345678901234"]
REGIONS = ["us-east-1", "eu-west-1", "ap-southeast-2"]
ADDRESSES = [f"203.0.113.{n}" for n in range(1, 12)] + ["198.51.100.7", "2001:db8::9", "cloudformation.amazonaws.com"]
NAMES = ["alice", "bob", "carol", "site-ADMIN", "backup", "=cmd|' /C calc'!A0", "d\u202eave", "\U0001f600smile", "\uffeezed", "o'brien, \"ann\"", "line\nbreak"]


def identity(account):
    kind = dice.choices(["IAMUser", "AssumedRole", "Root", "AWSService", "FederatedUser", "AWSAccount", "Unknown"], [30, 40, 8, 8, 4, 4, 2])[0]
    name = dice.choice(NAMES)
    if kind == "IAMUser":
        who = {"type": kind, "arn": f"arn:aws:iam::{account}:user/{name}", "accountId": account, "userName": name, "principalId": "AIDAEXAMPLE"}
        if dice.random() < 0.2:
            who["sessionContext"] = {"attributes": {"mfaAuthenticated": "true"}}
        return who
    if kind == "AssumedRole":
        role = dice.choice(["deploy", "AdminRole", "reader", "OrganizationAccountAccessRole"])
        who = {
            "type": kind, "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name}", "accountId": account, "principalId": f"AROAEXAMPLE:{name}",
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": f"arn:aws:iam::{account}:role/{role}", "accountId": account, "userName": role}},
        }
        if dice.random() < 0.1:
            del who["sessionContext"]
        return who
    if kind == "Root":
        who = {"type": kind, "arn": f"arn:aws:iam::{account}:root", "accountId": account, "principalId": account}
        if dice.random() < 0.3:
            who["invokedBy"] = "autoscaling.amazonaws.com"
        return who
    if kind == "AWSService":
        return {"type": kind, "invokedBy": dice.choice(["lambda.amazonaws.com", "ec2.amazonaws.com"])}
    if kind == "Unknown":
        return dice.choice([{"type": "SAMLUser", "principalId": "saml:x"}, {"type": "WebIdentityUser"}, {}])
    return {"type": kind, "arn": f"arn:aws:sts::{account}:federated-user/{name}", "accountId": account, "principalId": f"{account}:{name}"}


ERRORS = [
    ("AccessDenied", "User: arn is not authorized to perform: s3:GetObject"), ("AccessDenied", None), ("Client.UnauthorizedOperation", "You are not authorized"),
    ("AccessDeniedException", None), ("com.amazon.coral.service#AccessDeniedException", None), ("Client.DryRunOperation", "Request would have succeeded"),
    ("Client.DryRunOperation", "this one is not authorized to perform anything"), ("ThrottlingException", "Rate exceeded"), ("NoSuchEntityException", None),
    ("ValidationException", "principal is not authorized to perform: kms:Decrypt"), (None, "Internal failure"), ("TrailNotFoundException", None),
    ("Server.InternalError#AccessDeniedX", None), ("NoSuchBucket", "The bucket does not exist"), ("Client.AuthFailure", None),
]


def group_change():
    world = dice.choice(["0.0.0.0/0", "::/0", "10.0.0.0/8", "203.0.113.7/32", "0.0.0.0/1"])
    key = ("ipv6Ranges", "cidrIpv6") if ":" in world else ("ipRanges", "cidrIp")
    shape = dice.randrange(4)
    if shape == 0:
        return "AuthorizeSecurityGroupIngress", {"groupId": "sg-flat", "ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "cidrIp": world, "ipPermissions": {}}
    if shape == 1:
        return "AuthorizeSecurityGroupIngress", {"groupName": "by-name", "ipPermissions": {"items": [{"ipProtocol": "-1", key[0]: {"items": [{key[1]: world}]}}]}}
    if shape == 2:
        rule = {"IpProtocol": "tcp", "FromPort": 3389, "ToPort": 3389, "CidrIpv6" if ":" in world else "CidrIpv4": world}
        return "ModifySecurityGroupRules", {"ModifySecurityGroupRulesRequest": {"GroupId": "sg-modified", "SecurityGroupRule": {"SecurityGroupRuleId": "sgr-1", "SecurityGroupRule": rule, "tag": 1}}}
    return "AuthorizeSecurityGroupEgress", {"groupId": "sg-out", "ipPermissions": {"items": [{"ipProtocol": "-1", key[0]: {"items": [{key[1]: world}]}}]}}


def call():
    name = dice.choice(NAMES)
    bucket = dice.choice(["logs", "web", "=bucket"])
    policy = dice.choice(["arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws-us-gov:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/ReadOnlyAccess",
                          "arn:aws:iam::123456789012:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AdministratorAccess-Amplify"])
    group_name, group_request = group_change()
    attach = dice.choice([("AttachUserPolicy", "userName"), ("AttachRolePolicy", "roleName"), ("AttachGroupPolicy", "groupName")])
    return dice.choice([
        ("s3.amazonaws.com", "DeleteObject", {"bucketName": bucket, "key": f"a/{name}"}, False),
        ("s3.amazonaws.com", "DeleteObjects", {"bucketName": bucket, "delete": ""}, False),
        ("s3.amazonaws.com", "DeleteBucket", {"bucketName": bucket}, False),
        ("s3.amazonaws.com", "GetObject", {"bucketName": bucket, "key": "k"}, True),
        ("s3.amazonaws.com", "PutBucketPolicy", {"bucketName": bucket, "bucketPolicy": {"Statement": [{"Principal": "*", "Condition": {"IpAddress": "0.0.0.0/0"}}]}}, False),
        ("s3.amazonaws.com", "DeleteBucketPolicy", {"bucketName": bucket}, False),
        ("s3.amazonaws.com", "PutBucketAcl", {"bucketName": bucket}, False),
        ("s3.amazonaws.com", "DeleteAccountPublicAccessBlock", None, False),
        ("s3.amazonaws.com", "PutBucketTagging", {"bucketName": bucket}, False),
        ("iam.amazonaws.com", attach[0], {attach[1]: name, "policyArn": policy}, False),
        ("iam.amazonaws.com", attach[0], {attach[1]: name, "policyArn": policy}, False),
        ("iam.amazonaws.com", "CreateUser", {"userName": name}, False),
        ("iam.amazonaws.com", "CreateAccessKey", None, False),
        ("iam.amazonaws.com", "CreateAccessKey", {"userName": name}, False),
        ("iam.amazonaws.com", "CreateLoginProfile", {"passwordResetRequired": True}, False),
        ("iam.amazonaws.com", "DeleteUser", {"userName": name}, False),
        ("iam.amazonaws.com", "PutRolePolicy", {"roleName": name, "policyName": "inline", "policyDocument": "{\"Statement\":[]}"}, False),
        ("iam.amazonaws.com", "ListUsers", None, True),
        ("iam.amazonaws.com", "PutUserPermissionsBoundary", {"userName": name, "permissionsBoundary": "arn:aws:iam::aws:policy/AWSDenyAll"}, False),
        ("kms.amazonaws.com", "ScheduleKeyDeletion", {"keyId": "1234abcd", "pendingWindowInDays": dice.randrange(7, 31)}, False),
        ("kms.amazonaws.com", "DisableKey", {"keyId": "alias/x"}, False),
        ("kms.amazonaws.com", "DeleteAlias", {"aliasName": "alias/x"}, False),
        ("ec2.amazonaws.com", group_name, group_request, False),
        ("ec2.amazonaws.com", group_name, group_request, False),
        ("ec2.amazonaws.com", "TerminateInstances", {"instancesSet": {"items": [{"instanceId": "i-1"}]}}, False),
        ("ec2.amazonaws.com", "DescribeInstances", {}, True),
        ("sqs.amazonaws.com", "PurgeQueue", {"queueUrl": "https://sqs/x"}, False),
        ("ecs.amazonaws.com", "DeregisterTaskDefinition", {"taskDefinition": "t:1"}, False),
        ("dynamodb.amazonaws.com", "DeleteTable", {"tableName": "orders"}, False),
        ("dynamodb.amazonaws.com", "DeletelyRead", {"tableName": 7}, True),
        ("signin.amazonaws.com", "ConsoleLogin", None, False),
        ("signin.amazonaws.com", "ConsoleLogin", None, False),
        ("signin.amazonaws.com", "ConsoleLogin", None, False),
        ("signin.amazonaws.com", "SwitchRole", None, False),
        ("sts.amazonaws.com", "AssumeRole", {"roleArn": "arn:aws:iam::123456789012:role/deploy"}, True),
    ])


def moment():
    kind = dice.random()
    if kind < 0.05:  # the edges: exactly so many days before the end, a second to either side
        days = dice.choice([0, 7, 30, 90])
        when = until - datetime.timedelta(days=days) + datetime.timedelta(seconds=dice.choice([-1, 0, 1]))
    elif kind < 0.12:  # the edges of the night
        day = until - datetime.timedelta(days=dice.randrange(0, 40))
        when = day.replace(hour=dice.choice([0, 5, 6, 23]), minute=dice.choice([0, 59]), second=dice.choice([0, 1, 59]))
    elif kind < 0.7:
        when = until - datetime.timedelta(seconds=dice.randrange(0, 8 * 86400))
    else:
        when = until - datetime.timedelta(seconds=dice.randrange(-86400, 100 * 86400))
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def record():
    account = dice.choice(ACCOUNTS)
    source, name, request, reads = call()
    made = {
        "eventVersion": "1.11", "userIdentity": identity(account), "eventTime": moment(), "eventSource": source, "eventName": name,
        "awsRegion": dice.choice(REGIONS), "sourceIPAddress": dice.choice(ADDRESSES), "userAgent": dice.choice(["aws-cli/2.31.0", "Mozilla/5.0, \"x\"", "@SUM(A1)"]),
        "requestParameters": request, "responseElements": None, "requestID": str(uuid.UUID(int=dice.getrandbits(128))),
        "eventID": str(uuid.UUID(int=dice.getrandbits(128))), "readOnly": reads, "eventType": "AwsApiCall", "managementEvent": True, "recipientAccountId": account,
        "eventCategory": "Management",
    }
    if name == "CreateAccessKey":
        made["responseElements"] = {"accessKey": {"userName": "made-for", "accessKeyId": "AKIAMADEEXAMPLE", "status": "Active"}}
    if name == "CreateLoginProfile":
        made["responseElements"] = {"loginProfile": {"userName": "for-themselves"}}
    if source == "kms.amazonaws.com" and dice.random() < 0.5:
        made["resources"] = [{"accountId": account, "type": "AWS::KMS::Key", "ARN": f"arn:aws:kms:us-east-1:{account}:key/1234abcd"}]
    if source == "s3.amazonaws.com" and dice.random() < 0.3:
        made["resources"] = [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::logs/a"}, {"type": "AWS::S3::Bucket", "ARN": "arn:aws:s3:::logs"}]
    if source == "signin.amazonaws.com":
        made["eventType"] = "AwsConsoleSignIn"
        failed = dice.random() < 0.3
        made["responseElements"] = {name: "Failure" if failed else "Success"}
        if failed and dice.random() < 0.7:
            made["errorMessage"] = dice.choice(["Failed authentication", "No username found in supplied account"])
        if dice.random() < 0.9:
            made["additionalEventData"] = {"MFAUsed": dice.choice(["Yes", "No", "No"]), "LoginTo": "https://console.aws.amazon.com"}
    elif dice.random() < 0.25:
        code, message = dice.choice(ERRORS)
        if code:
            made["errorCode"] = code
        if message:
            made["errorMessage"] = message
    odd = dice.random()
    if odd < 0.02:
        del made["eventID"]
    elif odd < 0.03:
        del made["eventTime"]
    elif odd < 0.05:
        del made["readOnly"]
    elif odd < 0.06:
        made["readOnly"] = "true"
    elif odd < 0.07:
        made["eventType"] = "AwsServiceEvent"
    elif odd < 0.08:
        del made["recipientAccountId"]
    elif odd < 0.09:
        made["requestParameters"] = {"reason": "requestParameters too large", "omitted": True, "originalSize": 110000}
    elif odd < 0.10:
        del made["userIdentity"]
    elif odd < 0.12:
        made["errorCode"] = made["errorMessage"] = made["sourceIPAddress"] = ""
    elif odd < 0.14:
        made["eventCategory"], made["eventType"] = "NetworkActivity", "AwsVpceEvent"
        if dice.random() < 0.5:
            made["errorCode"] = "VpceAccessDenied"
    elif odd < 0.16:
        made["userIdentity"] = {"type": "IdentityCenterUser", "accountId": account, "onBehalfOf": {"userId": dice.choice(["person-a", "person-b"])}}
    elif odd < 0.17:
        made["userIdentity"] = {"type": "AWSAccount", "principalId": "", "accountId": dice.choice(["anonymous", account])}
    elif odd < 0.18:
        made["userIdentity"]["invokedByDelegate"] = {"accountId": "777788889999"}
    return made


records = [record() for _ in range(6000)]
copies = [records[dice.randrange(len(records))] for _ in range(400)]
records += [copy for copy in copies if "eventID" in copy]
dice.shuffle(records)
for number in range(0, len(records), 500):
    part = records[number:number + 500]
    path = os.path.join(folder, f"part-{number:05}")
    kind = (number // 500) % 3
    if kind == 0:
        with gzip.open(path + ".json.gz", "wb") as file:
            file.write(json.dumps({"Records": part}).encode())
    elif kind == 1:
        with open(path + ".jsonl", "w", encoding="utf-8") as file:
            for one in part:
                file.write(json.dumps(one, ensure_ascii=False) + "\n")
            file.write("{\"eventName\": \"cut off\n")
            file.write("this is no JSON\n")
    else:
        with open(path + ".json", "w", encoding="utf-8") as file:
            json.dump({"Records": part}, file, indent=1)
