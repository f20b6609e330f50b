using System.Text.Json.Nodes;

namespace Responder.Template.Tests;

/// <summary>Roles of the further stacks allow what is written down here with its reason, on named resources, and nothing else.</summary>
public sealed class StackRoleTests
{
    /// <summary>Stack, role, statement: why it is needed.</summary>
    private static readonly Dictionary<string, string> s_reasons = new(StringComparer.Ordinal)
    {
        ["trail.yaml LogGroupRole WriteEvents logs:CreateLogStream logs:PutLogEvents"] = "CloudTrail writes each event into the log group in this role's name",
    };

    [Fact]
    public void Every_statement_stands_in_the_list_with_its_reason() => Assert.Equal(
        s_reasons.Keys.Order(StringComparer.Ordinal),
        Statements("trail.yaml").Concat(Statements("alarms.yaml"))
            .Select(static s => $"{s.Stack} {s.Role} {s.Statement["Sid"]} {string.Join(' ', Texts(s.Statement["Action"]))}").Order(StringComparer.Ordinal));

    [Fact]
    public void No_statement_names_all_resources_or_actions()
    {
        foreach (var (stack, role, statement) in Statements("trail.yaml").Concat(Statements("alarms.yaml")))
        {
            Assert.DoesNotContain(Texts(statement["Action"]), static action => action.Contains('*', StringComparison.Ordinal));
            var resources = Texts(statement["Resource"]).ToList();
            Assert.NotEmpty(resources);
            Assert.All(resources, resource => Assert.True(resource.StartsWith("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/cloudtrail/${TrailName}:log-stream:", StringComparison.Ordinal), $"{stack} {role}: {resource}"));
        }
    }

    /// <summary>Services may use key and buckets for this trail, this log group and this bucket only. In a key's policy "*" is the key itself.</summary>
    [Fact]
    public void Every_grant_to_a_service_names_the_resource_that_it_acts_for()
    {
        var resources = Stacks.Read("trail.yaml")["Resources"]!;
        var documents = new[] { resources["Key"]!["Properties"]!["KeyPolicy"], resources["LogBucketPolicy"]!["Properties"]!["PolicyDocument"], resources["AccessLogBucketPolicy"]!["Properties"]!["PolicyDocument"] };
        var grants = documents.SelectMany(static d => d!["Statement"]!.AsArray()).Where(static s => (string?)s!["Effect"] == "Allow" && s["Principal"] is JsonObject p && p.ContainsKey("Service")).ToList();
        Assert.Equal(6, grants.Count);
        Assert.All(grants, static grant =>
        {
            var condition = grant!["Condition"]!.ToJsonString();
            Assert.True(condition.Contains("\"aws:SourceArn\"", StringComparison.Ordinal) || condition.Contains("\"kms:EncryptionContext:aws:logs:arn\"", StringComparison.Ordinal), $"{grant["Sid"]}: {condition}");
        });
    }

    [Theory]
    [InlineData("alarms.yaml")]
    [InlineData("trail.yaml")]
    public void No_ARN_has_a_fixed_partition(string name) => Assert.DoesNotMatch("arn:aws[a-z-]*:", Stacks.Read(name)["Resources"]!.ToJsonString());

    private static IEnumerable<(string Stack, string Role, JsonObject Statement)> Statements(string stack)
    {
        var template = Stacks.Read(stack);
        foreach (var (id, role) in template.OfType("AWS::IAM::Role"))
        {
            Assert.Null(role["Properties"]!["ManagedPolicyArns"]);
            foreach (var policy in (role["Properties"]!["Policies"]?.AsArray() ?? []).Select(static p => p!["PolicyDocument"]!))
                foreach (var statement in policy["Statement"]!.AsArray()) yield return (stack, id, statement!.AsObject());
        }

        foreach (var (_, policy) in template.OfType("AWS::IAM::RolePolicy"))
            foreach (var statement in policy["Properties"]!["PolicyDocument"]!["Statement"]!.AsArray()) yield return (stack, (string)policy["Properties"]!["RoleName"]!["Ref"]!, statement!.AsObject());
    }

    /// <summary>The texts of a value; of a choice, each of its sides but "no value".</summary>
    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Texts),
        JsonObject sub when sub["Fn::Sub"] is { } text => [(string)(text is JsonArray parts ? parts[0]! : text)!],
        JsonObject choice when choice["Fn::If"] is JsonArray sides => sides.Skip(1).SelectMany(Texts),
        JsonObject nothing when (string?)nothing["Ref"] == "AWS::NoValue" => [],
        JsonObject other => [other.ToJsonString()],
        JsonValue value => [value.GetValue<string>()],
        _ => [],
    };
}
