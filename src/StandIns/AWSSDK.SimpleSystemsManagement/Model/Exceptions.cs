using System.Net;
using Amazon.Runtime;

namespace Amazon.SimpleSystemsManagement.Model;

public class HierarchyLevelLimitExceededException : AmazonSimpleSystemsManagementException
{
    public HierarchyLevelLimitExceededException(string message) : base(message)
    {
    }

    public HierarchyLevelLimitExceededException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public HierarchyLevelLimitExceededException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public HierarchyLevelLimitExceededException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class HierarchyTypeMismatchException : AmazonSimpleSystemsManagementException
{
    public HierarchyTypeMismatchException(string message) : base(message)
    {
    }

    public HierarchyTypeMismatchException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public HierarchyTypeMismatchException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public HierarchyTypeMismatchException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InternalServerErrorException : AmazonSimpleSystemsManagementException
{
    public InternalServerErrorException(string message) : base(message)
    {
    }

    public InternalServerErrorException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InternalServerErrorException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InternalServerErrorException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidAllowedPatternException : AmazonSimpleSystemsManagementException
{
    public InvalidAllowedPatternException(string message) : base(message)
    {
    }

    public InvalidAllowedPatternException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidAllowedPatternException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidAllowedPatternException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidFilterKeyException : AmazonSimpleSystemsManagementException
{
    public InvalidFilterKeyException(string message) : base(message)
    {
    }

    public InvalidFilterKeyException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidFilterKeyException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidFilterKeyException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidFilterOptionException : AmazonSimpleSystemsManagementException
{
    public InvalidFilterOptionException(string message) : base(message)
    {
    }

    public InvalidFilterOptionException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidFilterOptionException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidFilterOptionException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidFilterValueException : AmazonSimpleSystemsManagementException
{
    public InvalidFilterValueException(string message) : base(message)
    {
    }

    public InvalidFilterValueException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidFilterValueException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidFilterValueException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidKeyIdException : AmazonSimpleSystemsManagementException
{
    public InvalidKeyIdException(string message) : base(message)
    {
    }

    public InvalidKeyIdException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidKeyIdException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidKeyIdException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidNextTokenException : AmazonSimpleSystemsManagementException
{
    public InvalidNextTokenException(string message) : base(message)
    {
    }

    public InvalidNextTokenException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidNextTokenException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidNextTokenException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidResourceIdException : AmazonSimpleSystemsManagementException
{
    public InvalidResourceIdException(string message) : base(message)
    {
    }

    public InvalidResourceIdException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidResourceIdException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidResourceIdException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class InvalidResourceTypeException : AmazonSimpleSystemsManagementException
{
    public InvalidResourceTypeException(string message) : base(message)
    {
    }

    public InvalidResourceTypeException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public InvalidResourceTypeException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public InvalidResourceTypeException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class TooManyTagsErrorException : AmazonSimpleSystemsManagementException
{
    public TooManyTagsErrorException(string message) : base(message)
    {
    }

    public TooManyTagsErrorException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public TooManyTagsErrorException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public TooManyTagsErrorException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class TooManyUpdatesException : AmazonSimpleSystemsManagementException
{
    public TooManyUpdatesException(string message) : base(message)
    {
    }

    public TooManyUpdatesException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public TooManyUpdatesException(string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public TooManyUpdatesException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}

public class UnsupportedParameterTypeException : AmazonSimpleSystemsManagementException
{
    public UnsupportedParameterTypeException(string message) : base(message)
    {
    }

    public UnsupportedParameterTypeException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public UnsupportedParameterTypeException(
        string message, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, errorType, errorCode, requestId, statusCode)
    {
    }

    public UnsupportedParameterTypeException(
        string message, Exception innerException, ErrorType errorType, string errorCode, string requestId, HttpStatusCode statusCode)
        : base(message, innerException, errorType, errorCode, requestId, statusCode)
    {
    }
}
