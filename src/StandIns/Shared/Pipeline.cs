using System.Collections.ObjectModel;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.Util;
using Amazon.Util.Internal;

namespace Responder.StandIn;

// Compiled into every service stand-in: what each AWSSDK service package adds to the pipeline of AWSSDK.Core.
// Each assembly describes itself in a static class Service: Name, Id, Version, EndpointPrefix, Resolve, Error.

/// <summary>A request that can write itself on its service's wire and knows the error codes that its operation declares.</summary>
internal interface IOperationInput<in TWriter>
{
    void Write(TWriter writer);

    /// <summary>The declared error codes, separated by spaces; any other code becomes the service's base exception.</summary>
    string Errors { get; }
}

internal static class Pipeline
{
    public static readonly string UserAgent = InternalSDKUtils.BuildUserAgentString(Service.Id, "0.1.0-standin");

    /// <summary>The handlers that every service client adds, in the order in which the official ones stand.</summary>
    public static void Customize(RuntimePipeline pipeline)
    {
        pipeline.AddHandlerAfter<Marshaller>(new EndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new AuthSchemeHandler());
    }

    public static Endpoint DetermineEndpoint(ClientConfig config, ServiceOperationEndpointParameters parameters)
    {
        var context = new RequestContext(false)
        {
            ClientConfig = config,
            OriginalRequest = parameters.Request,
            Request = new DefaultRequest(parameters.Request, Service.Id) { AlternateEndpoint = parameters.AlternateEndpoint },
        };
        return new EndpointResolver().GetEndpoint(new Amazon.Runtime.Internal.ExecutionContext(context, null));
    }

    /// <summary>The operation a request belongs to: its type name without the suffix, as all request types are named.</summary>
    public static string Operation(string requestTypeName) => requestTypeName[..^"Request".Length];

    /// <summary>The exception of one error: a subtype where the operation declares the code, else the service's base exception.</summary>
    public static AmazonServiceException Error(ErrorResponse error, string declared)
    {
        // A foreign body (a proxy's page) carries no code; the base exception then has what there is.
        var isDeclared = error.Code is not null && declared.Split(' ').Contains(error.Code);
        return Service.Error(isDeclared ? error.Code : "", error);
    }
}

internal sealed class ServiceMetadata : IServiceMetadata
{
    public static readonly ServiceMetadata Instance = new();

    public string ServiceId => Service.Id;

    public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
}

/// <summary>The defaults modes, with the timeouts that all AWSSDK 4 service packages ship.</summary>
internal static class Defaults
{
    public static readonly ReadOnlyCollection<IDefaultConfiguration> Configurations = new(
    [
        Mode(DefaultConfigurationMode.Standard, 3.1),
        Mode(DefaultConfigurationMode.InRegion, 1.1),
        Mode(DefaultConfigurationMode.CrossRegion, 3.1),
        Mode(DefaultConfigurationMode.Mobile, 30),
        Mode(DefaultConfigurationMode.Auto, 1.1),
    ]);

    private static IDefaultConfiguration Mode(DefaultConfigurationMode name, double connectSeconds) => new DefaultConfiguration
    {
        Name = name,
        RetryMode = RequestRetryMode.Standard,
        S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
        ConnectTimeout = TimeSpan.FromSeconds(connectSeconds),
        TlsNegotiationTimeout = TimeSpan.FromSeconds(connectSeconds),
    };
}

internal sealed class AuthSchemeHandler : BaseAuthResolverHandler
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
        var region = requestContext.Request.AlternateEndpoint?.SystemName ?? config.RegionEndpoint?.SystemName;
        if (region is null && !string.IsNullOrEmpty(config.ServiceURL))
            region = RegionEndpoint.GetBySystemName(AWSSDKUtils.DetermineRegion(config.ServiceURL)).SystemName;
        return new EndpointParameters
        {
            ["Region"] = region,
            ["UseDualStack"] = config.UseDualstackEndpoint,
            ["UseFIPS"] = config.UseFIPSEndpoint,
            ["Endpoint"] = config.ServiceURL,
        };
    }
}

/// <summary>The endpoint rules that all services share; what differs by service is <c>Service.Resolve</c>.</summary>
internal sealed class EndpointProvider : IEndpointProvider
{
    /// <exception cref="AmazonClientException">The configuration names no endpoint.</exception>
    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        var region = (string)parameters["Region"];
        var fips = (bool)parameters["UseFIPS"];
        var dualStack = (bool)parameters["UseDualStack"];
        if (parameters["Endpoint"] is string { Length: > 0 } custom)
        {
            if (fips)
                throw new AmazonClientException("Invalid Configuration: FIPS and custom endpoint are not supported");
            if (dualStack)
                throw new AmazonClientException("Invalid Configuration: Dualstack and custom endpoint are not supported");
            return new Endpoint(custom);
        }

        if (region is null)
            throw new AmazonClientException("Invalid Configuration: Missing Region");
        var partition = Fn.Partition(region);
        if (fips && dualStack && !(partition.supportsFIPS && partition.supportsDualStack))
            throw new AmazonClientException("FIPS and DualStack are enabled, but this partition does not support one or both");
        if (fips && !partition.supportsFIPS)
            throw new AmazonClientException("FIPS is enabled but this partition does not support FIPS");
        if (dualStack && !partition.supportsDualStack)
            throw new AmazonClientException("DualStack is enabled but this partition does not support DualStack");
        return Service.Resolve(region, partition, fips, dualStack);
    }

    /// <summary>The endpoint of a regional service: <c>prefix[-fips].region.suffix-of-the-partition</c>.</summary>
    public static Endpoint Regional(string region, Partition partition, bool fips, bool dualStack) => new(
        $"https://{Service.EndpointPrefix}{(fips ? "-fips" : "")}.{region}."
            + $"{(dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix)}");
}
