using System.CommandLine;
using Responder.Analysis.Evidence;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>What was asked for.</summary>
/// <param name="Package">Folder of the package, which exists and is empty.</param>
/// <param name="PublicKeys">Files with public keys.</param>
/// <param name="Incidents">File with incident records; null: none was named.</param>
/// <param name="Live">True: AWS may be asked for what no file provides.</param>
/// <param name="ClientsOf">Returns the clients for a region; null: for the ambient one.</param>
internal sealed record EvidenceRequest(
    LogRequest Logs, TimeWindow Period, Framework Framework, string Package, string[] PublicKeys, string? Incidents, bool Live, bool Json,
    Func<string?, AwsClients> ClientsOf);

/// <summary>The options of `responder evidence`.</summary>
internal sealed class EvidenceOptions
{
    private readonly LogOptions _logs;
    private readonly AwsOptions _aws;
    private readonly Option<string> _framework = new("--framework") { Description = "Whose controls." };

    private readonly Option<string> _output = new("--output")
    {
        HelpName = "DIR",
        Description = "Write the package into this folder, which is new or empty.",
    };

    private readonly Option<string[]> _publicKeys = new("--public-keys")
    {
        HelpName = "FILE",
        Description = "What `aws cloudtrail list-public-keys` printed, to check digests; may be given again.",
    };

    private readonly Option<string> _incidents = new("--incidents")
    {
        HelpName = "FILE",
        Description = "What `responder incidents list --state all --format json` printed; "
            + "without it they are read where --endpoint, --profile or --region says.",
    };

    private readonly Option<string> _verify = new("--verify")
    {
        HelpName = "DIR",
        Description = "Check a package against its SHA256SUMS instead, as `sha256sum -c` does; also files that are none of it.",
    };

    public EvidenceOptions(Command command)
    {
        _logs = new LogOptions(command, needsPath: false);
        _framework.AcceptOnlyFromAmong([.. Framework.All.Select(static f => f.Id)]);
        foreach (var option in (Option[])[_framework, _output, _publicKeys, _incidents, _verify]) command.Options.Add(option);
        _aws = new AwsOptions(command, "it reads buckets, incident records and CloudTrail's public keys");
    }

    /// <summary>The package to verify; null: one is to be built.</summary>
    /// <exception cref="UsageException">Options that build a package were given, too.</exception>
    public string? PackageToVerify(ParseResult parsed)
    {
        if (parsed.GetValue(_verify) is not { } package) return null;
        return (parsed.GetValue(_framework) ?? parsed.GetValue(_output)) is null && _logs.PathsOf(parsed).Length == 0
            ? package
            : throw new UsageException("--verify: checks a package; it takes no PATH, --framework or --output");
    }

    /// <summary>Reads the request and creates the folder of the package.</summary>
    /// <exception cref="UsageException">A value is missing or not valid; the message names the option and what it expects.</exception>
    public EvidenceRequest RequestOf(ParseResult parsed, Surroundings surroundings)
    {
        var paths = _logs.PathsOf(parsed);
        if (paths.Length == 0) throw new UsageException("name the log files or folders");
        var framework = parsed.GetValue(_framework)
            ?? throw new UsageException("--framework: " + string.Join(", ", Framework.All.Select(static f => f.Id)));
        var output = parsed.GetValue(_output) ?? throw new UsageException("--output: name the folder of the package");
        var period = _logs.Times.WindowOf(parsed, surroundings);
        AwsClients ClientsOf(string? region) => _aws.ClientsOf(parsed, region, surroundings);
        return new EvidenceRequest(
            new LogRequest(paths, Format: "", OutputFile: null, () => ClientsOf(null)), period, Framework.Find(framework),
            EvidencePackage.Prepare(output, paths), parsed.GetValue(_publicKeys) ?? [], parsed.GetValue(_incidents), _aws.IsGiven(parsed),
            _aws.IsJson(parsed), ClientsOf);
    }
}
