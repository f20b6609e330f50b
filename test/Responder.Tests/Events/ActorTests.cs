using Responder.Events;

namespace Responder.Tests.Events;

public class ActorTests
{
    [Theory]
    [InlineData("Root", ActorType.Root)]
    [InlineData("IAMUser", ActorType.IamUser)]
    [InlineData("AssumedRole", ActorType.AssumedRole)]
    [InlineData("Role", ActorType.Role)]
    [InlineData("FederatedUser", ActorType.FederatedUser)]
    [InlineData("AWSAccount", ActorType.AwsAccount)]
    [InlineData("AWSService", ActorType.AwsService)]
    [InlineData("SAMLUser", ActorType.SamlUser)]
    [InlineData("WebIdentityUser", ActorType.WebIdentityUser)]
    [InlineData("IdentityCenterUser", ActorType.IdentityCenterUser)]
    [InlineData("Directory", ActorType.Unknown)]
    [InlineData("root", ActorType.Unknown)]
    public void Every_identity_type_is_known_by_its_exact_name(string text, ActorType type)
    {
        var actor = Of($$"""{"type":"{{text}}"}""");
        Assert.Equal(type, actor.Type);
        Assert.Equal(text, actor.TypeText);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"somebody\"")]
    [InlineData("{}")]
    [InlineData("""{"type":{},"arn":[],"sessionContext":"x"}""")]
    public void Identity_of_any_shape_is_an_unknown_actor(string identity)
    {
        var actor = Of(identity);
        Assert.Equal(ActorType.Unknown, actor.Type);
        Assert.Null(actor.IssuerArn);
        Assert.False(actor.IsAwsServiceOnItsOwn);
        Assert.NotEmpty(actor.StableId);
    }

    [Fact]
    public void Session_is_known_by_its_issuer_and_never_by_the_name_the_caller_chose()
    {
        var one = Of(Identities.Role("Deploy", "one"));
        var two = Of(Identities.Role("Deploy", "AWSReservedSSO_Admin"));
        Assert.Equal("arn:aws:iam::123456789012:role/Deploy", two.IssuerArn);
        Assert.Equal(one.StableId, two.StableId);
        Assert.Equal("Deploy", two.UserName);
    }

    [Fact]
    public void Session_without_issuer_has_a_stable_id_without_session_name_and_no_issuer()
    {
        var actor = Of("""{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/Deploy/one"}""");
        Assert.Null(actor.IssuerArn);
        Assert.Equal("arn:aws:sts::123456789012:assumed-role/Deploy", actor.StableId);
    }

    [Fact]
    public void User_is_its_own_issuer() => Assert.Equal("arn:aws:iam::123456789012:user/alice", Of(Identities.User("alice")).IssuerArn);

    [Theory]
    [InlineData("\"true\"", true)]
    [InlineData("\"false\"", false)]
    [InlineData("true", true)]
    [InlineData("null", null)]
    public void Mfa_of_the_session_is_read_as_boolean_and_as_string(string value, bool? expected) =>
        Assert.Equal(expected, Of("""{"type":"IAMUser","sessionContext":{"attributes":{"mfaAuthenticated":VALUE}}}""".Replace("VALUE", value, StringComparison.Ordinal)).MfaAuthenticated);

    [Theory]
    [InlineData("autoscaling.amazonaws.com", true)]
    [InlineData("cloudformation.amazonaws.com", false)]
    [InlineData("signin.amazonaws.com", false)]
    [InlineData(null, false)]
    public void Service_in_roots_name_is_no_person_but_CloudFormation_and_the_console_have_one_behind_them(
        string? invokedBy, bool expected) =>
        Assert.Equal(expected, Of(Identities.Root(invokedBy)).IsAwsServiceOnItsOwn);

    [Fact]
    public void Service_linked_role_acts_on_its_own_and_a_role_that_is_only_named_like_one_does_not()
    {
        Assert.True(Of(Identities.Role("AWSServiceRoleForConfig", path: "aws-service-role/config.amazonaws.com/")).IsAwsServiceOnItsOwn);
        Assert.False(Of(Identities.Role("AWSServiceRoleForConfig", path: "mine/aws-service-role/")).IsAwsServiceOnItsOwn);
        Assert.False(Of(Identities.Role("AWSServiceRoleForConfig")).IsAwsServiceOnItsOwn);
    }

    [Fact]
    public void Identity_Center_is_known_by_the_reserved_path_and_never_by_the_session_name()
    {
        Assert.True(
            Of(Identities.Role(
                "AWSReservedSSO_Admin_0123456789abcdef", path: "aws-reserved/sso.amazonaws.com/eu-central-1/")).IsIdentityCenter);
        Assert.False(Of(Identities.Role("Deploy", "AWSReservedSSO_Admin")).IsIdentityCenter);
        Assert.False(Of(Identities.Role("AWSReservedSSO_Admin")).IsIdentityCenter);
    }

    private static Actor Of(string identity) => EventBuilder.Of("iam.amazonaws.com", "GetUser", $$"""{"userIdentity":{{identity}}}""").Actor;
}
