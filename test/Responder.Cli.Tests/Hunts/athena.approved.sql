-- deletions: Who deleted what?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(element_at(resources, 1).arn, ''), nullif(json_extract_scalar(requestParameters, '$.bucketName'), ''), nullif(json_extract_scalar(requestParameters, '$.userName'), ''), nullif(json_extract_scalar(requestParameters, '$.roleName'), ''), nullif(json_extract_scalar(requestParameters, '$.groupName'), ''), nullif(json_extract_scalar(requestParameters, '$.policyArn'), ''), nullif(json_extract_scalar(requestParameters, '$.functionName'), ''), nullif(json_extract_scalar(requestParameters, '$.tableName'), ''), nullif(json_extract_scalar(requestParameters, '$.stackName'), ''), nullif(json_extract_scalar(requestParameters, '$.dBInstanceIdentifier'), ''), nullif(json_extract_scalar(requestParameters, '$.groupId'), ''), nullif(json_extract_scalar(requestParameters, '$.vpcId'), ''), nullif(json_extract_scalar(requestParameters, '$.volumeId'), ''), nullif(json_extract_scalar(requestParameters, '$.snapshotId'), ''), nullif(json_extract_scalar(requestParameters, '$.logGroupName'), ''), nullif(json_extract_scalar(requestParameters, '$.secretId'), ''), nullif(json_extract_scalar(requestParameters, '$.queueUrl'), ''), nullif(json_extract_scalar(requestParameters, '$.topicArn'), ''), nullif(json_extract_scalar(requestParameters, '$.name'), '')) AS resource,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND (starts_with(eventName, 'Delete') OR starts_with(eventName, 'Terminate') OR starts_with(eventName, 'Purge') OR starts_with(eventName, 'Deregister'))
  AND NOT coalesce(lower(cast(readOnly AS varchar)) = 'true', false)
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9
LIMIT 1000

-- s3-object-deletions: Who deleted S3 objects and buckets?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  json_extract_scalar(requestParameters, '$.bucketName') AS bucket,
  json_extract_scalar(requestParameters, '$.key') AS key,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 's3.amazonaws.com'
  AND eventName IN ('DeleteObject', 'DeleteObjects', 'DeleteBucket')
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- root-activity: What did root do?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  userAgent AS user_agent,
  coalesce(nullif(errorCode, ''), nullif(errorMessage, '')) AS error,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND userIdentity.type = 'Root'
  AND nullif(userIdentity.invokedBy, '') IS NULL
  AND NOT coalesce(eventType = 'AwsServiceEvent', false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- logins-without-mfa: Who signed in to the console without MFA?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  json_extract_scalar(additionalEventData, '$.MFAUsed') AS mfa_used,
  userAgent AS user_agent,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'signin.amazonaws.com'
  AND eventName = 'ConsoleLogin'
  AND json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Success'
  AND userIdentity.type IN ('Root', 'IAMUser')
  AND NOT coalesce(json_extract_scalar(additionalEventData, '$.MFAUsed') = 'Yes', false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- unusual-hours: Who signed in to the console at night?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  json_extract_scalar(additionalEventData, '$.MFAUsed') AS mfa_used,
  userAgent AS user_agent,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'signin.amazonaws.com'
  AND eventName = 'ConsoleLogin'
  AND json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Success'
  AND (date_format(try(from_iso8601_timestamp(eventTime)), '%H:%i:%s') > '00:00:00' AND date_format(try(from_iso8601_timestamp(eventTime)), '%H:%i:%s') < '06:00:00')
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- administrator-attachments: Who was given AdministratorAccess?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(json_extract_scalar(requestParameters, '$.userName'), ''), nullif(json_extract_scalar(requestParameters, '$.roleName'), ''), nullif(json_extract_scalar(requestParameters, '$.groupName'), '')) AS given_to,
  json_extract_scalar(requestParameters, '$.policyArn') AS policy,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '90' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '90' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'iam.amazonaws.com'
  AND eventName IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy')
  AND json_extract_scalar(requestParameters, '$.policyArn') IN ('arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws-cn:iam::aws:policy/AdministratorAccess', 'arn:aws-us-gov:iam::aws:policy/AdministratorAccess', 'arn:aws-iso:iam::aws:policy/AdministratorAccess', 'arn:aws-iso-b:iam::aws:policy/AdministratorAccess', 'arn:aws-iso-e:iam::aws:policy/AdministratorAccess', 'arn:aws-iso-f:iam::aws:policy/AdministratorAccess', 'arn:aws-eusc:iam::aws:policy/AdministratorAccess')
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- administrator-actions: Who did what only administrators do?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(errorCode, ''), nullif(errorMessage, '')) AS error,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '90' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '90' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND ((eventSource IN ('iam.amazonaws.com', 'organizations.amazonaws.com', 'sso.amazonaws.com', 'sso-directory.amazonaws.com', 'identitystore.amazonaws.com') AND NOT coalesce(lower(cast(readOnly AS varchar)) = 'true', false)) OR (eventSource = 'cloudtrail.amazonaws.com' AND eventName IN ('StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors', 'PutInsightSelectors', 'DeleteEventDataStore', 'UpdateEventDataStore', 'StopEventDataStoreIngestion')) OR (eventSource = 'config.amazonaws.com' AND eventName IN ('StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'PutConfigurationRecorder', 'DeleteDeliveryChannel')) OR (eventSource = 'guardduty.amazonaws.com' AND eventName IN ('DeleteDetector', 'UpdateDetector', 'DisassociateFromAdministratorAccount', 'DisassociateFromMasterAccount', 'DeleteMembers', 'StopMonitoringMembers')) OR (eventSource = 'securityhub.amazonaws.com' AND eventName IN ('DisableSecurityHub', 'BatchDisableStandards', 'DisassociateFromAdministratorAccount')) OR (eventSource = 'kms.amazonaws.com' AND eventName IN ('PutKeyPolicy', 'ScheduleKeyDeletion', 'DisableKey', 'CreateGrant')))
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9
LIMIT 1000

-- administrators-by-name: What did those change who are called administrators?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(errorCode, ''), nullif(errorMessage, '')) AS error,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '90' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '90' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND NOT coalesce(lower(cast(readOnly AS varchar)) = 'true', false)
  AND (userIdentity.type = 'Root' OR strpos(lower(coalesce(nullif(userIdentity.sessionContext.sessionIssuer.userName, ''), nullif(userIdentity.userName, ''))), 'admin') > 0)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9
LIMIT 1000

-- iam-changes: What changed in IAM?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(json_extract_scalar(requestParameters, '$.userName'), ''), nullif(json_extract_scalar(requestParameters, '$.roleName'), ''), nullif(json_extract_scalar(requestParameters, '$.groupName'), ''), nullif(json_extract_scalar(requestParameters, '$.instanceProfileName'), ''), nullif(json_extract_scalar(requestParameters, '$.policyName'), ''), nullif(json_extract_scalar(requestParameters, '$.serialNumber'), '')) AS target,
  coalesce(nullif(json_extract_scalar(requestParameters, '$.policyArn'), ''), nullif(json_extract_scalar(requestParameters, '$.permissionsBoundary'), ''), nullif(json_extract_scalar(requestParameters, '$.policyName'), '')) AS policy,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'iam.amazonaws.com'
  AND NOT coalesce(lower(cast(readOnly AS varchar)) = 'true', false)
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- new-users-and-keys: Which users and credentials are new?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(json_extract_scalar(requestParameters, '$.userName'), ''), nullif(json_extract_scalar(responseElements, '$.accessKey.userName'), ''), nullif(json_extract_scalar(responseElements, '$.loginProfile.userName'), '')) AS user_name,
  json_extract_scalar(responseElements, '$.accessKey.accessKeyId') AS access_key,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'iam.amazonaws.com'
  AND eventName IN ('CreateUser', 'CreateAccessKey', 'CreateLoginProfile', 'CreateServiceSpecificCredential')
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- world-open-groups: Who opened a security group to the world?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(json_extract_scalar(requestParameters, '$.groupId'), ''), nullif(json_extract_scalar(requestParameters, '$.groupName'), ''), nullif(json_extract_scalar(requestParameters, '$.ModifySecurityGroupRulesRequest.GroupId'), '')) AS security_group,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'ec2.amazonaws.com'
  AND eventName IN ('AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'ModifySecurityGroupRules')
  AND (strpos(requestParameters, '0.0.0.0/0') > 0 OR strpos(requestParameters, '::/0') > 0)
  AND NOT coalesce((nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure'), false)
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9
LIMIT 1000

-- bucket-policy-changes: Who changed who may read a bucket?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  json_extract_scalar(requestParameters, '$.bucketName') AS bucket,
  coalesce(nullif(errorCode, ''), nullif(errorMessage, '')) AS error,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 's3.amazonaws.com'
  AND eventName IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketAcl', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock')
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10
LIMIT 1000

-- key-deletions: Who deleted or disabled a KMS key?
SELECT DISTINCT
  eventTime AS event_time,
  eventName AS event,
  eventSource AS source,
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  coalesce(nullif(element_at(resources, 1).arn, ''), nullif(json_extract_scalar(requestParameters, '$.keyId'), '')) AS key,
  json_extract_scalar(requestParameters, '$.pendingWindowInDays') AS waiting_days,
  coalesce(nullif(errorCode, ''), nullif(errorMessage, '')) AS error,
  recipientAccountId AS account,
  awsRegion AS region,
  eventID AS event_id
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '30' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '30' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND eventSource = 'kms.amazonaws.com'
  AND eventName IN ('ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial')
ORDER BY 1 DESC, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
LIMIT 1000

-- refusals-by-caller: Who was refused, and how often?
SELECT
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  recipientAccountId AS account,
  count(DISTINCT eventID) + count_if(eventID IS NULL) AS refusals,
  count(DISTINCT eventName) AS actions,
  count(DISTINCT sourceIPAddress) AS addresses,
  min(eventTime) AS earliest,
  max(eventTime) AS latest
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND (regexp_replace(errorCode, '^(Client[.])?(.*#)?', '') IN ('AccessDenied', 'AccessDeniedException', 'AccessDeniedFault', 'AccessDeniedForDependencyException', 'AccessForbidden', 'KMSAccessDenied', 'KMSAccessDeniedException', 'KMSAccessDeniedFault', 'KMS.AccessDeniedException', 'KmsAccessDenied', 'KmsAccessDeniedException', 'CloudHsmAccessDeniedException', 'DependencyAccessDeniedException', 'EncryptionKeyAccessDeniedException', 'OpsItemAccessDeniedException', 'OrganizationAccessDeniedException', 'UnauthorizedOperation', 'UnauthorizedException', 'UnauthorizedAccess', 'Unauthorized', 'UnauthorizedClientException', 'UserUnauthorizedException', 'UnauthorizedError', 'UnauthorizedOperationException', 'UnauthorizedResourceAccessException', 'NotAuthorized', 'NotAuthorizedException', 'AuthorizationError', 'AuthorizationErrorException', 'AuthFailure', 'Forbidden', 'ForbiddenException', 'ForbiddenError', 'InsufficientPermissions', 'InsufficientPermissionsException', 'InsufficientPrivilegesException', 'VpceAccessDenied') OR (NOT coalesce(regexp_replace(errorCode, '^(Client[.])?(.*#)?', '') = 'DryRunOperation', false) AND (strpos(errorMessage, 'is not authorized to perform') > 0 OR errorMessage = 'Failed authentication')) OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure')
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 100

-- refusals-in-detail: Who was refused what, from where, and how often?
SELECT
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  sourceIPAddress AS address,
  eventSource AS source,
  eventName AS event,
  recipientAccountId AS account,
  count(DISTINCT eventID) + count_if(eventID IS NULL) AS refusals,
  min(eventTime) AS earliest,
  max(eventTime) AS latest
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND (regexp_replace(errorCode, '^(Client[.])?(.*#)?', '') IN ('AccessDenied', 'AccessDeniedException', 'AccessDeniedFault', 'AccessDeniedForDependencyException', 'AccessForbidden', 'KMSAccessDenied', 'KMSAccessDeniedException', 'KMSAccessDeniedFault', 'KMS.AccessDeniedException', 'KmsAccessDenied', 'KmsAccessDeniedException', 'CloudHsmAccessDeniedException', 'DependencyAccessDeniedException', 'EncryptionKeyAccessDeniedException', 'OpsItemAccessDeniedException', 'OrganizationAccessDeniedException', 'UnauthorizedOperation', 'UnauthorizedException', 'UnauthorizedAccess', 'Unauthorized', 'UnauthorizedClientException', 'UserUnauthorizedException', 'UnauthorizedError', 'UnauthorizedOperationException', 'UnauthorizedResourceAccessException', 'NotAuthorized', 'NotAuthorizedException', 'AuthorizationError', 'AuthorizationErrorException', 'AuthFailure', 'Forbidden', 'ForbiddenException', 'ForbiddenError', 'InsufficientPermissions', 'InsufficientPermissionsException', 'InsufficientPrivilegesException', 'VpceAccessDenied') OR (NOT coalesce(regexp_replace(errorCode, '^(Client[.])?(.*#)?', '') = 'DryRunOperation', false) AND (strpos(errorMessage, 'is not authorized to perform') > 0 OR errorMessage = 'Failed authentication')) OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 6 DESC, 1, 2, 3, 4, 5
LIMIT 100

-- failed-calls-by-address: From where did calls fail, and how often?
SELECT
  sourceIPAddress AS address,
  count(DISTINCT eventID) + count_if(eventID IS NULL) AS failures,
  count(DISTINCT coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, ''))) AS callers,
  count(DISTINCT eventName) AS actions,
  min(eventTime) AS earliest,
  max(eventTime) AS latest
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND (nullif(errorCode, '') IS NOT NULL OR nullif(errorMessage, '') IS NOT NULL OR json_extract_scalar(responseElements, '$.ConsoleLogin') = 'Failure' OR json_extract_scalar(responseElements, '$.SwitchRole') = 'Failure' OR json_extract_scalar(responseElements, '$.PasswordUpdated') = 'Failure')
GROUP BY 1
ORDER BY 2 DESC, 1
LIMIT 100

-- top-callers: Who calls most?
SELECT
  coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) AS caller,
  recipientAccountId AS account,
  count(DISTINCT eventID) + count_if(eventID IS NULL) AS calls,
  count(DISTINCT eventName) AS actions,
  count(DISTINCT sourceIPAddress) AS addresses,
  min(eventTime) AS earliest,
  max(eventTime) AS latest
FROM "responder_hunting"."cloudtrail_logs"
WHERE log_day >= date_format(current_date - interval '7' day, '%Y/%m/%d')
  AND try(from_iso8601_timestamp(eventTime)) >= current_timestamp - interval '7' day
  AND try(from_iso8601_timestamp(eventTime)) <= current_timestamp
  AND (coalesce(eventCategory, '') <> 'NetworkActivity' OR coalesce(errorCode, '') = 'VpceAccessDenied')
  AND coalesce(nullif(userIdentity.onBehalfOf.userId, ''), nullif(userIdentity.sessionContext.sessionIssuer.arn, ''), nullif(userIdentity.arn, ''), nullif(userIdentity.invokedBy, ''), nullif(userIdentity.principalId, ''), nullif(userIdentity.accountId, '')) IS NOT NULL
GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2
LIMIT 20

