using Responder.Events;
using Responder.Tests.Detections;

namespace Responder.Tests.Evasions;

/// <summary>What takes a sharing back removes whom the call added, under the names that the call gave them, and nobody else.</summary>
[Trap("E20")]
public sealed class SharingUndoTests
{
    [Theory]
    [InlineData(
        "ec2.image-or-snapshot-shared/fires.image-foreign.json",
        """aws ec2 modify-image-attribute --image-id ami-0a1b2c3d4e5f60718 --launch-permission '{"Remove":[{"UserId":"210987654321"}]}' """)]
    [InlineData(
        "ec2.image-or-snapshot-shared/fires.image-public.json",
        """aws ec2 modify-image-attribute --image-id ami-0a1b2c3d4e5f60718 --launch-permission '{"Remove":[{"Group":"all"}]}' """)]
    [InlineData(
        "ec2.image-or-snapshot-shared/fires.low.image-organization.json",
        "--launch-permission '{\"Remove\":[{\"OrganizationArn\":\"arn:aws:organizations::210987654321:organization/o-exampleorgid\"}]}' ")]
    [InlineData(
        "ec2.image-or-snapshot-shared/fires.json",
        "--snapshot-id snap-0a1b2c3d4e5f60718 --attribute createVolumePermission --operation-type remove --user-ids 210987654321 ")]
    [InlineData("ec2.image-or-snapshot-shared/fires.snapshot-public.json", "--operation-type remove --group-names all ")]
    [InlineData("resource.shared-outside/fires.role-of-foreign-account.json", " --principals arn:aws:iam::210987654321:role/Collector ")]
    [InlineData("resource.shared-outside/fires.json", " --principals 210987654321 ")]
    [InlineData(
        "resource.shared-outside/fires.document-foreign.json",
        "--name patch-database --permission-type Share --account-ids-to-remove 210987654321 ")]
    public void What_was_added_is_removed(string sample, string expected) =>
        Assert.Contains(expected, Undo(Find(sample).Parse(), sample), StringComparison.Ordinal);

    [Fact]
    public void The_replication_of_a_registry_that_the_event_replaced_has_no_command() =>
        Assert.Null(Undo(Find("resource.shared-outside/fires.registry.json").Parse(), "resource.shared-outside/"));

    [Fact]
    public void The_older_form_of_the_call_is_taken_back_for_those_that_it_names() => Assert.Equal(
        "aws ec2 modify-snapshot-attribute --snapshot-id snap-1 --attribute createVolumePermission --operation-type remove "
            + "--user-ids 210987654321 333333333333 --group-names all --region us-east-1",
        Undo(
            EventBuilder.Of(
                "ec2.amazonaws.com", "ModifySnapshotAttribute",
                """
                {"awsRegion":"us-east-1","requestParameters":{"snapshotId":"snap-1","attributeType":"CREATE_VOLUME_PERMISSION",
                "operationType":"add","userIds":["210987654321","333333333333"],"groupNames":["all"]}}
                """),
            "ec2.image-or-snapshot-shared/"));

    [Fact]
    public void A_recipient_that_the_event_does_not_tell_leaves_no_command() => Assert.Null(Undo(
        EventBuilder.Of(
            "ec2.amazonaws.com", "ModifyImageAttribute",
            """
            {"requestParameters":{"imageId":"ami-1","launchPermission":{"add":{"items":[{"userId":"210987654321"},{"new":"x"}]}}}}
            """),
        "ec2.image-or-snapshot-shared/"));

    private static string? Undo(CloudTrailEvent e, string sample) => Detected.Single(e, sample.Split('/')[0]).UndoCommand?.Text;

    private static Sample Find(string name) => Sample.All.Single(s => s.Name == name);
}
