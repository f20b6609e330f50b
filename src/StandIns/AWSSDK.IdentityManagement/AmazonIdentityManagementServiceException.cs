using System.Net;
using Amazon.Runtime;

namespace Amazon.IdentityManagement;

/// <summary>What the service answered when the operation declares no type of its own for it.</summary>
public class AmazonIdentityManagementServiceException : AmazonServiceException
{
    public AmazonIdentityManagementServiceException(string message) : base(message)
    {
    }

    public AmazonIdentityManagementServiceException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public AmazonIdentityManagementServiceException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public AmazonIdentityManagementServiceException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}
