using System.Text.RegularExpressions;
using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Sts;

/// <summary>
/// STS, API version 2011-06-15. AssumeRole hands out keys for any role that exists in the world, whatever its trust policy says: this
/// endpoint knows what calls do, not who may make them (refusals are injected).
/// </summary>
internal sealed partial class StsOperations(World world, Caller caller, QueryParameters query)
{
    public const string Xmlns = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static IEnumerable<string> OperationNames { get; } = ["AssumeRole", "GetCallerIdentity"];

    public static bool Knows(string operation) => OperationNames.Contains(operation);

    public XElement[] Run(string operation) => operation == "AssumeRole" ? AssumeRole() : GetCallerIdentity();

    [GeneratedRegex(@"^[A-Za-z0-9_+=,.@-]{2,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SessionNamePattern();

    private XElement[] GetCallerIdentity()
    {
        var account = world.Account(caller.Account);
        var id = caller switch
        {
            { RoleName: { } role } => $"{account.Roles.GetValueOrDefault(role)?.Id ?? Caller.UnknownRoleId}:{caller.SessionName}",
            { UserName: { } user } => account.Users.GetValueOrDefault(user)?.Id ?? Caller.UnknownUserId,
            _ => caller.Account,
        };
        return [Xml.Text("UserId", id), Xml.Text("Account", caller.Account), Xml.Text("Arn", caller.Arn)];
    }

    private XElement[] AssumeRole()
    {
        var arn = query.Required("RoleArn");
        var session = query.Required("RoleSessionName");
        if (!SessionNamePattern().IsMatch(session))
            throw QueryParameters.Constraint(
                session, "RoleSessionName", @"Member must satisfy regular expression pattern: [\w+=,.@-]*, length 2 to 64");
        if (arn.Split(':', 6) is not ["arn", _, "iam", "", { Length: 12 } accountId, var resource]
            || !resource.StartsWith("role/", StringComparison.Ordinal))
            throw AwsError.Validation($"{arn} is invalid");
        var role = world.Accounts.GetValueOrDefault(accountId)?.Roles.GetValueOrDefault(resource[(resource.LastIndexOf('/') + 1)..]);
        if (role is null || role.Arn != arn)
            throw new AwsError("AccessDenied", 403, $"User: {caller.Arn} is not authorized to perform: sts:AssumeRole on resource: {arn}");
        var seconds = query.Number("DurationSeconds", 900, 43_200) ?? 3600;
        if (seconds > role.MaxSessionDuration)
            throw AwsError.Validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
        if (caller.RoleName is not null && seconds > 3600)
            throw AwsError.Validation("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining");

        var key = world.Account(accountId).NewId("ASIA", arn + "/" + session)[..20];
        var sourceIdentity = query.Get("SourceIdentity") ?? caller.SourceIdentity;
        var assumed = new Caller(
            key, $"arn:{world.Partition}:sts::{accountId}:assumed-role/{role.Name}/{session}")
        {
            SessionStart = world.Now,
            SourceIdentity = sourceIdentity
        };
        world.AddCaller(assumed);
        return
        [
            new XElement(
                "Credentials",
                Xml.Text("AccessKeyId", key),
                Xml.Text("SecretAccessKey", Secrets.NewKey()),
                Xml.Text("SessionToken", Secrets.NewToken()),
                Xml.Date("Expiration", world.Now.AddSeconds(seconds))),
            new XElement("AssumedRoleUser", Xml.Text("AssumedRoleId", $"{role.Id}:{session}"), Xml.Text("Arn", assumed.Arn)),
            .. sourceIdentity is null ? Array.Empty<XElement>() : [Xml.Text("SourceIdentity", sourceIdentity)],
        ];
    }
}
