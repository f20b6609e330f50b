using Responder.Events;
using Responder.Vocabulary;
using static Responder.Tests.Detections.Iam.IamEvent;

namespace Responder.Tests.Detections.Iam;

public sealed class CredentialTests
{
    private static readonly object s_noRequest = new { };

    [Theory]
    [InlineData("CreateAccessKey", Severity.High, Severity.Medium)]
    [InlineData("CreateLoginProfile", Severity.High, Severity.Medium)]
    [InlineData("UpdateLoginProfile", Severity.High, Severity.Low)]
    [InlineData("DeactivateMFADevice", Severity.High, Severity.Medium)]
    [InlineData("UploadSSHPublicKey", Severity.High, Severity.Medium)]
    [InlineData("CreateServiceSpecificCredential", Severity.High, Severity.Medium)]
    public void A_credential_of_another_user_is_high_and_ones_own_is_less(string call, Severity anothers, Severity own)
    {
        Assert.Equal(anothers, Call(call, new { userName = "victim" }, by: User("mallory")).Worst());
        Assert.Equal(own, Call(call, new { userName = "mallory" }, by: User("mallory")).Worst());
        Assert.Equal(own, Call(call, new { userName = "mallory" }, by: User("mallory", "ops/team/")).Worst());
    }

    [Theory]
    [InlineData("CreateAccessKey")]
    [InlineData("CreateLoginProfile")]
    [InlineData("DeactivateMFADevice")]
    public void No_user_name_means_the_caller(string call)
    {
        Assert.Equal(Severity.Medium, Call(call, null, by: User("mallory")).Worst());
        Assert.Equal(Severity.Medium, Call(call, s_noRequest, by: User("mallory")).Worst());
        Assert.Equal("mallory", Call(call, null, by: User("mallory")).IamFindings()[0].Target?.Name);
    }

    [Theory]
    [InlineData("CreateAccessKey", Severity.Critical)]
    [InlineData("CreateLoginProfile", Severity.Critical)]
    [InlineData("UpdateLoginProfile", Severity.Critical)]
    [InlineData("DeactivateMFADevice", Severity.High)]
    public void Roots_credentials_are_the_worst(string call, Severity expected)
    {
        var finding = Call(call, null, by: Root("signin.amazonaws.com")).IamFindings()[0];

        Assert.Equal(expected, finding.Severity);
        Assert.Equal(PrincipalKind.Root, finding.Target?.Kind);
        Assert.Null(finding.UndoCommand);
    }

    [Fact]
    public void A_key_that_root_makes_for_a_user_is_the_users() =>
        Assert.Equal(Severity.High, Call("CreateAccessKey", new { userName = "victim" }, by: Root()).Worst());

    [Fact]
    public void An_account_alias_in_roots_answer_is_not_another_user() =>
        Assert.Equal(
            Severity.Critical,
            Call("CreateAccessKey", null, new { accessKey = new { userName = "example-corp", accessKeyId = "AKIAEXAMPLE" } }, Root())
            .Worst());

    [Fact]
    public void The_answer_tells_whose_key_it_is_when_the_request_does_not()
    {
        var answer = new { accessKey = new { userName = "victim", accessKeyId = "AKIAEXAMPLE" } };
        var finding = Call("CreateAccessKey", null, answer, User("mallory")).Finding("iam.access-key-created");

        Assert.Equal(Severity.High, finding!.Severity);
        Assert.Equal("victim", finding.Target?.Name);
        Assert.Equal(
            "aws iam update-access-key --user-name victim --access-key-id AKIAEXAMPLE --status Inactive",
            finding.UndoCommand?.Text);
    }

    [Fact]
    public void A_key_whose_holder_the_event_hides_counts_as_anothers()
    {
        Assert.Equal(Severity.High, Call("CreateAccessKey", new { omitted = "true" }, by: User("mallory")).Worst());
        Assert.Equal(Severity.High, Call("CreateAccessKey", null, by: Session("desk", "mallory")).Worst());
        Assert.Equal(Severity.High, Call("CreateAccessKey", new { userName = new[] { "victim" } }, by: User("mallory")).Worst());
        Assert.Equal(Severity.High, Call("DeactivateMFADevice", "userName=victim", by: User("mallory")).Worst());
    }

    [Fact]
    public void Somebody_else_in_another_account_of_the_same_name_is_another_user()
    {
        var foreign = new { type = "IAMUser", arn = $"arn:aws:iam::{Foreign}:user/mallory", accountId = Foreign, userName = "mallory" };
        Assert.Equal(
            Severity.High, Call("CreateAccessKey", new { userName = $"arn:aws:iam::{Account}:user/mallory" }, by: foreign).Worst());
    }

    [Fact]
    public void A_key_switched_on_is_heard_and_one_switched_off_is_not()
    {
        Assert.Equal(Severity.High, Key("Active", "victim").Worst());
        Assert.Equal(Severity.Medium, Key("Active", "mallory").Worst());
        Assert.Equal(Severity.High, Key(null, "victim").Worst());
        Assert.Equal(Severity.None, Key("Inactive", "victim").Worst());

        static CloudTrailEvent Key(string? status, string user) =>
            Call("UpdateAccessKey", new { userName = user, accessKeyId = "AKIAEXAMPLE", status }, by: User("mallory"));
    }

    [Fact]
    public void A_required_reset_does_not_soften_a_password_set_for_another()
    {
        var finding = Call("UpdateLoginProfile", new { userName = "victim", passwordResetRequired = true }, by: User("mallory"))
            .Finding("iam.password-set");

        Assert.Equal(Severity.High, finding!.Severity);
        Assert.Equal(2, finding.Reasons.Count);
    }

    [Fact]
    public void Changing_ones_own_password_is_noted_only()
    {
        Assert.Equal(Severity.Low, Call("ChangePassword", null, by: User("mallory", invokedBy: "signin.amazonaws.com")).Worst());
        Assert.Equal(Severity.Low, Call("ChangePassword", s_noRequest, by: User("mallory")).Worst());
    }

    [Theory]
    [InlineData("CreateVirtualMFADevice")]
    [InlineData("DeleteAccessKey")]
    [InlineData("DeleteLoginProfile")]
    [InlineData("CreateServiceLinkedRole")]
    [InlineData("RemoveUserFromGroup")]
    [InlineData("GetUser")]
    public void Calls_that_protect_narrow_or_read_are_quiet(string call) =>
        Assert.Empty(Call(call, new { userName = "mallory" }).IamFindings());

    [Fact]
    public void Users_created_and_deleted_are_medium_and_their_path_is_kept()
    {
        var arn = $"arn:aws:iam::{Account}:user/contractors/mallory";
        var created = Call("CreateUser", new { userName = "mallory" }, new { user = new { userName = "mallory", arn } })
            .Finding("iam.user-created");

        Assert.Equal(Severity.Medium, created!.Severity);
        Assert.Equal(new Principal(PrincipalKind.User, Account, "mallory", arn), created.Target);
        Assert.Equal(Severity.Medium, Call("DeleteUser", new { userName = "mallory" }).Worst());
        Assert.Equal(Severity.Medium, Call("CreateUser", null).Worst());
    }

    [Fact]
    public void A_password_policy_below_the_benchmark_is_medium_and_a_stronger_one_quiet()
    {
        Assert.Equal(Severity.Medium, Call("DeleteAccountPasswordPolicy", null).Worst());
        Assert.Equal(Severity.Medium, Call("UpdateAccountPasswordPolicy", new { minimumPasswordLength = 16 }).Worst());
        Assert.Equal(Severity.Medium, Call("UpdateAccountPasswordPolicy", null).Worst());
        Assert.Equal(
            Severity.None, Call("UpdateAccountPasswordPolicy", new { minimumPasswordLength = "14", passwordReusePrevention = 24 }).Worst());
    }
}
