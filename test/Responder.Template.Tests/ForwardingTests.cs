using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Events;

namespace Responder.Template.Tests;

/// <summary>
/// Tests infra/forwarder.yaml and the home bus: an event from another region or account reaches the same function as one from home.
/// </summary>
public sealed class ForwardingTests
{
    private const string Member = "210987654321";

    private static readonly List<(string Id, JsonObject Pattern)> s_rules = [
        .. RulesText.Forwarding.Select(static r => (RulesText.LogicalId(r), r.Pattern))];

    [Fact]
    public void Every_sample_of_another_account_and_region_is_forwarded_by_one_rule_and_routed_at_home_as_if_it_had_happened_there()
    {
        var forwarded = 0;
        foreach (var (name, sample) in Samples())
        {
            var away = Away(sample);
            if (!Check(sample, away, name)) continue;
            forwarded++;
            // EventBridge forwards the event unchanged, including its account and region.
            var e = EventParser.Parse(away).Event!;
            Assert.Equal((Member, "ap-southeast-2"), (e.Envelope!.Account, e.Envelope.Region));
        }

        Assert.True(forwarded > 300, $"{forwarded} samples forwarded");
    }

    [Fact]
    public void Every_made_event_that_is_routed_at_home_is_forwarded_by_one_rule()
    {
        var (forwarded, kept) = (0, 0);
        foreach (var made in RoutingTests.Made())
        {
            var e = JsonSerializer.SerializeToElement(made);
            if (Check(e, Away(e), made.ToJsonString())) forwarded++;
            else kept++;
        }

        Assert.True(forwarded > 1000 && kept > 1000, $"{forwarded} forwarded, {kept} not");
    }

    [Fact]
    public void Moto_sees_the_same_forwarding_rules_for_every_sample_and_every_made_event()
    {
        var events = Samples().Select(static s => (s.Name, Text: Away(s.Event).GetRawText()))
            .Concat(RoutingTests.Made().Select(static e => (Name: e.ToJsonString(), Text: e.ToJsonString()))).ToList();
        PatternComparison.WithMoto(s_rules, [.. events.Select(static e => e.Name)], [.. events.Select(static e => e.Text)]);
    }

    /// <summary>
    /// Compares our matcher with moto at home: a forwarded event meets the rule of template.yaml that it would have met there.
    /// </summary>
    [Fact]
    public void Moto_routes_every_forwarded_sample_at_home()
    {
        var samples = Samples().ToList();
        PatternComparison.WithMoto(
            [.. RulesText.Rules.Select(static r => (RulesText.LogicalId(r), r.Pattern))], [.. samples.Select(static s => s.Name)],
            [.. samples.Select(static s => Away(s.Event).GetRawText())]);
    }

    /// <summary>These rules are created in the region of IAM only, so they must not match calls of any other service.</summary>
    [Fact]
    public void Rules_of_the_region_of_IAM_match_IAM_alone()
    {
        var global = RulesText.Forwarding.Where(static r => r.OfGlobalService).ToList();
        Assert.NotEmpty(global);
        Assert.All(global, static r => Assert.Equal("""["iam.amazonaws.com"]""", r.Pattern["detail"]!["eventSource"]!.ToJsonString()));
        var condition = Stacks.Read("forwarder.yaml")["Conditions"]!["IsRegionOfIam"]!["Fn::Or"]!.AsArray()
            .Select(static c => (string)c!["Fn::Equals"]![1]!);
        Assert.Equal(["us-east-1", "us-gov-west-1", "cn-north-1"], condition);
    }

    /// <summary>
    /// Users sign in in any region (with an account alias in us-east-2, eu-north-1 or ap-southeast-2), so every region forwards sign-ins.
    /// </summary>
    [Fact]
    public void Sign_ins_are_forwarded_from_every_region()
    {
        foreach (var id in (string[])["SignInRule", "SignInCallsRule"])
            Assert.Equal("Forwards", (string?)Stacks.Read("forwarder.yaml")["Resources"]![id]!["Condition"]);
    }

    [Fact]
    public void Forwarding_takes_fewer_rules_than_routing() =>
        Assert.True(RulesText.Forwarding.Count < RulesText.Rules.Count, $"{RulesText.Forwarding.Count} of {RulesText.Rules.Count}");

    /// <summary>
    /// Only the organization and the named accounts may put events on the home bus. Without these parameters, no other account may.
    /// </summary>
    [Fact]
    public void The_home_bus_is_open_to_the_organisation_and_the_named_accounts_alone()
    {
        var policies = SamTemplate.OfType("AWS::Events::EventBusPolicy").ToList();
        Assert.Equal(["AccountsMayForward", "OrganizationMayForward"], policies.Order(StringComparer.Ordinal));
        foreach (var id in policies)
        {
            var statement = SamTemplate.Properties(id)["Statement"]!;
            Assert.Equal("events:PutEvents", (string?)statement["Action"]);
            Assert.EndsWith(":event-bus/default", (string?)statement["Resource"]!["Fn::Sub"], StringComparison.Ordinal);
            Assert.Null(SamTemplate.Properties(id)["EventBusName"]); // the default bus, which receives the events of AWS
        }

        var organization = SamTemplate.Properties("OrganizationMayForward")["Statement"]!;
        Assert.Equal("""{"StringEquals":{"aws:PrincipalOrgID":{"Ref":"ForwardingOrganizationId"}}}""", organization["Condition"]!.ToJsonString());
        Assert.Equal("""{"AWS":{"Ref":"ForwardingAccountIds"}}""", SamTemplate.Properties("AccountsMayForward")["Statement"]!["Principal"]!.ToJsonString());
        Assert.Equal(
            ("TakesOrganization", "TakesAccounts"),
            ((string?)SamTemplate.Resource("OrganizationMayForward")["Condition"],
                (string?)SamTemplate.Resource("AccountsMayForward")["Condition"]));
        foreach (var parameter in (string[])["ForwardingOrganizationId", "ForwardingAccountIds"])
            Assert.Equal("", (string?)SamTemplate.Root["Parameters"]![parameter]!["Default"]);
    }

    [Fact]
    public void The_queue_of_each_region_takes_letters_of_its_forwarding_rules_only()
    {
        var resources = Stacks.Read("forwarder.yaml")["Resources"]!;
        var allow = Assert.Single(
            resources["DeadLettersPolicy"]!["Properties"]!["PolicyDocument"]!["Statement"]!.AsArray(), static s =>
                (string?)s!["Effect"] == "Allow")!;
        var arns = allow["Condition"]!["ArnEquals"]!["aws:SourceArn"]!.AsArray()
            .Select(static a => (string?)(a!["Fn::GetAtt"] ?? a["Fn::If"]![1]!["Fn::GetAtt"])![0]);
        Assert.Equal(RulesText.Forwarding.Select(RulesText.LogicalId), arns);
        Assert.True((bool?)resources["DeadLetters"]!["Properties"]!["SqsManagedSseEnabled"]);
        Assert.Equal("Retain", (string?)resources["DeadLetters"]!["DeletionPolicy"]);
    }

    /// <returns>True if the event is routed at home.</returns>
    private static bool Check(JsonElement atHome, JsonElement away, string name)
    {
        List<string> Home(JsonElement e) =>
            [.. RulesText.Rules.Where(rule => EventPatternMatcher.Matches(rule.Pattern, e)).Select(RulesText.LogicalId)];

        var home = Home(atHome);
        Assert.Equal(home, Home(away));
        var forwarding = RulesText.Forwarding.Where(rule => EventPatternMatcher.Matches(rule.Pattern, away)).Select(RulesText.LogicalId)
            .ToList();
        Assert.True(forwarding.Count <= 1, $"{name}: would come twice, by {string.Join(", ", forwarding)}");
        Assert.True(home.Count == 0 || forwarding.Count == 1, $"{name}: {home.FirstOrDefault()} waits for it at home, nothing forwards it");
        return home.Count > 0;
    }

    private static IEnumerable<(string Name, JsonElement Event)> Samples()
    {
        foreach (var row in RoutingTests.Samples)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Events, row.Data)));
            yield return (row.Data, document.RootElement.Clone());
        }
    }

    private static JsonElement Away(JsonElement e)
    {
        var copy = JsonNode.Parse(e.GetRawText())!;
        (copy["account"], copy["region"]) = (Member, "ap-southeast-2");
        return JsonSerializer.SerializeToElement(copy);
    }
}
