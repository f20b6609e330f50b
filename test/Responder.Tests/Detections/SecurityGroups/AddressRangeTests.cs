using Responder.Detections.SecurityGroups;

namespace Responder.Tests.Detections.SecurityGroups;

public class AddressRangeTests
{
    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.0/0")]
    [InlineData("0.0.0.0/00")]
    [InlineData("garbage/0")]
    [InlineData("0.0.0.0/1")]
    [InlineData("128.0.0.0/1")]
    [InlineData("64.0.0.0/2")]
    [InlineData("10.0.0.0/7")]
    [InlineData("0.0.0.0")]
    [InlineData("::/0")]
    [InlineData("::")]
    [InlineData("2000::/3")]
    [InlineData("2a00::/11")]
    public void World(string cidr) => Assert.True(AddressRange.Parse(cidr).IsWorld);

    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("10.255.0.0/8")]
    [InlineData("12.0.0.0/8")]
    [InlineData("0.0.0.0/16")]
    [InlineData("172.16.0.0/12")]
    [InlineData("203.0.113.0/24")]
    [InlineData("127.0.0.1/32")]
    [InlineData("192.0.2.1")]
    [InlineData("fc00::/7")]
    [InlineData("fe80::/10")]
    [InlineData("2a00::/12")]
    [InlineData("2001:db8::/32")]
    [InlineData("0.0.0.0/-1")]
    [InlineData("/")]
    [InlineData("")]
    public void Not_the_world(string cidr) => Assert.False(AddressRange.Parse(cidr).IsWorld);
}
