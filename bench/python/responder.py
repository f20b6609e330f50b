"""What Responder is compared with: the usual responder in Python, one AWS call after the other.

AdministratorAccess attached to a user: take it off, set the boundary, page, write the record.
"""
import json
import os

import boto3

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
BOUNDARY = "arn:aws:iam::aws:policy/AWSDenyAll"

iam = boto3.client("iam", endpoint_url=os.environ.get("RESPONDER_ENDPOINT_URL"))
sns = boto3.client("sns", endpoint_url=os.environ.get("RESPONDER_ENDPOINT_URL"))
ssm = boto3.client("ssm", endpoint_url=os.environ.get("RESPONDER_ENDPOINT_URL"))


def handle(event, context):
    call = event["detail"]
    request = call.get("requestParameters") or {}
    if call.get("errorCode") or call["eventName"] != "AttachUserPolicy" or request.get("policyArn") != ADMINISTRATOR:
        return {"outcome": "no-finding"}

    user = request["userName"]
    iam.detach_user_policy(UserName=user, PolicyArn=ADMINISTRATOR)
    iam.put_user_permissions_boundary(UserName=user, PermissionsBoundary=BOUNDARY)
    incident = {
        "eventId": call["eventID"],
        "user": user,
        "by": call["userIdentity"].get("arn"),
        "from": call.get("sourceIPAddress"),
        "at": call["eventTime"],
    }
    sns.publish(
        TopicArn=os.environ["ALERT_TOPIC_ARN"],
        Subject=f"AdministratorAccess was attached to {user}",
        Message=json.dumps(incident, indent=2),
    )
    ssm.put_parameter(
        Name=f"/security/incidents/{call['eventID']}", Value=json.dumps(incident), Type="String", Overwrite=True
    )
    return {"outcome": "incident", **incident}
