"""Lists the operations of AWS's service models (botocore) whose shape is one that the catalogue must know; one line each:
kind, event source without .amazonaws.com, operation, and for a role the members that name it."""
import re
import botocore.session

# CloudTrail writes another source than the service signs with. Source: each service's page on logging with CloudTrail.
SOURCES = {"mq": "amazonmq", "servicecatalog-appregistry": "servicecatalog-appregistry"}
CHANGE = re.compile(r"(Put|Set|Add|Create|Update|Modify|Associate|Start|Run|Register|Import|Export|Send|Execute|Replace|Request|Restore|Enable|"
                    r"Attach|Batch|Schedule|Grant|Authorize|Share|Allow|Open|Accept)[A-Z]")
END = re.compile(r"(Delete|Stop|Disable|Disassociate|Cancel|Deregister|Remove|Unlock|Abort)(?=[A-Z])")
ROLE = re.compile(r"(roleArns?|serviceRole|instanceProfile\w*|executionRole|jobFlowRole|^role|iamRole|[a-z]Role)$", re.I)
POLICY = re.compile(r"^(resourcePolicy|policy|policyDocument|policyText|policyInJson|accessPolic(y|ies)|AssumeRolePolicyDocument|"
                    r"s3AccessPolicy|deliveryDestinationPolicy|firewallRuleGroupPolicy|resolver\w+Policy|inlinePolicy|repositoryPolicy)$", re.I)
SHARE = re.compile(r"^(accountIdsToAdd|sharedAccountIds?|consumerIdentifier|authorizedAccountId|granteePrincipal|dataLakePrincipalIdentifier|"
                   r"peerOwnerId|peerAccountId|addAllowedPrincipals|allowedPrincipals|valuesToAdd|accountWithRestoreAccess|shareTarget|"
                   r"principals|createVolumePermission|launchPermission|s3BucketOwner)$", re.I)
ENDED = re.compile(r"(Log|Logging|Trail|Backup|RecoveryPoint|Detector|ConfigurationRecorder|DeliveryChannel|SecurityHub|Macie|WebACL|Firewall|"
                   r"AuditStream|ActivityStream|FlowLogs|VaultLock|Analyzer|ThreatIntel|Insight|Alarms?|PublicAccessBlock|EncryptionBy)", re.I)


def walk(shape, path=(), seen=()):
    if path: yield path, shape
    if shape.type_name == "structure":
        if shape.name in seen or len(path) > 6: return
        for name, member in shape.members.items(): yield from walk(member, path + (name,), seen + (shape.name,))
    elif shape.type_name == "list": yield from walk(shape.member, path, seen)
    elif shape.type_name == "map": yield from walk(shape.value, path + ("*",), seen)


def is_role(name, shape):
    if shape.type_name != "string" or not ROLE.search(name) or getattr(shape, "enum", None): return False
    if re.search(r"Arns?$", name, re.I) or "iam" in str(shape.metadata.get("pattern", "")).lower(): return True
    return bool(re.search(r"(arn|role)", shape.name, re.I)) and not re.search(r"(RoleType|UserRole|RoleName$)", shape.name) \
        or name.lower() in ("role", "servicerole", "jobflowrole", "instancerole", "iaminstanceprofile", "executionrole", "iamrole",
                            "serviceexecutionrole")


def kinds(operation, shape):
    if END.match(operation) and ENDED.search(operation): yield "end", []
    if not shape or not CHANGE.match(operation): return
    members = list(walk(shape))
    # A map of roles is named by its own member: the names in it are the caller's.
    named = [(p[-1], s) if p[-1] != "*" else (p[-2].removesuffix("s"), s) for p, s in members]
    roles = sorted({name + "s" if p[-1] == "*" else name for (name, s), (p, _) in zip(named, members) if is_role(name, s)})
    if roles: yield "role", roles
    if any(len(p) == 1 and POLICY.match(p[-1]) and s.type_name in ("string", "structure") and not getattr(s, "enum", None)
           for p, s in members): yield "policy", []
    if any(SHARE.match(p[-1]) for p, s in members): yield "share", []
    if any(re.search(r"public(ly)?(Access|Accessible|Connectivity|Sharing)", p[-1], re.I) and s.type_name in ("boolean", "string")
           for p, s in members): yield "public", []
    if re.match(r"(Authorize|Open|Create|Modify|Put|Update|Add)", operation) and any(
            re.search(r"^(cidr\w*|\w*cidrs?|ipRanges?|allowedCidrs)$", p[-1], re.I) and s.type_name == "string" for p, s in members):
        yield "network", []


if __name__ == "__main__":
    session = botocore.session.get_session()
    rows = set()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        for operation in model.operation_names:
            for kind, more in kinds(operation, model.operation_model(operation).input_shape):
                rows.add((kind, SOURCES.get(service, model.signing_name), operation, *more))
    # Services with several models name the same operation more than once.
    merged = {}
    for kind, source, operation, *more in rows: merged.setdefault((kind, source, operation), set()).update(more)
    for key, more in sorted(merged.items()): print(*key, *sorted(more))
