using Responder.Aws;
using Responder.Events;
using Responder.Settings;

namespace Responder.Operations.Drill;

/// <summary>Who drills what: two sets of credentials, and what the function and the installation are set to.</summary>
/// <param name="Person">Make and delete the user; they are what the function judges.</param>
/// <param name="Release">Those of ReleaseRole: read the records and lift the containment.</param>
/// <param name="Function">The settings of the function that contains.</param>
/// <param name="Installed">The settings of the installation, as a release reads them.</param>
/// <param name="AccountId">The account of <paramref name="Person"/>.</param>
/// <param name="By">ARN behind <paramref name="Person"/>.</param>
/// <param name="ReleaseBy">ARN behind <paramref name="Release"/>.</param>
public sealed record DrillSetup(
    AwsClients Person, AwsClients Release, ResponderOptions Function, ResponderOptions Installed, string AccountId, string By,
    string ReleaseBy)
{
    internal string Partition => AwsArn.TryParse(By, out var arn) ? arn.Partition : "aws";

    /// <summary>The policy that the drill gives.</summary>
    public string Grant => $"arn:{Partition}:iam::aws:policy/AdministratorAccess";
}

/// <summary>What a drill would find and do; nothing has been changed yet.</summary>
/// <param name="LeftBehind">Users of earlier drills that were interrupted.</param>
/// <param name="Unreadable">Parameters beside the notes that are none.</param>
/// <param name="Refusals">Why there can be no drill now, each with what to do; empty: there can be.</param>
/// <param name="Subscriptions">How many confirmed subscriptions the topic has.</param>
public sealed record DrillPlan(
    IReadOnlyList<DrillNote> LeftBehind, IReadOnlyList<string> Unreadable, IReadOnlyList<string> Refusals, int Subscriptions);
