using System.CommandLine;
using Responder.Analysis.Timeline;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Logs;
using Responder.Operations.Incidents;
using Responder.Records;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>The options that say where the incident's record is; the same ones say where buckets are.</summary>
internal sealed class TimelineAws
{
    private readonly Option<string> _file = new("--incident-file")
    {
        HelpName = "FILE",
        Description = "The incident's record, as responder incidents show --format json prints it.",
    };

    private readonly Option<string> _endpoint = new("--endpoint")
    {
        HelpName = "URL",
        Description = "Read s3:// paths and the incident's record from this AWS endpoint.",
    };

    private readonly Option<string> _profile = new("--profile")
    {
        HelpName = "NAME",
        Description = "Read s3:// paths and the incident's record with the credentials of this profile.",
    };

    private readonly Option<string> _region = new("--region")
    {
        HelpName = "REGION",
        Description = "Region of the incident's record, and for s3:// paths.",
    };

    public TimelineAws(Command command)
    {
        foreach (var option in (Option[])[_file, _endpoint, _profile, _region]) command.Options.Add(option);
    }

    /// <param name="otherwise">The endpoint if the option names none; null: AWS itself.</param>
    public AwsClients Clients(ParseResult parsed, Surroundings surroundings, Uri? otherwise) => AmbientAws.Clients(
        surroundings, AmbientAws.Endpoint(parsed.GetValue(_endpoint)) ?? otherwise, parsed.GetValue(_region), parsed.GetValue(_profile));

    /// <exception cref="UsageException">The options do not fit the subject or each other.</exception>
    public Func<ResponderOptions, CancellationToken, Task<IncidentRecord>>? RecordOf(
        ParseResult parsed, TimelineSubject subject, string incident, IReadOnlyList<string> paths, Surroundings surroundings)
    {
        var file = parsed.GetValue(_file);
        var hasAws = (parsed.GetValue(_endpoint) ?? parsed.GetValue(_profile) ?? parsed.GetValue(_region)) is not null;
        // If the options are needed for a bucket anyway, only what may be an incident is looked up among the records.
        var asks = hasAws && (!paths.Any(S3Place.IsUrl) || (file is null && subject.MayBeIncident));
        if ((asks || file is not null) && !subject.IsWord)
            throw new UsageException("--incident-file, --endpoint, --profile, --region: go with an incident or an s3:// path");
        if (asks && file is not null)
            throw new UsageException("--incident-file: the record is read from there; leave --endpoint, --profile and --region out");
        if (file is not null) return (_, _) => Task.FromResult(IncidentRecord.Load(file));
        return asks ? (options, cancel) => AskAsync(incident, options, Clients(parsed, surroundings, options.EndpointUrl), cancel) : null;
    }

    private static async Task<IncidentRecord> AskAsync(
        string incident, ResponderOptions options, AwsClients clients, CancellationToken cancellationToken)
    {
        using var ssm = clients.Ssm();
        var store = new IncidentStore(ssm, new ParameterNames(options.ParameterRoot));
        var (record, _) = await store.FindAsync(incident, cancellationToken);
        return new IncidentRecord(record.Name, record.Json, await store.LedgerOfAsync(record, cancellationToken));
    }
}
