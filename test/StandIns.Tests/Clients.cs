using Amazon.IdentityManagement;
using Amazon.KeyManagementService;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SimpleNotificationService;
using Amazon.SimpleSystemsManagement;

namespace StandIns.Tests;

/// <summary>Clients of the three stand-ins and of two official packages, all with the same configuration.</summary>
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

    public static AmazonSimpleSystemsManagementClient Ssm(
        string url, Action<ClientConfig>? configure = null, AWSCredentials? credentials = null) =>
        new(credentials ?? Credentials, Config<AmazonSimpleSystemsManagementConfig>(url, configure));

    public static AmazonSecurityTokenServiceClient Sts(string url, Action<ClientConfig>? configure = null) =>
        new(Credentials, Config<AmazonSecurityTokenServiceConfig>(url, configure));

    public static AmazonKeyManagementServiceClient Kms(string url, Action<ClientConfig>? configure = null) =>
        new(Credentials, Config<AmazonKeyManagementServiceConfig>(url, configure));

    private static T Config<T>(string url, Action<ClientConfig>? configure) where T : ClientConfig, new()
    {
        var config = new T { ServiceURL = url, AuthenticationRegion = "eu-central-1" };
        configure?.Invoke(config);
        return config;
    }
}
