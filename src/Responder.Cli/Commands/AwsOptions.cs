using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>The options that say where the installation is, the same for all commands that act on one.</summary>
internal sealed class AwsOptions
{
    /// <summary>The stack's role that contains by hand, closes, redrives and throws the kill switch, and lifts nothing.</summary>
    public const string OperatorRole = "those of OperatorRole";

    /// <summary>What both roles for people may do: they read the same.</summary>
    public const string EitherRole = "those of OperatorRole or ReleaseRole";

    private readonly Option<string> _endpoint = new("--endpoint")
    {
        HelpName = "URL",
        Description = "An AWS endpoint instead of AWS itself.",
    };

    private readonly Option<string> _region = new("--region") { HelpName = "REGION", Description = "Region of the installation." };
    private readonly Option<string> _profile = new("--profile") { HelpName = "NAME" };

    private readonly Option<string> _format = new("--format")
    {
        Description = "text, or json: one object a line.",
        DefaultValueFactory = static _ => "text",
    };

    /// <param name="needs">Which credentials the command needs; follows "Profile with the credentials; ".</param>
    public AwsOptions(Command command, string needs)
    {
        _profile.Description = $"Profile with the credentials; {needs}.";
        _format.AcceptOnlyFromAmong("text", "json");
        foreach (var option in (Option[])[_format, _endpoint, _profile, _region]) command.Options.Add(option);
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_format) == "json";

    /// <summary>True for an endpoint on this machine that is named on the command line: nobody can be harmed there.</summary>
    public bool IsLocal(ParseResult parsed) => AmbientAws.Endpoint(parsed.GetValue(_endpoint)) is { IsLoopback: true };

    /// <summary>True if one of the options says where an installation is; without any of them, perhaps none is meant.</summary>
    public bool IsGiven(ParseResult parsed) =>
        (parsed.GetValue(_endpoint) ?? parsed.GetValue(_region) ?? parsed.GetValue(_profile)) is not null;

    /// <param name="region">Used instead of the option's value; null: the option's value.</param>
    public AwsClients ClientsOf(ParseResult parsed, string? region, Surroundings surroundings) =>
        AmbientAws.Clients(
            surroundings, AmbientAws.Endpoint(parsed.GetValue(_endpoint)), region ?? parsed.GetValue(_region), parsed.GetValue(_profile));

    public AwsClients Clients(ParseResult parsed, ResponderOptions options, Surroundings surroundings) => AmbientAws.Clients(
        surroundings, AmbientAws.Endpoint(parsed.GetValue(_endpoint)) ?? options.EndpointUrl, parsed.GetValue(_region),
        parsed.GetValue(_profile));
}
