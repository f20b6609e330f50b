using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class IamChanges
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "iam-changes",
        Title = "What changed in IAM?",
        Definition = "Calls of IAM that worked and do not only read.",
        Days = 7,
        Where = new All(new In(Source, "iam.amazonaws.com"), Writes),
        WorkedOnly = true,
        Columns = Row(
            new Column(
                "target",
                new FirstOf(
                    Request("userName"), Request("roleName"), Request("groupName"), Request("instanceProfileName"), Request("policyName"),
                    Request("serialNumber"))),
            new Column("policy", new FirstOf(Request("policyArn"), Request("permissionsBoundary"), Request("policyName")))),
    };
}
