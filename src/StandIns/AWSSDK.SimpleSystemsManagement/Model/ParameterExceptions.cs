using System.Net;
using Amazon.Runtime;

namespace Amazon.SimpleSystemsManagement.Model;

public class ParameterAlreadyExistsException : AmazonSimpleSystemsManagementException
{
    public ParameterAlreadyExistsException(string message) : base(message)
    {
    }

    public ParameterAlreadyExistsException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterAlreadyExistsException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterAlreadyExistsException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class ParameterLimitExceededException : AmazonSimpleSystemsManagementException
{
    public ParameterLimitExceededException(string message) : base(message)
    {
    }

    public ParameterLimitExceededException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterLimitExceededException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterLimitExceededException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class ParameterMaxVersionLimitExceededException : AmazonSimpleSystemsManagementException
{
    public ParameterMaxVersionLimitExceededException(string message) : base(message)
    {
    }

    public ParameterMaxVersionLimitExceededException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterMaxVersionLimitExceededException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterMaxVersionLimitExceededException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class ParameterNotFoundException : AmazonSimpleSystemsManagementException
{
    public ParameterNotFoundException(string message) : base(message)
    {
    }

    public ParameterNotFoundException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterNotFoundException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterNotFoundException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class ParameterPatternMismatchException : AmazonSimpleSystemsManagementException
{
    public ParameterPatternMismatchException(string message) : base(message)
    {
    }

    public ParameterPatternMismatchException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterPatternMismatchException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterPatternMismatchException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class ParameterVersionNotFoundException : AmazonSimpleSystemsManagementException
{
    public ParameterVersionNotFoundException(string message) : base(message)
    {
    }

    public ParameterVersionNotFoundException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public ParameterVersionNotFoundException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public ParameterVersionNotFoundException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}
