using Responder.Vocabulary;

namespace Responder.Tests.Detections.Iam;

/// <summary>If the policies of a group have not been read, the words in its name decide.</summary>
public class AdministratorNameTests
{
    [Theory]
    [InlineData("admins")]
    [InlineData("Administrators")]
    [InlineData("CloudAdmins")]
    [InlineData("AWSAdmins")]
    [InlineData("sysadmins")]
    [InlineData("DBADMINISTRATORS")]
    [InlineData("team_admin_eu1")]
    [InlineData("adminteam")]
    [InlineData("no-limits-admins")]
    [InlineData("power-users")]
    [InlineData("SuperUsers")]
    [InlineData("breakGlass")]
    [InlineData("sudo")]
    [InlineData("prod.root")]
    public void A_group_named_like_an_administrators_group_pages(string group) => Assert.Equal(Severity.High, Joined(group));

    [Theory]
    [InlineData("badminton")]
    [InlineData("nonadmins")]
    [InlineData("NonAdmins")]
    [InlineData("non-admin-users")]
    [InlineData("users_without_admin")]
    [InlineData("grassroots")]
    [InlineData("pseudonyms")]
    [InlineData("developers")]
    [InlineData("power-plants")]
    public void A_group_that_only_holds_the_letters_does_not(string group) => Assert.Equal(Severity.Medium, Joined(group));

    private static Severity Joined(string groupName) =>
        IamEvent.Call("AddUserToGroup", new { userName = "bob", groupName }).Finding("iam.user-added-to-group")!.Severity;
}
