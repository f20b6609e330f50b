using System.Text.Json;
using Amazon;
using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace StandIns.Tests;

// Environment variables belong to the whole process, so these tests run alone and restore what they set.
[Collection(nameof(ProcessEnvironment))]
public class EndpointTests
{
    [Theory]
    [InlineData("us-east-1", false, "https://iam.amazonaws.com/", "https://sns.us-east-1.amazonaws.com/")]
    [InlineData("eu-central-1", false, "https://iam.amazonaws.com/", "https://sns.eu-central-1.amazonaws.com/")]
    [InlineData("us-east-1", true, "https://iam-fips.amazonaws.com/", "https://sns-fips.us-east-1.amazonaws.com/")]
    [InlineData("cn-north-1", false, "https://iam.cn-north-1.amazonaws.com.cn/", "https://sns.cn-north-1.amazonaws.com.cn/")]
    [InlineData("us-gov-west-1", false, "https://iam.us-gov.amazonaws.com/", "https://sns.us-gov-west-1.amazonaws.com/")]
    [InlineData("us-gov-east-1", true, "https://iam.us-gov.amazonaws.com/", "https://sns.us-gov-east-1.amazonaws.com/")]
    public void Each_partition_has_its_endpoints(string region, bool fips, string iam, string sns)
    {
        Assert.Equal(iam, Resolve("iam", region, fips, false).URL);
        Assert.Equal(sns, Resolve("sns", region, fips, false).URL);
    }

    [Theory]
    [InlineData("eu-central-1", "us-east-1")]
    [InlineData("cn-northwest-1", "cn-north-1")]
    [InlineData("us-gov-east-1", "us-gov-west-1")]
    public async Task IAM_is_signed_for_the_home_region_of_its_partition(string region, string home)
    {
        var scope = await SentScopeAsync(
            new AmazonIdentityManagementServiceConfig { RegionEndpoint = RegionEndpoint.GetBySystemName(region) });
        Assert.Equal($"{home}/iam/aws4_request", scope);
    }

    [Fact]
    public void Endpoints_of_every_region_are_those_of_the_service_models()
    {
        var model = JsonDocument.Parse(Python.Run("botocore_models.py", ["boto3"], null, "endpoints")).RootElement;
        var compared = 0;
        foreach (var entry in model.EnumerateArray())
        {
            var (service, region) = (entry.GetProperty("service").GetString()!, entry.GetProperty("region").GetString()!);
            var (fips, dualStack) = (entry.GetProperty("fips").GetBoolean(), entry.GetProperty("dualStack").GetBoolean());
            var expected = entry.GetProperty("url").GetString();
            string? actual = null;
            try
            {
                actual = Resolve(service, region, fips, dualStack).URL.TrimEnd('/');
            }
            catch (AmazonClientException exception)
            {
                Assert.True(
                    expected is null,
                    $"{service} {region} fips={fips} dualStack={dualStack}: {exception.Message}, but the model says {expected}");
            }

            Assert.True(
                expected == actual, $"{service} {region} fips={fips} dualStack={dualStack}: {actual}, but the model says {expected}");
            compared++;
        }

        Assert.True(compared > 300, $"only {compared} endpoints compared");
    }

    [Fact]
    public async Task An_endpoint_in_the_environment_counts_and_the_services_own_counts_more()
    {
        using var general = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        using var own = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        using var environment = new ProcessEnvironment(
            ("AWS_ENDPOINT_URL", general.Url), ("AWS_ENDPOINT_URL_IAM", own.Url), ("AWS_REGION", "eu-central-1"));

        await new AmazonIdentityManagementServiceClient(Clients.Credentials).GetUserAsync(new GetUserRequest());
        Assert.Single(own.Requests);
        await new AmazonSimpleNotificationServiceClient(Clients.Credentials).PublishAsync(new PublishRequest { Message = "m" });
        await new AmazonSecurityTokenServiceClient(Clients.Credentials).GetCallerIdentityAsync(new GetCallerIdentityRequest());
        Assert.Equal(2, general.Requests.Count);
        Assert.All(general.Requests, request => Assert.Contains("/eu-central-1/", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task An_endpoint_set_on_the_client_beats_the_environment()
    {
        using var set = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        using var environment = new ProcessEnvironment(
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), ("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:1"));
        await Clients.Iam(set.Url).GetUserAsync(new GetUserRequest());
        Assert.Single(set.Requests);
    }

    [Fact]
    public async Task FIPS_and_an_own_endpoint_together_are_refused_as_the_STS_client_refuses_them()
    {
        var official = await Assert.ThrowsAnyAsync<AmazonClientException>(
            () => Clients.Sts("http://127.0.0.1:1", config => config.UseFIPSEndpoint = true)
                .GetCallerIdentityAsync(new GetCallerIdentityRequest()));
        var ours = await Assert.ThrowsAnyAsync<AmazonClientException>(
            () => Clients.Iam("http://127.0.0.1:1", config => config.UseFIPSEndpoint = true).GetUserAsync(new GetUserRequest()));
        Assert.Equal(official.Message, ours.Message);
    }

    [Fact]
    public void Defaults_of_the_configuration_are_those_of_the_STS_client()
    {
        var official = new AmazonSecurityTokenServiceConfig { RegionEndpoint = RegionEndpoint.USEast1 };
        foreach (var ours in new ClientConfig[]
        {
            new AmazonIdentityManagementServiceConfig { RegionEndpoint = RegionEndpoint.USEast1 },
            new AmazonSimpleNotificationServiceConfig { RegionEndpoint = RegionEndpoint.USEast1 },
        })
        {
            Assert.Equal(official.RetryMode, ours.RetryMode);
            Assert.Equal(official.MaxErrorRetry, ours.MaxErrorRetry);
            Assert.Equal(official.Timeout, ours.Timeout);
            Assert.Equal(official.ConnectTimeout, ours.ConnectTimeout);
            Assert.Equal(official.DefaultConfigurationMode, ours.DefaultConfigurationMode);
        }
    }

    private static Endpoint Resolve(string service, string region, bool fips, bool dualStack)
    {
        void Set(ClientConfig config)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
            config.UseFIPSEndpoint = fips;
            config.UseDualstackEndpoint = dualStack;
        }

        if (service == "iam")
        {
            var iam = new AmazonIdentityManagementServiceConfig();
            Set(iam);
            return new AmazonIdentityManagementServiceClient(Clients.Credentials, iam)
                .DetermineServiceOperationEndpoint(new GetUserRequest());
        }

        var sns = new AmazonSimpleNotificationServiceConfig();
        Set(sns);
        return new AmazonSimpleNotificationServiceClient(Clients.Credentials, sns)
            .DetermineServiceOperationEndpoint(new PublishRequest());
    }

    /// <summary>The region, service and terminator of the credential scope of a call that never leaves the machine.</summary>
    private static async Task<string> SentScopeAsync(AmazonIdentityManagementServiceConfig config)
    {
        var handler = new Capture();
        config.HttpClientFactory = new CaptureFactory(handler);
        config.MaxErrorRetry = 0;
        await Assert.ThrowsAnyAsync<Exception>(
            () => new AmazonIdentityManagementServiceClient(Clients.Credentials, config).GetUserAsync(new GetUserRequest()));
        var credential = handler.Authorization!.Split("Credential=")[1].Split(',')[0];
        return string.Join('/', credential.Split('/')[2..]);
    }

    private sealed class CaptureFactory(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler);
    }

    private sealed class Capture : HttpMessageHandler
    {
        public string? Authorization { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Authorization = request.Headers.GetValues("Authorization").Single();
            throw new HttpRequestException("captured");
        }
    }
}

/// <summary>
/// Sets environment variables for one test and restores them afterwards; each time, the SDK's cached view of them is reset.
/// </summary>
[CollectionDefinition(nameof(ProcessEnvironment), DisableParallelization = true)]
public sealed class ProcessEnvironment : IDisposable
{
    private readonly List<(string Name, string? Value)> _before = [];

    public ProcessEnvironment() : this([])
    {
    }

    internal ProcessEnvironment(params (string Name, string? Value)[] variables)
    {
        foreach (var (name, value) in variables)
        {
            _before.Add((name, Environment.GetEnvironmentVariable(name)));
            Environment.SetEnvironmentVariable(name, value);
        }

        FallbackInternalConfigurationFactory.Reset();
    }

    public void Dispose()
    {
        foreach (var (name, value) in _before)
            Environment.SetEnvironmentVariable(name, value);
        FallbackInternalConfigurationFactory.Reset();
    }
}
