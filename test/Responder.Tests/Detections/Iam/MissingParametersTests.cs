using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class MissingParametersTests
{
    public static TheoryData<string> PolicyCalls =>
    [
        "PutUserPolicy", "PutRolePolicy", "PutGroupPolicy", "CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion",
        "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy", "CreateRole", "UpdateAssumeRolePolicy",
    ];

    [Theory]
    [MemberData(nameof(PolicyCalls))]
    public void Parameters_too_large_to_be_logged_are_critical(string call)
    {
        Assert.Equal(
            Severity.Critical, Call(call, new { reason = "requestParameters too large", omitted = true, originalSize = 120000 }).Worst());
        Assert.Equal(
            Severity.Critical, Call(call, new { reason = "requestParameters too large", omitted = "true", originalSize = "120000" })
            .Worst());
    }

    [Theory]
    [MemberData(nameof(PolicyCalls))]
    [InlineData("AddUserToGroup")]
    [InlineData("DetachUserPolicy")]
    [InlineData("DeleteUserPolicy")]
    [InlineData("PutUserPermissionsBoundary")]
    public void Parameters_missing_from_a_call_that_worked_are_medium(string call)
    {
        foreach (var request in new object?[]
        {
            null, new { }, "text", 7, Array.Empty<int>(), new { policyArn = (string?)null, policyDocument = "", groupName = "" },
        })
        {
            Assert.Equal(Severity.Medium, Call(call, request).Worst());
        }
    }

    [Theory]
    [MemberData(nameof(PolicyCalls))]
    public void Refused_and_failed_calls_find_nothing_here(string call)
    {
        Assert.Empty(Call(call, null, errorCode: "AccessDenied").IamFindings());
        Assert.Empty(Call(call, new { omitted = true }, errorCode: "NoSuchEntityException").IamFindings());
    }

    [Fact]
    public void Missing_parameters_of_a_service_on_its_own_are_no_finding() =>
        Assert.Empty(
            Call("AttachRolePolicy", null, by: Session("AWSServiceRoleForSSO", "x", "aws-service-role/sso.amazonaws.com/")).IamFindings());
}
