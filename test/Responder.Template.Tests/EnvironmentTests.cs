using System.Text.Json.Nodes;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Settings;
using Responder.Tests;

namespace Responder.Template.Tests;

public sealed class EnvironmentTests
{
    private const string OfTheHost = "RESPONDER_FUNCTION"; // read by the executable, not by the options

    [Fact]
    public void The_template_sets_the_variables_that_the_options_read_and_no_other() => Assert.Equal(VariablesRead(), VariablesSet());

    /// <summary>In `sam local invoke` references resolve to made-up texts, so each variable needs a value there.</summary>
    [Fact]
    public void Env_json_has_a_usable_value_for_every_variable()
    {
        var values = JsonNode.Parse(File.ReadAllText(Repository.PathOf("env.json")))!["Parameters"]!.AsObject();

        Assert.Equal(VariablesSet(), values.Select(static v => v.Key).Order(StringComparer.Ordinal));
        var options = ResponderOptions.FromEnvironment(name => (string?)values[name], DetectionCatalog.Default, ContainmentActions.All);
        Assert.NotNull(options.EndpointUrl);
        Assert.NotNull(options.AlertTopicArn);
    }

    [Fact]
    public void Defaults_of_the_parameters_are_usable_and_those_of_the_options()
    {
        var parameters = SamTemplate.Root["Parameters"]!.AsObject();
        var globals = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!.AsObject();
        string? Default(string variable) => globals[variable] is JsonObject reference && (string?)reference["Ref"] is { } name && parameters.ContainsKey(name)
            ? parameters[name]!["Default"]!.ToString()
            : null;

        var options = ResponderOptions.FromEnvironment(Default, DetectionCatalog.Default, ContainmentActions.All);
        var defaults = new ResponderOptions();
        Assert.Equal(defaults.Mode, options.Mode);
        Assert.Equal(defaults.ParameterRoot, options.ParameterRoot);
        Assert.Equal(defaults.ContainmentBudgetPerHour, options.ContainmentBudgetPerHour);
        Assert.Equal(defaults.MinimumAlertSeverity, options.MinimumAlertSeverity);
        Assert.Equal(defaults.IncidentRetention, options.IncidentRetention);
        Assert.Empty(options.Stages);
    }

    [Fact]
    public void The_endpoint_is_declared_and_empty() =>
        Assert.Equal("", (string?)SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!["RESPONDER_ENDPOINT_URL"]);

    [Fact]
    public void Every_function_has_its_name_and_there_is_one_for_each()
    {
        var names = SamTemplate.OfType("AWS::Serverless::Function").Select(static id => (string?)SamTemplate.Properties(id)["Environment"]!["Variables"]![OfTheHost]);
        Assert.Equal([.. EventPatterns.Functions, "retention"], names);
    }

    [Fact]
    public void All_roles_of_the_functions_are_protected()
    {
        var roles = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!["RESPONDER_ROLE_ARNS"]!.ToJsonString();
        foreach (var function in SamTemplate.OfType("AWS::Serverless::Function"))
            Assert.Contains(SamTemplate.Properties(function)["Role"]!.ToJsonString(), roles, StringComparison.Ordinal);
    }

    /// <summary>Every parameter of samconfig.toml belongs to a command of SAM, and the stack goes where the events of IAM land.</summary>
    [Fact]
    public void Samconfig_deploys_to_the_region_of_IAM()
    {
        var lines = File.ReadAllLines(Repository.PathOf("samconfig.toml")).Select(static l => l.Trim()).Where(static l => l.Length > 0 && l[0] != '#').ToList();
        Assert.Equal("version = 0.1", lines[0]);
        Assert.All(lines.Skip(1), static line => Assert.Matches("""^(\[default\.(global|validate|build|local_invoke|deploy)\.parameters\]|[a-z_0-9]+ = ("[^"]*"|true|false))$""", line));
        var deploy = lines.SkipWhile(static l => l != "[default.deploy.parameters]").ToList();
        Assert.Contains("region = \"us-east-1\"", deploy);
        Assert.Contains("capabilities = \"CAPABILITY_IAM\"", deploy);
    }

    private static string[] VariablesRead()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        ResponderOptions.FromEnvironment(name => { names.Add(name); return null; }, DetectionCatalog.Default, ContainmentActions.All);
        return [.. names];
    }

    private static string[] VariablesSet()
    {
        var globals = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!.AsObject().Select(static v => v.Key);
        var own = SamTemplate.OfType("AWS::Serverless::Function").SelectMany(static id => SamTemplate.Properties(id)["Environment"]!["Variables"]!.AsObject()).Select(static v => v.Key);
        return [.. globals.Concat(own).Distinct().Where(static name => name != OfTheHost).Order(StringComparer.Ordinal)];
    }
}
