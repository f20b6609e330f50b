using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Sharing;

/// <summary>Whom a copy of data (snapshot, image) was shared with.</summary>
/// <param name="Everyone">The group <c>all</c>.</param>
/// <param name="Accounts">Every account but ours; also a text that is no account id, because it is not ours either.</param>
/// <param name="ForeignOrganizations">ARNs of organizations and their units that, according to the settings, are not ours.</param>
/// <param name="Organizations">The other organizations: ours, or of unknown ownership.</param>
internal sealed record Recipients(
    bool Everyone, IReadOnlyList<string> Accounts, IReadOnlyList<string> ForeignOrganizations, IReadOnlyList<string> Organizations)
{
    public static Recipients Of(CloudTrailEvent e, Estate estate, IEnumerable<string?> names)
    {
        var given = names.OfType<string>().Select(static name => name.Trim()).Where(static name => name.Length > 0)
            .Distinct(StringComparer.Ordinal).ToList();
        var organizations = given.Where(static name => AwsArn.TryParse(name, out var arn) && arn.Service == "organizations").ToList();
        return new Recipients(
            given.Exists(IsAll),
            [.. given.Where(name => !IsAll(name) && !estate.IsOurs(name, e) && !organizations.Contains(name))],
            [.. organizations.Where(IsForeign)],
            [.. organizations.Where(arn => !IsForeign(arn))]);

        bool IsForeign(string arn) => estate.OrganizationIds.Count > 0 && !arn.Split(['/', ':']).Any(estate.OrganizationIds.Contains);
    }

    /// <summary>How wide it shares: with everyone, with a foreign organisation, with foreign accounts.</summary>
    public int Width => Everyone ? 3 : ForeignOrganizations.Count > 0 ? 2 : Accounts.Count > 0 ? 1 : 0;

    /// <summary>The severity of the sharing; data that was copied away cannot be called back. Null when nobody outside is let in.</summary>
    public (Severity Severity, string With, string Reason)? Judge()
    {
        if (Everyone) return (Severity.High, "everyone", "Anybody with an AWS account can copy it");
        if (Accounts is [var account])
            return (Severity.High, "foreign account " + account, $"Account {account} can copy it, and a copy cannot be called back");
        if (Accounts.Count > 1)
            return (Severity.High, "foreign accounts " + string.Join(", ", Accounts.Take(3)),
                $"{Accounts.Count} foreign accounts can copy it");
        if (ForeignOrganizations is [var organization, ..])
            return (Severity.High, "a foreign organisation", $"Every account of {organization} can copy it");
        return Organizations.Count > 0 ? (Severity.Low, "an organisation", $"Every account of {Organizations[0]} can copy it") : null;
    }

    private static bool IsAll(string name) => string.Equals(name, "all", StringComparison.OrdinalIgnoreCase);
}
