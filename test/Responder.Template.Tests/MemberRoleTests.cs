using System.Text.Json.Nodes;
using Responder.Aws;
using Responder.Settings;

namespace Responder.Template.Tests;

/// <summary>
/// The responder may do the same in a member account as at home: infra/member-role.yaml repeats the statements of template.yaml.
/// </summary>
public sealed class MemberRoleTests
{
    private static readonly JsonObject s_stack = SamTemplate.Read(Repository.PathOf("infra", "member-role.yaml"));

    [Fact]
    public void The_containment_role_has_the_statements_of_the_function()
    {
        // records stay at home, so their statement is not repeated
        var home = Statements(SamTemplate.Resource("IamFunctionRole"), "Contain")
            .Where(static s => (string?)s["Sid"] != "WriteUndoDataAndBudget");
        Assert.Equal(
            Texts(home)
            .Select(static text => text.Replace("role/${AWS::StackName}-*", "role/${MemberRoleName}*", StringComparison.Ordinal)),
            Texts(Statements(Resource("ContainmentRole"), "Contain")));
        var reading = SamTemplate.Properties("RoleReadingPolicy")["PolicyDocument"]!["Statement"]!.AsArray()
            .Select(static s => s!.AsObject());
        Assert.Equal(Texts(reading), Texts(Statements(Resource("ContainmentRole"), "ReadRoles")));
    }

    [Theory]
    [InlineData("ContainKeysPolicy")]
    [InlineData("ContainRolesPolicy")]
    [InlineData("ContainGroupsPolicy")]
    public void Further_actions_are_allowed_by_the_same_parameters(string policy)
    {
        var (home, member) = (SamTemplate.Resource(policy), Resource(policy));
        Assert.Equal((string?)home["Condition"], (string?)member["Condition"]);
        Assert.True(
            JsonNode.DeepEquals(
                SamTemplate.Root["Conditions"]![(string)home["Condition"]!], s_stack["Conditions"]![(string)member["Condition"]!]));
        Assert.Equal("ContainmentRole", (string?)member["Properties"]!["Roles"]![0]!["Ref"]);
        Assert.True(JsonNode.DeepEquals(home["Properties"]!["PolicyDocument"], member["Properties"]!["PolicyDocument"]));
    }

    [Fact]
    public void The_role_of_releases_has_the_statements_of_the_release_role() => Assert.Equal(
        Texts(Statements(SamTemplate.Resource("ReleaseRole"), "Release")
            .Where(static s => ((string)s["Sid"]!)
            .StartsWith("Restore", StringComparison.Ordinal) || (string)s["Sid"]! == "ReadEventHistory")),
        Texts(Statements(Resource("ContainmentReleaseRole"), "Release")));

    [Fact]
    public void Each_trusts_exactly_one_role_at_home()
    {
        Assert.Equal("FunctionRoleArn", Trusted("ContainmentRole"));
        Assert.Equal("ReleaseRoleArn", Trusted("ContainmentReleaseRole"));
        foreach (var name in (string[])["FunctionRoleArn", "ReleaseRoleArn"])
            Assert.DoesNotMatch((string)s_stack["Parameters"]![name]!["AllowedPattern"]!, "arn:aws:iam::123456789012:root");
    }

    /// <summary>The role names are those that the code uses and the template allows.</summary>
    [Fact]
    public void Names_are_those_that_the_responder_assumes()
    {
        var options = new ResponderOptions();
        Assert.Equal(options.MemberRoleName, (string?)SamTemplate.Root["Parameters"]!["MemberRoleName"]!["Default"]);
        Assert.Equal(options.MemberRoleName, (string?)s_stack["Parameters"]!["MemberRoleName"]!["Default"]);
        Assert.Equal(
            options.MemberReleaseRoleName, ((string)Resource("ContainmentReleaseRole")["Properties"]!["RoleName"]!["Fn::Sub"]!)
            .Replace("${MemberRoleName}", options.MemberRoleName, StringComparison.Ordinal));
        Allows("MemberContainmentPolicy", "IamFunctionRole", "${MemberRoleName}");
        Allows("MemberReleasePolicy", "ReleaseRole", "${MemberRoleName}-release");

        static void Allows(string policy, string role, string name)
        {
            var resource = SamTemplate.Resource(policy);
            Assert.Equal("HasMembers", (string?)resource["Condition"]);
            Assert.Equal(role, (string?)Assert.Single(resource["Properties"]!["Roles"]!.AsArray())!["Ref"]);
            var statement = Assert.Single(resource["Properties"]!["PolicyDocument"]!["Statement"]!.AsArray())!;
            Assert.Equal(IamAccounts.Permissions, [(string)statement["Action"]!]);
            Assert.Equal("arn:${AWS::Partition}:iam::*:role/" + name, (string?)statement["Resource"]!["Fn::Sub"]);
            // only in the listed accounts
            Assert.Equal("MemberAccountIds", (string?)statement["Condition"]!["StringEquals"]!["aws:ResourceAccount"]!["Ref"]);
        }
    }

    private static JsonObject Resource(string name) => s_stack["Resources"]![name]!.AsObject();

    private static string? Trusted(string role) =>
        (string?)Assert.Single(Resource(role)["Properties"]!["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!["Principal"]!["AWS"]![
            "Ref"];

    private static IEnumerable<JsonObject> Statements(JsonObject role, string policy) =>
        role["Properties"]!["Policies"]!.AsArray()
            .Single(p => (string?)p!["PolicyName"] == policy)!["PolicyDocument"]!["Statement"]!.AsArray().Select(static s => s!.AsObject());

    private static IEnumerable<string> Texts(IEnumerable<JsonObject> statements) => statements.Select(static s => s.ToJsonString());
}
