using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Events;
using Responder.Integrity;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>
/// `responder validate-logs`: checks whether the log files are those that CloudTrail delivered, and whether any are missing.
/// </summary>
internal static class ValidateLogsCommand
{
    /// <summary>Long enough for a log file of 50 MB on a slow line.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(2);

    private sealed record Request(
        string Path, string[] PublicKeys, AskedPeriod Asked, bool Verbose, bool Json, bool Complete, string? Account, string? Region,
        string? Bucket, Uri? Endpoint, string? Profile);

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command(
            "validate-logs",
            "Check CloudTrail log files against the digests that CloudTrail signed: changed, moved, missing files and gaps. "
            + "Without --start the whole chain, without --end until now.");
        var path = new Argument<string>("PATH")
        {
            Description = "s3://BUCKET[/PREFIX], or a folder that holds a copy with the bucket's paths: FOLDER/BUCKET/AWSLogs/…",
        };
        var publicKeys = new Option<string[]>("--public-keys")
        {
            HelpName = "FILE",
            Description = "What `aws cloudtrail list-public-keys` printed; may be given again. Without it CloudTrail is asked.",
        };
        var verbose = new Option<bool>("--verbose") { Description = "Also show the files that are valid." };
        var format = new Option<string>("--format")
        {
            Description = "text, or json: one line per file, then a summary.",
            DefaultValueFactory = static _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json");
        var complete = new Option<bool>("--complete") { Description = "Exit with 1 also when no valid digest covers a part of the time." };
        var account = new Option<string>("--account") { HelpName = "ID", Description = "Check this account only." };
        var region = new Option<string>("--region") { HelpName = "REGION", Description = "Check the digests of this region only." };
        var bucket = new Option<string>("--bucket")
        {
            HelpName = "NAME",
            Description = "PATH is a copy of this bucket, whatever the folder is called.",
        };
        var endpoint = new Option<string>("--endpoint") { HelpName = "URL", Description = "An AWS endpoint instead of AWS itself." };
        var profile = new Option<string>("--profile") { HelpName = "NAME", Description = "Profile with the credentials." };
        command.Arguments.Add(path);
        var times = new TimeOptions(command, "--start", "--end");
        foreach (var option in (Option[])[publicKeys, verbose, format, complete, account, region, bucket, endpoint, profile])
            command.Options.Add(option);
        command.SetAction((parsed, cancellationToken) =>
        {
            var window = times.WindowOf(parsed, surroundings, endsNow: true);
            // Without a beginning it is the whole chain.
            var asked = new AskedPeriod(window.Since ?? DateTimeOffset.UnixEpoch, window.End!.Value)
            {
                IsEndNamed = times.IsEndGiven(parsed),
                IsStartOpen = window.Since is null,
            };
            var request = new Request(
                parsed.GetValue(path)!, parsed.GetValue(publicKeys) ?? [], asked, parsed.GetValue(verbose),
                parsed.GetValue(format) == "json", parsed.GetValue(complete), parsed.GetValue(account), parsed.GetValue(region),
                parsed.GetValue(bucket),
                AmbientAws.Endpoint(parsed.GetValue(endpoint)), parsed.GetValue(profile));
            // Ctrl-C is handled only after this has returned.
            return Task.Run(() => RunAsync(request, surroundings, cancellationToken), CancellationToken.None);
        });
        return command;
    }

    private static async Task<int> RunAsync(Request request, Surroundings surroundings, CancellationToken cancellationToken)
    {
        AwsClients ClientsOf(string? region) => AmbientAws.Clients(surroundings, request.Endpoint, region, request.Profile) with
        {
            CallTimeout = s_timeout,
        };

        using var keys = request.PublicKeys.Length > 0 ? DigestKeys.OfFiles(request.PublicKeys) : DigestKeys.Online(ClientsOf);
        using var s3 = S3Place.IsUrl(request.Path) ? new S3Reader(ClientsOf(request.Region), s_timeout) : null;
        ILogStore store = s3 is null ? Mirror(request) : StoreOf(s3, request);

        if (!request.Json)
            surroundings.Output.WriteLine($"Validating log files of {PlainText.OneLine(request.Path)} between "
                + $"{IntegrityOutput.StartOf(request.Asked)} and {IntegrityOutput.Time(request.Asked.End)}\n");
        var told = false;
        var check = new IntegrityCheck(store, keys, request.Asked, file =>
        {
            if (request.Json)
            {
                surroundings.Output.WriteLine(IntegrityOutput.Json(file));
            }
            else if (request.Verbose || file.Verdict != Verdict.Valid)
            {
                surroundings.Output.WriteLine(IntegrityOutput.Line(file));
                told = true;
            }
        });
        var result = await check.RunAsync(
            chain => (request.Account is null || chain.Account == request.Account)
                && (request.Region is null || chain.Region == request.Region),
            surroundings.Clock.GetUtcNow(), cancellationToken);

        foreach (var error in result.Unreadable) surroundings.Tell(error.Path, error.Reason);
        if (request.Json)
        {
            surroundings.Output.WriteLine(IntegrityOutput.SummaryJson(result));
        }
        else
        {
            if (told) surroundings.Output.WriteLine();
            foreach (var line in IntegrityOutput.Summary(result)) surroundings.Output.WriteLine(line);
        }

        if (result.Digests.Total + result.BackfillDigests.Total == 0)
            surroundings.Error.WriteLine("responder: there is no digest for this time: nothing is proven");
        return result.Unreadable.Count > 0 ? ExitCode.Input
            : !result.IsValid || (request.Complete && result.Uncovered.Count > 0) ? ExitCode.Findings
            : ExitCode.Done;
    }

    private static MirrorStore Mirror(Request request) => new(request.Path, request.Bucket);

    private static S3Store StoreOf(S3Reader s3, Request request) =>
        request.Bucket is null ? S3Store.Of(s3, S3Place.Of(request.Path)) : throw new UsageException("--bucket: s3:// names the bucket");
}
