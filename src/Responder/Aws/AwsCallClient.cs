using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.Util.Internal;

namespace Responder.Aws;

/// <summary>A client on the AWSSDK.Core pipeline for any service.</summary>
internal sealed class AwsCallClient : AmazonServiceClient
{
    private AwsCallClient(AwsCallConfig config) : base(config)
    {
    }

    private AwsCallClient(AWSCredentials credentials, AwsCallConfig config) : base(credentials, config)
    {
    }

    // Read while the base class is constructed, when nothing of this class is set yet.
    protected override IServiceMetadata ServiceMetadata => new Metadata(((AwsCallConfig)Config).ServiceName);

    /// <param name="clients">Endpoint, region, credentials and time-outs, as for every other client.</param>
    public static AwsCallClient Create(AwsService service, AwsClients clients)
    {
        var config = clients.Configured(new AwsCallConfig(service));
        if (service.IsGlobal) config.AuthenticationRegion = AwsCallConfig.GlobalRegion(clients.Region);
        return clients.Credentials is null ? new AwsCallClient(config) : new AwsCallClient(clients.Credentials, config);
    }

    public Task<AwsCallAnswer> SendAsync(AwsCallRequest request, CancellationToken cancellationToken) => InvokeAsync<AwsCallAnswer>(
        request,
        new InvokeOptions
        {
            RequestMarshaller = AwsCallMarshaller.Instance,
            ResponseUnmarshaller = request.Unmarshaller,
        },
        cancellationToken);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.AddHandlerAfter<Marshaller>(new EndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new AuthSchemes());
    }

    private sealed class Metadata(string id) : IServiceMetadata
    {
        public string ServiceId => id;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class AuthSchemes : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    internal sealed class EndpointResolver : BaseEndpointResolver
    {
        protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters) =>
            InjectHostPrefix(executionContext.RequestContext);

        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext)
        {
            var config = requestContext.ClientConfig;
            return new EndpointParameters { ["Region"] = config.RegionEndpoint?.SystemName, ["Endpoint"] = config.ServiceURL };
        }
    }
}

internal sealed class AwsCallConfig : ClientConfig
{
    private readonly AwsService _service;

    public AwsCallConfig(AwsService service) : base(new StandardMode())
    {
        _service = service;
        ServiceId = service.Id;
        AuthenticationServiceName = service.Endpoint;
        EndpointProvider = new Endpoints(service);
    }

    public string ServiceName => _service.Id;

    public override string RegionEndpointServiceName => _service.Endpoint;

    public override string ServiceVersion => _service.Version;

    public override string UserAgent =>
        InternalSDKUtils.BuildUserAgentString(_service.Id, typeof(AwsCallConfig).Assembly.GetName().Version!.ToString(3));

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        var context = new RequestContext(false)
        {
            ClientConfig = this,
            OriginalRequest = parameters.Request,
            Request = new DefaultRequest(parameters.Request, _service.Id) { AlternateEndpoint = parameters.AlternateEndpoint },
        };
        return new AwsCallClient.EndpointResolver().GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(context, null));
    }

    /// <summary>The region for which calls of a global service are signed: one in each partition.</summary>
    public static string GlobalRegion(string? region) => region switch
    {
        not null when region.StartsWith("cn-", StringComparison.Ordinal) => "cn-north-1",
        not null when region.StartsWith("us-gov-", StringComparison.Ordinal) => "us-gov-west-1",
        _ => "us-east-1",
    };

    private sealed class StandardMode : IDefaultConfigurationProvider
    {
        // AwsClients overrides these time-outs.
        private static readonly DefaultConfiguration s_standard = new()
        {
            Name = DefaultConfigurationMode.Standard,
            RetryMode = RequestRetryMode.Standard,
            S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
            ConnectTimeout = TimeSpan.FromSeconds(3.1),
            TlsNegotiationTimeout = TimeSpan.FromSeconds(3.1),
        };

        public IDefaultConfiguration GetDefaultConfiguration(
            RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) => s_standard;
    }

    /// <summary>
    /// The endpoint that was given, or else <c>prefix.region.suffix-of-the-partition</c>; of a global service the one host of the
    /// partition.
    /// </summary>
    private sealed class Endpoints(AwsService service) : IEndpointProvider
    {
        public Endpoint ResolveEndpoint(EndpointParameters parameters)
        {
            if (parameters["Endpoint"] is string { Length: > 0 } custom) return new Endpoint(custom);
            if (parameters["Region"] is not string { Length: > 0 } region) throw new AmazonClientException("no region");
            var place = !service.IsGlobal ? region + "." : GlobalRegion(region) switch
            {
                "us-east-1" => "",
                "us-gov-west-1" => "us-gov.",
                var other => other + ".",
            };
            return new Endpoint($"https://{service.Endpoint}.{place}{Fn.Partition(region).dnsSuffix}");
        }
    }
}
