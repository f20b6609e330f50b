using FsCheck;
using FsCheck.Fluent;
using Responder.Policies;
using Responder.Tests.Policies.Oracle;

namespace Responder.Tests.Policies;

/// <summary>
/// Compares the reader of resource policies with a brute-force evaluation: nobody gets in whom the reader does not name, and on the plain
/// part of the grammar, it names nobody who stays out.
/// </summary>
public class ResourceAccessProperties
{
    private const string Own = ResourceOracle.Own;
    private const string Foreign = ResourceOracle.Foreign;

    private static readonly ResourceOwner s_owner = new(Own, null) { OrganizationIds = [ResourceOracle.OurOrganization] };

    private static readonly (string, string)[] s_principals =
    [
        ("*", "*"), ("AWS", "*"), ("AWS", Own), ("AWS", $"arn:aws:iam::{Own}:root"), ("AWS", $"arn:aws:iam::{Own}:user/alice"),
        ("AWS", Foreign), ("AWS", $"arn:aws:iam::{Foreign}:root"),
        ("AWS", $"arn:aws:iam::{Foreign}:user/eve"), ("AWS", $"arn:aws:iam::{Foreign}:user/fred"), ("Service", "cloudtrail.amazonaws.com"),
        ("Service", "sns.amazonaws.com"),
    ];

    private static readonly string[] s_actions = ["*", "s3:*", "s3:GetObject", "s3:Get*", "S?:Put*", "s3:??tObject", "kms:*"];

    private static readonly string[] s_resources = [
        "*", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket*", "arn:aws:s3:::bucket/key", "arn:aws:s3:::buc?et/k*"];

    private static readonly (string, string, string[])[] s_plainConditions =
    [
        ("Bool", "aws:SecureTransport", ["true"]), ("StringEquals", "aws:PrincipalOrgID", [ResourceOracle.OurOrganization]),
        ("StringEquals", "aws:PrincipalAccount", [Own]), ("StringEquals", "kms:CallerAccount", [Own]),
        ("StringLike", "aws:UserAgent", ["corp-*"]), ("IpAddress", "aws:SourceIp", ["0.0.0.0/0"]),
    ];

    private static readonly (string, string, string[])[] s_oddConditions =
    [
        .. s_plainConditions,
        ("StringEquals", "aws:PrincipalOrgID", [ResourceOracle.ForeignOrganization]),
        ("StringEquals", "aws:PrincipalOrgID", [ResourceOracle.OurOrganization, ResourceOracle.ForeignOrganization]),
        ("StringLike", "aws:PrincipalOrgID", ["o-*"]), ("StringEquals", "aws:PrincipalOrgID", ["${aws:PrincipalOrgID}"]),
        ("StringEquals", "aws:PrincipalOrgID", ["${aws:ResourceOrgID}"]),
        ("StringNotEquals", "aws:PrincipalOrgID", [ResourceOracle.OurOrganization]),
        ("StringNotEqualsIfExists", "aws:PrincipalOrgID", [ResourceOracle.OurOrganization]),
        ("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", [ResourceOracle.OurOrganization + "/*"]),
        ("ForAllValues:StringLike", "aws:PrincipalOrgPaths", [ResourceOracle.OurOrganization + "/*"]),
        ("StringLike", "aws:PrincipalAccount", ["12345678901?"]), ("StringLike", "aws:PrincipalAccount", ["*"]),
        ("StringEqualsIfExists", "aws:PrincipalAccount", [Own]),
        ("StringNotEquals", "aws:PrincipalAccount", [Own]), ("StringNotEquals", "aws:PrincipalAccount", [Foreign, Own]),
        ("StringEquals", "aws:PrincipalAccount", ["${aws:ResourceAccount}"]),
        ("StringNotEquals", "aws:PrincipalAccount", ["${aws:ResourceAccount}"]),
        ("NumericLessThanEquals", "aws:PrincipalAccount", ["999999999999"]), ("NumericGreaterThan", "aws:PrincipalAccount", [Own]),
        ("NumericNotEquals", "aws:PrincipalAccount", [Own]), ("NumericGreaterThanEquals", "aws:PrincipalAccount", [Own]),
        ("ArnLike", "aws:PrincipalArn", [$"arn:aws:iam::{Own}:*"]), ("ArnLike", "aws:PrincipalArn", [$"arn:*:iam::{Own}:user/*"]),
        ("StringLike", "aws:PrincipalArn", [$"arn:*:{Own}:*"]),
        ("StringLike", "aws:PrincipalArn", ["arn:aws:iam::*:user/alice*"]), ("ArnNotLike", "aws:PrincipalArn", [$"arn:aws:iam::{Own}:*"]),
        ("StringEquals", "aws:PrincipalArn", [$"arn:aws:iam::{Foreign}:user/eve"]),
        ("StringEquals", "aws:SourceVpce", ["vpce-1a2b3c4d"]), ("StringLike", "aws:SourceVpce", ["vpce-*"]),
        ("StringNotEquals", "aws:SourceVpce", ["vpce-1a2b3c4d"]), ("StringEquals", "aws:SourceVpc", ["vpc-1a2b"]),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8"]), ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.0.0/8"]),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"]), ("NotIpAddress", "aws:SourceIp", ["203.0.113.0/24"]),
        ("IpAddress", "aws:VpcSourceIp", ["10.0.0.0/8"]), ("NotIpAddress", "aws:VpcSourceIp", ["10.0.0.0/8"]),
        ("IpAddress", "aws:SourceIp", ["::/0"]),
        ("StringEquals", "aws:SourceAccount", [Own]), ("StringEquals", "aws:SourceAccount", [Foreign]),
        ("ArnLike", "aws:SourceArn", [$"arn:aws:*:*:{Own}:*"]), ("StringNotEqualsIfExists", "aws:SourceAccount", [Own]),
        ("Bool", "aws:PrincipalIsAWSService", ["true"]), ("Bool", "aws:PrincipalIsAWSService", ["false"]),
        ("BoolIfExists", "aws:PrincipalIsAWSService", ["false"]), ("Null", "aws:PrincipalAccount", ["true"]),
        ("Null", "aws:PrincipalAccount", ["false"]), ("StringEquals", "aws:Referer", ["https://corp.example"]),
        ("StringNotEquals", "aws:PrincipalType", ["User"]), ("ArnEquals", "aws:PrincipalArn", ["*"]),
    ];

    [Fact]
    public void Nobody_gets_in_whom_the_reader_does_not_see() =>
        Prop.ForAll(
            PolicyGen.Arbitrary(Statement(allow: true, exact: false), Statement(allow: false, exact: false), mostDenies: 2),
            static written =>
        {
            var verdict = ResourceAccess.WhoIsLetIn(PolicyDocument.Read(written.Text), s_owner);
            var least = ResourceOracle.Widest(written.Policy);
            return (verdict.Widest >= least
                && (least != Audience.Foreign || verdict.Widest == Audience.Everyone || verdict.ForeignAccounts.Count > 0))
                .Label($"reader {verdict.Widest}, IAM {least}: {string.Join("; ", verdict.Reasons)}");
        }).Check(PolicyGen.Config(4_000));

    [Fact]
    public void Reader_names_whom_IAM_lets_in_on_the_plain_part_of_the_grammar() =>
        Prop.ForAll(
            PolicyGen.Arbitrary(Statement(allow: true, exact: true), Statement(allow: false, exact: true), mostDenies: 1), static written =>
        {
            var document = PolicyDocument.Read(written.Text);
            var verdict = ResourceAccess.WhoIsLetIn(document, s_owner);
            var expected = ResourceOracle.Widest(written.Policy);
            return (document.IsReadable && verdict.Widest == expected)
                .Label($"reader {verdict.Widest}, IAM {expected}: {string.Join("; ", verdict.Reasons)} {document.Error}");
        }).Check(PolicyGen.Config(2_500));

    private static Gen<ModelStatement> Statement(bool allow, bool exact)
    {
        var seldom = exact ? Gen.Constant(false) : Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)));
        // In exact mode, a Deny covers everything for everyone, for one account or for one service, so what remains can be told without
        // looking at single names.
        var actions = exact && !allow ? Gen.Constant<IReadOnlyList<string>>(["*"]) : PolicyGen.Some(Gen.Elements(s_actions));
        var resources = exact && !allow ? Gen.Constant<IReadOnlyList<string>>(["*"]) : PolicyGen.Some(Gen.Elements(s_resources));
        var principals = exact && !allow
            ? Gen.Elements<IReadOnlyList<(string, string)>>([("*", "*")], [("AWS", Foreign)], [("Service", "sns.amazonaws.com")])
            : PolicyGen.Some(Gen.Elements(s_principals));
        return from notAction in seldom
               from chosenActions in actions
               from notResource in seldom
               from chosenResources in resources
               from notPrincipal in seldom
               from chosen in principals
               from tests in Conditions(allow, exact, chosen)
               select new ModelStatement(allow, notAction, chosenActions, notResource, chosenResources, notPrincipal,
                   chosen.Any(static p => p.Item1 == "*") ? [("*", "*")] : [.. chosen.Distinct()], tests);
    }

    /// <summary>
    /// In exact mode, a Deny has no conditions, and an Allow has all plain ones only if its principal is everyone: the reader knows what
    /// confines everyone, but does not ask which of the named callers a condition keeps out.
    /// </summary>
    private static Gen<IReadOnlyList<ModelCondition>> Conditions(
        bool allow, bool exact, IReadOnlyList<(string Type, string Value)> principals) => (allow, exact) switch
        {
            (_, false) => PolicyGen.Conditions(s_oddConditions),
            (false, true) => Gen.Constant<IReadOnlyList<ModelCondition>>([]),
            (true, true) => PolicyGen.Conditions(principals.All(static p => p.Value == "*") ? s_plainConditions : s_plainConditions[..1]),
        };
}
