using FsCheck;
using FsCheck.Fluent;
using Responder.Policies;
using Responder.Tests.Policies.Oracle;

namespace Responder.Tests.Policies;

/// <summary>
/// Compares the reader of identity policies with a brute-force evaluation: it never reports less than what IAM would allow, and the same
/// where nothing is left to judgment.
/// </summary>
public class IdentityAccessProperties
{
    private const string Account = "123456789012";

    private static readonly string[] s_actions =
    [
        "*", "*:*", "iam:*", "i*m:*", "i?m:*", "iam*", "iam:?*", "iam:Put*Pol?cy", "iam:Attach*", "iam:*Policy", "iam:*Policy*",
        "iam:[ACPSU]*", "iam:A*", "iam:C*", "iam:P*", "iam:S*",
        "iam:U*", "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:CreateAccessKey", "iam:AddUserToGroup", "iam:SetDefaultPolicyVersion",
        "iam:UpdateAssumeRolePolicy",
        "iam:??????????????????????", "iam:Get*", "iam:ListUsers", "iam:DeleteUser", "iam:PassRole", "iam:PassRole*", "ec2:RunInstances",
        "ec2:*", "lambda:*", "lambda:CreateFunction",
        "lambda:InvokeFunction*", "*:CreateStack", "s3:*", "kms:*", "secretsmanager:*", "dynamodb:*", "ssm:*", "rds:*", "sts:AssumeRole",
        "sts:*",
        "states:*", "codebuild:StartBuild", "lambda:UpdateFunctionCode", "sso:CreateAccountAssignment", "glue:*", "organizations:*",
    ];

    private static readonly string[] s_notActions = [
        "s3:*", "iam:*", "i?m:*", "iam:Get*", "iam:CreateAccessKey", "iam:*Policy*", "organizations:*", "*", "lambda:*"];

    private static readonly string[] s_plainResources =
    [
        "*", "*", "*", "**", "arn:aws:iam::*", "arn:aws:iam::*:*", $"arn:aws:iam::{Account}:*", "arn:aws:iam::*:user/*",
        "arn:aws:iam::*:role/*", "arn:aws:iam::*:group/*",
        "arn:aws:iam::*:policy/*", $"arn:aws:iam::{Account}:user/alice", $"arn:aws:iam::{Account}:role/app-*",
        "arn:aws:iam::210987654321:*", "arn:aws:s3:::bucket/*",
    ];

    private static readonly string[] s_oddResources =
    [
        .. s_plainResources, "?*", "arn:*", "arn:*:iam::*:?ser/*", $"arn:aws:iam::{Account}:user/${{aws:username}}",
        "arn:aws:iam::*:user/${AWS:UserName}", "arn:aws:iam::*:user/${aws:username}*",
        "arn:aws:iam::*:*/${aws:username}", $"arn:aws:iam::{Account}:user/*${{aws:username}}",
        "arn:aws:iam::*:user/${aws:username, 'nobody'}",
        "arn:aws:iam::*:user/${aws:PrincipalTag/none, ''}*", "arn:aws:iam::*:user/*${*}",
        "arn:aws:iam::*:*${aws:PrincipalTag/none, ''}", "arn:aws:iam::${aws:PrincipalAccount}:*", "arn:aws:iam::*:user/${aws:Unheard}",
        "arn:aws:iam::*:user/*a*", "*/*", "arn:aws:*:*/*",
    ];

    private static readonly string[][] s_lists =
    [
        [.. "abcdefghijklmnopqrstuvwxyz_0123456789".Select(c => $"arn:aws:iam::*:user/{c}*")],
        [.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ".Select(c => $"arn:aws:iam::*:user/{c}*")],
    ];

    private static readonly (string, string, string[])[] s_plainConditions =
    [
        ("Bool", "aws:MultiFactorAuthPresent", ["true"]),
        ("StringEquals", "iam:PolicyARN", ["arn:aws:iam::aws:policy/ReadOnlyAccess"]),
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8"]),
        ("StringEquals", "aws:SourceVpc", ["vpc-1a2b"]),
        ("DateGreaterThan", "aws:CurrentTime", ["2020-01-01T00:00:00Z"]),
    ];

    private static readonly (string, string, string[])[] s_oddConditions =
    [
        .. s_plainConditions,
        ("IpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"]), ("IpAddress", "aws:VpcSourceIp", ["10.0.0.0/8"]),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8"]),
        ("StringLike", "aws:SourceVpc", ["vpc-*"]), ("StringLike", "aws:SourceVpce", ["vpce-????????"]),
        ("StringEqualsIfExists", "aws:SourceVpc", ["vpc-1a2b"]),
        ("ForAllValues:StringEquals", "aws:SourceVpc", ["vpc-1a2b"]), ("ForAnyValue:StringLike", "aws:SourceVpc", ["*"]),
        ("StringNotEquals", "aws:SourceVpc", ["vpc-1a2b"]),
        ("ArnEquals", "iam:PolicyARN", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ("ArnLike", "iam:PolicyARN", ["arn:aws:iam::aws:policy/*"]),
        ("StringLike", "iam:PolicyARN", ["arn:aws:iam::aws:policy/ReadOnly*", "arn:aws:iam::aws:policy/IAM*"]),
        ("StringNotEquals", "iam:PolicyARN", ["arn:aws:iam::aws:policy/AdministratorAccess"]),
        ("StringLike", "aws:UserAgent", ["corp-agent/*"]), ("StringEquals", "aws:PrincipalTag/team", ["red"]),
        ("StringLike", "aws:PrincipalArn", [$"arn:aws:iam::{Account}:*"]),
        ("Null", "aws:TokenIssueTime", ["true"]), ("Null", "aws:ViaAWSService", ["false"]), ("Bool", "aws:ViaAWSService", ["true"]),
        ("BoolIfExists", "aws:ViaAWSService", ["true"]),
        ("NumericLessThan", "aws:MultiFactorAuthAge", ["3600"]), ("StringEquals", "aws:RequestedRegion", ["us-east-1"]),
        ("StringEquals", "aws:ResourceTag/env", ["dev"]),
        ("StringEqualsIgnoreCase", "aws:PrincipalAccount", [Account]),
        ("DateGreaterThan", "aws:EpochTime", ["1500000000"]), ("DateLessThan", "aws:CurrentTime", ["2021-01-01T00:00:00Z"]),
        ("Bool", "aws:PrincipalIsAWSService", ["false"]), ("StringLike", "aws:PrincipalArn", ["*"]),
        ("Bool", "aws:SecureTransport", ["true"]), ("StringNotEquals", "aws:PrincipalAccount", ["210987654321"]),
        ("StringEquals", "aws:username", ["alice"]), ("StringEquals", "aws:PrincipalType", ["AssumedRole"]),
        ("StringNotEquals", "aws:PrincipalType", ["AssumedRole"]), ("ArnNotLike", "aws:PrincipalArn", ["arn:aws:iam::*:role/*"]),
        ("StringEquals", "sts:ExternalId", ["partner-7"]), ("StringEquals", "ec2:Region", ["us-east-1"]),
        ("StringEquals", "iam:PassedToService", ["ec2.amazonaws.com"]), ("StringEquals", "aws:CalledVia", ["cloudformation.amazonaws.com"]),
    ];

    [Fact]
    public void Reader_never_answers_less_than_IAM_would_allow() =>
        Prop.ForAll(PolicyGen.Arbitrary(Allow(exact: false), Deny(exact: false), mostDenies: 2), static written =>
        {
            // The oracle's user is called requester5, and this is the time of its calls.
            var circumstances = new Circumstances(
                Account, null, new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero), [new OwnThing("user", "requester5")]);
            var verdict = IdentityAccess.WhatIsGranted(PolicyDocument.Read(written.Text), circumstances);
            var least = IdentityOracle.Level(written.Policy);
            return IdentityOracle.IsEnough(verdict.Level, least)
                .Label($"reader {verdict.Level}, IAM {least}: {string.Join("; ", verdict.Reasons)}");
        }).Check(PolicyGen.Config(2_000));

    [Fact]
    public void Reader_answers_what_IAM_would_allow_where_nothing_is_left_to_judgement() =>
        Prop.ForAll(PolicyGen.Arbitrary(Allow(exact: true), Deny(exact: true), mostDenies: 1), static written =>
        {
            var document = PolicyDocument.Read(written.Text);
            var verdict = IdentityAccess.WhatIsGranted(document, new Circumstances(Account, null, null, []));
            var expected = IdentityOracle.Level(written.Policy);
            // What the oracle does not try is whether a limited grant ends at something named.
            var level = verdict.Level == PowerLevel.MayEscalate ? PowerLevel.Limited : verdict.Level;
            return (document.IsReadable && level == expected)
                .Label($"reader {verdict.Level}, IAM {expected}: {string.Join("; ", verdict.Reasons)} {document.Error}");
        }).Check(PolicyGen.Config(2_000));

    private static Gen<ModelStatement> Allow(bool exact)
    {
        var resources = exact ? PolicyGen.Some(Gen.Elements(s_plainResources))
            : Gen.Frequency(
                (8, PolicyGen.Some(Gen.Elements(s_oddResources))),
                (1, Gen.Elements(s_lists).Select(static list => (IReadOnlyList<string>)list)));
        var notResources = exact
            ? Gen.Elements<IReadOnlyList<string>>([$"arn:aws:iam::{Account}:user/alice"], ["*"])
            : PolicyGen.Some(Gen.Elements(s_oddResources));
        var conditions = PolicyGen.Conditions(exact ? s_plainConditions : s_oddConditions);
        return from notAction in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
               from actions in PolicyGen.Some(Gen.Elements(notAction ? s_notActions : s_actions))
               from notResource in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
               from chosen in notResource ? notResources : resources
               from tests in conditions
               select new ModelStatement(true, notAction, actions, notResource, chosen, false, null, tests);
    }

    private static Gen<ModelStatement> Deny(bool exact) =>
        from notAction in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from actions in PolicyGen.Some(Gen.Elements(notAction ? s_notActions : s_actions))
        from notResource in exact ? Gen.Constant(false) : Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from resources in PolicyGen.Some(Gen.Elements(exact ? s_plainResources : s_oddResources))
        from tests in exact ? Gen.Constant<IReadOnlyList<ModelCondition>>([]) : PolicyGen.Conditions(s_oddConditions)
        select new ModelStatement(false, notAction, actions, notResource, resources, false, null, tests);
}
