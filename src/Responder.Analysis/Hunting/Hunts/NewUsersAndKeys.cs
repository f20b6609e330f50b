using Responder.Analysis.Hunting.Query;
using static Responder.Analysis.Hunting.RecordFields;

namespace Responder.Analysis.Hunting.Hunts;

internal static class NewUsersAndKeys
{
    public static Hunt Hunt { get; } = new()
    {
        Id = "new-users-and-keys",
        Title = "Which users and credentials are new?",
        Definition = "CreateUser, CreateAccessKey, CreateLoginProfile and CreateServiceSpecificCredential of IAM that worked. Who made one "
            + "for themselves need not name the user: then the "
            + "response does.",
        Days = 30,
        Where = Call("iam.amazonaws.com", "CreateUser", "CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential"),
        WorkedOnly = true,
        Columns = Row(
            new Column("user_name", new FirstOf(Request("userName"), Response("accessKey.userName"), Response("loginProfile.userName"))),
            new Column("access_key", Response("accessKey.accessKeyId"))),
    };
}
