using Responder.Detections;
using Responder.Events;
using Responder.Records;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Storms;

/// <summary>
/// PagerDuty takes the key as <c>dedup_key</c> (at most 255 characters), Opsgenie as <c>alias</c> (at most 512). Open alerts of a running
/// installation are found by it, so no version may change how it is made.
/// </summary>
public sealed class DedupKeyTests
{
    private const string Dev = "arn:aws:iam::123456789012:role/dev";

    [Fact]
    public void Golden_keys_never_change()
    {
        Assert.Equal("afcc144d7345aa0cb72385c185db72b9", KeyOf(AdminAttachedTo("mallory")));
        Assert.Equal("449b5ac80c507241156eb34343e47135", KeyOf(Storm.PortOpened("sg-1").By(Session(Dev, "one"))));
    }

    [Fact]
    public void Repeats_have_the_same_key()
    {
        var key = KeyOf(Storm.PortOpened("sg-1").By(Session(Dev, "one")));
        Assert.Equal(key, KeyOf(Storm.PortOpened("sg-1").By(Session(Dev, "two"))));
        Assert.Equal(
            key, KeyOf(
                Storm.PortOpened("sg-1").By(Session(Dev, "one")).With("eventTime", "2026-12-24T00:00:00Z").With("awsRegion", "eu-west-1")
            .With("sourceIPAddress", "192.0.2.7").With("userAgent", "other")));
        Assert.Equal(key, KeyOf(Storm.PortOpened("sg-1", all: true).By(Session(Dev, "one")))); // a rise in severity updates the same alert
    }

    [Fact]
    public void Another_target_actor_detection_or_account_has_another_key()
    {
        string[] keys =
        [
            KeyOf(Storm.PortOpened("sg-1")), KeyOf(Storm.PortOpened("sg-2")), KeyOf(Storm.PortOpened("sg-1").By(User("bob"))),
            KeyOf(Storm.PortOpened("sg-1").With("recipientAccountId", Foreign)), KeyOf(AdminAttachedTo("mallory")),
            KeyOf(AdminAttachedTo("eve")),
            KeyOf(AdminAttachedToRole("mallory")), KeyOf(AdminAttachedTo("mallory").Refused()),
        ];
        Assert.Equal(keys.Length, keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("mallory")]
    [InlineData("a|b:c/d \"}\n\u202e")]
    public void A_key_is_32_hex_digits_whatever_the_names(string name)
    {
        Assert.Matches("^[0-9a-f]{32}$", KeyOf(AdminAttachedTo(name)));
        Assert.Matches("^[0-9a-f]{32}$", KeyOf(Storm.PortOpened(new string('x', 3000)).By(User(name))));
    }

    private static string KeyOf(EventBuilder builder)
    {
        var e = EventParser.Parse(builder.Build()).Event!;
        return ParameterNames.DedupKey(e, DetectionCatalog.Default.Detect(e)[0]);
    }
}
