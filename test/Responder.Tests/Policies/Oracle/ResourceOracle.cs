using Responder.Policies;

namespace Responder.Tests.Policies.Oracle;

/// <summary>
/// Finds out whom a resource policy admits by sending every call from every caller of a small world. Strangers are callers that no
/// generated policy names: if one gets in, everyone does.
/// </summary>
internal static class ResourceOracle
{
    public const string Own = "123456789012";
    public const string Foreign = "210987654321";
    public const string OurOrganization = "o-abcdef1234";
    public const string ForeignOrganization = "o-foreign999";
    private const string Member = "444455556666";
    private const string Stranger = "777788889999";

    private static readonly string[] s_actions = ["s3:GetObject", "s3:PutObject", "s3:zq7x", "kms:Decrypt"];

    private static readonly string[] s_resources = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/zq7"];

    private sealed record Caller(Audience Audience, IReadOnlyList<(string, string)> Names, Dictionary<string, string[]> Context);

    private static readonly IReadOnlyList<Caller> s_callers =
    [
        .. Networks(ours: false).Select(static n => new Caller(Audience.Everyone, [("*", "anonymous")], n)),
        .. Of(Audience.Everyone, Stranger, "o-stranger99", "mallory", ours: false),
        .. Of(Audience.Foreign, Foreign, ForeignOrganization, "eve", ours: false),
        .. Of(Audience.Foreign, Foreign, ForeignOrganization, "fred", ours: false),
        .. Of(Audience.Organization, Member, OurOrganization, "bob", ours: false),
        .. Of(Audience.OwnAccount, Own, OurOrganization, "alice", ours: true),
        .. Of(Audience.OwnAccount, Own, OurOrganization, "app", ours: false),
        // A service that acts for our account counts as the account itself.
        .. ((string[])["cloudtrail.amazonaws.com", "sns.amazonaws.com"]).SelectMany(static name => (Caller[])
            [Service(name, Own, Audience.OwnAccount), Service(name, Foreign, Audience.AwsService)]),
    ];

    /// <summary>The widest kind of caller that gets in with any call.</summary>
    public static Audience Widest(ModelPolicy policy) => s_callers
        .Where(caller =>
            s_actions.Any(
                action =>
                    s_resources.Any(resource => IamEvaluator.Allows(policy, new Request(action, resource, caller.Names, caller.Context)))))
        .Select(static caller => caller.Audience).DefaultIfEmpty(Audience.Nobody).Max();

    private static IEnumerable<Caller> Of(Audience audience, string account, string organization, string user, bool ours) => Networks(ours)
        .Select(network =>
    {
        var arn = $"arn:aws:iam::{account}:user/{user}";
        var context = new Dictionary<string, string[]>(network)
        {
            ["aws:principalaccount"] = [account],
            ["aws:principalarn"] = [arn],
            ["aws:principalorgid"] = [organization],
            ["aws:principalorgpaths"] = [organization + "/r-ab12/ou-1/"],
            ["aws:principaltype"] = ["User"],
            ["aws:principalisawsservice"] = ["false"],
            ["kms:calleraccount"] = [account],
        };
        return new Caller(audience, [("AWS", account), ("AWS", $"arn:aws:iam::{account}:root"), ("AWS", arn)], context);
    });

    private static Caller Service(string name, string sourceAccount, Audience audience) => new(audience, [("Service", name)], new()
    {
        ["aws:principalisawsservice"] = ["true"],
        ["aws:sourceaccount"] = [sourceAccount],
        ["aws:sourcearn"] = [$"arn:aws:cloudtrail:us-east-1:{sourceAccount}:trail/t"],
        ["aws:securetransport"] = ["true"],
        ["aws:resourceaccount"] = [Own],
        ["aws:resourceorgid"] = [OurOrganization],
    });

    /// <summary>
    /// Calls from the internet, and through an endpoint of a network: either our network, or one of the caller's with addresses that the
    /// caller chose.
    /// </summary>
    private static IEnumerable<Dictionary<string, string[]>> Networks(bool ours)
    {
        Dictionary<string, string[]> Common() => new()
        {
            ["aws:useragent"] = ["corp-agent/1"],
            ["aws:referer"] = ["https://corp.example"],
            ["aws:securetransport"] = ["true"],
            ["aws:resourceaccount"] = [Own],
            ["aws:resourceorgid"] = [OurOrganization],
        };

        yield return new(Common()) { ["aws:sourceip"] = [ours ? "10.1.2.3" : "203.0.113.7"] };
        yield return new(Common())
        {
            ["aws:sourcevpc"] = [ours ? "vpc-1a2b" : "vpc-ffff9999"],
            ["aws:sourcevpce"] = [ours ? "vpce-1a2b3c4d" : "vpce-ffff9999"],
            ["aws:vpcsourceip"] = ["10.9.9.9"],
        };
    }
}
