namespace Responder.Events;

/// <summary>What became of the call: it worked, it was refused for lack of permission, or it failed for another reason.</summary>
public enum CallOutcome
{
    Succeeded,
    Refused,
    Failed,
}

/// <summary>Derives the outcome of a call from the errors in the record.</summary>
public static class CallOutcomes
{
    private static readonly string[] s_refusals =
    [
        "AccessDenied", "AccessDeniedException", "AccessDeniedFault", "AccessDeniedForDependencyException", "AccessForbidden",
        "KMSAccessDenied", "KMSAccessDeniedException", "KMSAccessDeniedFault", "KMS.AccessDeniedException", "KmsAccessDenied",
        "KmsAccessDeniedException",
        "CloudHsmAccessDeniedException", "DependencyAccessDeniedException", "EncryptionKeyAccessDeniedException",
        "OpsItemAccessDeniedException", "OrganizationAccessDeniedException",
        "UnauthorizedOperation", "UnauthorizedException", "UnauthorizedAccess", "Unauthorized", "UnauthorizedClientException",
        "UserUnauthorizedException",
        "UnauthorizedError", "UnauthorizedOperationException", "UnauthorizedResourceAccessException",
        "NotAuthorized", "NotAuthorizedException", "AuthorizationError", "AuthorizationErrorException", "AuthFailure",
        "Forbidden", "ForbiddenException", "ForbiddenError", "InsufficientPermissions", "InsufficientPermissionsException",
        "InsufficientPrivilegesException", "VpceAccessDenied",
    ];

    /// <summary>
    /// Error codes that mean "refused for lack of permission"; services also write them after a prefix (<c>Client.</c>,
    /// <c>com.amazon…#</c>). These are whole codes from the service models, because words in a code prove nothing
    /// (AuthorizationPendingException, MethodNotAllowedException). Their case does not count.
    /// </summary>
    public static IReadOnlyList<string> RefusalCodes => s_refusals;

    /// <param name="errorCode">Null when the record has none or an empty one.</param>
    /// <param name="errorMessage">Null when the record has none or an empty one.</param>
    public static CallOutcome Of(string? errorCode, string? errorMessage) =>
        errorCode is null && errorMessage is null ? CallOutcome.Succeeded
        : IsRefusal(errorCode ?? "", errorMessage) ? CallOutcome.Refused
        : CallOutcome.Failed;

    private static bool IsRefusal(string errorCode, string? errorMessage)
    {
        var code = errorCode.AsSpan();
        if (code.StartsWith("Client.", StringComparison.OrdinalIgnoreCase)) code = code["Client.".Length..];
        var hash = code.LastIndexOf('#'); // com.amazon.coral.service#AccessDeniedException
        if (hash >= 0) code = code[(hash + 1)..];
        if (code.Equals("DryRunOperation", StringComparison.OrdinalIgnoreCase)) return false;
        foreach (var refusal in s_refusals)
        {
            if (code.Equals(refusal, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return errorMessage is not null
            && (errorMessage.Contains("is not authorized to perform", StringComparison.OrdinalIgnoreCase)
                || errorMessage.Equals("Failed authentication", StringComparison.OrdinalIgnoreCase));
    }
}
