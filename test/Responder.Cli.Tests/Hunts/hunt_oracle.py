"""What every hunt must answer, read off the sentences of docs/hunting.md and nothing else: prints {"hunt": [row, ...]} for the logs in the folder
named first, looking back from the moment named second."""
import collections
import datetime
import glob
import gzip
import json
import os
import sys

folder, until = sys.argv[1], datetime.datetime.fromisoformat(sys.argv[2].replace("Z", "+00:00"))


def load():
    for path in sorted(glob.glob(os.path.join(folder, "*"))):
        data = open(path, "rb").read()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        if path.endswith(".jsonl"):
            for line in data.decode().split("\n"):
                try:
                    yield json.loads(line)
                except json.JSONDecodeError:
                    pass
        else:
            yield from json.loads(data)["Records"]


def text(value):
    """Scalars as text; whatever else there is counts as absent, as does an empty text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    return value if isinstance(value, str) and value else None


def at(thing, *names):
    for name in names:
        thing = thing.get(name) if isinstance(thing, dict) else None
    return text(thing)


def first(*texts):
    return next((t for t in texts if t is not None), None)


def asked(r, *names):
    return first(*(at(r, "requestParameters", name) for name in names))


def caller(r):
    who = r.get("userIdentity") or {}
    return first(at(who, "onBehalfOf", "userId"), at(who, "invokedByDelegate", "accountId"), at(who, "sessionContext", "sessionIssuer", "arn"),
                 at(who, "arn"), at(who, "invokedBy"), at(who, "principalId"), at(who, "accountId"))


def sign_in_failed(r):
    return any(at(r, "responseElements", name) == "Failure" for name in ("ConsoleLogin", "SwitchRole", "PasswordUpdated"))


def failed(r):
    return bool(r.get("errorCode")) or bool(r.get("errorMessage")) or sign_in_failed(r)


PERMISSION = set("""AccessDenied AccessDeniedException AccessDeniedFault AccessDeniedForDependencyException AccessForbidden KMSAccessDenied
KMSAccessDeniedException KMSAccessDeniedFault KMS.AccessDeniedException KmsAccessDenied KmsAccessDeniedException
CloudHsmAccessDeniedException DependencyAccessDeniedException EncryptionKeyAccessDeniedException OpsItemAccessDeniedException
OrganizationAccessDeniedException UnauthorizedOperation UnauthorizedException UnauthorizedAccess Unauthorized
UnauthorizedClientException UserUnauthorizedException UnauthorizedError UnauthorizedOperationException
UnauthorizedResourceAccessException NotAuthorized NotAuthorizedException AuthorizationError AuthorizationErrorException
AuthFailure Forbidden ForbiddenException ForbiddenError InsufficientPermissions InsufficientPermissionsException
InsufficientPrivilegesException VpceAccessDenied""".split())


def refused(r):
    if sign_in_failed(r):
        return True
    code = r.get("errorCode") or ""
    if code.startswith("Client."):
        code = code[7:]
    code = code.split("#")[-1]
    if code in PERMISSION:
        return True
    message = r.get("errorMessage") or ""
    return code != "DryRunOperation" and ("is not authorized to perform" in message or message == "Failed authentication")


def reads_only(r):
    return str(r.get("readOnly")).lower() == "true"


def is_call(r, source, *names):
    return r.get("eventSource") == source + ".amazonaws.com" and r.get("eventName") in names


def kind(r):
    return at(r, "userIdentity", "type")


def resource(r):
    listed = r.get("resources") or []
    return text(listed[0].get("ARN")) if listed else None


def night(r):
    return "00:00:00" < r["eventTime"][11:19] < "06:00:00"


def row(r, **own):
    whole = {"event_time": r["eventTime"], "event": at(r, "eventName"), "source": at(r, "eventSource"), "caller": caller(r), "address": at(r, "sourceIPAddress")}
    whole.update(own)
    whole.update(account=at(r, "recipientAccountId"), region=at(r, "awsRegion"), event_id=at(r, "eventID"))
    return whole


def error(r):
    return first(at(r, "errorCode"), at(r, "errorMessage"))


def signed_in(r):
    return is_call(r, "signin", "ConsoleLogin") and at(r, "responseElements", "ConsoleLogin") == "Success"


def mfa(r):
    return at(r, "additionalEventData", "MFAUsed")


def login(r):
    return row(r, mfa_used=mfa(r), user_agent=at(r, "userAgent"))


def is_administrator(r):
    who = r.get("userIdentity") or {}
    name = first(at(who, "sessionContext", "sessionIssuer", "userName"), at(who, "userName")) or ""
    return kind(r) == "Root" or "admin" in name.lower()


ADMINISTRATOR = {f"arn:{p}:iam::aws:policy/AdministratorAccess" for p in "aws aws-cn aws-us-gov aws-iso aws-iso-b aws-iso-e aws-iso-f aws-eusc".split()}
DELETED = """bucketName userName roleName groupName policyArn functionName tableName stackName dBInstanceIdentifier groupId vpcId volumeId snapshotId
logGroupName secretId queueUrl topicArn name""".split()
ACCESS = """PutBucketPolicy DeleteBucketPolicy PutBucketAcl PutBucketPublicAccessBlock DeleteBucketPublicAccessBlock PutAccountPublicAccessBlock
DeleteAccountPublicAccessBlock""".split()

ROWS = {
    "deletions": (7, lambda r: r.get("eventName", "").startswith(("Delete", "Terminate", "Purge", "Deregister")) and not reads_only(r) and not failed(r),
                  lambda r: row(r, resource=first(resource(r), asked(r, *DELETED)))),
    "s3-object-deletions": (30, lambda r: is_call(r, "s3", "DeleteObject", "DeleteObjects", "DeleteBucket") and not failed(r),
                            lambda r: row(r, bucket=asked(r, "bucketName"), key=asked(r, "key"))),
    "root-activity": (30, lambda r: kind(r) == "Root" and at(r, "userIdentity", "invokedBy") is None and r.get("eventType") != "AwsServiceEvent",
                      lambda r: row(r, user_agent=at(r, "userAgent"), error=error(r))),
    "logins-without-mfa": (30, lambda r: signed_in(r) and kind(r) in ("Root", "IAMUser") and mfa(r) != "Yes", login),
    "unusual-hours": (30, lambda r: signed_in(r) and night(r), login),
    "administrator-attachments": (
        90, lambda r: is_call(r, "iam", "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy") and asked(r, "policyArn") in ADMINISTRATOR and not failed(r),
        lambda r: row(r, given_to=asked(r, "userName", "roleName", "groupName"), policy=asked(r, "policyArn"))),
    "administrators-by-name": (90, lambda r: not reads_only(r) and is_administrator(r), lambda r: row(r, error=error(r))),
    "administrator-actions": (
        90, lambda r: (r.get("eventSource", "").split(".")[0] in ("iam", "organizations", "sso", "sso-directory", "identitystore") and not reads_only(r))
        or is_call(r, "cloudtrail", "StopLogging", "DeleteTrail") or is_call(r, "kms", "PutKeyPolicy", "ScheduleKeyDeletion", "DisableKey", "CreateGrant"),
        lambda r: row(r, error=error(r))),
    "iam-changes": (7, lambda r: r.get("eventSource") == "iam.amazonaws.com" and not reads_only(r) and not failed(r),
                    lambda r: row(r, target=asked(r, "userName", "roleName", "groupName", "instanceProfileName", "policyName", "serialNumber"),
                                  policy=asked(r, "policyArn", "permissionsBoundary", "policyName"))),
    "new-users-and-keys": (
        30, lambda r: is_call(r, "iam", "CreateUser", "CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential") and not failed(r),
        lambda r: row(r, user_name=first(asked(r, "userName"), at(r, "responseElements", "accessKey", "userName"), at(r, "responseElements", "loginProfile", "userName")),
                      access_key=at(r, "responseElements", "accessKey", "accessKeyId"))),
    "world-open-groups": (
        30, lambda r: is_call(r, "ec2", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "ModifySecurityGroupRules") and not failed(r)
        and any(world in json.dumps(r.get("requestParameters")) for world in ("0.0.0.0/0", "::/0")),
        lambda r: row(r, security_group=first(asked(r, "groupId", "groupName"), at(r, "requestParameters", "ModifySecurityGroupRulesRequest", "GroupId")))),
    "bucket-policy-changes": (30, lambda r: is_call(r, "s3", *ACCESS), lambda r: row(r, bucket=asked(r, "bucketName"), error=error(r))),
    "key-deletions": (30, lambda r: is_call(r, "kms", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"),
                      lambda r: row(r, key=first(resource(r), asked(r, "keyId")), waiting_days=asked(r, "pendingWindowInDays"), error=error(r))),
}

BY_CALLER = {"caller": caller, "account": lambda r: at(r, "recipientAccountId")}
NAMES, ADDRESSES = ("actions", lambda r: at(r, "eventName")), ("addresses", lambda r: at(r, "sourceIPAddress"))
GROUPS = {
    "refusals-by-caller": (7, refused, BY_CALLER, "refusals", [NAMES, ADDRESSES], 100),
    "refusals-in-detail": (7, refused, {"caller": caller, "address": lambda r: at(r, "sourceIPAddress"), "source": lambda r: at(r, "eventSource"),
                                        "event": lambda r: at(r, "eventName"), "account": lambda r: at(r, "recipientAccountId")}, "refusals", [], 100),
    "failed-calls-by-address": (7, failed, {"address": lambda r: at(r, "sourceIPAddress")}, "failures", [("callers", caller), NAMES], 100),
    "top-callers": (7, lambda r: caller(r) is not None, BY_CALLER, "calls", [NAMES, ADDRESSES], 20),
}

events, seen = [], set()
for r in load():
    if r.get("eventCategory") == "NetworkActivity" and r.get("errorCode") != "VpceAccessDenied":
        continue
    if r.get("eventID") in seen:
        continue
    if "eventID" in r:
        seen.add(r["eventID"])
    if "eventTime" in r:
        events.append((datetime.datetime.fromisoformat(r["eventTime"].replace("Z", "+00:00")), r))


def within(days):
    return [r for when, r in events if until - datetime.timedelta(days=days) <= when <= until]


def absent_last(texts):
    return [(t is None, t or "") for t in texts]


answer = {}
for name, (days, counts, show) in ROWS.items():
    rows = sorted((show(r) for r in within(days) if counts(r)), key=lambda shown: absent_last(list(shown.values())[1:]))
    answer[name] = sorted(rows, key=lambda shown: shown["event_time"], reverse=True)[:1000]
for name, (days, counts, keys, total, distinct, limit) in GROUPS.items():
    groups = collections.defaultdict(list)
    for r in within(days):
        if counts(r):
            groups[tuple(key(r) for key in keys.values())].append(r)
    rows = []
    for key, members in sorted(groups.items(), key=lambda group: (-len(group[1]), absent_last(group[0]))):
        shown = dict(zip(keys, key))
        shown[total] = len(members)
        for heading, of in distinct:
            shown[heading] = len({of(r) for r in members} - {None})
        shown["earliest"], shown["latest"] = min(r["eventTime"] for r in members), max(r["eventTime"] for r in members)
        rows.append(shown)
    answer[name] = rows[:limit]
json.dump(answer, sys.stdout)
