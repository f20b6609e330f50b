using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Responder.Aws;
using Responder.Logs;

namespace Responder.Cli.Terminal;

/// <summary>The AWS of the environment: credentials and region from variables or a profile, or a local endpoint.</summary>
internal static class AmbientAws
{
    /// <summary>Signs calls to an endpoint on this machine when there are no credentials; it means nothing to AWS.</summary>
    private static readonly BasicAWSCredentials s_dummy = new("AKIAIOSFODNN7EXAMPLE", "local");

    private static readonly string[] s_credentialVariables =
        ["AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI"];

    /// <param name="endpoint">Null: AWS itself.</param>
    /// <exception cref="UsageException">There is no such profile, or no region.</exception>
    public static AwsClients Clients(Surroundings surroundings, Uri? endpoint, string? region = null, string? profile = null)
    {
        var isLocal = endpoint is { IsLoopback: true };
        var profiles = new CredentialProfileStoreChain();
        AWSCredentials? credentials = null;
        if (profile is not null)
        {
            if (!profiles.TryGetAWSCredentials(profile, out credentials))
                throw new UsageException($"--profile: there is no profile {profile}");
        }
        else if (isLocal && !s_credentialVariables.Any(name => Value(surroundings, name) is not null)
            && !profiles.TryGetProfile("default", out _))
        {
            credentials = s_dummy;
        }

        region ??= Value(surroundings, "AWS_REGION") ?? Value(surroundings, "AWS_DEFAULT_REGION");
        if (region is null && profiles.TryGetProfile(profile ?? Value(surroundings, "AWS_PROFILE") ?? "default", out var ambient))
            region = ambient.Region?.SystemName;
        if (region is null && isLocal) region = "us-east-1";
        if (region is null) throw new UsageException("no region: set AWS_REGION or choose a profile that has one");
        return new AwsClients(endpoint, region, credentials);
    }

    /// <summary>Reads the value of `--endpoint`.</summary>
    /// <exception cref="UsageException">The value is not an http or https URL.</exception>
    public static Uri? Endpoint(string? text)
    {
        if (text is null) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            ? url
            : throw new UsageException("--endpoint: expected an http or https URL");
    }

    /// <summary>Account and ARN of the caller, from STS.</summary>
    public static async Task<GetCallerIdentityResponse> CallerAsync(AwsClients clients, CancellationToken cancellationToken)
    {
        var config = clients.Configured(new AmazonSecurityTokenServiceConfig());
        using var sts = clients.Credentials is null
            ? new AmazonSecurityTokenServiceClient(config)
            : new AmazonSecurityTokenServiceClient(clients.Credentials, config);
        return await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken);
    }

    /// <summary>Who acts; "unknown" if STS does not say, which never prevents a release or a containment.</summary>
    /// <param name="otherwise">The consequence if STS does not say; written to standard error.</param>
    public static async Task<(string? Account, string By)> CallerOrUnknownAsync(
        AwsClients clients, Surroundings surroundings, string otherwise, CancellationToken cancellationToken)
    {
        try
        {
            var caller = await CallerAsync(clients, cancellationToken);
            return (caller.Account, caller.Arn);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            surroundings.Error.WriteLine("responder: " + AwsFailure.Describe("GetCallerIdentity", e) + "; " + otherwise);
            return (null, "unknown");
        }
    }

    private static string? Value(Surroundings surroundings, string name) => surroundings.Environment(name)?.Trim() is { Length: > 0 } value
        ? value
        : null;
}
