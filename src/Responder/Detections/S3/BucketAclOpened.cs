using Responder.Events;
using Responder.Policies;
using Responder.Vocabulary;

namespace Responder.Detections.S3;

/// <summary>A bucket's access control list that grants access to groups of everyone or to foreign owners.</summary>
internal sealed class BucketAclOpened : IDetection
{
    private const string AllUsers = "http://acs.amazonaws.com/groups/global/AllUsers";
    private const string AuthenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
    private const string LogDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery";

    private static readonly string[] s_grantHeaders =
        ["x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp", "x-amz-grant-write", "x-amz-grant-write-acp"];

    public DetectionInfo Info { get; } = new()
    {
        Id = "s3.bucket-acl-opened",
        Title = "Bucket ACL grants to everyone or to a foreign owner",
        Description = "Reads the access control list of PutBucketAcl and CreateBucket in all its forms: canned, grant headers and the full "
            + "document. "
            + "Grants to AllUsers, to AuthenticatedUsers (anybody with any AWS account) and to other owners are reported.",
        Severity = Severity.High,
        Watches = [Watch.Calls(S3Call.Source, "PutBucketAcl", "CreateBucket")],
        Techniques = ["T1530", "T1537"],
        Controls = ["pci-dss:7.2.1", "soc2:CC6.1", "soc2:CC6.6", "hipaa:164.312(a)(1)"],
        Runbook = new Runbook(
            [
                "See which grantee the reasons name, and whether public access is blocked for {resource} or the account: then a public ACL "
                    + "has no effect.",
                "Ask the owner of {resource} whether the sharing was meant.",
            ],
            [
                "Set the list back to the owner alone: aws s3api put-bucket-acl --bucket {resource} --acl private",
                "Switch ACLs off for good: set the object ownership of {resource} to BucketOwnerEnforced with aws s3api "
                    + "put-bucket-ownership-controls.",
                "Look in the access logs of {resource} for requests by others since the call.",
            ],
            ["A website bucket that was approved.", "An older log delivery that needs a grant by canonical id."]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var isCreation = e.EventName == "CreateBucket";
        if (!e.Request.IsObject || e.RequestOmitted)
        {
            yield return S3Call.Unread(
                Info, e, Severity.High, isCreation ? "Bucket created, its ACL unknown" : $"ACL of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var grants = Grants(e.Request).ToList();
        if (grants.Count == 0)
        {
            if (!isCreation) yield return S3Call.Unread(Info, e, Severity.High, $"ACL of {S3Call.Named(e)} set, content unknown");
            yield break;
        }

        var worst = grants.MaxBy(static g => g.Severity)!;
        if (worst.Severity == Severity.None) yield break;
        yield return S3Call.Finding(Info, e, worst.Severity, $"ACL of {S3Call.Named(e)} {worst.What}",
            [.. grants.Where(static g => g.Severity > Severity.None).OrderByDescending(static g => g.Severity).Select(static g => g.Reason)
                .Distinct(StringComparer.Ordinal)]) with
        { UndoCommand = S3Call.Command(e, "put-bucket-acl", ("--acl", "private")) };
    }

    private static IEnumerable<AclGrant> Grants(JsonView request)
    {
        foreach (var holder in (JsonView[])[request, S3Call.First(request["accessControlList"].Unwrapped).Unwrapped])
        {
            if (S3Call.First(holder["x-amz-acl"].Unwrapped).Text is { Length: > 0 } canned) yield return Canned(canned);
            foreach (var header in s_grantHeaders)
            {
                foreach (var value in holder[header].Unwrapped.Items)
                {
                    foreach (var grantee in (value.Text ?? "")
                        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) yield return Header(grantee);
                }
            }
        }

        var document = S3Call.First(request["AccessControlPolicy"]).Unwrapped;
        if (!document.Exists) yield break;
        if (!document.IsObject)
        {
            yield return new AclGrant(Severity.Medium, "cannot be read", "The access control list is no object");
            yield break;
        }

        var owner = document["Owner"]["ID"].Text;
        var list = document["AccessControlList"];
        if (!list.Exists) yield break;
        // A list that is present but grants nothing, not even to the owner, narrows access.
        yield return new AclGrant(Severity.None, "", "");
        foreach (var grant in (list["Grant"].Exists ? list["Grant"] : list).Items)
        {
            var grantee = grant["Grantee"];
            if (grantee["URI"].Text is { Length: > 0 } uri) yield return Group(uri);
            else if (grantee["EmailAddress"].Text is { Length: > 0 }) yield return Email();
            else if (grantee["ID"].Text is { Length: > 0 } id) yield return Canonical(id, owner);
            else if (grantee.Exists) yield return new AclGrant(Severity.Medium, "names an unknown grantee", "A grantee could not be read");
        }
    }

    private static AclGrant Canned(string acl) => acl switch
    {
        "public-read" or "public-read-write" => new AclGrant(Severity.High, "is public", $"The canned ACL {acl} lets everyone in"),
        "authenticated-read" =>
            new AclGrant(
                Severity.High, "is open to every AWS account", "The canned ACL authenticated-read lets anybody with an AWS account in"),
        "private" or "bucket-owner-read" or "bucket-owner-full-control" or "log-delivery-write" or "aws-exec-read" =>
            new AclGrant(Severity.None, "", ""),
        _ => new AclGrant(Severity.Medium, "is of an unknown kind", "The canned ACL is none that S3 knows"),
    };

    /// <summary><c>uri="…"</c>, <c>id="…"</c> or <c>emailAddress="…"</c>; the quotes are optional.</summary>
    private static AclGrant Header(string grantee)
    {
        var parts = grantee.Split('=', 2);
        var value = parts.Length == 2 ? parts[1].Trim().Trim('"') : "";
        return parts[0].Trim().ToUpperInvariant() switch
        {
            "URI" => Group(value),
            "ID" => Canonical(value, owner: null),
            "EMAILADDRESS" => Email(),
            _ => new AclGrant(Severity.Medium, "names an unknown grantee", "A grantee could not be read"),
        };
    }

    private static AclGrant Group(string uri) => uri.Replace("https:", "http:", StringComparison.OrdinalIgnoreCase) switch
    {
        AllUsers => new AclGrant(Severity.High, "is public", "It grants to AllUsers: everyone on the internet"),
        AuthenticatedUsers =>
            new AclGrant(Severity.High, "is open to every AWS account", "It grants to AuthenticatedUsers: anybody with any AWS account"),
        LogDelivery => new AclGrant(Severity.None, "", ""),
        _ => new AclGrant(Severity.Medium, "names an unknown group", "It grants to a group that S3 does not document"),
    };

    private static AclGrant Email() => new(Severity.High, "grants to another owner", "It grants to the account of an e-mail address");

    private static AclGrant Canonical(string id, string? owner)
    {
        if (string.Equals(id, owner, StringComparison.OrdinalIgnoreCase)
            || AwsOwnedAccounts.IsLogsDelivery(id)) return new AclGrant(Severity.None, "", "");
        return new AclGrant(Severity.High, "grants to another owner", owner is null
            ? "It grants to a canonical user, and the event does not say that it is the owner"
            : "It grants to a canonical user who is not the owner; the id does not tell which account that is");
    }

    private sealed record AclGrant(Severity Severity, string What, string Reason);
}
