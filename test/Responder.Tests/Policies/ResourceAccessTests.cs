using Responder.Policies;

namespace Responder.Tests.Policies;

public class ResourceAccessTests
{
    private const string Own = "123456789012";
    private const string Foreign = "210987654321";

    [Theory]
    [InlineData("\"*\"", Audience.Everyone)]
    [InlineData("""{"AWS":"*"}""", Audience.Everyone)]
    [InlineData("""{"AWS":["123456789012","*"]}""", Audience.Everyone)]
    [InlineData("""{"AWS":"arn:aws:iam::*:root"}""", Audience.Everyone)]
    [InlineData("""{"AWS":"arn:aws:iam::2109*:root"}""", Audience.Everyone)]
    [InlineData("""{"Service":"*"}""", Audience.Everyone)]
    [InlineData("""{"Federated":"*"}""", Audience.Everyone)]
    [InlineData("""{"AWS":"210987654321"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"arn:aws:iam::210987654321:root"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"arn:aws-us-gov:iam::210987654321:user/path/eve"}""", Audience.Foreign)]
    [InlineData("""{"AWS":"arn:aws:sts::210987654321:assumed-role/r/s"}""", Audience.Foreign)]
    [InlineData("""{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}""", Audience.CannotBeTold)]
    [InlineData("""{"AWS":"123456789012"}""", Audience.OwnAccount)]
    [InlineData("""{"AWS":"arn:aws:iam::123456789012:root"}""", Audience.OwnAccount)]
    [InlineData("""{"AWS":"arn:aws:iam::123456789012:role/a/b"}""", Audience.OwnAccount)]
    [InlineData("""{"Service":"cloudtrail.amazonaws.com"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"arn:aws:iam::127311923021:root"}""", Audience.AwsService)]
    [InlineData("""{"AWS":"AROAEXAMPLEEXAMPLE123"}""", Audience.CannotBeTold)]
    [InlineData("""{"Whoever":"x"}""", Audience.Unreadable)]
    public void The_principal_decides(string principal, Audience expected)
    {
        var verdict = Judge($$"""{"Effect":"Allow","Principal":{{principal}},"Action":"s3:GetObject","Resource":"*"}""");

        Assert.Equal(expected, verdict.Widest);
        Assert.NotEmpty(verdict.Reasons);
        if (expected == Audience.Foreign) Assert.Single(verdict.ForeignAccounts);
    }

    [Fact]
    public void The_last_of_a_thousand_statements_counts()
    {
        var filler = string.Concat(Enumerable.Range(0, 999).Select(static i =>
            $$"""{"Effect":"Allow","Principal":{"AWS":"{{Own}}"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/{{i}}"},"""));
        Assert.Equal(
            Audience.Everyone, Judge(filler + """{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}""").Widest);
    }

    [Fact]
    public void NotPrincipal_with_Allow_lets_everyone_else_in() =>
        Assert.Equal(Audience.Everyone, Judge("""{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"*","Resource":"*"}""").Widest);

    [Fact]
    public void Only_denying_lets_nobody_in() =>
        Assert.Equal(Audience.Nobody, Judge("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}""").Widest);

    [Theory]
    [InlineData("""{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"AWS:SOURCEVPC":["vpc-1a2b","vpc-3c4d"]}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}""", Audience.Organization)]
    [InlineData("""{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-abcdef1234/r-ab12/*"}}""", Audience.Organization)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"${aws:ResourceOrgID}"}}""", Audience.Organization)]
    [InlineData("""{"StringEquals":{"aws:SourceAccount":"123456789012"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"${aws:ResourceAccount}"}}""", Audience.OwnAccount)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}}""", Audience.OwnAccount)]
    [InlineData("""{"ArnEquals":{"aws:SourceArn":"arn:aws:s3:::bucket"}}""", Audience.OwnAccount)]
    [InlineData("""{"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/x"}}""", Audience.OwnAccount)]
    [InlineData("""{"StringEquals":{"kms:CallerAccount":"123456789012","kms:ViaService":"ec2.us-east-1.amazonaws.com"}}""", Audience.OwnAccount)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","172.16.0.0/12"]}}""", Audience.OwnAccount)]
    [InlineData("""{"Bool":{"aws:PrincipalIsAWSService":"true"}}""", Audience.AwsService)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"},"StringLike":{"aws:SourceVpc":"vpc-*"},"Bool":{"aws:SecureTransport":"true"}}""", Audience.Organization)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":["o-abcdef1234","o-zyxwvu9876"]}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"210987654321"}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":["123456789012","210987654321"]}}""", Audience.Foreign)]
    [InlineData("""{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::210987654321:role/*"}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234","aws:PrincipalAccount":"210987654321"}}""", Audience.Foreign)]
    [InlineData("""{"StringLike":{"aws:PrincipalOrgID":"*"}}""", Audience.Everyone)]
    [InlineData("""{"StringLike":{"aws:PrincipalOrgID":"o-*"}}""", Audience.Everyone)]
    [InlineData("""{"StringLike":{"aws:SourceVpce":"vpce-*"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"${aws:PrincipalOrgID}"}}""", Audience.Everyone)]
    [InlineData("""{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1a2b3c4d"}}""", Audience.Everyone)]
    [InlineData("""{"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}""", Audience.Everyone)]
    [InlineData("""{"StringNotEquals":{"aws:PrincipalAccount":"123456789012"}}""", Audience.Everyone)]
    [InlineData("""{"Null":{"aws:PrincipalOrgID":"false"}}""", Audience.Everyone)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:topic"}}""", Audience.Everyone)]
    [InlineData("""{"StringLike":{"aws:PrincipalArn":"arn:*:123456789012:role/x"}}""", Audience.Everyone)]
    [InlineData("""{"ArnLike":{"aws:SourceArn":"arn:aws:s3:::*"}}""", Audience.Everyone)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}""", Audience.Everyone)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","0.0.0.0/1"]}}""", Audience.Everyone)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"10.0.0.0/1"}}""", Audience.Everyone)]
    [InlineData("""{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"sts:ExternalId":"secret"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}""", Audience.Everyone)]
    [InlineData("""{"Bool":{"aws:SecureTransport":"true"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"aws:UserAgent":"x"}}""", Audience.Everyone)]
    [InlineData("""{"StringLike":{"aws:Referer":"https://example.com/*"}}""", Audience.Everyone)]
    [InlineData("""{"StringEquals":{"aws:PrincipalTag/team":"blue"}}""", Audience.Everyone)]
    [InlineData("{}", Audience.Everyone)]
    public void Only_conditions_that_really_confine_neutralise_a_wildcard(string condition, Audience expected) => Assert.Equal(
        expected, Judge($$"""{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{{condition}}}""").Widest);

    [Theory]
    [InlineData("""{"StringEquals":{"sts:ExternalId":"secret"}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}""", Audience.Foreign)]
    [InlineData("""{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}""", Audience.OwnAccount)]
    public void A_named_foreign_account_stays_foreign(string condition, Audience expected) => Assert.Equal(
        expected, Judge($$"""{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"s3:*","Resource":"*","Condition":{{condition}}}""").Widest);

    [Fact]
    public void An_organisation_that_is_known_decides_whose_it_is()
    {
        var document = Read("""{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}}""");

        Assert.Equal(
            Audience.Organization,
            ResourceAccess.WhoIsLetIn(document, new ResourceOwner(Own, null) { OrganizationIds = ["o-abcdef1234"] }).Widest);
        Assert.Equal(
            Audience.Foreign,
            ResourceAccess.WhoIsLetIn(document, new ResourceOwner(Own, null) { OrganizationIds = ["o-ours123456"] }).Widest);
    }

    [Fact]
    public void A_service_that_acts_for_a_foreign_account_is_foreign() => Assert.Equal(Audience.Foreign, Judge(
        """{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::210987654321:distribution/E1"}}}""").Widest);

    [Theory]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}""", Audience.Nobody)]
    [InlineData("""{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"S3:*","Resource":"arn:aws:s3:::b*"}""", Audience.Nobody)]
    [InlineData("""{"Effect":"Deny","Principal":"*","NotAction":"s3:PutObject","Resource":"*"}""", Audience.Nobody)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","NotResource":"arn:aws:s3:::other/*"}""", Audience.Nobody)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-abcdef1234"}}}""", Audience.Organization)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-abcdef1234"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}""", Audience.Organization)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}""", Audience.OwnAccount)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::210987654321:*"}}}""", Audience.Foreign)]
    [InlineData("""{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"*","Resource":"*"}""", Audience.OwnAccount)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"*"}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"arn:aws:s3:::bucket"}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":{"AWS":"210987654321"},"Action":"*","Resource":"*"}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:UserAgent":"x"}}}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-abcdef1234"},"StringEquals":{"s3:prefix":"x"}}}""", Audience.Everyone)]
    [InlineData("""{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"ForAnyValue:StringNotEquals":{"aws:PrincipalOrgPaths":"o-abcdef1234/"}}}""", Audience.Everyone)]
    public void A_Deny_takes_back_what_it_covers_and_no_more(string deny, Audience expected) => Assert.Equal(
        expected, Judge("""{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"},""" + deny).Widest);

    [Fact]
    public void Denying_a_whole_account_takes_back_what_its_principals_were_allowed()
    {
        const string Allow = """{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:user/eve"},"Action":"s3:GetObject","Resource":"*"},""";
        Assert.Equal(Audience.Nobody, Judge(Allow + """{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"s3:*","Resource":"*"}""").Widest);
        Assert.Equal(Audience.Foreign, Judge(Allow + """{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::210987654321:user/bob"},"Action":"s3:*","Resource":"*"}""").Widest);
    }

    [Fact]
    public void The_widest_statement_decides_and_all_are_named()
    {
        var verdict = Judge("""
            {"Effect":"Allow","Principal":{"AWS":"123456789012","Service":"sns.amazonaws.com"},"Action":"s3:*","Resource":"*"},
            {"Effect":"Allow","Principal":{"AWS":["210987654321","arn:aws:iam::111111111111:root"]},"Action":"s3:*","Resource":"*"}
            """);

        Assert.Equal(Audience.Foreign, verdict.Widest);
        Assert.Equal([Foreign, "111111111111"], verdict.ForeignAccounts);
        Assert.Equal(["sns.amazonaws.com"], verdict.Services);
        Assert.StartsWith("It lets the foreign account", verdict.Reasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_own_account_every_named_account_is_foreign() => Assert.Equal(Audience.Foreign, ResourceAccess.WhoIsLetIn(
        Read("""{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"*","Resource":"*"}"""), new ResourceOwner(null, null)).Widest);

    [Fact]
    public void An_unreadable_document_is_unreadable_but_what_it_opens_is_seen()
    {
        Assert.Equal(Audience.Unreadable, ResourceAccess.WhoIsLetIn(PolicyDocument.Read("invalid"), new ResourceOwner(Own, null)).Widest);
        Assert.Equal(Audience.Everyone, ResourceAccess.WhoIsLetIn(PolicyDocument.Read(
            """{"Statement":[{"Effect":"Deny","Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}}]}"""), new ResourceOwner(Own, null)).Widest);
    }

    [Fact]
    public void A_document_made_to_be_slow_is_judged_without_its_Denys()
    {
        var many = string.Join(',', Enumerable.Range(0, 8_000).Select(static i => $"\"s3:{i}*\""));
        var stars = string.Concat(Enumerable.Repeat("*a", 25_000));
        var verdict = Judge($$"""
            {"Effect":"Allow","Principal":{"AWS":[{{many}}]},"Action":[{{many}}],"Resource":[{{many}}]},
            {"Effect":"Deny","Principal":"*","Action":[{{many}}],"Resource":[{{many}}]},
            {"Effect":"Allow","Principal":"*","Action":"*","Resource":"{{stars}}"},
            {"Effect":"Deny","Principal":"*","Action":"*","NotResource":"{{stars}}b"}
            """);

        Assert.Equal(Audience.Everyone, verdict.Widest);
    }

    [Theory]
    [InlineData("arn:aws:iam::123456789012:saml-provider/Okta", "{}", Audience.OpenFederation)]
    [InlineData("arn:aws:iam::123456789012:saml-provider/Okta", """{"StringLike":{"SAML:aud":"*"}}""", Audience.OpenFederation)]
    [InlineData("arn:aws:iam::123456789012:saml-provider/Okta", """{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}""", Audience.Federated)]
    [InlineData("arn:aws:iam::210987654321:saml-provider/Okta", """{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}""", Audience.Foreign)]
    [InlineData("cognito-identity.amazonaws.com", "{}", Audience.OpenFederation)]
    [InlineData("cognito-identity.amazonaws.com", """{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-1:pool"}}""", Audience.Federated)]
    [InlineData(Github, "{}", Audience.OpenFederation)]
    [InlineData(Github, """{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLike":{"token.actions.githubusercontent.com:sub":"*"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo*"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLike":{"token.actions.githubusercontent.com:sub":["repo:octo-org/x:*","repo:*/x:ref:refs/heads/main"]}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLikeIfExists":{"token.actions.githubusercontent.com:sub":"repo:octo-org/x:*"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringEquals":{"other.example.com:sub":"repo:octo-org/x:*"}}""", Audience.OpenFederation)]
    [InlineData(Github, """{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo-org/*"}}""", Audience.Federated)]
    [InlineData(Github, """{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:octo-org/x:ref:refs/heads/main"}}""", Audience.Federated)]
    [InlineData("arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC", """{"StringEquals":{"oidc.eks.us-east-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:ns:sa"}}""", Audience.Federated)]
    public void Federated_trust_is_open_unless_a_condition_names_who(string provider, string condition, Audience expected) =>
        Assert.Equal(expected, Trust(
        $$"""{"Effect":"Allow","Principal":{"Federated":"{{provider}}"},"Action":["sts:AssumeRoleWithSAML","sts:AssumeRoleWithWebIdentity"],"Condition":{{condition}}}""").Widest);

    [Fact]
    public void Trust_asks_only_who_may_assume_the_role()
    {
        Assert.Equal(Audience.Nobody, Trust("""{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}""").Widest);
        Assert.Equal(Audience.Everyone, Trust("""{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"STS:assume*"}""").Widest);
        Assert.Equal(Audience.Everyone, Trust("""{"Effect":"Allow","Principal":"*","NotAction":"sts:TagSession"}""").Widest);
        Assert.Equal(Audience.AwsService, Trust("""{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}""").Widest);
        Assert.Equal(Audience.Foreign, Trust(
            """{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}}""").Widest);
        Assert.Equal(Audience.Nobody, Trust(
            """{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"},{"Effect":"Deny","Principal":"*","Action":"sts:*"}""").Widest);
    }

    private const string Github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

    private static AccessVerdict Judge(string statements) => ResourceAccess.WhoIsLetIn(Read(statements), new ResourceOwner(Own, null));

    private static AccessVerdict Trust(string statements) => ResourceAccess.WhoMayAssume(Read(statements), new ResourceOwner(Own, null));

    private static PolicyDocument Read(string statements)
    {
        var document = PolicyDocument.Read($$"""{"Version":"2012-10-17","Statement":[{{statements}}]}""");
        Assert.True(document.IsReadable, document.Error);
        return document;
    }

    [Theory]
    [InlineData("""{"IpAddress":{"aws:VpcSourceIp":"10.0.0.0/8"}}""")]
    [InlineData("""{"NumericLessThanEquals":{"aws:PrincipalAccount":"123456789012"}}""")]
    [InlineData("""{"NumericGreaterThan":{"kms:CallerAccount":"123456789012"}}""")]
    public void Private_addresses_of_any_network_and_ordered_account_ids_confine_nothing(string condition) =>
        Assert.Equal(Audience.Everyone,
        Judge($$"""{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{{condition}}}""").Widest);

    [Fact]
    public void An_account_that_a_Deny_spares_may_belong_to_the_organisation_let_in()
    {
        var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read("""
            {"Statement":[
              {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-foreign999"}}},
              {"Effect":"Deny","NotPrincipal":{"AWS":"210987654321"},"Action":"*","Resource":"*"}]}
            """), new ResourceOwner(Own, null) { OrganizationIds = ["o-abcdef1234"] });

        Assert.Equal(Audience.Foreign, verdict.Widest);
    }
}
