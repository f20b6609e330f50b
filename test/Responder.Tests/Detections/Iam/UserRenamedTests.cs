using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class UserRenamedTests
{
    private const string Id = "iam.user-renamed";

    private static readonly Principal s_old = new(PrincipalKind.User, Account, "bob");
    private static readonly Principal s_new = new(PrincipalKind.User, Account, "rob");
    private static readonly Principal s_read = s_new with { Id = "AIDAROB" };

    [Fact]
    public void A_renamed_user_is_low_and_IAM_is_asked_who_he_was()
    {
        var finding = Renamed();

        Assert.Equal((Severity.Low, "User bob renamed to rob"), (finding.Severity, finding.Title));
        Assert.Equal((s_new, "bob"), (finding.Target, finding.Resource));
        Assert.Equal(new Question.Renamed(s_old, s_new), finding.Question);
        Assert.Null(finding.Grant);
        Assert.Null(finding.Rename);
        Assert.Null(finding.PutsBack);
    }

    [Fact]
    public void A_renamed_group_is_low_and_is_asked_about_as_a_group()
    {
        var finding = Call("UpdateGroup", new { groupName = "admins", newGroupName = "readers" }).Finding(Id)!;

        Assert.Equal((Severity.Low, "Group admins renamed to readers"), (finding.Severity, finding.Title));
        Assert.Equal(
            new Question.Renamed(new(PrincipalKind.Group, Account, "admins"), new(PrincipalKind.Group, Account, "readers")),
            finding.Question);
        Assert.Equal("aws iam update-group --group-name readers --new-group-name admins", finding.UndoCommand?.ToString());
    }

    [Fact]
    public void The_undo_command_gives_the_old_name_back() =>
        Assert.Equal("aws iam update-user --user-name rob --new-user-name bob", Renamed().UndoCommand?.ToString());

    [Fact]
    public void What_could_not_be_read_leaves_the_finding_low()
    {
        foreach (var answer in (Answer[])[
            new Answer.Unanswered("refused"), new Answer.Renamed(false, null, false) { Failure = "GetUser: AccessDenied" }])
        {
            var finding = Renamed().Answered(answer)!;

            Assert.Equal((Severity.Low, s_new), (finding.Severity, finding.Target));
            Assert.Null(finding.Grant);
            // That the old name means somebody else from now on needs no answer of IAM.
            Assert.Equal(answer is Answer.Renamed, finding.Rename is { LedgerFollows: false });
        }
    }

    [Fact]
    public void Whoever_was_not_contained_and_has_no_power_is_low_and_nothing_is_kept_of_him()
    {
        var finding = Renamed().Answered(new Answer.Renamed(false, null, false) { To = s_read })!;

        Assert.Equal((Severity.Low, s_read), (finding.Severity, finding.Target));
        Assert.Null(finding.Rename);
    }

    [Fact]
    public void A_contained_user_renamed_is_critical_and_his_ledger_follows()
    {
        var finding = Renamed().Answered(new Answer.Renamed(true, null, false) { To = s_read })!;

        Assert.Equal((Severity.Critical, "Contained user bob renamed to rob"), (finding.Severity, finding.Title));
        Assert.Equal(s_read, finding.Target);
        Assert.Equal(new Rename(s_old, LedgerFollows: true), finding.Rename);
        Assert.StartsWith("The quarantine stands", finding.Reasons[0], StringComparison.Ordinal);
        Assert.Null(finding.PutsBack);
        Assert.Null(finding.Grant);
    }

    [Fact]
    public void A_contained_user_without_the_boundary_gets_it_again_under_the_new_name()
    {
        ActionId[] missing = [QuarantineUser.Action.Id];
        var finding = Renamed().Answered(new Answer.Renamed(true, null, false) { To = s_read, PutsBack = missing })!;

        Assert.Equal(Severity.Critical, finding.Severity);
        Assert.Equal(missing, finding.PutsBack);
        Assert.Equal(new Rename(s_old, LedgerFollows: true), finding.Rename);
        Assert.DoesNotContain(finding.Reasons, static reason => reason.Contains("stands", StringComparison.Ordinal));
    }

    [Fact]
    public void Whoever_was_to_be_contained_under_the_old_name_is_critical_with_what_he_was_given()
    {
        var grant = new AdministratorGrant(AwsPolicy("AdministratorAccess"));
        var finding = Renamed().Answered(new Answer.Renamed(false, grant, true) { To = s_read })!;

        Assert.Equal(
            (Severity.Critical, "User bob renamed to rob after administrator rights were given"), (finding.Severity, finding.Title));
        Assert.Equal((grant, s_read), (finding.Grant, finding.Target));
        Assert.Equal(new Rename(s_old, LedgerFollows: false), finding.Rename);
    }

    [Fact]
    public void A_contained_user_is_that_first_whatever_else_waits_for_him()
    {
        var answer = new Answer.Renamed(true, new AdministratorGrant(AwsPolicy("AdministratorAccess")), true) { To = s_read };
        var finding = Renamed().Answered(answer)!;

        Assert.Equal(new Rename(s_old, LedgerFollows: true), finding.Rename);
        Assert.Null(finding.Grant);
    }

    [Fact]
    public void The_new_name_of_an_administrator_is_kept_and_the_finding_stays_low()
    {
        var finding = Renamed().Answered(new Answer.Renamed(false, null, true) { To = s_read })!;

        Assert.Equal(Severity.Low, finding.Severity);
        Assert.Equal(new Rename(s_old, LedgerFollows: false), finding.Rename);
        Assert.Null(finding.Grant);
    }

    [Fact]
    public void Whoever_was_renamed_once_more_is_found_under_his_last_name()
    {
        var last = new Principal(PrincipalKind.User, Account, "robert") { Id = "AIDAROB" };

        Assert.Equal(last, Renamed().Answered(new Answer.Renamed(true, null, false) { To = last })!.Target);
        Assert.Equal(s_new, Renamed().Answered(new Answer.Renamed(true, null, false))!.Target);
    }

    [Fact]
    public void A_change_of_the_path_alone_finds_nothing()
    {
        Assert.Null(Call("UpdateUser", new { userName = "bob", newPath = "/former/" }).Finding(Id));
        Assert.Null(Call("UpdateUser", new { userName = "bob", newUserName = "bob", newPath = "/former/" }).Finding(Id));
        Assert.Null(Call("UpdateGroup", new { groupName = "ops", newPath = "/former/" }).Finding(Id));
    }

    /// <summary>IAM takes a name in another case for the same name, but shows the new one from then on.</summary>
    [Fact]
    public void Another_case_is_another_name() =>
        Assert.Equal("User bob renamed to Bob", Call("UpdateUser", new { userName = "bob", newUserName = "Bob" }).Finding(Id)!.Title);

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("EntityAlreadyExistsException")]
    public void A_call_that_changed_nothing_finds_nothing(string errorCode)
    {
        var e = Call("UpdateUser", new { userName = "bob", newUserName = "rob" }, errorCode: errorCode);

        Assert.NotEqual(CallOutcome.Succeeded, e.Outcome);
        Assert.Null(e.Finding(Id));
    }

    [Fact]
    public void A_rename_that_does_not_say_who_it_was_finds_nothing_here()
    {
        Assert.Null(Call("UpdateUser", new { newUserName = "rob" }).Finding(Id));
        Assert.Null(Call("UpdateGroup", new { newGroupName = "readers" }).Finding(Id));
    }

    private static Finding Renamed() => Call("UpdateUser", new { userName = "bob", newUserName = "rob" }).Finding(Id)!;
}
