namespace Responder.Vocabulary;

/// <summary>
/// The identifier that code uses for a guardrail. The guardrail's sentence is for people and may be reworded at any time, so no code
/// compares it.
/// </summary>
public sealed record GuardrailId
{
    private GuardrailId(string name) => Name = name;

    public static GuardrailId Stage { get; } = new("stage");

    public static GuardrailId Mode { get; } = new("mode");

    public static GuardrailId CallSucceeded { get; } = new("call-succeeded");

    public static GuardrailId OwnAccount { get; } = new("own-account");

    public static GuardrailId EventOrigin { get; } = new("event-origin");

    public static GuardrailId ContainmentRole { get; } = new("containment-role");

    public static GuardrailId TrustedActor { get; } = new("trusted-actor");

    public static GuardrailId Release { get; } = new("release");

    public static GuardrailId ProtectedTarget { get; } = new("protected-target");

    public static GuardrailId ContainableTarget { get; } = new("containable-target");

    public static GuardrailId FreshCall { get; } = new("fresh-call");

    public static GuardrailId UnreadLedger { get; } = new("unread-ledger");

    public static GuardrailId GoneTarget { get; } = new("gone-target");

    public static GuardrailId GoneGrant { get; } = new("gone-grant");

    public static GuardrailId BeforeRelease { get; } = new("before-release");

    public static GuardrailId Budget { get; } = new("budget");

    public static GuardrailId PutBackBudget { get; } = new("put-back-budget");

    /// <value>Kebab case, never reused.</value>
    public string Name { get; }

    public override string ToString() => Name;
}
