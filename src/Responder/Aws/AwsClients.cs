using Amazon;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleNotificationService;
using Amazon.SimpleSystemsManagement;

namespace Responder.Aws;

/// <summary>
/// Creates the AWS clients, each with its own time-out and, where one is given, its own endpoint. The endpoint is set on the client, so
/// that no environment variable or profile can turn a sample on a real account.
/// </summary>
/// <param name="ServiceUrl">An endpoint for every call; null: AWS.</param>
/// <param name="Region">Region to sign for; null: the ambient one.</param>
/// <param name="Credentials">Null: the ambient credentials.</param>
public sealed record AwsClients(Uri? ServiceUrl = null, string? Region = null, AWSCredentials? Credentials = null)
{
    /// <value>
    /// The time-out of one attempt of one call. The default is 2 seconds; the SDK sets none, so a call that hangs would cost three times
    /// 100 seconds.
    /// </value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <value>Retries of one call. The default is 2.</value>
    public int MaxErrorRetry { get; init; } = 2;

    /// <value>Creates the HTTP clients; null: the SDK does.</value>
    public HttpClientFactory? HttpClients { get; init; }

    /// <value>Learns AWS's time from IAM's answers; null: nobody asks.</value>
    public AwsTime? Time { get; init; }

    public IAmazonIdentityManagementService Iam()
    {
        var config = Configured(new AmazonIdentityManagementServiceConfig());
        var client = Credentials is null
            ? new AmazonIdentityManagementServiceClient(config)
            : new AmazonIdentityManagementServiceClient(Credentials, config);
        Time?.Follow(client);
        return client;
    }

    public IAmazonSimpleNotificationService Sns()
    {
        var config = Configured(new AmazonSimpleNotificationServiceConfig());
        return Credentials is null
            ? new AmazonSimpleNotificationServiceClient(config)
            : new AmazonSimpleNotificationServiceClient(Credentials, config);
    }

    public IAmazonSimpleSystemsManagement Ssm()
    {
        var config = Configured(new AmazonSimpleSystemsManagementConfig());
        return Credentials is null
            ? new AmazonSimpleSystemsManagementClient(config)
            : new AmazonSimpleSystemsManagementClient(Credentials, config);
    }

    public IAmazonSecurityTokenService Sts()
    {
        var config = Configured(new AmazonSecurityTokenServiceConfig());
        return Credentials is null
            ? new AmazonSecurityTokenServiceClient(config)
            : new AmazonSecurityTokenServiceClient(Credentials, config);
    }

    /// <summary>Applies the same settings to any client configuration.</summary>
    public T Configured<T>(T config) where T : ClientConfig
    {
        config.Timeout = CallTimeout;
        config.MaxErrorRetry = MaxErrorRetry;
        config.RetryMode = RequestRetryMode.Standard;
        if (HttpClients is not null) config.HttpClientFactory = HttpClients;
        if (ServiceUrl is not null)
        {
            config.ServiceURL = ServiceUrl.ToString();
            config.AuthenticationRegion = Region ?? "us-east-1";
            config.UseHttp = ServiceUrl.Scheme == Uri.UriSchemeHttp;
            // A proxy from the environment (HTTP_PROXY) would lead away from this machine.
            if (ServiceUrl.IsLoopback) config.SetWebProxy(new System.Net.WebProxy());
        }
        else if (Region is not null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(Region);
        }

        return config;
    }
}
