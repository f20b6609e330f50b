using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleNotificationService;

namespace StandIns.Tests;

/// <summary>Clients of the two stand-ins and of an official package, all with the same configuration.</summary>
internal static class Clients
{
    public static readonly AWSCredentials Credentials = new BasicAWSCredentials(
        "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

    public static AmazonIdentityManagementServiceClient Iam(
        string url, Action<ClientConfig>? configure = null, AWSCredentials? credentials = null) =>
        new(credentials ?? Credentials, Config<AmazonIdentityManagementServiceConfig>(url, configure));

    public static AmazonSimpleNotificationServiceClient Sns(
        string url, Action<ClientConfig>? configure = null, AWSCredentials? credentials = null) =>
        new(credentials ?? Credentials, Config<AmazonSimpleNotificationServiceConfig>(url, configure));

    public static AmazonSecurityTokenServiceClient Sts(string url, Action<ClientConfig>? configure = null) =>
        new(Credentials, Config<AmazonSecurityTokenServiceConfig>(url, configure));

    private static T Config<T>(string url, Action<ClientConfig>? configure) where T : ClientConfig, new()
    {
        var config = new T { ServiceURL = url, AuthenticationRegion = "eu-central-1" };
        configure?.Invoke(config);
        return config;
    }
}
