using Responder.Policies;

namespace Responder.Tests.Policies;

/// <summary>Principals and conditions that are AWS's, ours, foreign, or cannot be told.</summary>
public class CannotBeToldTests
{
    private const string Account = "123456789012";

    [Theory]
    [InlineData("""{"AWS":"arn:aws:iam::902366379725:user/logs"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"arn:aws:iam::902366379725:root"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"902366379725"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"arn:aws:iam::113285607260:root"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"arn:aws:iam::113285607260:user/mallory"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"arn:aws:iam::386209384616:root"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"127311923021"}""", Audience.AwsService)]
    [InlineData("""{"CanonicalUser":"C4C1EDE66AF53448B93C283CE9448C4BA468C9432AA01D700D3878632F77D2D0"}""", Audience.AwsService)]
    [InlineData("""{"CanonicalUser":"a52cb28745c0c06e84ec548334e44bfa7fc2a85c54af20cd59e4969344b7af56"}""", Audience.AwsService)]
    [InlineData("""{"CanonicalUser":"00000000000000000000000000000000000000000000000000000000deadbeef"}""", Audience.CannotBeTold)]
    [InlineData("""{"AWS":"AROAEXAMPLEID0123456"}""", Audience.CannotBeTold)]
    [InlineData("""{"AWS":"arn:aws:iam::210987654321:root"}""", Audience.Foreign)]
    public void Principals(string principal, Audience expected) =>
        Assert.Equal(expected, Widest($$"""{"Effect":"Allow","Principal":{{principal}},"Action":"s3:*","Resource":"*"}""", Account));

    [Fact]
    public void An_account_of_any_length_that_is_the_records_own_is_ours() => Assert.Equal(
        Audience.OwnAccount,
        Widest("""{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::12345:root"},"Action":"s3:*","Resource":"*"}""", "12345"));

    [Theory]
    [InlineData("""{"StringLike":{"aws:userId":"AROAEXAMPLEID0123456:*"}}""", Audience.CannotBeTold)]
    [InlineData("""{"StringEquals":{"aws:userid":"123456789012"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"aws:userid":"210987654321"}}""", Audience.Foreign)]
    [InlineData("""{"StringLike":{"aws:userId":"AROA*"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"aws:PrincipalServiceName":"cloudtrail.amazonaws.com"}}""", Audience.AwsService)]
    [InlineData("""{"ForAnyValue:StringEquals":{"aws:PrincipalServiceNamesList":["sns.amazonaws.com"]}}""", Audience.AwsService)]
    [InlineData("""{"StringEqualsIfExists":{"aws:PrincipalServiceName":"cloudtrail.amazonaws.com"}}""", Audience.Everyone)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:*:*:photos"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringLike":{"aws:SourceArn":"arn:aws:s3:*:*:photos"}}""", Audience.OwnAccount)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:*:*:*"}}""", Audience.Everyone)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:photos"}}""", Audience.Everyone)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:*:210987654321:photos"}}""", Audience.Foreign)]
    public void Conditions_on_a_wildcard(string condition, Audience expected) => Assert.Equal(
        expected, Widest($$"""{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*","Condition":{{condition}}}""", Account));

    [Fact]
    public void A_reason_names_the_condition_that_confines_nothing()
    {
        var bare = Judge("""{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}""", Account);
        var office = Judge(
            """{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"198.51.100.7/32"}}}""",
            Account);

        Assert.Equal(Audience.Everyone, office.Widest);
        Assert.Contains("no condition confines that", bare.Reasons[0], StringComparison.Ordinal);
        Assert.DoesNotContain("no condition", office.Reasons[0], StringComparison.Ordinal);
        Assert.Contains("IpAddress aws:SourceIp 198.51.100.7/32", office.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_deny_that_spares_a_unique_id_leaves_somebody_who_cannot_be_told() => Assert.Equal(Audience.CannotBeTold, Widest(
        """
        {"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotLike":{"aws:userId":["AIDAEXAMPLEID0123456"]}}}
        """, Account));

    private static Audience Widest(string statements, string account) => Judge(statements, account).Widest;

    private static AccessVerdict Judge(string statements, string account) => ResourceAccess.WhoIsLetIn(
        PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}"""), new ResourceOwner(account, null));
}
