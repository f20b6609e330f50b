using Responder.Events;

namespace Responder.Detections.Trail;

/// <summary>How much of the management events a trail still records.</summary>
public enum CoverageLevel
{
    /// <summary>None, or only what a selector names.</summary>
    Off,

    /// <summary>All except what a selector excludes.</summary>
    Narrowed,

    Full,
}

/// <summary>
/// Which management events a trail records under its event selectors, classic or advanced. Selectors add up: an event is recorded when one
/// of them selects it. Source: docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
/// </summary>
public readonly record struct Coverage(CoverageLevel Writes, CoverageLevel Reads, IReadOnlyList<string> Excluded)
{
    /// <summary>The coverage that a call or its response describes; null when it has no selectors of either kind.</summary>
    public static Coverage? Of(JsonView parameters)
    {
        var advanced = parameters["advancedEventSelectors"].Unwrapped;
        var classic = parameters["eventSelectors"].Unwrapped;
        if (advanced.Items.Any()) return Sum(advanced.Items.Select(OfAdvanced));
        if (classic.Items.Any()) return Sum(classic.Items.Select(OfClassic));
        return advanced.Exists || classic.Exists ? new Coverage(CoverageLevel.Off, CoverageLevel.Off, []) : null;
    }

    private static Coverage OfClassic(JsonView selector)
    {
        // CloudTrail's defaults: management events are included, and all of them.
        if (selector["includeManagementEvents"].Flag == false) return new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
        string[] excluded = [.. selector["excludeManagementEventSources"].Items.Select(static source => source.Text).OfType<string>()];
        var level = excluded.Length > 0 ? CoverageLevel.Narrowed : CoverageLevel.Full;
        var type = selector["readWriteType"].Text;
        return new Coverage(
            Is(type, "ReadOnly") ? CoverageLevel.Off : level,
            Is(type, "WriteOnly") ? CoverageLevel.Off : level,
            excluded);
    }

    private static Coverage OfAdvanced(JsonView selector)
    {
        var management = false;
        var (writes, reads) = (CoverageLevel.Full, CoverageLevel.Full);
        var excluded = new List<string>();
        foreach (var field in selector["fieldSelectors"].Items)
        {
            var name = field["field"].Text;
            string[] only = [.. Values(field, "equals"), .. Values(field, "startsWith"), .. Values(field, "endsWith")];
            string[] not = [.. Values(field, "notEquals"), .. Values(field, "notStartsWith"), .. Values(field, "notEndsWith")];
            if (Is(name, "eventCategory"))
            {
                management |= only.Any(static value => Is(value, "Management"));
            }
            else if (Is(name, "readOnly"))
            {
                if (only.Length > 0 ? !only.Any(static value => Is(value, "false")) : not.Any(static value => Is(value, "false")))
                    writes = CoverageLevel.Off;
                if (only.Length > 0 ? !only.Any(static value => Is(value, "true")) : not.Any(static value => Is(value, "true")))
                    reads = CoverageLevel.Off;
            }
            else if (only.Length > 0)
            {
                (writes, reads) = (CoverageLevel.Off, CoverageLevel.Off); // a positive list: everything else is lost
            }
            else if (not.Length > 0)
            {
                writes = Min(writes, CoverageLevel.Narrowed);
                reads = Min(reads, CoverageLevel.Narrowed);
                excluded.AddRange(not);
            }
        }

        if (writes == CoverageLevel.Narrowed && LeavesNone(selector, s_writes)) writes = CoverageLevel.Off;
        if (reads == CoverageLevel.Narrowed && LeavesNone(selector, s_reads)) reads = CoverageLevel.Off;
        return management ? new Coverage(writes, reads, excluded) : new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
    }

    /// <summary>Calls that stand for the rest: where the exclusions of a selector leave none of them, they leave next to nothing.</summary>
    private static readonly string[] s_writes =
    [
        "iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:CreateUser",
        "iam:UpdateAssumeRolePolicy", "iam:AddUserToGroup", "ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySnapshotAttribute",
        "ec2:RunInstances", "ec2:TerminateInstances", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "s3:PutBucketPolicy",
        "kms:ScheduleKeyDeletion", "kms:DisableKey", "lambda:UpdateFunctionCode20150331v2", "rds:ModifyDBInstance",
        "organizations:LeaveOrganization", "guardduty:DeleteDetector",
    ];

    private static readonly string[] s_reads =
    [
        "iam:ListUsers", "iam:GetAccountAuthorizationDetails", "ec2:DescribeInstances", "s3:ListBuckets", "s3:GetBucketAcl",
        "kms:ListKeys", "secretsmanager:GetSecretValue", "sts:AssumeRole", "sts:GetCallerIdentity", "lambda:GetFunction20150331v2",
    ];

    /// <summary>A person and a session of a role; each is excluded by ARNs of its own.</summary>
    private static readonly string[] s_callers =
        ["arn:aws:iam::123456789012:user/someone", "arn:aws:sts::123456789012:assumed-role/some/one"];

    private static bool LeavesNone(JsonView selector, string[] calls) => calls.All(call => s_callers.All(caller =>
        selector["fieldSelectors"].Items.Any(field => IsExcluded(field, call.Split(':'), caller))));

    private static bool IsExcluded(JsonView field, string[] call, string caller)
    {
        var value = field["field"].Text?.ToUpperInvariant() switch
        {
            "EVENTNAME" => call[1],
            "EVENTSOURCE" => call[0] + ".amazonaws.com",
            "EVENTTYPE" => "AwsApiCall",
            "USERIDENTITY.ARN" => caller,
            _ => null,
        };
        return value is not null && (Values(field, "notEquals").Contains(value, StringComparer.Ordinal)
            || Values(field, "notStartsWith").Any(beginning => value.StartsWith(beginning, StringComparison.Ordinal))
            || Values(field, "notEndsWith").Any(end => value.EndsWith(end, StringComparison.Ordinal)));
    }

    private static Coverage Sum(IEnumerable<Coverage> selectors)
    {
        var sum = new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
        foreach (var one in selectors)
            sum = new Coverage(Max(sum.Writes, one.Writes), Max(sum.Reads, one.Reads), [.. sum.Excluded.Union(one.Excluded)]);

        return sum;
    }

    private static IEnumerable<string> Values(JsonView field, string comparison) =>
        field[comparison].Items.Select(static value => value.Text).OfType<string>();

    private static bool Is(string? text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);

    private static CoverageLevel Max(CoverageLevel a, CoverageLevel b) => a > b ? a : b;

    private static CoverageLevel Min(CoverageLevel a, CoverageLevel b) => a < b ? a : b;
}
