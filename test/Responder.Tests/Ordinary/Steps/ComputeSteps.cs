namespace Responder.Tests.Ordinary.Steps;

/// <summary>
/// Functions, instances, logs, alarms, topics and queues. Shapes: facts.md, "Lambda" (API-dated names); examples in the guides of EC2, SNS
/// and SQS.
/// </summary>
internal static class ComputeSteps
{
    public static string CreateFunction(Journal log, Site site, string function, string role)
    {
        var arn = site.Arn("lambda", "function:" + function);
        log.Call("lambda", "CreateFunction20150331",
            new
            {
                functionName = function,
                runtime = "python3.13",
                role = site.RoleArn(role),
                handler = "app.handler",
                code = new
                {
                    s3Bucket = "assets-" + site.Account,
                    s3Key = site.Random.Hex(32) + ".zip",
                },
                timeout = 30,
                memorySize = 256,
                environment = new { },
                publish = false
            },
            new
            {
                functionName = function,
                functionArn = arn,
                runtime = "python3.13",
                role = site.RoleArn(role),
                state = "Pending",
                version = "$LATEST"
            });
        return arn;
    }

    /// <summary>Allows a service to call the function for one of our resources.</summary>
    public static void AddPermission(
        Journal log, Site site, string function, string service, string sourceArn, string? sourceAccount = null)
    {
        var statement = $"{site.App}-{site.Random.Upper(12)}";
        var request = new Dictionary<string, object>
        {
            ["functionName"] = function,
            ["statementId"] = statement,
            ["action"] = "lambda:InvokeFunction",
            ["principal"] = service,
            ["sourceArn"] = sourceArn,
        };
        if (sourceAccount is not null) request["sourceAccount"] = sourceAccount;
        log.Call("lambda", "AddPermission20150331v2", request, new
        {
            statement = System.Text.Json.JsonSerializer.Serialize(new
            {
                Sid = statement,
                Effect = "Allow",
                Principal = new
                {
                    Service = service,
                },
                Action = "lambda:InvokeFunction",
                Resource = site.Arn("lambda", "function:" + function),
                Condition = new { ArnLike = new Dictionary<string, string> { ["AWS:SourceArn"] = sourceArn } },
            }),
        });
    }

    public static void RemovePermission(Journal log, Site site, string function) =>
        log.Call(
            "lambda", "RemovePermission20150331v2", new { functionName = function, statementId = $"{site.App}-{site.Random.Upper(12)}" });

    public static void DeleteFunction(Journal log, string function) =>
        log.Call("lambda", "DeleteFunction20150331", new { functionName = function });

    public static void CreateLogGroup(Journal log, string group, int days)
    {
        log.Call("logs", "CreateLogGroup", new { logGroupName = group });
        log.Call("logs", "PutRetentionPolicy", new { logGroupName = group, retentionInDays = days });
    }

    public static void PutAlarm(Journal log, Site site, string alarm, string topicArn) => log.Call("monitoring", "PutMetricAlarm", new
    {
        alarmName = alarm,
        actionsEnabled = true,
        alarmActions = new[] { topicArn },
        metricName = "Errors",
        @namespace = "AWS/Lambda",
        statistic = "Sum",
        dimensions = new[] { new { name = "FunctionName", value = site.App } },
        period = 300,
        evaluationPeriods = 1,
        threshold = 1.0,
        comparisonOperator = "GreaterThanOrEqualToThreshold",
    });

    /// <summary>Creates a topic that a service of this account may publish to, and returns its ARN.</summary>
    public static string CreateTopic(Journal log, Site site, string topic)
    {
        var arn = site.Arn("sns", topic);
        log.Call("sns", "CreateTopic", new { name = topic, tags = Array.Empty<object>() }, new { topicArn = arn });
        log.Call("sns", "SetTopicAttributes", new
        {
            topicArn = arn,
            attributeName = "Policy",
            attributeValue = PolicyText.Document(new
            {
                Effect = "Allow",
                Principal = new { Service = "cloudwatch.amazonaws.com" },
                Action = "sns:Publish",
                Resource = arn,
                Condition = new Dictionary<string, object>
                {
                    ["StringEquals"] = new Dictionary<string, object> { ["aws:SourceAccount"] = site.Account },
                },
            }),
        });
        log.Call(
            "sns", "Subscribe", new
            {
                topicArn = arn,
                protocol = "email",
                endpoint = "HIDDEN_DUE_TO_SECURITY_REASONS",
                returnSubscriptionArn = true,
            }, new { subscriptionArn = "pending confirmation" });
        return arn;
    }

    /// <summary>Creates a queue that one topic of ours may send to, and a queue without a policy for failed messages.</summary>
    public static void CreateQueues(Journal log, Site site, string queue, string topicArn)
    {
        var url = $"https://sqs.{site.Region}.amazonaws.com/{site.Account}/{queue}";
        log.Call(
            "sqs", "CreateQueue", new
            {
                queueName = queue + "-dead-letters",
                attributes = new { MessageRetentionPeriod = "1209600", SqsManagedSseEnabled = "true" },
            }, new { queueUrl = url + "-dead-letters" });
        log.Call("sqs", "CreateQueue", new { queueName = queue, attributes = new { VisibilityTimeout = "60" } }, new { queueUrl = url });
        log.Call(
            "sqs", "SetQueueAttributes", new
            {
                queueUrl = url,
                attributes = new
                {
                    Policy = PolicyText.ForService("sns.amazonaws.com", ["sqs:SendMessage"], site.Arn("sqs", queue), "ArnEquals", topicArn),
                },
            });
        log.Call(
            "sns", "Subscribe", new
            {
                topicArn,
                protocol = "sqs",
                endpoint = site.Arn("sqs", queue),
                attributes = new { RawMessageDelivery = "true" },
            }, new { subscriptionArn = topicArn + ":" + site.Random.Uuid() });
    }

    /// <summary>Creates a schedule that calls a function, and returns the ARN of its rule.</summary>
    public static string PutRule(Journal log, Site site, string rule, string functionArn)
    {
        var arn = site.Arn("events", "rule/" + rule);
        log.Call("events", "PutRule", new
        {
            name = rule,
            scheduleExpression = "rate(1 hour)",
            state = "ENABLED",
            description = "hourly work",
        }, new { ruleArn = arn });
        log.Call("events", "PutTargets", new { rule, targets = new[] { new { id = "Target0", arn = functionArn } } }, new
        {
            failedEntryCount = 0,
            failedEntries = Array.Empty<object>(),
        });
        return arn;
    }

    public static string RunInstances(Journal log, Site site, string subnet, string group, string? profile, string token)
    {
        var instance = site.Random.Id("i");
        var request = new Dictionary<string, object>
        {
            ["instancesSet"] = Journal.Items(new { imageId = site.Random.Id("ami"), minCount = 1, maxCount = 1 }),
            ["groupSet"] = Journal.Items(new { groupId = group }),
            ["instanceType"] = site.Random.Pick("t3.small", "m7g.large"),
            ["subnetId"] = subnet,
            ["monitoring"] = new { enabled = true },
            ["disableApiTermination"] = false,
            ["clientToken"] = token,
            ["metadataOptions"] = new { httpTokens = "required" },
        };
        if (profile is not null) request["iamInstanceProfile"] = new { arn = $"arn:aws:iam::{site.Account}:instance-profile/{profile}" };
        log.Call(
            "ec2", "RunInstances", request, new
            {
                requestId = site.Random.Uuid(),
                reservationId = site.Random.Id("r"),
                ownerId = site.Account,
                instancesSet = Journal.Items(new { instanceId = instance, instanceState = new { code = 0, name = "pending" } }),
            });
        return instance;
    }

    public static void ChangeInstance(Journal log, Site site, string call, string instance, string from, string to) => log.Call("ec2", call,
        new { instancesSet = Journal.Items(new { instanceId = instance }), force = false },
        new
        {
            requestId = site.Random.Uuid(),
            instancesSet = Journal.Items(
                new { instanceId = instance, previousState = new { name = from }, currentState = new { name = to } })
        });
}
