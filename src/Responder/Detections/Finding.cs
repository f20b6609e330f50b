using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>
/// One thing that an event shows. Strings may contain names chosen by an attacker; here they are plain text, and whoever prints them
/// escapes them.
/// </summary>
/// <param name="Detection">The detection that found it.</param>
/// <param name="Severity">Depends on the content, not on names (docs/severity.md).</param>
/// <param name="Title">What happened to what, one line without account or severity: <c>AdministratorAccess attached to user
/// mallory</c>.</param>
public sealed record Finding(DetectionInfo Detection, Severity Severity, string Title)
{
    /// <summary>The principal that was given power or changed; the one containment would act on.</summary>
    public Principal? Target { get; init; }

    /// <summary>What else was acted on: an ARN, a group id, a bucket, a key. For grouping and display.</summary>
    public string? Resource { get; init; }

    /// <summary>Why the finding has this severity: short sentences, strongest first.</summary>
    public IReadOnlyList<string> Reasons { get; init; } = [];

    /// <summary>The steps for this finding: those of the detection, unless the case needs others.</summary>
    public Runbook Runbook { get => field ?? Detection.Runbook; init; } = null!;

    /// <summary>
    /// What makes it another finding than the last one of its kind: mostly title and reasons. A detection sets it where these hold what
    /// differs without being news (a time, an address, a rate), or leave out who is let in.
    /// </summary>
    public IReadOnlyList<string> Says { get => field ?? [Title, .. Reasons]; init; } = null!;

    /// <summary>
    /// How wide it opens: the greater, the more people or ports. Compared within one detection only; 0 where nothing is opened.
    /// </summary>
    public int Width { get; init; }

    /// <summary>Set when the call gave <see cref="Target"/> administrator rights.</summary>
    public AdministratorGrant? Grant { get; init; }

    /// <summary>
    /// Set when somebody removed what a containment had put on <see cref="Target"/> while its ledger is open: the actions that put it back.
    /// </summary>
    public IReadOnlyList<ActionId>? PutsBack { get; init; }

    /// <summary>Set when <see cref="Target"/> is the new name of somebody whom earlier events name otherwise.</summary>
    public Rename? Rename { get; init; }

    /// <summary>
    /// The AWS CLI command that undoes the change, quoted for a POSIX shell (<see cref="Shell.Quote"/>); null when there is none.
    /// </summary>
    public ShellCommand? UndoCommand { get; init; }

    /// <summary>True for tampering with the trail or with the responder, which is paged even when the actor is trusted.</summary>
    public bool IsTampering { get; init; } = Detection.PagesTrustedActors;

    /// <summary>What the event cannot say but IAM can; the lookup reads it and calls <see cref="WhenAnswered"/>.</summary>
    public Question? Question { get; init; }

    /// <summary>
    /// Returns the finding in light of the answer; null when the answer shows that there is nothing to report. The result may carry another
    /// question, which is asked in a further round trip; the same question stays unanswered the second time.
    /// </summary>
    public Func<Answer, Finding?>? WhenAnswered { get; init; }
}

/// <summary>What a detection would have to read to be sure. Equal questions are asked once.</summary>
public abstract record Question
{
    /// <summary>The document of a managed policy: its default version.</summary>
    public sealed record PolicyDocument(string PolicyArn) : Question
    {
        /// <summary>
        /// When it matters what the policy said then, and not what it says now: the versions that were there are read as well. Null: it
        /// does not matter, or the policy is AWS's, whose versions nobody in the account can move.
        /// </summary>
        public DateTimeOffset? At { get; init; }
    }

    /// <summary>Who has a customer managed policy, and with <paramref name="VersionId"/> also what that version says.</summary>
    public sealed record PolicyHolders(string PolicyArn, string? VersionId = null) : Question;

    /// <summary>The policies of a group: managed (with their documents) and inline.</summary>
    /// <param name="Member">
    /// Who joined it. Where the group of that name was made after <paramref name="At"/>, or there is none, his own groups are read: it was
    /// renamed.
    /// </param>
    /// <param name="At">When he joined it.</param>
    public sealed record GroupPolicies(string GroupName, string? Member = null, DateTimeOffset? At = null) : Question;

    /// <summary>The policies of a role: managed (with their documents) and inline.</summary>
    public sealed record RolePolicies(string RoleName) : Question;

    /// <summary>The policies of a user (those of its groups as well), role or group, each with its document.</summary>
    public sealed record HeldPolicies(PrincipalKind Kind, string Name) : Question;

    /// <summary>The policies of the role that an instance profile hands out.</summary>
    public sealed record InstanceProfile(string Name) : Question;

    /// <summary>Whether somebody who has a new name was contained, or was to be contained, under the old one.</summary>
    public sealed record Renamed(Principal From, Principal To) : Question;
}

/// <summary>What was read. <see cref="Unanswered"/> leaves a finding at the severity for unread content.</summary>
public abstract record Answer
{
    public sealed record Unanswered(string Because) : Answer;

    /// <param name="Document">JSON text, decoded: of the version that is the default now.</param>
    public sealed record PolicyDocument(string Document) : Answer
    {
        /// <summary>What else the policy said at the time that was asked for; null: nobody asked, or there is one version.</summary>
        public PolicyHistory? History { get; init; }
    }

    /// <summary>Each part is null when it could not be read; <paramref name="Document"/> also when it was not asked for.</summary>
    /// <param name="Holders">Users, roles and groups that the policy is attached to. A principal that has it only as its boundary does not
    /// count, because a boundary gives nothing.</param>
    public sealed record PolicyHolders(string? Document, IReadOnlyList<Principal>? Holders) : Answer
    {
        /// <summary>
        /// Whether the version that was asked for is in force now; null: no version was asked for, or it could not be read.
        /// </summary>
        public bool? IsInForce { get; init; }

        /// <summary>Why the holders could not be read, in AWS's words; null also when the policy is gone.</summary>
        public string? Failure { get; init; }
    }

    /// <param name="AttachedPolicyArns">ARNs of the managed policies attached.</param>
    /// <param name="Documents">JSON texts of the inline and the customer managed policies; an empty text stands for one that could not be
    /// read.</param>
    public sealed record GroupPolicies(IReadOnlyList<string> AttachedPolicyArns, IReadOnlyList<string> Documents) : Answer
    {
        /// <summary>The groups that were read instead of the one that was asked for, because nobody has that name now.</summary>
        public IReadOnlyList<string> Instead { get; init; } = [];
    }

    /// <param name="RoleName">The role; for an instance profile, the role that it hands out.</param>
    /// <param name="AttachedPolicyArns">ARNs of the managed policies attached.</param>
    /// <param name="Documents">JSON texts of the inline and the customer managed policies; an empty text stands for one that could not be
    /// read.</param>
    public sealed record RolePolicies(string RoleName, IReadOnlyList<string> AttachedPolicyArns, IReadOnlyList<string> Documents) : Answer;

    /// <summary>What is known of somebody who was renamed.</summary>
    /// <param name="WasContained">The ledger of the old name is open and of his unique id.</param>
    /// <param name="Wanted">What he was given when IAM did not know the old name any more, and still holds; null: nothing.</param>
    /// <param name="IsAdministrator">He holds administrator rights now, or has our boundary.</param>
    public sealed record Renamed(bool WasContained, AdministratorGrant? Wanted, bool IsAdministrator) : Answer
    {
        /// <summary>The name that he bears by now; null: not known.</summary>
        public Principal? To { get; init; }

        /// <summary>What has to be put on again, because the boundary is gone although the ledger is open; null: nothing.</summary>
        public IReadOnlyList<ActionId>? PutsBack { get; init; }

        /// <summary>What could not be read, in AWS's words; null when everything was.</summary>
        public string? Failure { get; init; }
    }

    /// <summary>The policies that a principal has.</summary>
    public sealed record HeldPolicies(IReadOnlyList<HeldPolicy> Policies) : Answer;
}

/// <summary>One policy that a principal has.</summary>
/// <param name="Arn">The ARN of a managed policy; null for an inline one.</param>
/// <param name="InlineName">The name of an inline policy; null for a managed one.</param>
/// <param name="Document">JSON text; empty: it could not be read.</param>
public sealed record HeldPolicy(string? Arn, string? InlineName, string Document)
{
    /// <summary>The group through which a user has the policy; null when it is the principal's own.</summary>
    public string? Group { get; init; }
}

/// <summary>
/// The versions of a policy at an earlier time. IAM tells when each was made and which is the default now, and keeps no history of the
/// default.
/// </summary>
/// <param name="Now">The version that is the default now: <c>v3</c>.</param>
/// <param name="Age">Whether that version was there at the time, to the second.</param>
/// <param name="Then">The newest other version that was there at the time; null: none is left.</param>
/// <param name="Others">The further versions that were there.</param>
public sealed record PolicyHistory(string Now, VersionAge Age, PolicyVersionText? Then, IReadOnlyList<PolicyVersionText> Others)
{
    /// <summary>Why the versions could not be read, in AWS's words; null when they were.</summary>
    public string? Failure { get; init; }
}

/// <summary>One version of a managed policy.</summary>
/// <param name="Document">JSON text; empty: it could not be read.</param>
public sealed record PolicyVersionText(string Id, string Document);

/// <summary>When a version was made, compared with the time in question.</summary>
public enum VersionAge
{
    Older,
    SameSecond,
    Younger,
}
