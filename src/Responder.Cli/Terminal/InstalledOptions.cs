using Amazon.SimpleSystemsManagement;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Operations.Installation;
using Responder.Records;
using Responder.Settings;

namespace Responder.Cli.Terminal;

/// <summary>
/// The options of a command that acts on an installation: what the stack wrote down of itself, and the environment only where the stack
/// says nothing.
/// </summary>
/// <param name="Doubts">Why the settings may not be the stack's own.</param>
internal sealed record InstalledOptions(ResponderOptions Options, IReadOnlyList<string> Doubts)
{
    /// <summary>Reads the settings, and tells the person what they are taken from.</summary>
    /// <param name="options">The options of the environment.</param>
    /// <param name="by">The caller's ARN.</param>
    /// <param name="isQuiet">True where there is no installation to ask, an endpoint on this machine: its absence is not told.</param>
    public static async Task<InstalledOptions> OfAsync(
        ResponderOptions options, IAmazonSimpleSystemsManagement ssm, string by, bool isQuiet, Surroundings surroundings,
        CancellationToken cancellationToken)
    {
        var names = new ParameterNames(options.ParameterRoot);
        var read = await InstallationSettings.ReadAsync(ssm, names, by, cancellationToken);
        if (read.Value is not { } settings)
        {
            if (isQuiet && read.Failure is null) return new InstalledOptions(options, []);
            var missing = (
                read.Failure ?? $"there are no settings below {names.SettingsRoot}: the stack is of an older release, or somebody "
                + "deleted them") + "; what this environment says counts instead";
            // Whoever deletes them must not gain anything by it: without the names of the functions' roles, no ledger can be judged.
            if (options.ResponderRoleArns.Count == 0)
                return new InstalledOptions(options, [missing + ", and it has no RESPONDER_ROLE_ARNS"]);
            surroundings.Error.WriteLine("responder: " + missing);
            return new InstalledOptions(options, []);
        }

        foreach (var name in settings.ContradictedBy(surroundings.Environment))
            surroundings.Error.WriteLine($"responder: {name} of this environment is not used: the installation says otherwise");
        var doubts = settings.Doubts;
        try
        {
            var installed = ResponderOptions.FromEnvironment(
                settings.Over(surroundings.Environment), DetectionCatalog.Default, ContainmentActions.All);
            return new InstalledOptions(installed with { EndpointUrl = options.EndpointUrl }, doubts);
        }
        catch (OptionsException e)
        {
            return new InstalledOptions(options, [.. doubts, $"{names.SettingsRoot}: {e.Message}"]);
        }
    }

    /// <summary>Stops a command before it believes settings that somebody else may have written.</summary>
    /// <param name="force">The person goes on in spite of doubts.</param>
    /// <param name="asks">A person is asked before anything is changed, and sees the doubts.</param>
    /// <exception cref="UsageException">There are doubts, and nobody to see them.</exception>
    public void Require(bool force, bool asks, Surroundings surroundings)
    {
        if (Doubts.Count == 0) return;
        var because = $"the settings of the installation cannot be relied on: {PlainText.OneLine(string.Join("; ", Doubts), 1500)}";
        if (!force && !asks) throw new UsageException($"{because}. Nothing was changed. --force goes on with them");
        surroundings.Error.WriteLine($"responder: {because}");
    }
}
