using System.CommandLine;
using Responder.Aws;
using Responder.Cli.Terminal;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>How paths that begin with s3:// are reached.</summary>
/// <param name="Endpoint">Null: AWS itself.</param>
/// <param name="Profile">Null: the ambient credentials.</param>
internal sealed record S3Access(Uri? Endpoint, string? Profile)
{
    /// <exception cref="UsageException">There is no region, or no such profile.</exception>
    public AwsClients Clients(Surroundings surroundings) => AmbientAws.Clients(surroundings, Endpoint, region: null, Profile);
}

/// <summary>
/// The options of commands that use AWS only to read logs in buckets. Their `--region` filters the logs; the client's region comes from the
/// profile or AWS_REGION.
/// </summary>
internal sealed class S3Options
{
    private readonly Option<string> _endpoint = new("--endpoint")
    {
        HelpName = "URL",
        Description = "The endpoint for s3:// paths instead of AWS.",
    };
    private readonly Option<string> _profile = new("--profile")
    {
        HelpName = "NAME",
        Description = "Profile with the credentials and region for s3:// paths.",
    };

    /// <param name="elsewhere">An option with which the command asks AWS instead of logs; null: there is none.</param>
    public S3Options(Command command, Argument<string[]> paths, Option<string>? elsewhere)
    {
        foreach (var option in (Option<string>[])[_endpoint, _profile])
        {
            command.Options.Add(option);
            command.Validators.Add(result =>
            {
                if (result.GetValue(option) is not null && result.GetValue(paths)?.Any(S3Place.IsUrl) != true
                    && (elsewhere is null || result.GetValue(elsewhere) is null))
                    result.AddError(option.Name + ": none of the paths begins with s3://");
            });
        }
    }

    public S3Access AccessOf(ParseResult parsed) => new(AmbientAws.Endpoint(parsed.GetValue(_endpoint)), parsed.GetValue(_profile));
}
