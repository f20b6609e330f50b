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
            .Where(static s => (string?)s["Sid"] is not ("WriteUndoDataAndBudget" or "NeverEndQuarantines"));
        Assert.Equal(
            Here(home), Texts(Statements(Resource("ContainmentRole"), "Contain")));
        var reading = SamTemplate.Properties("RoleReadingPolicy")["PolicyDocument"]!["Statement"]!.AsArray()
            .Select(static s => s!.AsObject());
        Assert.Equal(Texts(reading), Texts(Statements(Resource("ContainmentRole"), "ReadRoles")));
    }

    [Theory]
    [InlineData("ContainKeysPolicy")]
    [InlineData("ContainRolesPolicy")]
    [InlineData("ContainGroupsPolicy")]
    [InlineData("ReleaseKeysPolicy", "ContainmentReleaseRole")]
    [InlineData("ReleaseGroupsPolicy", "ContainmentReleaseRole")]
    [InlineData("ReleaseVersionsPolicy", "ContainmentReleaseRole")]
    public void Further_actions_are_allowed_by_the_same_parameters(string policy, string role = "ContainmentRole")
    {
        var (home, member) = (SamTemplate.Resource(policy), Resource(policy));
        Assert.Equal((string?)home["Condition"], (string?)member["Condition"]);
        Assert.True(
            JsonNode.DeepEquals(
                SamTemplate.Root["Conditions"]![(string)home["Condition"]!], s_stack["Conditions"]![(string)member["Condition"]!]));
        Assert.Equal(role, (string?)Assert.Single(member["Properties"]!["Roles"]!.AsArray())!["Ref"]);
        Assert.True(JsonNode.DeepEquals(home["Properties"]!["PolicyDocument"], member["Properties"]!["PolicyDocument"]));
    }

    [Theory]
    [InlineData("ReleaseRole", "ContainmentReleaseRole", "Release")]
    [InlineData("OperatorRole", "ContainmentOperatorRole", "Contain")]
    public void The_roles_of_people_have_the_statements_of_those_at_home(string home, string member, string policy)
    {
        Assert.Equal(Here(Statements(SamTemplate.Resource(home), policy)), Texts(Statements(Resource(member), policy)));
        Assert.Single(Resource(member)["Properties"]!["Policies"]!.AsArray());
    }

    [Fact]
    public void Each_trusts_exactly_one_role_at_home()
    {
        Assert.Equal("FunctionRoleArn", Trusted("ContainmentRole"));
        Assert.Equal("ReleaseRoleArn", Trusted("ContainmentReleaseRole"));
        Assert.Equal("OperatorRoleArn", Trusted("ContainmentOperatorRole"));
        foreach (var name in (string[])["FunctionRoleArn", "ReleaseRoleArn", "OperatorRoleArn"])
            Assert.DoesNotMatch((string)s_stack["Parameters"]![name]!["AllowedPattern"]!, "arn:aws:iam::123456789012:root");
    }

    /// <summary>The role names are those that the code uses and the template allows.</summary>
    [Fact]
    public void Names_are_those_that_the_responder_assumes()
    {
        var options = new ResponderOptions();
        Assert.Equal(options.MemberRoleName, (string?)SamTemplate.Root["Parameters"]!["MemberRoleName"]!["Default"]);
        Assert.Equal(options.MemberRoleName, (string?)s_stack["Parameters"]!["MemberRoleName"]!["Default"]);
        Assert.Equal(options.MemberReleaseRoleName, NameOf("ContainmentReleaseRole", options.MemberRoleName));
        Assert.Equal(options.MemberOperatorRoleName, NameOf("ContainmentOperatorRole", options.MemberRoleName));
        // A role's name has at most 64 characters.
        foreach (var parameters in (JsonNode[])[SamTemplate.Root["Parameters"]!, s_stack["Parameters"]!])
        {
            var pattern = (string)parameters["MemberRoleName"]!["AllowedPattern"]!;
            var longest = new string('r', 64 - "-operator".Length);
            Assert.Matches(pattern, longest);
            Assert.DoesNotMatch(pattern, longest + "r");
            Assert.Equal(64, (options with { MemberRoleName = longest }).MemberOperatorRoleName.Length);
        }

        Allows("MemberContainmentPolicy", "IamFunctionRole", "${MemberRoleName}");
        Allows("MemberReleasePolicy", "ReleaseRole", "${MemberRoleName}-release");
        Allows("MemberOperatorPolicy", "OperatorRole", "${MemberRoleName}-operator");

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

    private static string NameOf(string role, string memberRoleName) => ((string)Resource(role)["Properties"]!["RoleName"]!["Fn::Sub"]!)
        .Replace("${MemberRoleName}", memberRoleName, StringComparison.Ordinal);

    /// <summary>The statements of home, about the roles that are ours in a member account.</summary>
    private static IEnumerable<string> Here(IEnumerable<JsonObject> home) => Texts(home)
        .Select(static text => text.Replace("role/${AWS::StackName}-*", "role/${MemberRoleName}*", StringComparison.Ordinal));

    private static JsonObject Resource(string name) => s_stack["Resources"]![name]!.AsObject();

    private static string? Trusted(string role) =>
        (string?)Assert.Single(Resource(role)["Properties"]!["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!["Principal"]!["AWS"]![
            "Ref"];

    private static IEnumerable<JsonObject> Statements(JsonObject role, string policy) =>
        role["Properties"]!["Policies"]!.AsArray()
            .Single(p => (string?)p!["PolicyName"] == policy)!["PolicyDocument"]!["Statement"]!.AsArray().Select(static s => s!.AsObject());

    private static IEnumerable<string> Texts(IEnumerable<JsonObject> statements) => statements.Select(static s => s.ToJsonString());
}
