using Amazon.Runtime;

namespace Amazon.SimpleSystemsManagement;

/// <summary>The base of all requests to the service.</summary>
public class AmazonSimpleSystemsManagementRequest : AmazonWebServiceRequest;
