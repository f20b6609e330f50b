using System.Text.Json.Nodes;
using Responder.Detections;
using Responder.Detections.Kms;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Tests.Detections.Kms;

public class KmsDetectionTests
{
    private const string Key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    private const string KeyArn = "arn:aws:kms:eu-west-1:123456789012:key/" + Key;

    [Theory]
    [InlineData("\"*\"", "{}", Severity.Critical)]
    [InlineData("""{"AWS":"*"}""", """{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"}}""", Severity.Critical)]
    [InlineData("""{"AWS":"*"}""", """{"StringEquals":{"kms:CallerAccount":"210987654321"}}""", Severity.High)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":["o-aaaaaaaaaa","o-bbbbbbbbbb"]}}""", Severity.High)]
    [InlineData("""{"AWS":"arn:aws:iam::210987654321:root"}""", "{}", Severity.High)]
    [InlineData("\"*\"", """{"StringEquals":{"aws:PrincipalOrgID":"o-aaaaaaaaaa"}}""", Severity.Low)]
    [InlineData("""{"Service":"logs.us-east-1.amazonaws.com"}""", "{}", Severity.Low)]
    [InlineData("""{"AWS":"*"}""", """{"StringEquals":{"kms:CallerAccount":"123456789012","kms:ViaService":"s3.us-east-1.amazonaws.com"}}""", Severity.None)]
    [InlineData("""{"AWS":"arn:aws:iam::123456789012:root"}""", "{}", Severity.None)]
    public void Key_policy_is_judged_by_content_as_text_and_as_object(string principal, string condition, Severity expected)
    {
        var policy = $$"""{"Statement":[{"Effect":"Allow","Principal":{{principal}},"Action":"kms:*","Resource":"*","Condition":{{condition}}}]}""";
        foreach (var call in (string[])["PutKeyPolicy", "CreateKey", "ReplicateKey"])
        {
            Assert.Equal(expected, Worst(new KeyPolicyOpened(), call, new JsonObject { ["keyId"] = Key, ["policy"] = policy }));
            Assert.Equal(
                expected, Worst(new KeyPolicyOpened(), call, new JsonObject { ["keyId"] = Key, ["policy"] = JsonNode.Parse(policy) }));
        }
    }

    [Theory]
    [InlineData("PutKeyPolicy", "null", Severity.Medium)]
    [InlineData("CreateKey", "null", Severity.Medium)]
    [InlineData("PutKeyPolicy", "{}", Severity.Medium)]
    [InlineData("PutKeyPolicy", """{"policy":""}""", Severity.Medium)]
    [InlineData("PutKeyPolicy", """{"policy":"no policy"}""", Severity.Medium)]
    [InlineData("PutKeyPolicy", """{"omitted":"true"}""", Severity.High)]
    [InlineData("CreateKey", """{"omitted":true}""", Severity.High)]
    [InlineData("CreateKey", """{"description":""}""", Severity.None)]
    [InlineData("ReplicateKey", """{"keyId":"k","replicaRegion":"us-west-2"}""", Severity.None)]
    public void Absent_policy_means_the_default_only_for_a_new_key(string call, string request, Severity expected) =>
        Assert.Equal(expected, Worst(new KeyPolicyOpened(), call, JsonNode.Parse(request)));

    [Theory]
    [InlineData("arn:aws:iam::210987654321:root", Severity.High)]
    [InlineData("arn:aws:sts::210987654321:assumed-role/r/s", Severity.High)]
    [InlineData("210987654321", Severity.High)]
    [InlineData("210987654321:aws:ec2-infrastructure:i-0123456789abcdef0", Severity.High)]
    [InlineData("AIDAEXAMPLEEXAMPLE123", Severity.Medium)]
    [InlineData(null, Severity.Medium)]
    [InlineData("arn:aws:iam::123456789012:role/volumes", Severity.None)]
    [InlineData("123456789012:aws:ec2-infrastructure:i-0123456789abcdef0", Severity.None)]
    [InlineData("rds.us-east-1.amazonaws.com", Severity.None)]
    public void Grant_is_judged_by_the_account_of_its_grantee(string? grantee, Severity expected) =>
        Assert.Equal(
            expected,
            Worst(new ForeignGrantCreated(), "CreateGrant", new JsonObject { ["keyId"] = KeyArn, ["granteePrincipal"] = grantee }));

    [Fact]
    public void Undo_commands_name_the_key_in_its_region()
    {
        Assert.Equal($"aws kms enable-key --key-id {KeyArn} --region eu-west-1", One(new KeyDisabled(), "DisableKey").UndoCommand?.Text);
        Assert.Equal(
            $"aws kms cancel-key-deletion --key-id {KeyArn} --region eu-west-1",
            One(new KeyDeletionScheduled(), "ScheduleKeyDeletion").UndoCommand?.Text);
        Assert.Equal(
            $"aws kms enable-key-rotation --key-id {KeyArn} --region eu-west-1",
            One(new KeyRotationDisabled(), "DisableKeyRotation").UndoCommand?.Text);
        var grant = Detect(new ForeignGrantCreated(), "CreateGrant", new JsonObject
        {
            ["keyId"] = KeyArn,
            ["granteePrincipal"] = "210987654321",
        }, response: new JsonObject { ["grantId"] = "0c23" });
        Assert.Equal($"aws kms revoke-grant --key-id {KeyArn} --grant-id 0c23 --region eu-west-1", Assert.Single(grant).UndoCommand?.Text);
    }

    [Fact]
    public void Destroying_a_key_is_high_even_when_the_event_does_not_say_which()
    {
        foreach (var (detection, call) in ((IDetection, string)[])[
            (new KeyDisabled(), "DisableKey"), (new KeyDeletionScheduled(), "ScheduleKeyDeletion"),
            (new KeyMaterialDeleted(), "DeleteImportedKeyMaterial")])
        {
            var finding = Assert.Single(Detect(detection, call, null));
            Assert.Equal(Severity.High, finding.Severity);
            Assert.Null(finding.UndoCommand);
        }
    }

    [Theory]
    [InlineData(Key, KeyArn, KeyArn)]
    [InlineData("alias/payroll", KeyArn, KeyArn)]
    [InlineData(KeyArn, null, KeyArn)]
    [InlineData("alias/payroll", null, "alias/payroll")]
    [InlineData(null, KeyArn, KeyArn)]
    [InlineData(null, null, null)]
    public void Key_is_its_ARN_wherever_the_event_has_it(string? keyId, string? resourceArn, string? expected)
    {
        var e = EventBuilder.Call("kms.amazonaws.com", "DisableKey", keyId is null ? null : new JsonObject { ["keyId"] = keyId });
        if (resourceArn is not null) e.With("resources", new JsonArray(new JsonObject { ["ARN"] = resourceArn }));
        Assert.Equal(expected, Assert.Single(new KeyDisabled().Detect(EventParser.Parse(e.Build()).Event!)).Resource);
    }

    [Theory]
    [InlineData("""{"keyId":"k","expirationModel":"KEY_MATERIAL_EXPIRES","validTo":"Nov 1, 2026, 8:00:00 PM"}""", Severity.Low)]
    [InlineData("""{"keyId":"k","validTo":"Nov 1, 2026, 8:00:00 PM"}""", Severity.Low)]
    [InlineData("""{"keyId":"k","expirationModel":"KEY_MATERIAL_DOES_NOT_EXPIRE"}""", Severity.None)]
    [InlineData("null", Severity.Medium)]
    public void Imported_material_is_reported_unless_it_never_expires(string request, Severity expected) =>
        Assert.Equal(expected, Worst(new KeyMaterialExpires(), "ImportKeyMaterial", JsonNode.Parse(request)));

    [Fact]
    public void What_an_AWS_service_does_on_its_own_is_none()
    {
        var service = new JsonObject { ["type"] = "AWSService", ["invokedBy"] = "backup.amazonaws.com" };
        Assert.Empty(Detect(new KeyDisabled(), "DisableKey", new JsonObject { ["keyId"] = Key }, service));
        Assert.Empty(Detect(new ForeignGrantCreated(), "CreateGrant", new JsonObject { ["granteePrincipal"] = "210987654321" }, service));
        Assert.Equal(
            Severity.High,
            Worst(new KeyDisabled(), "DisableKey", new JsonObject { ["keyId"] = Key }, new JsonObject
            {
                ["type"] = "Root",
                ["invokedBy"] = "cloudformation.amazonaws.com",
            }));
    }

    private static Finding One(IDetection detection, string call) =>
        Assert.Single(Detect(detection, call, new JsonObject { ["keyId"] = KeyArn }));

    private static Severity Worst(IDetection detection, string call, JsonNode? request, JsonObject? actor = null) =>
        Detect(detection, call, request, actor).Select(static finding => finding.Severity).DefaultIfEmpty(Severity.None).Max();

    private static List<Finding> Detect(
        IDetection detection, string call, JsonNode? request, JsonObject? actor = null, JsonNode? response = null)
    {
        var builder = EventBuilder.Call("kms.amazonaws.com", call, request).With("responseElements", response);
        if (actor is not null) builder.By(actor.DeepClone().AsObject());
        return [.. detection.Detect(EventParser.Parse(builder.Build()).Event!)];
    }
}
