using System.Text.Json;

namespace Responder.Template.Tests;

/// <summary>
/// Compares the evaluator with the examples and rules of docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html.
/// </summary>
public sealed class FilterPatternTests
{
    private const string Flat =
        """
        {"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],"objectList":[{"name":"a","id":1},{"name":"b","id":2}],
         "SomeObject":null,"ThisFlag":true,"ThatFlag":false,"cluster.name":"c","bandwidth":80,"latency":49.5,"errorCode":400,"number":[1000],"account":"123456789012","empty":""}
        """;

    private const string Deep =
        """
        {"user":{"id":1,"email":"John.Stiles@example.com"},"users":[{"id":2,"email":"John.Doe@example.com"},{"id":3,"email":"Jane.Doe@example.com"}],
         "actions":["GET","PUT","DELETE"],"coordinates":[[0,1,2],[4,5,6],[7,8,9]]}
        """;

    [Theory]
    [InlineData("""{ $.eventType = "UpdateTrail" }""", true)]
    [InlineData("""{$.eventType="UpdateTrail"}""", true)]
    [InlineData("{ $.eventType = UpdateTrail }", true)]
    [InlineData("""{ $.eventType = "updatetrail" }""", false)] // case-sensitive
    [InlineData("""{ $.eventType !="UpdateTrail" }""", false)]
    [InlineData("{ $.sourceIPAddress != 123.123.* }", true)]
    [InlineData("{ $.sourceIPAddress = 111.111.* }", true)]
    [InlineData("""{ $.eventType = "*Trail" }""", true)]
    [InlineData("""{ $.eventType = "Update*" }""", true)]
    [InlineData("""{ $.eventType = "*dateTr*" }""", true)]
    [InlineData("""{ $.eventType = "*" }""", true)]
    [InlineData("{ $.eventType = Up*Trail }", false)] // an asterisk inside stands for itself
    [InlineData("""{ $.empty = "" }""", true)]
    [InlineData("""{ $.arrayKey[0] = "value" }""", true)]
    [InlineData("""{ $.arrayKey[1] = "value" }""", false)]
    [InlineData("""{ $.arrayKey[2] = "value" }""", false)]
    [InlineData("""{ $.arrayKey[*] = "another*" }""", true)]
    [InlineData("""{ $.* = "111.111.111.111" }""", true)]
    [InlineData("{ $.objectList[1].id = 2 }", true)]
    [InlineData("{ $.objectList[*].id = 2 }", true)]
    [InlineData("{ $.objectList[*].id = 3 }", false)]
    [InlineData("{ $.eventType[0] = 2 }", false)]
    [InlineData("""{ $.['cluster.name'] = "c" }""", true)]
    [InlineData("{ $.SomeObject IS NULL }", true)]
    [InlineData("{ $.eventType IS NULL }", false)]
    [InlineData("{ $.Missing IS NULL }", false)]
    [InlineData("{ $.ThisFlag IS TRUE }", true)]
    [InlineData("{ $.ThatFlag IS FALSE }", true)]
    [InlineData("{ $.ThatFlag IS TRUE }", false)]
    [InlineData("{ $.SomeOtherObject NOT EXISTS }", true)]
    [InlineData("{ $.SomeOtherObject.Inner NOT EXISTS }", true)]
    [InlineData("{ $.SomeObject NOT EXISTS }", false)] // null is there
    [InlineData("{ $.eventType NOT EXISTS }", false)]
    [InlineData("{ $.bandwidth > 75 }", true)]
    [InlineData("{ $.bandwidth > 80 }", false)]
    [InlineData("{ $.latency < 50 }", true)]
    [InlineData("{ $.bandwidth >= 80 }", true)]
    [InlineData("{ $.bandwidth <= +80 }", true)]
    [InlineData("{ $.errorCode = 400}", true)]
    [InlineData("{ $.errorCode != 500 }", true)]
    [InlineData("{ $.errorCode = 4* }", true)]
    [InlineData("{ $.number[0] = 1e+3 }", true)]
    [InlineData("{ $.number[0] != 1e-3 }", true)]
    [InlineData("{ $.account = 123456789012 }", true)] // digits, but a string in the record
    [InlineData("{ $.account > 1 }", false)]
    [InlineData("{ $.Missing = x }", false)]
    [InlineData("{ $.Missing != x }", false)] // no property, no match
    [InlineData("{ $.objectList != x }", false)] // neither for an array
    [InlineData("{ $.SomeObject != x }", false)]
    public void One_comparison(string pattern, bool expected) => Assert.Equal(expected, Matches(pattern, Flat));

    [Theory]
    [InlineData("""{ ($.user.id = 1) && ($.users[0].email = "John.Doe@example.com") }""", true)]
    [InlineData("""{ ($.user.id = 2 && $.users[0].email = "nonmatch") || $.actions[2] = "GET" }""", false)]
    [InlineData("""{ $.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch && $.actions[2] = nomatch }""", true)]
    [InlineData("""{ ($.user.email = "John.Stiles@example.com" || $.coordinates[0][1] = nonmatch) && $.actions[2] = nomatch }""", false)]
    [InlineData("{ $.coordinates[1][2] = 6 }", true)]
    [InlineData("{(($.user.id=9)||($.user.id=1))&&(($.actions[0]=GET))}", true)]
    public void Compounds_and_precedence(string pattern, bool expected) => Assert.Equal(expected, Matches(pattern, Deep));

    [Theory]
    [InlineData("")]
    [InlineData("ERROR")]
    [InlineData("[ip, user]")]
    [InlineData("{ }")]
    [InlineData("{ $.a = 1")]
    [InlineData("{ $.a = 1 } x")]
    [InlineData("{ ($.a = 1 }")]
    [InlineData("{ $.a EXISTS }")]
    [InlineData("{ $.a IS NOT NULL }")]
    [InlineData("{ $.a = %regex% }")]
    [InlineData("{ $.a = \"open }")]
    [InlineData("{ $.a == 1 }")]
    [InlineData("{ a = 1 }")]
    [InlineData("{ $ = 1 }")]
    [InlineData("{ $..a = 1 }")]
    [InlineData("{ $.*.b[*] = 1 }")]
    [InlineData("{ $.a = 1 || }")]
    [InlineData("{ $.a = user@example.com }")]
    public void What_the_grammar_does_not_know_is_refused(string pattern) =>
        Assert.Throws<FormatException>(() => FilterPattern.Parse(pattern));

    private static bool Matches(string pattern, string record)
    {
        using var document = JsonDocument.Parse(record);
        return FilterPattern.Parse(pattern).Matches(document.RootElement);
    }
}
