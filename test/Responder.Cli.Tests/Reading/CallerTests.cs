using System.Text.Json.Nodes;

namespace Responder.Cli.Tests.Reading;

/// <summary>Who a record names: persons of Identity Center, callers without a name, delegates; an empty text names nobody.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Ann = "544894e8-80c1-707f-60e3-3ba6510dfac1";
    private const string Ben = "94482488-3041-7027-18f3-be837c9d0e3f";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Persons_anonymous_callers_and_delegates_are_told_apart()
    {
        Write(
            Person(Ann, "DeletePermissionSet"), Person(Ann, "Federate"), Person(Ben, "Federate"),
            Call("DeleteObject", new JsonObject { ["type"] = "AWSAccount", ["principalId"] = "", ["accountId"] = "anonymous" }),
            Call("DeleteObject", new JsonObject { ["type"] = "AWSAccount", ["principalId"] = "", ["accountId"] = "444455556666" }),
            Call("DeleteTable", new JsonObject
            {
                ["type"] = "AssumedRole",
                ["arn"] = "arn:aws:sts::111122223333:assumed-role/delegated/s",
                ["invokedByDelegate"] = new JsonObject { ["accountId"] = "777788889999" },
            }));
        var run = await Cli.RunAsync("hunt", "top-callers", _folder.Root, "--since", "2026-01-01", "--format", "json");
        Assert.Equal(
            [Ann + " 2", "444455556666 1", "777788889999 1", Ben + " 1", "anonymous 1"],
            run.Json.Select(static row => $"{row.GetProperty("caller").GetString()} {row.GetProperty("calls").GetInt32()}"));
    }

    [Theory]
    [InlineData(Ann, 2)]
    [InlineData(Ben, 1)]
    [InlineData("anonymous", 1)]
    public async Task Each_of_them_is_a_subject_of_timelines(string subject, int events)
    {
        Write(
            Person(Ann, "DeletePermissionSet"), Person(Ann, "Federate"), Person(Ben, "Federate"),
            Call("DeleteObject", new JsonObject { ["type"] = "AWSAccount", ["principalId"] = "", ["accountId"] = "anonymous" }));
        var run = await Cli.RunAsync("timeline", subject, _folder.Root, "--format", "json");
        Assert.Equal((0, events), (run.ExitCode, run.Lines.Count - 1));
    }

    [Fact]
    public async Task An_empty_error_code_is_none()
    {
        var worked = Call("DeleteUser", new JsonObject { ["type"] = "IAMUser", ["arn"] = "arn:aws:iam::111122223333:user/mallory" });
        worked["errorCode"] = "";
        worked["errorMessage"] = "";
        Write(worked);
        Assert.Single((await Cli.RunAsync("hunt", "deletions", _folder.Root, "--since", "2026-01-01", "--format", "json")).Lines);
        var failed = await Cli.RunAsync("hunt", "failed-calls-by-address", _folder.Root, "--since", "2026-01-01", "--format", "json");
        Assert.Empty(failed.Lines);
    }

    [Fact]
    public async Task A_copy_that_an_endpoint_makes_is_no_second_call_but_what_its_policy_refuses_is_a_refusal()
    {
        var mallory = new JsonObject { ["type"] = "IAMUser", ["arn"] = "arn:aws:iam::111122223333:user/mallory" };
        var call = Call("DeleteBucket", (JsonObject)mallory.DeepClone());
        var copy = Call("DeleteBucket", (JsonObject)mallory.DeepClone());
        var refused = Call("DeleteBucket", (JsonObject)mallory.DeepClone());
        foreach (var record in (JsonObject[])[copy, refused])
        {
            record["eventCategory"] = "NetworkActivity";
            record["eventType"] = "AwsVpceEvent";
        }

        refused["errorCode"] = "VpceAccessDenied";
        Write(call, copy, refused);
        Assert.Single((await Cli.RunAsync("hunt", "deletions", _folder.Root, "--since", "2026-01-01", "--format", "json")).Lines);
        var refusals = await Cli.RunAsync("hunt", "refusals-by-caller", _folder.Root, "--since", "2026-01-01", "--format", "json");
        Assert.Equal(1, Assert.Single(refusals.Json).GetProperty("refusals").GetInt32());
    }

    [Fact]
    public async Task Rows_are_in_the_order_of_the_moments_however_they_are_written()
    {
        string[] times =
        [
            "2026-03-04T12:00:06+02:00", "1772618405", "2026-03-04 10:00:04.5 UTC", "1772618403000", "20260304T100002Z",
            "Mar 4, 2026 10:00:01 AM", "2026-03-04T10:00:00.123456789Z",
        ];
        Write([.. times.Select((time, i) =>
        {
            var record = Call("DeleteUser", new JsonObject { ["type"] = "IAMUser" });
            record["eventTime"] = time;
            return record;
        })]);
        var run = await Cli.RunAsync("hunt", "deletions", _folder.Root, "--since", "2026-03-04", "--until", "2026-03-04", "--format",
            "json");
        Assert.Equal(times, run.Json.Select(static row => row.GetProperty("event_time").GetString()));
        var top = await Cli.RunAsync("hunt", "iam-changes", _folder.Root, "--since", "2026-03-04", "--until", "2026-03-04T10:00:02Z");
        Assert.Contains("3 rows from 7 records", top.Error, StringComparison.Ordinal);
    }

    private static JsonObject Person(string id, string name) => Call(name, new JsonObject
    {
        ["type"] = "IdentityCenterUser",
        ["accountId"] = "111122223333",
        ["onBehalfOf"] = new JsonObject { ["userId"] = id },
    });

    private static JsonObject Call(string name, JsonObject identity)
    {
        var record = Samples.Attach();
        record["eventName"] = name;
        record["userIdentity"] = identity;
        record["readOnly"] = false;
        return record;
    }

    private void Write(params JsonObject[] records) =>
        _folder.Write("log.jsonl", string.Concat(records.Select(static record => record.ToJsonString() + "\n")));
}
