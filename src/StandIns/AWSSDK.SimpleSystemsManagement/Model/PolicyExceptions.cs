using System.Net;
using Amazon.Runtime;

namespace Amazon.SimpleSystemsManagement.Model;

public class IncompatiblePolicyException : AmazonSimpleSystemsManagementException
{
    public IncompatiblePolicyException(string message) : base(message)
    {
    }

    public IncompatiblePolicyException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public IncompatiblePolicyException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public IncompatiblePolicyException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidPolicyAttributeException : AmazonSimpleSystemsManagementException
{
    public InvalidPolicyAttributeException(string message) : base(message)
    {
    }

    public InvalidPolicyAttributeException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidPolicyAttributeException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidPolicyAttributeException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidPolicyTypeException : AmazonSimpleSystemsManagementException
{
    public InvalidPolicyTypeException(string message) : base(message)
    {
    }

    public InvalidPolicyTypeException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidPolicyTypeException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidPolicyTypeException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class PoliciesLimitExceededException : AmazonSimpleSystemsManagementException
{
    public PoliciesLimitExceededException(string message) : base(message)
    {
    }

    public PoliciesLimitExceededException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public PoliciesLimitExceededException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public PoliciesLimitExceededException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}
