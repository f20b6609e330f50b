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

    [Fact]
    public void The_table_is_what_the_reader_says_about_the_documents()
    {
        var script = Repository.PathOf("test", "Responder.Tests", "Policies", "Managed", "documents.py");
        var documents = Python.Run(script, ["moto.iam.aws_managed_policies"], null);
        Approval.Check(
            s_table, Table(documents.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)), "managed-policies.txt is");
    }

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
        // Retired, but attached still where it was attached before; its document is not among the others any more.
        (string Name, string Document)[] retired = [("AWSOpsWorksRegisterCLI", """{"Statement":{"Effect":"Allow","Action":"iam:PutUserPolicy","Resource":"*"}}""")];
        foreach (var (name, document) in documents.Concat(retired).OrderBy(static row => row.Name, StringComparer.Ordinal))
        {
            var verdict = ManagedPolicyVerdicts.Of(IdentityAccess.WhatIsGrantedByAws(PolicyDocument.Read(document)));
            text.Append(CultureInfo.InvariantCulture, $"{ManagedPolicyVerdicts.Letter(verdict)} {name}\n");
        }

        return text.ToString();
    }

    private static string Page()
    {
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
            foreach (var name in names) text.Append(CultureInfo.InvariantCulture, $"- {name}\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"\nThe other {ManagedPolicyVerdicts.All.Count(static entry =>
            entry.Value == ManagedPolicyVerdict.Ordinary)} policies are ordinary.\n").ToString();
    }
}
