using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Paging;
using Responder.Settings;
using Responder.Tests.Detections;
using Responder.Tests.Support;

namespace Responder.Tests.Notifications;

/// <summary>
/// Checks every command on the pages of all firing samples: it consists of words, and an attacker's text is never more than one of them.
/// </summary>
public sealed class PageCommandTests
{
    /// <summary>Everything that a name could contain to break out of quotes.</summary>
    private const string Hostile = "x'\"; $(id) `id` \\ |&{role}";

    /// <summary>Detections whose findings have no command to take the change back, and why.</summary>
    private static readonly Dictionary<string, string> s_withoutUndo = new(StringComparer.Ordinal)
    {
        ["account.call-refused"] = "nothing to take back: the event changes nothing that a command could put back",
        ["account.detection-narrowed"] = "what was there before is not in the event; the runbook says where to find it",
        ["account.network-logs-deleted"] = "deleted for good: it is made again from its template",
        ["account.organization-guardrail-removed"] = "what was there before is not in the event; the runbook says where to find it",
        ["account.organization-left"] = "takes the organization, not a command in this account",
        ["account.organization-power-given"] = "the call decides which of many commands; the runbook names them",
        ["account.root-assumed"] = "nothing to take back: the event changes nothing that a command could put back",
        ["iam.admin-policy-version"] = "the page has responder contain with the policy, which puts a safer version in force",
        ["iam.federation-provider-deleted"] = "deleted for good: it is made again from its template",
        ["account.settings-changed"] = "the event does not say what was set before",
        ["backup.recovery-ended"] = "what was deleted cannot be brought back",
        ["data.copied-outside"] = "what was copied away cannot be called back",
        ["iam.temporary-delegation-accepted"] = "the request expires by itself, and what the other account did is undone call by call",
        ["identity-center.sign-in-changed"] = "the event does not say what was set before",
        ["lambda.foreign-layer-added"] = "the event does not say which layers there were before",
        ["logs.service-logging-ended"] = "each service has a call of its own, with settings that the event does not hold",
        ["network.firewall-removed"] = "each service has a call of its own, with settings that the event does not hold",
        ["network.foreign-peering"] = "routes through the peering go first: a person decides",
        ["network.lightsail-opened-to-world"] = "the ports are set as a whole: the runbook names the call",
        ["rds.master-password-reset"] = "a password cannot be put back",
        ["responder.topic-subscribed"] = "the event does not hold the subscription's ARN",
        ["signin.token-issued"] = "nothing to take back: the event changes nothing that a command could put back",
        ["iam.key-quarantine-attached"] = "AWS attached it for good reason",
        ["iam.mfa-device-deactivated"] = "deleted for good: it is made again from its template",
        ["iam.password-policy-weakened"] = "what was there before is not in the event; the runbook says where to find it",
        ["iam.password-set"] = "deleted for good: it is made again from its template",
        ["iam.permissions-boundary-weakened"] = "what was there before is not in the event; the runbook says where to find it",
        ["iam.policy-deleted"] = "deleted for good: it is made again from its template",
        ["iam.privileged-role-passed"] = "what runs with the role is in another service; the runbook says how to stop it",
        ["iam.request-missing"] = "the event does not say what changed",
        ["iam.request-omitted"] = "the event does not say what changed",
        ["iam.role-trust-changed"] = "what was there before is not in the event; the runbook says where to find it",
        ["iam.roles-anywhere-trust-changed"] = "what was there before is not in the event; the runbook says where to find it",
        ["iam.service-credential-created"] = "the kind of credential decides which of three commands; the runbook lists them",
        ["iam.user-deleted"] = "deleted for good: it is made again from its template",
        ["identity-center.permission-set-widened"] =
            "the call decides which of many commands, and what it changes must be provisioned again; the runbook says how",
        ["insight.started"] = "nothing to take back: the event changes nothing that a command could put back",
        ["kms.key-material-deleted"] = "deleted for good: it is made again from its template",
        ["kms.key-material-expires"] = "what was there before is not in the event; the runbook says where to find it",
        ["kms.key-policy-opened"] = "what was there before is not in the event; the runbook says where to find it",
        ["logs.log-group-deleted"] = "deleted for good: it is made again from its template",
        ["network.prefix-list-opened-to-world"] = "what was there before is not in the event; the runbook says where to find it",
        ["resource.policy-opened"] = "what was there before is not in the event; the runbook says where to find it",
        ["responder.alerts-silenced"] = "what was there before is not in the event; the runbook says where to find it",
        ["responder.changed"] = "what was there before is not in the event; the runbook says where to find it",
        ["responder.parameter-changed"] = "what was there before is not in the event; the runbook says where to find it",
        ["responder.role-assumed"] = "what ends the role's sessions is in the runbook; nobody knows yet whether anybody should",
        ["responder.role-used-elsewhere"] = "any call at all may be the event; what ends the role's sessions is in the runbook",
        ["responder.role-changed"] = "what was there before is not in the event; the runbook says where to find it",
        ["responder.stopped"] = "what was there before is not in the event; the runbook says where to find it",
        ["s3.access-logging-stopped"] = "what was there before is not in the event; the runbook says where to find it",
        ["s3.bucket-policy-deleted"] = "what was there before is not in the event; the runbook says where to find it",
        ["s3.bucket-policy-opened"] = "what was there before is not in the event; the runbook says where to find it",
        ["s3.encryption-weakened"] = "what was there before is not in the event; the runbook says where to find it",
        ["security-group.deleted"] = "deleted for good: it is made again from its template",
        ["signin.refused"] = "nothing to take back: the event changes nothing that a command could put back",
        ["signin.root-password-changed"] = "nothing to take back: the event changes nothing that a command could put back",
        ["signin.root-used"] = "nothing to take back: the event changes nothing that a command could put back",
        ["signin.root-without-mfa"] = "nothing to take back: the event changes nothing that a command could put back",
        ["signin.unusual-hour"] = "nothing to take back: the event changes nothing that a command could put back",
        ["signin.user-without-mfa"] = "nothing to take back: the event changes nothing that a command could put back",
        ["sts.federation-token-issued"] = "nothing to take back: the event changes nothing that a command could put back",
        ["trail.deleted"] = "deleted for good: it is made again from its template",
        ["trail.log-bucket-weakened"] = "what was there before is not in the event; the runbook says where to find it",
    };

    public static TheoryData<string> Samples => [.. Sample.All.Where(static s => s.Fires).Select(static s => s.Name)];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_command_of_a_page_is_words_and_names_its_region(string name)
    {
        foreach (var alert in AlertsOf(Find(name).Parse()))
        {
            var page = AlertText.Render(alert).Split('\n');
            foreach (var command in Commands(alert))
            {
                var words = PosixShell.Words(command);
                Assert.Contains(words[0], (string[])["aws", "responder"]);
                // Most lines of runbooks, which have one blank after their colon, leave the region to the reader.
                var isWhole = command == alert.Finding.UndoCommand?.Text
                    || page.Any(line => line.EndsWith(":  " + command, StringComparison.Ordinal));
                if (isWhole && words[0] == "aws" && words[1] is not ("iam" or "organizations")) Assert.Contains("--region", words);
            }
        }
    }

    [Fact]
    public void Attacker_text_is_never_more_than_one_word_of_a_command()
    {
        var commands = 0;
        foreach (var sample in Sample.All.Where(static s => s.Fires))
        {
            foreach (var e in Mutations(sample))
            {
                foreach (var alert in AlertsOf(e))
                {
                    Assert.DoesNotContain('\n', string.Concat(AlertText.WhatToDo(alert)));
                    foreach (var command in Commands(alert))
                    {
                        commands++;
                        foreach (var word in PosixShell.Words(command).Where(static w => w.Contains("$(id)", StringComparison.Ordinal)))
                            Assert.Contains(Hostile, word[0] is '[' or '{' ? Unescaped(word) : word, StringComparison.Ordinal);
                    }
                }
            }
        }

        Assert.True(commands > 1000, $"only {commands} commands were read");
    }

    /// <summary>At 3 a.m. nobody remembers which role a command needs.</summary>
    [Fact]
    public async Task A_page_with_a_command_of_ours_says_which_role_to_take()
    {
        const string Release = "arn:aws:iam::123456789012:role/responder-ReleaseRole-1ABC";
        const string Operator = "arn:aws:iam::123456789012:role/responder-OperatorRole-1ABC";
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions
        {
            ReleaseRoleArn = Release,
            OperatorRoleArn = Operator,
        });
        driver.World.Home.EnsureUser("mallory");
        await driver.SendAsync(EventBuilder.AdminAttachedTo("mallory"));
        Assert.Contains(
            $"  Roles to take: responder release as {Release}", driver.World.Messages[0].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_detection_has_a_command_that_takes_the_change_back_or_a_reason_why_not()
    {
        var without = Sample.All.Where(static s => s.Fires).GroupBy(static s => s.Folder)
            .Where(static folder => !folder.SelectMany(static s => DetectionCatalog.Default.Detect(s.Parse()))
            .Any(f => f.Detection.Id == folder.Key && f.UndoCommand is not null))
            .Select(static folder => folder.Key).ToArray();
        string[] unexplained = [.. without.Except(s_withoutUndo.Keys)];
        string[] needless = [.. s_withoutUndo.Keys.Except(without)];
        Assert.True(unexplained.Length == 0, "neither a command nor a reason: " + string.Join(", ", unexplained));
        Assert.True(needless.Length == 0, "a command and a reason: " + string.Join(", ", needless));
    }

    internal static IEnumerable<Alert> AlertsOf(CloudTrailEvent e) => DetectionCatalog.Default.Detect(e).Select(f => AlertOf(e, f));

    internal static Alert AlertOf(CloudTrailEvent e, Finding finding)
    {
        var decision = new Decision(
            e, KnownFacts.None([finding], EventBuilder.CalledAt), DecisionAction.Alert, "no containment applies to this finding", finding)
        {
            Target = finding.Target,
        };
        return new Alert(ContainmentResult.Nothing(decision), EventBuilder.CalledAt, "/security/incidents/2026-03-04/x", null);
    }

    private static string Unescaped(string json) =>
        json.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);

    /// <summary>The commands of a page as it shows them, and the finding's undo command.</summary>
    private static IEnumerable<string> Commands(Alert alert) => AlertText.WhatToDo(alert)
        .SelectMany(static line => line.Commands)
        .Append(alert.Finding.UndoCommand)
        .Select(static command => command?.Text)
        .OfType<string>();

    /// <summary>Copies of the sample, each with another one of its texts replaced by the hostile text.</summary>
    private static IEnumerable<CloudTrailEvent> Mutations(Sample sample) =>
        from leaf in Leaves(sample)
        from replacement in (string[])[Hostile, leaf + Hostile]
        select Mutated(sample, leaf, replacement) into e
        where e is not null
        select e;

    /// <summary>The texts of the sample that somebody could choose.</summary>
    internal static IEnumerable<string> Leaves(Sample sample)
    {
        var leaves = new List<string>();
        Collect(JsonNode.Parse(sample.Read())!["detail"]!, leaves);
        return leaves.Distinct();
    }

    /// <summary>The sample's event with another text in place of a leaf; null when that is no event.</summary>
    internal static CloudTrailEvent? Mutated(Sample sample, string leaf, string replacement)
    {
        var root = JsonNode.Parse(sample.Read())!;
        Replace(root["detail"]!, leaf, replacement);
        return EventParser.Parse(JsonSerializer.SerializeToElement(root)).Event;
    }

    private static readonly string[] s_fixed = [
        "eventSource", "eventName", "eventTime", "eventType", "eventVersion", "awsRegion", "type", "recipientAccountId", "accountId"];

    private static void Collect(JsonNode node, List<string> leaves)
    {
        foreach (var (name, child) in Children(node))
        {
            if (child is JsonValue value && value.TryGetValue<string>(out var text) && !s_fixed.Contains(name)) leaves.Add(text);
            else if (child is JsonObject or JsonArray) Collect(child, leaves);
        }
    }

    private static void Replace(JsonNode node, string leaf, string replacement)
    {
        foreach (var (name, child) in Children(node).ToArray())
        {
            if (child is JsonValue value && value.TryGetValue<string>(out var text))
            {
                if (text == leaf && !s_fixed.Contains(name)) child.ReplaceWith(replacement);
            }
            else if (child is JsonObject or JsonArray) Replace(child, leaf, replacement);
        }
    }

    private static IEnumerable<(string Name, JsonNode? Child)> Children(JsonNode node) => node switch
    {
        JsonObject map => map.Select(static m => (m.Key, m.Value)),
        JsonArray list => list.Select(static i => ("", i)),
        _ => [],
    };

    private static Sample Find(string name) => Sample.All.Single(s => s.Name == name);
}
