using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;

namespace Responder.StandIn;

internal static class Service
{
    public const string Name = "Amazon.SimpleNotificationService";

    public const string Id = "SNS";

    public const string Version = "2010-03-31";

    public const string EndpointPrefix = "sns";

    public static Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack) =>
        EndpointProvider.Regional(region, partition, fips && (dualStack || region is not ("us-gov-east-1" or "us-gov-west-1")), dualStack);

    public static AmazonServiceException Error(string code, ErrorResponse error) => code switch
    {
        "AuthorizationError" =>
            new AuthorizationErrorException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ConcurrentAccess" =>
            new ConcurrentAccessException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "EndpointDisabled" =>
            new EndpointDisabledException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InternalError" =>
            new InternalErrorException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidParameter" =>
            new InvalidParameterException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidSecurity" =>
            new InvalidSecurityException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSAccessDenied" =>
            new KMSAccessDeniedException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSDisabled" =>
            new KMSDisabledException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSInvalidState" =>
            new KMSInvalidStateException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSNotFound" =>
            new KMSNotFoundException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSOptInRequired" =>
            new KMSOptInRequiredException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "KMSThrottling" =>
            new KMSThrottlingException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "NotFound" => new NotFoundException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterValueInvalid" =>
            new InvalidParameterValueException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "PlatformApplicationDisabled" =>
            new PlatformApplicationDisabledException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "StaleTag" => new StaleTagException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "TagLimitExceeded" =>
            new TagLimitExceededException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "TagPolicy" =>
            new TagPolicyException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "Throttled" =>
            new ThrottledException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "TopicLimitExceeded" =>
            new TopicLimitExceededException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ValidationException" =>
            new ValidationException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        _ => new AmazonSimpleNotificationServiceException(
            error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
    };
}
