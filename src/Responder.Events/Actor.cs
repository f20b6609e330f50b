namespace Responder.Events;

/// <summary>What kind of identity made the call (CloudTrail <c>userIdentity.type</c>).</summary>
public enum ActorType
{
    Unknown,
    Root,
    IamUser,
    AssumedRole,
    Role,
    FederatedUser,
    AwsAccount,
    AwsService,
    SamlUser,
    WebIdentityUser,
    IdentityCenterUser,
}

/// <summary>
/// Who made the call, as CloudTrail's <c>userIdentity</c> tells it. <see cref="Arn"/> and <see cref="PrincipalId"/> of a session end in a
/// name that the caller chose: nothing may be trusted because of them. <see cref="IssuerArn"/> is what AWS vouches for.
/// </summary>
public sealed class Actor
{
    private static readonly Dictionary<string, ActorType> s_types = new(StringComparer.Ordinal)
    {
        ["Root"] = ActorType.Root,
        ["IAMUser"] = ActorType.IamUser,
        ["AssumedRole"] = ActorType.AssumedRole,
        ["Role"] = ActorType.Role,
        ["FederatedUser"] = ActorType.FederatedUser,
        ["AWSAccount"] = ActorType.AwsAccount,
        ["AWSService"] = ActorType.AwsService,
        ["SAMLUser"] = ActorType.SamlUser,
        ["WebIdentityUser"] = ActorType.WebIdentityUser,
        ["IdentityCenterUser"] = ActorType.IdentityCenterUser,
    };

    internal Actor(in ActorTexts texts)
    {
        TypeText = Present(texts.Type);
        Type = TypeText is { } type && s_types.TryGetValue(type, out var known) ? known : ActorType.Unknown;
        PrincipalId = Present(texts.PrincipalId);
        Arn = Present(texts.Arn);
        AccountId = Present(texts.AccountId);
        AccessKeyId = Present(texts.AccessKeyId);
        InvokedBy = Present(texts.InvokedBy);
        SessionIssuerArn = Present(texts.IssuerArn);
        SessionIssuer = AwsArn.TryParse(SessionIssuerArn, out var parsedArn) ? parsedArn : null;
        SessionIssuerUserName = Present(texts.IssuerUserName);
        MfaAuthenticated = texts.MfaAuthenticated;
        SourceIdentity = Present(texts.SourceIdentity);
        HasSession = AccessKeyId is not null || texts.SessionCreated is { Length: > 0 };
        IsAssumedRoot = texts.AssumedRoot == true;
        UserName = Present(texts.UserName) ?? SessionIssuerUserName;
        PersonId = Present(texts.PersonId);
        DelegateAccountId = Present(texts.DelegateAccountId);
        IsAwsServiceOnItsOwn = IsServiceOnItsOwn();
    }

    public ActorType Type { get; }

    /// <summary>The type as CloudTrail wrote it, known to us or not.</summary>
    public string? TypeText { get; }

    public string? PrincipalId { get; }

    /// <summary>ARN of the caller; for a session it ends in the session name, which the caller chose.</summary>
    public string? Arn { get; }

    /// <summary>Account the caller belongs to; may differ from the account that received the event.</summary>
    public string? AccountId { get; }

    public string? AccessKeyId { get; }

    /// <summary>Name of the IAM user, or of the role or user behind the session. Null for root and services.</summary>
    public string? UserName { get; }

    /// <summary>The AWS service that made the call on somebody's behalf, or null.</summary>
    public string? InvokedBy { get; }

    public string? SessionIssuerArn { get; }

    /// <summary><see cref="SessionIssuerArn"/>, parsed; null when there is none or it is no ARN.</summary>
    public AwsArn? SessionIssuer { get; }

    public string? SessionIssuerUserName { get; }

    /// <summary>True only for a session that was opened with MFA; null when the event does not say.</summary>
    public bool? MfaAuthenticated { get; }

    /// <summary>
    /// <see cref="MfaAuthenticated"/> where a "no" can be known: root and users present MFA to AWS itself. What opened the session of a
    /// role (Identity Center, SAML, web identity, another role) may have asked for it, and AWS writes <c>false</c> all the same.
    /// </summary>
    public bool? KnownMfa => MfaAuthenticated == false
        && (Type is not (ActorType.Root or ActorType.IamUser) || SessionIssuerArn is not null || IsAssumedRoot)
            ? null
            : MfaAuthenticated;

    public string? SourceIdentity { get; }

    /// <summary>True when the record shows credentials: a key, or when the session began.</summary>
    public bool HasSession { get; }

    /// <summary>True for an AssumeRoot session (central root management): nobody signed in as root.</summary>
    public bool IsAssumedRoot { get; }

    /// <summary>
    /// The person of an Identity Center session, by the id that its directory gave (<c>onBehalfOf.userId</c>); else null.
    /// </summary>
    public string? PersonId { get; }

    /// <summary>The account that acts by a temporary delegation (<c>invokedByDelegate</c>); else null.</summary>
    public string? DelegateAccountId { get; }

    /// <summary>True for a caller without credentials.</summary>
    public bool IsAnonymous => AccountId == "anonymous" && Arn is null;

    /// <summary>
    /// The ARN that AWS vouches for: the session issuer's (the role or user behind a session), or the caller's own when it is not a
    /// session. Null when the event names neither. Configuration may be compared only with this.
    /// </summary>
    public string? IssuerArn => SessionIssuerArn ?? (Type is ActorType.AssumedRole or ActorType.FederatedUser ? null : Arn);

    /// <summary>
    /// A key for "the same actor" that a caller cannot rotate: <see cref="IssuerArn"/>, else the session ARN without its session name,
    /// else the type with the person or the account.
    /// </summary>
    public string StableId
    {
        get
        {
            if (IssuerArn is { } issuer) return issuer;
            if (Arn is { } arn && arn.Split('/') is [var head, var name, ..]) return head + "/" + name;
            return (TypeText ?? "unknown") + ":" + (PersonId ?? AccountId ?? InvokedBy ?? "unknown");
        }
    }

    public bool IsRoot => Type == ActorType.Root;

    /// <summary>
    /// An AWS service acting on its own: the service principal itself, a service-linked role, or a service that uses root's name
    /// (<c>autoscaling.amazonaws.com</c>). Calls through CloudFormation or the sign-in service have a person behind them, and so has any
    /// call with root's session: a service passes it on (SSM, Service Catalog), and on its own it has none.
    /// </summary>
    public bool IsAwsServiceOnItsOwn { get; }

    /// <summary>An empty text says as much as none.</summary>
    private static string? Present(string? text) => text is { Length: > 0 } ? text : null;

    private bool IsServiceOnItsOwn() => Type switch
    {
        ActorType.AwsService => true,
        ActorType.Root => InvokedBy is not (null or "cloudformation.amazonaws.com" or "signin.amazonaws.com") && !HasSession,
        // Service events (KMS rotates a key) have neither a type nor a caller's name, only the service.
        ActorType.Unknown when TypeText is null && Arn is null && PrincipalId is null && UserName is null && SessionIssuerArn is null =>
            InvokedBy is not (null or "cloudformation.amazonaws.com" or "signin.amazonaws.com"),
        _ => SessionIssuer is { Service: "iam" } role && role.Resource.StartsWith("role/aws-service-role/", StringComparison.Ordinal),
    };

    /// <summary>True for an Identity Center session: the issuer's path is reserved to AWS, so a caller cannot choose it.</summary>
    public bool IsIdentityCenter => Type == ActorType.IdentityCenterUser
        || (SessionIssuer is { Service: "iam" } role
            && role.Resource.StartsWith("role/aws-reserved/sso.amazonaws.com/", StringComparison.Ordinal));
}
