using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Operations.Routing;
using Responder.Settings;

namespace Responder.Template.Tests;

public sealed class EnvironmentTests
{
    private static readonly string s_function = SettingTable.Function.Name;

    private static JsonObject Globals => SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!.AsObject();

    [Fact]
    public void The_template_sets_the_variables_of_the_table_and_no_other() => Assert.Equal(
        SettingTable.All.Where(static s => s.IsInTemplate).Select(static s => s.Name).Order(StringComparer.Ordinal), VariablesSet()
            .Append(s_function).Order(StringComparer.Ordinal));

    /// <summary>The template makes each value from exactly those parameters that the table names in backticks.</summary>
    [Fact]
    public void A_variable_comes_from_the_parameters_that_the_table_names()
    {
        foreach (var setting in SettingTable.All.Where(static s => s.IsInTemplate && s != SettingTable.Function))
        {
            var named = Regex.Matches(setting.SetBy, "`([A-Za-z]+)`").Select(static m => m.Groups[1].Value).Order(StringComparer.Ordinal);
            Assert.Equal(
                $"{setting.Name}: {string.Join(' ', named)}", $"{setting.Name}: {string.Join(' ', SourcesOf(Globals[setting.Name]))}");
        }
    }

    /// <summary>docs/settings.md shows every parameter once, with its default: "none" for an empty one.</summary>
    [Fact]
    public void The_documented_parameters_and_defaults_are_those_of_the_template()
    {
        var text = File.ReadAllText(Repository.PathOf("docs", "settings.md"));
        var section = text.Split("\n## Stack parameters\n")[1].Split("\n## ")[0];
        var documented = Regex.Matches(section, @"^\| (`[A-Za-z]+`(?:, `[A-Za-z]+`)*) \| ([^|]+) \|", RegexOptions.Multiline)
            .SelectMany(static row => Cells(row.Groups[1].Value).Zip(Cells(row.Groups[2].Value)))
            .Select(static one => $"{one.First}: {one.Second}");
        var template = SamTemplate.Root["Parameters"]!.AsObject()
            .Select(static p => $"{p.Key}: {(p.Value!["Default"]?.ToString() is { Length: > 0 } value ? value : "none")}");
        Assert.Equal(template.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));

        static string[] Cells(string cell) => [.. cell.Split(", ").Select(static part => part.Trim('`'))];
    }

    /// <summary>
    /// A parameter that is the whole value of a variable has the default of the code, or an empty one if the code has none.
    /// </summary>
    [Fact]
    public void Defaults_of_the_template_are_those_of_the_table()
    {
        var parameters = SamTemplate.Root["Parameters"]!.AsObject();
        var compared = 0;
        foreach (var setting in SettingTable.All.Where(static s => s.IsInTemplate && s != SettingTable.Function))
        {
            if ((string?)(Globals[setting.Name] as JsonObject)?["Ref"] is not { } name || !parameters.ContainsKey(name)) continue;
            Assert.Equal((setting.Name, setting.Default ?? ""), (setting.Name, parameters[name]!["Default"]!.ToString()));
            compared++;
        }

        Assert.True(compared >= 11, $"{compared} compared");
        Assert.All(
            SettingTable.All.Where(static s => s.Default is not null), static s => Assert.NotNull((Globals[s.Name] as JsonObject)?["Ref"]));
    }

    /// <summary>`sam local invoke` resolves references to made-up texts, so each variable needs a value in env.json.</summary>
    [Fact]
    public void Env_json_has_a_usable_value_for_every_variable()
    {
        var values = JsonNode.Parse(File.ReadAllText(Repository.PathOf("env.json")))!["Parameters"]!.AsObject();

        Assert.Equal(VariablesSet(), values.Select(static v => v.Key).Order(StringComparer.Ordinal));
        foreach (var setting in SettingTable.All)
        {
            if (setting.In(name => (string?)values[name]) is { } text)
                setting.Check(text, new KnownNames(DetectionCatalog.Default, ContainmentActions.All));
            else Assert.Null(setting.Default);
        }

        var options = ResponderOptions.FromEnvironment(name => (string?)values[name], DetectionCatalog.Default, ContainmentActions.All);
        Assert.NotNull(options.EndpointUrl);
        Assert.NotNull(options.AlertTopicArn);
    }

    [Fact]
    public void The_endpoint_is_declared_and_empty() =>
        Assert.Equal("", (string?)SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!["RESPONDER_ENDPOINT_URL"]);

    [Fact]
    public void Every_function_has_its_name_and_there_is_one_for_each()
    {
        var names = SamTemplate.OfType("AWS::Serverless::Function")
            .Select(static id => (string?)SamTemplate.Properties(id)["Environment"]!["Variables"]![s_function]);
        Assert.Equal([.. EventPatterns.Functions, "retention"], names);
    }

    [Fact]
    public void All_roles_of_the_functions_are_protected()
    {
        var roles = SamTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!["RESPONDER_ROLE_ARNS"]!.ToJsonString();
        foreach (var function in SamTemplate.OfType("AWS::Serverless::Function"))
            Assert.Contains(SamTemplate.Properties(function)["Role"]!.ToJsonString(), roles, StringComparison.Ordinal);
    }

    /// <summary>
    /// Every parameter in samconfig.toml belongs to a SAM command, and the stack is deployed to the region where the events of IAM arrive.
    /// </summary>
    [Fact]
    public void Samconfig_deploys_to_the_region_of_IAM()
    {
        var lines = File.ReadAllLines(Repository.PathOf("samconfig.toml")).Select(static l => l.Trim())
            .Where(static l => l.Length > 0 && l[0] != '#').ToList();
        Assert.Equal("version = 0.1", lines[0]);
        Assert.All(lines.Skip(1), static line => Assert.Matches("""^(\[default\.(global|validate|build|local_invoke|deploy)\.parameters\]|[a-z_0-9]+ = ("[^"]*"|true|false))$""", line));
        var deploy = lines.SkipWhile(static l => l != "[default.deploy.parameters]").ToList();
        Assert.Contains("region = \"us-east-1\"", deploy);
        Assert.Contains("capabilities = \"CAPABILITY_IAM\"", deploy);
    }

    /// <summary>
    /// The parameters and single resources that a value is made from. Roles of functions and outputs of nested stacks are left out, because
    /// the table does not name them.
    /// </summary>
    private static SortedSet<string> SourcesOf(JsonNode? value)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Add(value);
        return names;

        void Add(JsonNode? node)
        {
            if (node is JsonArray list)
            {
                foreach (var item in list) Add(item);
            }
            else if (node is JsonObject map)
            {
                foreach (var (key, inner) in map)
                {
                    if (key == "Ref" && (string?)inner is { } name) AddName(name);
                    else if (key == "Fn::GetAtt") AddName((string)inner![0]!);
                    else if (key == "Fn::If")
                    {
                        Add(SamTemplate.Root["Conditions"]![(string)inner![0]!]);
                        Add(inner[1]);
                        Add(inner[2]);
                    }
                    else
                    {
                        Add(inner);
                    }
                }
            }
        }

        void AddName(string name)
        {
            if (name is not ("TrailStack" or "ChatAlertTopic") && !name.EndsWith("FunctionRole", StringComparison.Ordinal)) names.Add(name);
        }
    }

    private static string[] VariablesSet()
    {
        var globals = Globals.Select(static v => v.Key);
        var own = SamTemplate.OfType("AWS::Serverless::Function")
            .SelectMany(static id => SamTemplate.Properties(id)["Environment"]!["Variables"]!.AsObject()).Select(static v => v.Key);
        return [.. globals.Concat(own).Distinct().Where(static name => name != s_function).Order(StringComparer.Ordinal)];
    }
}
