using System.Text.Json;
using Responder.Events;

namespace Responder.Tests.Events;

public class JsonViewTests
{
    [Theory]
    [InlineData("null", 0)]
    [InlineData("{}", 0)]
    [InlineData("[]", 0)]
    [InlineData("[1,2]", 2)]
    [InlineData("{\"items\":[1,2,3]}", 3)]
    [InlineData("{\"items\":{\"a\":1}}", 1)]
    [InlineData("{\"item\":[1]}", 1)]
    [InlineData("{\"a\":1}", 1)]
    [InlineData("\"one\"", 1)]
    public void List_is_read_in_every_form_that_CloudTrail_writes_one(string json, int count) =>
        Assert.Equal(count, Of(json).Items.Count());

    [Fact]
    public void Absent_value_answers_everything_with_absence()
    {
        var absent = JsonView.Absent;
        Assert.False(absent.Exists);
        Assert.Null(absent["a"]["b"].Text);
        Assert.Null(absent.Flag);
        Assert.Null(absent.Integer);
        Assert.Null(absent.Number);
        Assert.Empty(absent.Items);
        Assert.Empty(absent.Members);
        Assert.Equal(JsonValueKind.Undefined, absent.Unwrapped.Kind);
        Assert.Equal("", absent.ToString());
    }

    [Fact]
    public void Member_is_found_in_another_case_and_the_exact_name_wins()
    {
        Assert.Equal("1", Of("""{"CidrIpv4":1}""")["cidrIpv4"].Text);
        Assert.Equal("2", Of("""{"CidrIpv4":1,"cidrIpv4":2}""")["cidrIpv4"].Text);
    }

    [Fact]
    public void Member_is_found_beside_a_name_that_is_no_text()
    {
        Assert.Equal("1", Of("""{"\ud800":0,"name":1}""")["name"].Text);
        Assert.Equal("1", Of("""{"NAME":1,"\udfffxxx":0}""")["name"].Text);
        Assert.Equal("2", Of("""{"name":1,"\ud800":0,"name":2}""")["name"].Text);
        Assert.False(Of("""{"\ud800\ud800":0}""")["name"].Exists);
    }

    [Fact]
    public void Text_that_is_no_text_is_absent() => Assert.Null(Of("\"\\ud800\"").Text);

    [Theory]
    [InlineData("22", 22L)]
    [InlineData("\"22\"", 22L)]
    [InlineData("\"-1\"", -1L)]
    [InlineData("1e400", null)]
    [InlineData("22.5", null)]
    [InlineData("\"x\"", null)]
    [InlineData("true", null)]
    public void Whole_number_is_read_from_number_and_string(string json, long? expected) => Assert.Equal(expected, Of(json).Integer);

    [Theory]
    [InlineData("\"{\\\"a\\\":1}\"")]
    [InlineData("\"%7B%22a%22%3A1%7D\"")]
    [InlineData("\"%20%7B%22a%22%3A1%7D\"")]
    [InlineData("\"\\n {\\\"a\\\":1}\"")]
    [InlineData("\"\\ufeff{\\\"a\\\":1}\"")]
    public void Document_inside_a_string_is_unwrapped(string json) => Assert.Equal("1", Of(json).Unwrapped["a"].Text);

    [Theory]
    [InlineData("\"{\"")]
    [InlineData("\"%7B\"")]
    [InlineData("\"%7\"")]
    [InlineData("\"plain\"")]
    [InlineData("\"\\ud800\"")]
    public void String_that_holds_no_document_stays_what_it_is(string json) => Assert.Equal(JsonValueKind.String, Of(json).Unwrapped.Kind);

    private static JsonView Of(string json) => new(JsonDocument.Parse(json).RootElement);
}
