using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Analysis.Hunting;
using Responder.Analysis.Hunting.Query;

namespace Responder.Template.Tests;

/// <summary>Tests infra/hunting.yaml.</summary>
public sealed class HuntingTests
{
    /// <summary>The names of the stack's database and table, for use in Fn::Sub.</summary>
    private const string From = "\"${LogDatabase}\".\"${LogTable}\"";

    private static string FilePath { get; } = Repository.PathOf("infra", "hunting.yaml");

    /// <summary><c>RESPONDER_APPROVE=1</c> writes the queries into infra/hunting.yaml; review the difference, then commit.</summary>
    [Fact]
    public void Saved_queries_of_the_stack_are_the_hunts()
    {
        var template = File.ReadAllText(FilePath);
        var expected = MarkedPart.Replace(
            template, "hunts: queries", "end of hunts", static indent =>
                string.Concat(HuntCatalog.All.Where(static hunt => hunt.IsSaved).Select(hunt => Query(hunt, indent))));
        Approval.Check(FilePath, expected, "The queries in infra/hunting.yaml are");
    }

    /// <summary>
    /// Only the values of these names may become part of a statement. A template that is given as a file may have a body of at most 51,200
    /// bytes.
    /// </summary>
    [Fact]
    public void Nothing_but_database_and_table_is_put_into_a_statement_and_the_template_fits()
    {
        Assert.All(HuntCatalog.All, static hunt =>
            Assert.DoesNotContain(
                "${", Statement.Of(hunt, SqlDialect.Athena, From).Replace(From, "", StringComparison.Ordinal), StringComparison.Ordinal));
        Assert.InRange(new FileInfo(FilePath).Length, 1, 51_200);
    }

    /// <summary>The tables read the same bucket and differ in how they name a day: by one key, or by year, month and day.</summary>
    [Fact]
    public void The_second_table_differs_in_its_partitions_by_date_alone()
    {
        var resources = Stacks.Read("hunting.yaml")["Resources"]!;
        JsonNode Table(string id) => resources[id]!["Properties"]!["TableInput"]!;
        Assert.Equal(
            ["account", "region", "year", "month", "day"], Table("LogTableByDate")["PartitionKeys"]!.AsArray()
            .Select(static k => (string?)k!["Name"]));
        Assert.True(JsonNode.DeepEquals(Table("LogTable")["StorageDescriptor"], Table("LogTableByDate")["StorageDescriptor"]));
        var (one, two) = (Table("LogTable")["Parameters"]!.AsObject(), Table("LogTableByDate")["Parameters"]!.AsObject());
        foreach (var (name, value) in one.Where(
            static p => !p.Key.Contains("log_day", StringComparison.Ordinal) && p.Key != "storage.location.template")) Assert.True(
                JsonNode.DeepEquals(value, two[name]), name);
        Assert.Equal(
            one["storage.location.template"]!.ToJsonString().Replace("${!log_day}", "${!year}/${!month}/${!day}", StringComparison.Ordinal),
            two["storage.location.template"]!.ToJsonString());
        string[] dates = ["year date yyyy", "month integer 01,12", "day integer 01,31"];
        Assert.Equal(
            dates, ((string[])["year", "month", "day"])
            .Select(name =>
                $"{name} {two[$"projection.{name}.type"]} {two[$"projection.{name}.format"] ?? two[$"projection.{name}.range"]}"));
        Assert.True(JsonNode.DeepEquals(one["projection.log_day.range"], two["projection.year.range"]));
    }

    /// <summary>
    /// moto creates the bucket and the managed policy. Its CloudFormation does not know bucket policies, Glue, Athena and CloudTrail Lake,
    /// so all of them but Lake are created directly in its S3, Glue and Athena, with the resolved properties.
    /// </summary>
    [Fact]
    public void Moto_makes_the_stack_and_what_it_made_is_what_was_meant()
    {
        var made = JsonNode.Parse(Python.Run("hunting_stack.py", ["moto", "boto3", "cfnlint"], null, FilePath))!;
        var plain = made["plain"]!;
        Assert.Equal(["AWS::IAM::ManagedPolicy", "AWS::S3::Bucket"], Texts(plain["made"]!));
        Assert.Equal("s3://trail-logs/AWSLogs/${account}/CloudTrail/${region}/${log_day}", (string?)plain["template"]);
        Assert.Equal("123456789012", (string?)plain["accounts"]);
        Assert.Equal(["account", "region", "log_day"], Texts(plain["partitions"]!));
        Assert.Equal(HuntCatalog.All.Count(static hunt => hunt.IsSaved), (int?)plain["queries"]);
        Assert.Equal("AES256", (string?)plain["encryption"]);
        Assert.All(plain["publicAccess"]!.AsObject(), static flag => Assert.True((bool?)flag.Value, flag.Key));
        Assert.Equal("false", (string?)plain["bucketPolicy"]!["Statement"]![0]!["Condition"]!["Bool"]!["aws:SecureTransport"]);
        Assert.Equal(
            (true, 107374182400),
            ((bool?)plain["workgroup"]!["EnforceWorkGroupConfiguration"], (long?)plain["workgroup"]!["BytesScannedCutoffPerQuery"]));
        var statements = plain["policy"]!["Statement"]!.AsArray();
        Assert.All(statements, static s => Assert.Equal("Allow", (string?)s!["Effect"]));
        Assert.DoesNotContain(statements.SelectMany(static s => Texts(s!["Resource"]!)), static resource => resource == "*");
        Assert.DoesNotContain(
            statements.SelectMany(static s => Texts(s!["Action"]!)), static action => action.Contains('*', StringComparison.Ordinal)
            || action.StartsWith("kms:", StringComparison.Ordinal));
        Assert.Equal(
            ["arn:aws:s3:::trail-logs/AWSLogs/*"], Texts(statements.Single(static s => (string?)s!["Sid"] == "Logs")!["Resource"]!));

        var organization = made["organization"]!;
        Assert.Equal(
            "s3://trail-logs/org/AWSLogs/o-abcdefghij/${account}/CloudTrail/${region}/${log_day}", (string?)organization["template"]);
        Assert.Equal("123456789012,210987654321", (string?)organization["accounts"]);
        Assert.Equal(["AWS::IAM::ManagedPolicy"], Texts(organization["made"]!));
        Assert.Equal("s3://results/hunting/", (string?)organization["workgroup"]!["ResultConfiguration"]!["OutputLocation"]);
        Assert.Equal(
            "SSE_KMS", (string?)organization["workgroup"]!["ResultConfiguration"]!["EncryptionConfiguration"]!["EncryptionOption"]);
        Assert.Equal(
            ["KeyOfTheLogs", "KeyOfTheResults"],
            organization["policy"]!["Statement"]!.AsArray().Select(static s => (string)s!["Sid"]!)
                .Where(static sid => sid.StartsWith("KeyOf", StringComparison.Ordinal)));
    }

    private static string[] Texts(JsonNode node) => node is JsonArray list ? [.. list.Select(static n => (string)n!)] : [(string)node!];

    private static string Query(Hunt hunt, string indent)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line.Length == 0 ? "" : indent).Append(line).Append('\n');
        Line(string.Concat(hunt.Id.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..])) + "Query:");
        Line("  Type: AWS::Athena::NamedQuery");
        // I3042 warns about fixed partitions, but this statement searches for ARNs of all partitions.
        if (Statement.Of(hunt, SqlDialect.Athena, From).Contains("arn:aws:", StringComparison.Ordinal))
            Line("  Metadata: {cfn-lint: {config: {ignore_checks: [I3042]}}}");
        Line("  Properties:");
        Line($"    Name: responder-{hunt.Id}");
        Line($"    Description: {JsonSerializer.Serialize($"{hunt.Title} See docs/hunting.md#{hunt.Id}.", s_plain)}");
        Line("    Database: !Ref LogDatabase");
        Line("    WorkGroup: !Ref HuntingWorkGroup");
        Line("    QueryString: !Sub |");
        // A template that is given as a file has a limit, so columns share a line and the comment, which says what the name
        // says, is left out.
        var sql = Statement.Of(hunt, SqlDialect.Athena, From).Replace(",\n  ", ", ", StringComparison.Ordinal).TrimEnd('\n');
        foreach (var line in sql.Split('\n').Skip(1)) Line("      " + line);
        Line("");
        return text.ToString();
    }

    private static readonly JsonSerializerOptions s_plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
