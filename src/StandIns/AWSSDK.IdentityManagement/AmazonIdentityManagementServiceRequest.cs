using Amazon.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>The base of all requests to the service.</summary>
public class AmazonIdentityManagementServiceRequest : AmazonWebServiceRequest;
