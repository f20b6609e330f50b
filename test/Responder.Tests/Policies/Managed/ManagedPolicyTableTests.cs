using System.Globalization;
using System.Text;
using System.Text.Json;
using Responder.Events;
using Responder.Policies;

namespace Responder.Tests.Policies.Managed;

/// <summary>
/// The table of AWS's managed policies is made from their documents, which are not part of the project: documents.py reads them from moto.
/// With RESPONDER_APPROVE=1 these tests write the table and its page.
/// </summary>
public class ManagedPolicyTableTests
{
    private static readonly string s_table = Repository.PathOf("src", "Responder", "Policies", "managed-policies.txt");

    private static readonly string s_page = Repository.PathOf("docs", "managed-policies.md");

    /// <summary>Name, what the reader found (generated), and the reviewer's word on it; what has none is not reviewed.</summary>
    private static readonly string s_reviewed =
        Repository.PathOf("test", "Responder.Tests", "Policies", "Managed", "reviewed.txt");

    [Fact]
    public void The_table_is_what_the_reader_says_about_the_documents() =>
        Approval.Check(s_table, Table(Documents()), "managed-policies.txt is");

    [Fact]
    public void Every_policy_that_becomes_high_or_critical_is_reviewed_with_the_way_that_was_found()
    {
        var words = Reviewed().ToDictionary(static row => row.Name, static row => row.Word, StringComparer.Ordinal);
        var text = new StringBuilder("# name | what the policy reader found (generated) | why that is right (by hand)\n");
        foreach (var (name, document) in Documents().Concat(s_retired).OrderBy(static row => row.Name, StringComparer.Ordinal))
        {
            var verdict = IdentityAccess.WhatIsGrantedByAws(PolicyDocument.Read(document), new Circumstances(null, null, null, []));
            if (verdict.Level < PowerLevel.PowerUser) continue;
            var found = string.Join("; ", verdict.Reasons.Take(3));
            text.Append(CultureInfo.InvariantCulture, $"{name} | {found} | {words.GetValueOrDefault(name)}\n");
        }

        Approval.Check(s_reviewed, text.ToString(), "reviewed.txt is");
        var unsigned = Reviewed().Where(static row => row.Word.Length == 0).Select(static row => row.Name).ToList();
        Assert.True(unsigned.Count == 0, "HIGH or CRITICAL, and nobody has reviewed it: " + string.Join(", ", unsigned));
    }

    [Fact]
    public void The_table_names_exactly_the_reviewed_policies() => Assert.Equal(
        ManagedPolicyVerdicts.All.Where(static entry => entry.Value >= ManagedPolicyVerdict.PowerUser)
            .Select(static entry => entry.Key).Order(StringComparer.Ordinal),
        Reviewed().Select(static row => row.Name));

    [Fact]
    public void The_page_lists_every_policy_that_is_more_than_ordinary() => Approval.Check(s_page, Page(), "docs/managed-policies.md is");

    [Fact]
    public void A_changed_document_changes_its_line()
    {
        (string, string)[] before = [("Reader", """{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}""")];
        (string, string)[] after = [("Reader", """{"Statement":{"Effect":"Allow","Action":["s3:Get*","iam:PutUserPolicy"],"Resource":"*"}}""")];

        Assert.Contains("\nO Reader\n", Table(before), StringComparison.Ordinal);
        Assert.Contains("\nE Reader\n", Table(after), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AdministratorAccess", ManagedPolicyVerdict.Administrator)]
    [InlineData("IAMFullAccess", ManagedPolicyVerdict.Administrator)]
    [InlineData("PowerUserAccess", ManagedPolicyVerdict.PowerUser)]
    [InlineData("AdministratorAccess-Amplify", ManagedPolicyVerdict.Escalation)]
    [InlineData("ReadOnlyAccess", ManagedPolicyVerdict.Ordinary)]
    [InlineData("AWSLambda_FullAccess", ManagedPolicyVerdict.MayEscalate)]
    internal void Well_known_policies_have_their_verdict(string name, ManagedPolicyVerdict expected)
    {
        Assert.True(AwsArn.TryParse("arn:aws:iam::aws:policy/" + name, out var arn));
        Assert.Equal(expected, ManagedPolicyVerdicts.Of(arn));
    }

    [Fact]
    public void A_policy_that_the_table_does_not_know_has_no_verdict()
    {
        Assert.True(AwsArn.TryParse("arn:aws:iam::aws:policy/PublishedTomorrow", out var unknown));
        Assert.True(AwsArn.TryParse("arn:aws:iam::123456789012:policy/AdministratorAccess", out var customers));
        Assert.Null(ManagedPolicyVerdicts.Of(unknown));
        Assert.Null(ManagedPolicyVerdicts.Of(customers));
    }

    /// <summary>Retired, but attached still where it was attached before; its document is not among the others any more.</summary>
    private static readonly (string Name, string Document)[] s_retired =
        [("AWSOpsWorksRegisterCLI", """{"Statement":{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}}""")];

    private static IEnumerable<(string Name, string Document)> Documents()
    {
        var script = Repository.PathOf("test", "Responder.Tests", "Policies", "Managed", "documents.py");
        return Python.Run(script, ["moto.iam.aws_managed_policies"], null).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read);
    }

    private static List<(string Name, string Found, string Word)> Reviewed() =>
        [.. File.ReadAllLines(s_reviewed).Where(static line => !line.StartsWith('#')).Select(static line => line.Split(" | "))
            .Select(static parts => (parts[0], parts[1], parts.Length > 2 ? parts[2].Trim() : ""))];

    private static (string Name, string Document) Read(string line)
    {
        using var row = JsonDocument.Parse(line);
        return (row.RootElement.GetProperty("name").GetString()!, row.RootElement.GetProperty("document").GetRawText());
    }

    private static string Table(IEnumerable<(string Name, string Document)> documents)
    {
        var text = new StringBuilder("""
            # The managed policies of AWS: A administrator, E leads to administrator, P nearly every service, M may lead there, O ordinary.
            # Made from the documents of moto 5.2.1 (November 2026):
            #   RESPONDER_APPROVE=1 dotnet test test/Responder.Tests --filter ManagedPolicyTableTests

            """.ReplaceLineEndings("\n"));
        foreach (var (name, document) in documents.Concat(s_retired).OrderBy(static row => row.Name, StringComparer.Ordinal))
        {
            var verdict = ManagedPolicyVerdicts.Of(
                IdentityAccess.WhatIsGrantedByAws(PolicyDocument.Read(document), new Circumstances(null, null, null, [])));
            text.Append(CultureInfo.InvariantCulture, $"{ManagedPolicyVerdicts.Letter(verdict)} {name}\n");
        }

        return text.ToString();
    }

    private static string Page()
    {
        var reviewed = Reviewed().ToDictionary(
            static row => row.Name, static row => $"{row.Found} ({row.Word})", StringComparer.Ordinal);
        var text = new StringBuilder("# Managed policies of AWS by content\n\n"
            + "Generated from src/Responder/Policies/managed-policies.txt, which the policy reader made from the documents themselves. "
            + "Names do not count. A policy that is newer than the table is read in IAM when it is attached.\n");
        foreach (var (verdict, what) in ((ManagedPolicyVerdict, string)[])[
            (ManagedPolicyVerdict.Administrator, "Administrator: attached CRITICAL"),
            (ManagedPolicyVerdict.Escalation, "Leads to administrator: attached HIGH"),
            (ManagedPolicyVerdict.PowerUser, "Nearly every service: attached HIGH"),
            (ManagedPolicyVerdict.MayEscalate, "May lead to more power: attached MEDIUM. It passes roles to the services that it names, "
                + "changes what runs already, or acts on named roles, users or policies")])
        {
            var names = ManagedPolicyVerdicts.All.Where(entry => entry.Value == verdict).Select(static entry => entry.Key)
                .Order(StringComparer.Ordinal).ToList();
            text.Append(CultureInfo.InvariantCulture, $"\n## {what} ({names.Count})\n\n");
            foreach (var name in names)
            {
                text.Append("- ").Append(name);
                if (reviewed.TryGetValue(name, out var found)) text.Append(": ").Append(found);
                text.Append('\n');
            }
        }

        return text.Append(CultureInfo.InvariantCulture, $"\nThe other {ManagedPolicyVerdicts.All.Count(static entry =>
            entry.Value == ManagedPolicyVerdict.Ordinary)} policies are ordinary.\n").ToString();
    }
}
