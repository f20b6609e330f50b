using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class AdministratorAttachments
{
    private static readonly string[] s_partitions = [
        "aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

    public static Hunt Hunt { get; } = new()
    {
        Id = "administrator-attachments",
        Title = "Who was given AdministratorAccess?",
        Definition = "AttachUserPolicy, AttachRolePolicy and AttachGroupPolicy that worked, with the policy AdministratorAccess of AWS "
            + "itself, in any partition. A customer policy of "
            + "that name does not count, nor does one that grants the same: `responder backtest` reads those.",
        Days = 90,
        Where = new All(
            Call("iam.amazonaws.com", "AttachUserPolicy", "AttachRolePolicy", "AttachGroupPolicy"),
            new In(Request("policyArn"), [.. s_partitions.Select(static p => $"arn:{p}:iam::aws:policy/AdministratorAccess")])),
        WorkedOnly = true,
        Columns = Row(
            new Column("given_to", new FirstOf(Request("userName"), Request("roleName"), Request("groupName"))),
            new Column("policy", Request("policyArn"))),
    };
}
