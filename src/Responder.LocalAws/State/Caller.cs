namespace Responder.LocalAws.State;

/// <summary>The identity that an access key belongs to.</summary>
/// <param name="AccessKey">Access key id.</param>
/// <param name="Arn">As returned by GetCallerIdentity: <c>arn:aws:iam::…:user/…</c>, <c>arn:aws:sts::…:assumed-role/ROLE/SESSION</c> or
/// <c>…:root</c>.</param>
internal sealed record Caller(string AccessKey, string Arn)
{
    /// <summary>Id for a principal that the world does not hold, such as a session of a role that was never created.</summary>
    public const string UnknownRoleId = "AROAUNKNOWN2345672345";

    public const string UnknownUserId = "AIDAUNKNOWN2345672345";

    private string[] Fields { get; } = Arn.Split(':', 6);

    public string Account => Fields[4];

    private string Resource => Fields[5];

    public string? UserName => Resource.StartsWith("user/", StringComparison.Ordinal) ? Resource[(Resource.LastIndexOf('/') + 1)..] : null;

    public string? RoleName => Resource.StartsWith("assumed-role/", StringComparison.Ordinal) ? Resource.Split('/')[1] : null;

    public string? SessionName => Resource.StartsWith("assumed-role/", StringComparison.Ordinal) ? Resource.Split('/')[2] : null;

    public DateTimeOffset? SessionStart { get; init; }

    public string? SourceIdentity { get; init; }

    /// <exception cref="ArgumentException">This is not the ARN of a user, an assumed role or root.</exception>
    public static void Check(string arn)
    {
        var fields = arn.Split(':', 6);
        var good = fields is ["arn", _, "iam", "", { Length: 12 }, var user]
            && (user == "root" || user.StartsWith("user/", StringComparison.Ordinal))
            || fields is ["arn", _, "sts", "", { Length: 12 }, var session]
            && session.Split('/') is ["assumed-role", { Length: > 0 }, { Length: > 0 }];
        if (!good)
            throw new ArgumentException($"'{arn}' is not the ARN of an IAM user, an assumed role (sts) or root.", nameof(arn));
    }
}
