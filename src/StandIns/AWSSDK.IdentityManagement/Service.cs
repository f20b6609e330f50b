using Amazon.IdentityManagement;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Endpoints.StandardLibrary;

namespace Responder.StandIn;

internal static class Service
{
    public const string Name = "Amazon.IdentityManagement";

    public const string Id = "IAM";

    public const string Version = "2010-05-08";

    public const string EndpointPrefix = "iam";

    /// <summary>IAM is global: one endpoint and one signing region for each partition.</summary>
    public static Endpoint Resolve(string region, Partition partition, bool fips, bool dualStack)
    {
        var prefix = fips ? "iam-fips" : "iam";
        var suffix = dualStack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
        var home = partition.name == "aws-cn" && !fips ? "cn-north-1" : partition.implicitGlobalRegion;
        var host = (partition.name, fips, dualStack) switch
        {
            ("aws", _, true) or ("aws-cn", false, true) => $"{prefix}.global.{suffix}",
            ("aws-us-gov", _, _) => $"iam.us-gov.{suffix}",
            ("aws-iso" or "aws-iso-b", _, false) => $"{prefix}.{home}.{suffix}",
            ("aws-cn" or "aws-iso-e" or "aws-iso-f" or "aws-eusc", false, false) => $"iam.{home}.{suffix}",
            _ => $"{prefix}.{suffix}",
        };
        return new Endpoint($"https://{host}", $$"""{"authSchemes":[{"name":"sigv4","signingRegion":"{{home}}"}]}""", "{}");
    }

    public static AmazonServiceException Error(string code, ErrorResponse error) => code switch
    {
        "ConcurrentModification" =>
            new ConcurrentModificationException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "DeleteConflict" =>
            new DeleteConflictException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "EntityAlreadyExists" =>
            new EntityAlreadyExistsException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "EntityTemporarilyUnmodifiable" =>
            new EntityTemporarilyUnmodifiableException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "InvalidInput" =>
            new InvalidInputException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "LimitExceeded" =>
            new LimitExceededException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "MalformedPolicyDocument" =>
            new MalformedPolicyDocumentException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "NoSuchEntity" =>
            new NoSuchEntityException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "PolicyNotAttachable" =>
            new PolicyNotAttachableException(
                error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "ServiceFailure" =>
            new ServiceFailureException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        "UnmodifiableEntity" =>
            new UnmodifiableEntityException(error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
        _ => new AmazonIdentityManagementServiceException(
            error.Message, error.InnerException, error.Type, error.Code, error.RequestId, error.StatusCode),
    };
}
