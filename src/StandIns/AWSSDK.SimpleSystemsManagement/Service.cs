using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Responder.StandIn;

internal static class Service
{
    public const string Name = "Amazon.SimpleSystemsManagement";

    public const string Id = "SSM";

    public const string Version = "2014-11-06";

    public const string EndpointPrefix = "ssm";

    public const string Target = "AmazonSSM";

    public static Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack) =>
        EndpointProvider.Regional(region, partition, fips && (dualStack || partition.name != "aws-us-gov"), dualStack);

    public static AmazonServiceException Error(string code, ErrorResponse error) => code switch
    {
        "HierarchyLevelLimitExceededException" =>
            new HierarchyLevelLimitExceededException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "HierarchyTypeMismatchException" =>
            new HierarchyTypeMismatchException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "IncompatiblePolicyException" =>
            new IncompatiblePolicyException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InternalServerError" =>
            new InternalServerErrorException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidAllowedPatternException" =>
            new InvalidAllowedPatternException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidFilterKey" =>
            new InvalidFilterKeyException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidFilterOption" =>
            new InvalidFilterOptionException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidFilterValue" =>
            new InvalidFilterValueException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidKeyId" =>
            new InvalidKeyIdException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidNextToken" =>
            new InvalidNextTokenException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidPolicyAttributeException" =>
            new InvalidPolicyAttributeException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidPolicyTypeException" =>
            new InvalidPolicyTypeException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidResourceId" =>
            new InvalidResourceIdException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidResourceType" =>
            new InvalidResourceTypeException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterAlreadyExists" =>
            new ParameterAlreadyExistsException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterLimitExceeded" =>
            new ParameterLimitExceededException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterMaxVersionLimitExceeded" =>
            new ParameterMaxVersionLimitExceededException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterNotFound" =>
            new ParameterNotFoundException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterPatternMismatchException" =>
            new ParameterPatternMismatchException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ParameterVersionNotFound" =>
            new ParameterVersionNotFoundException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "PoliciesLimitExceededException" =>
            new PoliciesLimitExceededException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "TooManyTagsError" =>
            new TooManyTagsErrorException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "TooManyUpdates" =>
            new TooManyUpdatesException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "UnsupportedParameterType" =>
            new UnsupportedParameterTypeException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        _ => new AmazonSimpleSystemsManagementException(
            error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
    };
}
