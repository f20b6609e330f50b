using System.Text.Json;
using Responder.Events;
using Responder.Policies;

namespace Responder.Tests.Policies;

public class PolicyDocumentTests
{
    private const string Admin = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    public static TheoryData<string> Forms => new(
        Admin,
        "\uFEFF \n" + Admin,
        Uri.EscapeDataString(Admin),
        "%0A" + Uri.EscapeDataString(Admin),
        JsonSerializer.Serialize(Admin),
        """{"statement":{"effect":"Allow","action":["*"],"resource":["*"]}}""");

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_of_the_same_document_reads_the_same(string text)
    {
        var document = PolicyDocument.Read(text);

        Assert.True(document.IsReadable, document.Error);
        var statement = Assert.Single(document.Statements);
        Assert.Equal(PolicyEffect.Allow, statement.Effect);
        Assert.Equal(["*"], statement.Actions!.Values);
        Assert.Equal(["*"], statement.Resources!.Values);
        Assert.True(IdentityAccess.WhatIsGranted(document, new Circumstances(null, null, null, [])).IsAdministrator);
    }

    [Fact]
    public void A_document_given_as_object_or_as_string_in_an_event_reads_the_same()
    {
        Assert.True(JsonView.TryParse($$"""{"a":{{Admin}},"b":{{JsonSerializer.Serialize(Admin)}},"c":{{JsonSerializer.Serialize(Uri.EscapeDataString(Admin))}}}""", out var view));

        foreach (var name in (string[])["a", "b", "c"])
        {
            Assert.True(PolicyDocument.Read(view[name]).IsReadable, name);
            Assert.Single(PolicyDocument.Read(view[name]).Statements);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("secret-text")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("12")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"Statement\":\"secret-text\"}")]
    [InlineData("{\"Statement\":[\"secret-text\"]}")]
    [InlineData("{\"Statement\":[{\"Effect\":\"Permit\",\"Action\":\"secret-text\"}]}")]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\"}]}")]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[{\"secret-text\":1}]}]}")]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Condition\":\"secret-text\"}]}")]
    [InlineData("{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Principal\":\"secret-text\"}]}")]
    public void What_is_no_policy_is_unreadable_and_the_error_does_not_echo_it(string text)
    {
        var document = PolicyDocument.Read(text);

        Assert.False(document.IsReadable);
        Assert.DoesNotContain("secret-text", document.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_and_null_are_unreadable()
    {
        Assert.False(PolicyDocument.Read((string?)null).IsReadable);
        Assert.False(PolicyDocument.Read(JsonView.Absent).IsReadable);
    }

    [Fact]
    public void Nesting_beyond_any_policy_is_an_error_and_no_crash() =>
        Assert.False(PolicyDocument.Read(string.Concat(Enumerable.Repeat("{\"Statement\":[", 5_000))).IsReadable);

    [Theory]
    [InlineData("""{"Statement":[],"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}],"Statement":[]}""")]
    [InlineData("""{"Statement":[{"Effect":"Deny","Effect":"Allow","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Action":"s3:GetObject","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"s3:GetObject","action":"*","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","NotAction":"iam:*","Resource":"*"}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"iam:PolicyARN":"x"},"StringEquals":{"iam:PolicyARN":"y"}}}]}""")]
    [InlineData("""{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Effect":"Deny"}]}""")]
    public void What_is_said_twice_counts_at_its_worst(string text)
    {
        var document = PolicyDocument.Read(text);

        Assert.False(document.IsReadable);
        Assert.True(IdentityAccess.WhatIsGranted(document, new Circumstances(null, null, null, [])).IsAdministrator);
    }
}
