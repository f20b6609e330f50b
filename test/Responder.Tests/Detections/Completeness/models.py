"""Lists the operations of AWS's service models (botocore) whose shape is one that the catalogue must know; one line each:
kind, event source without .amazonaws.com, operation, and for a role the members that name it (with "=" where roles are among the values
of a member, under names that the caller or a document chooses)."""
import re
import botocore.session

# CloudTrail writes another source than the service signs with. Source: each service's page on logging with CloudTrail.
SOURCES = {"mq": "amazonmq", "servicecatalog-appregistry": "servicecatalog-appregistry"}
CHANGE = re.compile(r"(Put|Set|Add|Create|Update|Modify|Associate|Start|Run|Register|Import|Export|Send|Execute|Replace|Request|"
                    r"Restore|Enable|Attach|Batch|Schedule|Grant|Authorize|Share|Allow|Open|Accept|Allocate|Transfer|Invite)[A-Z]")
END = re.compile(r"(Delete|Stop|Disable|Disassociate|Cancel|Deregister|Remove|Unlock|Abort|Disconnect|Pause|Reset|Mute|Suspend)(?=[A-Z])")
READ = re.compile(r"(Get|List|Describe)[A-Z]")
# A role may be passed by any verb: reading, testing and deleting as a role is acting as it.
ROLE = re.compile(r"(roles?(arn|name)?s?|instanceprofile\w*|role(arn|principal)?(for|update)\w*|roleprincipalarn|snscallerarn|secretiamarn|"
                  r"logspermissionarn|^settingvalue)$", re.I)
PROFILE = re.compile(r"^(iamInstanceProfile|iamRole)$", re.I)
PARAMETERS = re.compile(r"^(parameters|taskParameters|dynamicParameters|externalParameters)$", re.I)
DOCUMENT = re.compile(r"^(document\w*|ssmDocument\w*|taskArn|automation|ssmAutomation|runbooks|targetId)$", re.I)
POLICY = re.compile(r"^(resourcePolicy|policy|policyDocument|policyText|policyInJson|accessPolic(y|ies)|AssumeRolePolicyDocument|"
                    r"s3AccessPolicy|deliveryDestinationPolicy|firewallRuleGroupPolicy|resolver\w+Policy|inlinePolicy|repositoryPolicy|"
                    r"permissionsPolicy)$", re.I)
SHARE = re.compile(r"^(accountIdsToAdd|sharedAccountIds?|consumerIdentifier|authorizedAccountId|granteePrincipal|"
                   r"dataLakePrincipalIdentifier|peerOwnerId|peerAccountId|addAllowedPrincipals|allowedPrincipals|valuesToAdd|"
                   r"accountWithRestoreAccess|shareTarget|"
                   r"principals|createVolumePermission|launchPermission|s3BucketOwner|receiverPrincipal|sharedWith|transferAccountId|"
                   r"targetAwsAccount|destinationAccount|principalSubscriber|subscribers|addPrincipals|granteeIdentifier|targetAccounts|"
                   r"targetAccountIds?|administratorId|administratorAccountId|masterId|masterAccount|peerVpcAwsAccountId)$", re.I)
# Where the operation is about sharing, any account that it names.
SHARING = re.compile(r"(Share|Permission|Transfer|Grant|Authoriz|Invitation|Handshake|Allocate|Responsib)")
ACCOUNT = re.compile(r"^(awsAccountIds?|accountIds?|accounts?|ownerAccount)$", re.I)
PUBLIC = re.compile(r"(public(ly)?(Access|Accessible|Connectivity|Sharing|Overrides)|^anonymousAuthEnabled|^allowUnauthenticatedIdentities|"
                    r"^unauthenticated(Login)?$|projectVisibility$)", re.I)
ENDED = re.compile(r"(Log|Logging|Trail|Backup|RecoveryPoint|Detector|ConfigurationRecorder|DeliveryChannel|SecurityHub|Macie|WebACL|"
                   r"Firewall|AuditStream|ActivityStream|FlowLogs|VaultLock|Analyzer|ThreatIntel|Insight|Alarms?|PublicAccessBlock|"
                   r"EncryptionBy|"
                   r"LandingZone|EnabledBaseline|^DisableBaseline|EnabledControl$|^DisableControl$|LegalHold|MalwareProtection|"
                   r"(Security|Config)\w*ConfigurationPolicy|^DeleteConfigurationPolicy|ConfigurationPolicyAssociation|AutomaticResponse|"
                   r"ResourceDataSync|Telemetry|AccountPolicy$|^DeleteVault|^(Stop|Pause)\w*Replication$|SourceServer$|Retention(Policy|"
                   r"Settings|Configuration|Rule)|Protection(Group)?$|EnforcedGuardrail|^DeleteGuardrail$|EncryptionControl|"
                   r"SnapshotCopy\w*$|CisScan|CodeSecurityScan|ScheduledAudit|AccountAudit|^DeregisterAccount$|Organi[sz]ationAdmin|"
                   r"DelegatedAdmin|CentralizationRule|"
                   r"AggregatorV2|FindingAggregator|ExpirationProtection|ProactiveEngagement|TransferLock)", re.I)
# Services that watch, log or keep: anything that sets them anew may set them less. Elsewhere the members tell.
GUARDS = set("guardduty securityhub macie2 inspector2 detective config cloudtrail access-analyzer backup dlm rbin wafv2 waf waf-regional "
             "network-firewall shield fms controltower securitylake auditmanager observabilityadmin".split())
AGAIN = re.compile(r"(Update|Modify|Put|Set|BatchUpdate)[A-Z]")
OFF = re.compile(r"^(enable\w*|\w*enabled|status|state|autoEnable\w*|retention\w*|rules|logging\w*|manifest|expiration\w*|\w*days|mode|"
                 r"disable\w*|suppress\w*|\w*OptIn\w*)$", re.I)
LESS = re.compile(r"^(disableLogTypes|deletionProtect\w*|pointInTimeRecovery\w*|scanOnPush|scanType|logPublishingOptions|logExports|"
                  r"accessLogSettings|logDeliveryConfigurations|logConfigurations|auditLogConfiguration|accessLogConfig|accessLogs?|"
                  r"disableAllLogs|loggingConfigurationIdentifiers|loggingConfig|objectLockConfiguration|muteTargets)$", re.I)


def walk(shape, path=(), seen=()):
    if path: yield path, shape
    if shape.type_name == "structure":
        if shape.name in seen or len(path) > 6: return
        for name, member in shape.members.items(): yield from walk(member, path + (name,), seen + (shape.name,))
    elif shape.type_name == "list": yield from walk(shape.member, path, seen)
    elif shape.type_name == "map": yield from walk(shape.value, path + ("*",), seen)


def carriers(shape, path=(), seen=()):
    """Members that hold a list of options by name, or the parameters of a document."""
    if shape.type_name == "structure":
        if shape.name in seen or len(path) > 6: return
        if {"optionname", "value"} <= {name.lower() for name in shape.members}: yield path[-1]
        for name, member in shape.members.items(): yield from carriers(member, path + (name,), seen + (shape.name,))
    elif shape.type_name == "list": yield from carriers(shape.member, path, seen)
    elif shape.type_name == "map":
        if path and PARAMETERS.match(path[-1]): yield path[-1]
        yield from carriers(shape.value, path + ("*",), seen)


def roles(operation, shape, members, source):
    # IAM's own calls act on roles and pass none, but for the one that puts a role into an instance profile.
    if source == "iam" and operation != "AddRoleToInstanceProfile": return []
    # A map of roles is named by its own member: the names in it are the caller's.
    named = [(p[-1] if p[-1] != "*" else p[-2], s) for p, s in members]
    if READ.match(operation): named = [(name, s) for name, s in named if name.lower().endswith("arn")]
    found = {name for name, s in named if (s.type_name == "string" and ROLE.search(name) and not getattr(s, "enum", None))
             or (s.type_name == "structure" and PROFILE.match(name))}
    hasDocument = any(DOCUMENT.match(name) for name, _ in named)
    found |= {name + "=" for name in carriers(shape) if hasDocument or not PARAMETERS.match(name)}
    if any(name == "Content" for name, _ in named) and any(name == "DocumentFormat" for name, _ in named): found.add("Content=")
    return sorted(found)


def kinds(operation, shape, source=""):
    if END.match(operation) and ENDED.search(operation): yield "end", []
    if not shape: return
    members = list(walk(shape))
    if found := roles(operation, shape, members, source): yield "role", found
    names = [p[-1] for p, s in members]
    if AGAIN.match(operation) and any(LESS.match(n) or (source in GUARDS and OFF.match(n)) for n in names): yield "weaken", []
    if not CHANGE.match(operation): return
    if any(len(p) == 1 and POLICY.match(p[-1]) and s.type_name in ("string", "structure") and not getattr(s, "enum", None)
           for p, s in members): yield "policy", []
    if any(SHARE.match(n) for n in names) or (SHARING.search(operation) and any(ACCOUNT.match(n) for n in names)) \
            or any(len(p) > 1 and p[-2] == "S3BucketDestination" and p[-1].lower().endswith("accountid") for p, _ in members):
        yield "share", []
    if any(PUBLIC.search(p[-1]) and s.type_name in ("boolean", "string", "structure") for p, s in members): yield "public", []
    if re.match(r"(Authorize|Open|Create|Modify|Put|Update|Add)", operation) and any(
            re.search(r"^(cidr\w*|\w*cidrs?|ipRanges?|allowedCidrs)$", p[-1], re.I) and s.type_name == "string" for p, s in members):
        yield "network", []


if __name__ == "__main__":
    session = botocore.session.get_session()
    rows = set()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        source = SOURCES.get(service, model.signing_name)
        for operation in model.operation_names:
            for kind, more in kinds(operation, model.operation_model(operation).input_shape, source):
                rows.add((kind, source, operation, *more))
    # Services with several models name the same operation more than once.
    merged = {}
    for kind, source, operation, *more in rows: merged.setdefault((kind, source, operation), set()).update(more)
    for key, more in sorted(merged.items()): print(*key, *sorted(more))
