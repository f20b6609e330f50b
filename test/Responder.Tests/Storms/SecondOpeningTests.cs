using System.Text.Json.Nodes;
using Responder.Reporting;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Storms;

/// <summary>
/// What says something new pages, though a finding of the same kind paged before: one by one up to five, then as the 10th, 100th and
/// 1,000th, for each key and for each cause. Each delivery has a new execution environment, so that only SSM can tell what was paged.
/// </summary>
[Trap("E10")]
[Trap("E30")]
public sealed class SecondOpeningTests
{
    private const string Partner = "arn:aws:iam::210987654321:root";
    private const string Incidents = "/security/incidents/";

    /// <summary>Name, first call, second call.</summary>
    public static TheoryData<string, string, string> Openings => new()
    {
        { "bucket: a partner, then everyone", Bucket(Partner), Bucket("*") },
        { "bucket: a partner, then another", Bucket(Partner), Bucket("arn:aws:iam::310987654321:root") },
        {
            "bucket: one role of a partner, then another",
            Bucket("arn:aws:iam::210987654321:role/a"), Bucket("arn:aws:iam::210987654321:role/b")
        },
        { "bucket: everyone may read, then everyone may do everything", Bucket("*", "s3:GetObject"), Bucket("*", "s3:*") },
        { "role: a partner, then everyone", Trust(Partner), Trust("*") },
        { "group: port 22, then port 3306", Port(22), Port(3306) },
        { "group: port 22 from IPv4, then from IPv6", Port(22), Port(22, "::/0") },
        { "group: one port, then all", Port(22), Port(0, to: 65535) },
        { "function: a partner, then everyone", Function("210987654321"), Function("*") },
        { "an administrator's role for one function, then for another", Passed("f"), Passed("g") },
        { "an access key for another user, then a second", Key("AKIAA2DCED1C0EXAMPLE"), Key("AKIAA2DCED1C1EXAMPLE") },
        { "root: a bucket, then a user", Root("s3", "CreateBucket", "bucketName"), Root("iam", "CreateUser", "userName") },
        { "root: a bucket, then another", Root("s3", "CreateBucket", "bucketName"), Root("s3", "CreateBucket", "bucketName", "second") },
    };

    [Theory]
    [MemberData(nameof(Openings))]
    public async Task A_second_opening_pages_and_the_same_again_does_not(string name, string first, string second)
    {
        await using var driver = await StartAsync();
        await SendAsync(driver, first, "1");
        Assert.True(driver.World.Messages.Count == 1, name);
        driver.Clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(Outcome.Recorded, (await SendAsync(driver, first, "2")).Outcome);
        Assert.Equal(Outcome.Alert, (await SendAsync(driver, second, "3")).Outcome);
        Assert.Equal(Outcome.Recorded, (await SendAsync(driver, second, "4")).Outcome);
        Assert.Equal(Outcome.Recorded, (await SendAsync(driver, first, "5")).Outcome);
        Assert.True(driver.World.Messages.Count == 2, name);
    }

    [Fact]
    public async Task What_is_new_under_one_key_pages_five_times_then_as_the_10th_and_the_100th()
    {
        await using var driver = await StartAsync();
        for (var port = 1; port <= 110; port++) await SendAsync(driver, Port(0, to: 1000 + port), $"p-{port}");

        Assert.Equal(7, driver.World.Messages.Count);
        Assert.Single(driver.Parameters(Incidents));
        void AssertPageSays(int page, string text) =>
            Assert.Contains(text, driver.World.Messages[page].For("email"), StringComparison.Ordinal);
        AssertPageSays(4, "5 of this kind in this hour said something new: further ones page only");
        AssertPageSays(6, "100 of this kind in this hour said something new, and not each of them was paged");
        // All ports are graver than all that was paged.
        Assert.Equal(Outcome.Alert, (await SendAsync(driver, Port(0, to: 65535), "all")).Outcome);
    }

    [Fact]
    public async Task Targets_of_one_cause_page_five_times_then_as_the_10th_and_the_100th_and_write_as_few_records()
    {
        await using var driver = await StartAsync();
        for (var i = 1; i <= 110; i++) await SendAsync(driver, Port(22, group: $"sg-{i}"), $"g-{i}");

        Assert.Equal(7, driver.World.Messages.Count);
        Assert.Equal(8, driver.Parameters(Incidents).Count);
        Assert.Single(driver.Parameters("/security/budget/"));
        // The count of an hour is forgotten with it.
        driver.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal(Outcome.Alert, (await SendAsync(driver, Port(22, group: "sg-later"), "later", driver.Clock.Now)).Outcome);
    }

    [Fact]
    public async Task What_opens_wider_than_all_that_was_paged_pages_whatever_the_count()
    {
        await using var driver = await StartAsync();
        for (var i = 0; i < 30; i++) await SendAsync(driver, Bucket($"arn:aws:iam::2109876543{i:00}:root"), $"b-{i}");
        var before = driver.World.Messages.Count;
        Assert.Equal(Outcome.Alert, (await SendAsync(driver, Bucket("*"), "everyone")).Outcome);
        Assert.Equal(Outcome.Recorded, (await SendAsync(driver, Bucket("*"), "again")).Outcome);
        Assert.Equal(before + 1, driver.World.Messages.Count);

        for (var i = 0; i < 30; i++) await SendAsync(driver, Bucket(Partner, bucket: $"other-{i}"), $"o-{i}");
        Assert.Equal(Outcome.Recorded, (await SendAsync(driver, Bucket(Partner, bucket: "one-more"), "one-more")).Outcome);
    }

    [Fact]
    public async Task Milder_findings_use_up_nothing_of_graver_ones()
    {
        await using var driver = await StartAsync();
        for (var i = 0; i < 50; i++) await SendAsync(driver, Port(22, group: $"sg-{i}"), $"g-{i}");
        foreach (var group in (string[])["sg-1", "sg-49", "sg-new"])
            Assert.Equal(Outcome.Alert, (await SendAsync(driver, Port(0, to: 65535, group: group), group)).Outcome);
    }

    /// <summary>Ten processes, each of which gets two hundred events of one actor in turn.</summary>
    [Trap("E14")]
    [Trap("E28")]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_environments_and_one_actor_make_a_few_records_and_pages(bool oneUser)
    {
        await using var storm = await Storm.StartAsync(10, null, "mallory");
        for (var i = 0; i < 2_000; i++)
            await storm.SendAsync(i % 10, (oneUser ? AdminAttachedTo("mallory") : Storm.PortOpened($"sg-{i}")).Id(Storm.IdOf(i)));

        Assert.InRange(storm.Driver.World.Messages.Count, 8, 12);
        Assert.InRange(storm.Driver.Parameters("/security/").Count, 9, 16);
    }

    [Trap("E14")]
    [Trap("E28")]
    [Fact]
    public async Task A_full_store_bounds_the_pages_of_a_process_and_fails_no_delivery()
    {
        await using var storm = await Storm.StartAsync(1, null, "mallory");
        storm.Driver.World.Limits.StandardParameters = 0;
        for (var i = 0; i < 200; i++)
            Assert.Empty((await storm.SendAsync(0, Storm.PortOpened($"sg-{i}").Id(Storm.IdOf(i)))).Failures);
        Assert.Equal(7, storm.Driver.World.Messages.Count);
        Assert.Contains("ParameterLimitExceeded", storm.Driver.World.Messages[0].For("email"), StringComparison.Ordinal);

        var incident = await storm.SendAsync(0, AdminAttachedTo("mallory").Id("one"));
        Assert.Empty(incident.Failures);
        Assert.Equal(DenyAll, storm.Driver.User("mallory").BoundaryArn);
        Assert.Equal(8, storm.Driver.World.Messages.Count);
        Assert.Contains("ParameterLimitExceeded", storm.Driver.World.Messages[7].For("email"), StringComparison.Ordinal);
        Assert.Equal(Outcome.Duplicate, (await storm.SendAsync(0, AdminAttachedTo("mallory").Id("one"))).Outcome);
    }

    [Fact]
    public async Task Pages_about_nobody_are_capped_unless_they_name_a_holder_whom_no_page_named()
    {
        await using var driver = await StartAsync();
        var home = driver.World.Home;
        for (var i = 0; i < 60; i++) await SendAsync(driver, AdminAttachedTo($"ghost-{i}"), $"ghost-{i}");
        var capped = driver.World.Messages.Count;
        Assert.Equal(6, capped);
        Assert.InRange(driver.Parameters(Incidents).Count, 5, 7);

        home.Attach(home.EnsureUser("eve"), Admin);
        var named = await SendAsync(driver, AdminAttachedTo("ghost-x"), "ghost-x");
        Assert.NotEmpty(named.Failures);
        Assert.Equal(capped + 1, driver.World.Messages.Count);
        Assert.Contains("the policy is now held by: user eve", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
        await SendAsync(driver, AdminAttachedTo("ghost-y"), "ghost-y");
        Assert.Equal(capped + 1, driver.World.Messages.Count);
    }

    /// <summary>Each note is a parameter, and a store holds 10,000.</summary>
    [Trap("E28")]
    [Fact]
    public async Task Containments_that_wait_for_somebody_are_bounded_and_the_page_says_where_they_end()
    {
        await using var driver = await StartAsync();
        for (var i = 0; i < 120; i++) await SendAsync(driver, AdminAttachedTo($"ghost-{i}"), $"ghost-{i}");
        Assert.InRange(driver.Parameters("/security/quarantines/").Count, 40, 60);

        driver.World.Home.Attach(driver.World.Home.EnsureUser("eve"), Admin);
        await SendAsync(driver, AdminAttachedTo("ghost-x"), "ghost-x");
        Assert.Contains("look for his new name by hand", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    private static async Task<ResponderDriver> StartAsync()
    {
        var driver = await ResponderDriver.StartAsync();
        driver.World.Home.Attach(driver.World.Home.EnsureRole("app"), Admin);
        return driver;
    }

    /// <summary>Sends the call, with an id of its own, to a process that remembers nothing.</summary>
    private static Task<Response> SendAsync(ResponderDriver driver, string call, string id, DateTimeOffset? at = null) =>
        SendAsync(driver, Of(call).At(at ?? driver.Clock.Now), id);

    private static Task<Response> SendAsync(ResponderDriver driver, EventBuilder e, string id)
    {
        driver.Restart();
        return driver.SendAsync(e.Id(id));
    }

    private static EventBuilder Of(string call)
    {
        var json = JsonNode.Parse(call)!.AsObject();
        var (source, name) = (json["eventSource"]!.GetValue<string>(), json["eventName"]!.GetValue<string>());
        var e = Call(source, name, json["requestParameters"]!.DeepClone());
        foreach (var field in (string[])["responseElements", "userIdentity"])
        {
            if (json[field] is { } value) e = e.With(field, value.DeepClone());
        }

        return e;
    }

    private static string Text(string source, string name, JsonObject request, string? field = null, JsonNode? value = null)
    {
        var call = new JsonObject { ["eventSource"] = source + ".amazonaws.com", ["eventName"] = name, ["requestParameters"] = request };
        if (field is not null) call[field] = value;
        return call.ToJsonString();
    }

    private static JsonObject Allow(string principal, string action) => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = new JsonArray(new JsonObject
        {
            ["Effect"] = "Allow",
            ["Principal"] = new JsonObject { ["AWS"] = principal },
            ["Action"] = action,
            ["Resource"] = "*",
        }),
    };

    private static string Bucket(string principal, string action = "s3:GetObject", string bucket = "payroll") =>
        Text("s3", "PutBucketPolicy", new JsonObject { ["bucketName"] = bucket, ["bucketPolicy"] = Allow(principal, action) });

    private static string Trust(string principal) => Text("iam", "UpdateAssumeRolePolicy", new JsonObject
    {
        ["roleName"] = "batch",
        ["policyDocument"] = Allow(principal, "sts:AssumeRole").ToJsonString(),
    });

    private static string Port(int from, string cidr = "0.0.0.0/0", int? to = null, string group = "sg-1") =>
        Text("ec2", "AuthorizeSecurityGroupIngress", new JsonObject
        {
            ["groupId"] = group,
            ["ipPermissions"] = new JsonObject
            {
                ["items"] = new JsonArray(new JsonObject
                {
                    ["ipProtocol"] = "tcp",
                    ["fromPort"] = from,
                    ["toPort"] = to ?? from,
                    [cidr.Contains(':', StringComparison.Ordinal) ? "ipv6Ranges" : "ipRanges"] = new JsonObject
                    {
                        ["items"] = new JsonArray(new JsonObject
                        {
                            [cidr.Contains(':', StringComparison.Ordinal) ? "cidrIpv6" : "cidrIp"] = cidr,
                        }),
                    },
                }),
            },
        });

    private static string Function(string principal) => Text("lambda", "AddPermission20150331v2", new JsonObject
    {
        ["functionName"] = "orders",
        ["principal"] = principal,
        ["action"] = "lambda:InvokeFunction",
        ["statementId"] = "one",
    });

    private static string Passed(string function) => Text("lambda", "CreateFunction20150331", new JsonObject
    {
        ["functionName"] = function,
        ["role"] = $"arn:aws:iam::{Account}:role/app",
    });

    private static string Key(string id) => Text("iam", "CreateAccessKey", new JsonObject { ["userName"] = "bruno" }, "responseElements",
        new JsonObject { ["accessKey"] = new JsonObject { ["userName"] = "bruno", ["accessKeyId"] = id, ["status"] = "Active" } });

    private static string Root(string service, string name, string member, string value = "first") =>
        Text(service, name, new JsonObject { [member] = value }, "userIdentity", new JsonObject
        {
            ["type"] = "Root",
            ["principalId"] = Account,
            ["arn"] = $"arn:aws:iam::{Account}:root",
            ["accountId"] = Account,
        });
}
