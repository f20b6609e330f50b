using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Responder.StandIn;

namespace Amazon.SimpleNotificationService;

public class AmazonSimpleNotificationServiceConfig : ClientConfig
{
    public AmazonSimpleNotificationServiceConfig() : base(new DefaultConfigurationProvider(Defaults.Configurations))
    {
        ServiceId = Service.Id;
        AuthenticationServiceName = Service.EndpointPrefix;
        EndpointProvider = new EndpointProvider();
    }

    public override string RegionEndpointServiceName => Service.EndpointPrefix;

    public override string ServiceVersion => Service.Version;

    public override string UserAgent => Pipeline.UserAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        Pipeline.DetermineEndpoint(this, parameters);
}
