using System.Text.Json;

namespace Responder.Cli.Tests.Doctor;

/// <summary>
/// Runs doctor over a stack that was really created in moto, then runs the commands that doctor suggests with the AWS CLI.
/// </summary>
public sealed class MotoTests
{
    [Fact]
    public void Doctor_finds_what_moto_did_not_make_and_its_commands_mend_the_roles()
    {
        var template = Path.Combine(Path.GetTempPath(), $"responder-{Guid.NewGuid():N}.json");
        try
        {
            Python.Run("sam_transform.py", ["cfnlint", "samtranslator"], null, Repository.PathOf("template.yaml"), template);
            var output = Python.Run(
                "doctor_moto.py", ["boto3", "cfnlint", "moto.server", "awscli"], null,
                template, Repository.PathOf("infra", "forwarder.yaml"), Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
                Path.Combine(AppContext.BaseDirectory, "responder.dll"), "doctor", "--format", "json");
            var runs = JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement.EnumerateArray().ToList();
            Assert.All(
                runs, static run => Assert.Equal((1, ""), (run.GetProperty("exit").GetInt32(), run.GetProperty("error").GetString())));

            // moto attaches no managed policy, keeps a reference to no value as null, and stores inline policies in a form that is not
            // JSON.
            var first = Results(runs[0]);
            Assert.Equal("ListAttachedRolePolicies", Rests(first, "roles", "IamFunctionRole", "fail").Split(':')[0]);
            Assert.Equal("GetPolicyVersion: v1 is not as the template has it", Rests(first, "roles", "AlertingPolicy", "fail"));
            Assert.Equal("GetRolePolicy: the policy document cannot be read", Rests(first, "roles", "ReleaseRole", "unknown"));

            // After the repairs, what still fails is right to fail: moto keeps no dead-letter queue of a function, only one region of many
            // has a forwarder, and nobody has drilled.
            var last = Results(runs[^1]);
            Assert.Empty(runs[^1].GetProperty("mends").EnumerateArray());
            // moto does not keep who wrote a parameter, and no pulse comes.
            Assert.Equal(["fail", "unknown", "pass"], last.Where(static r => Check(r) == "installed").Select(Verdict));
            Assert.DoesNotContain(last, static r => Verdict(r) == "unknown" && Check(r) != "installed");
            Assert.All(
                last.Where(static r => Check(r) == "functions"), static r =>
                    Assert.Contains("DeadLetterConfig is not the queue", r.GetProperty("rests").GetString(), StringComparison.Ordinal));
            Assert.All(
                last.Where(static r => Check(r) == "forwarders"), static r =>
                    Assert.Equal(Subject(r) == "eu-west-1" ? "pass" : "fail", Verdict(r)));
            Assert.Contains("there was no drill", Rests(last, "drill", "/security-drill/last", "fail"), StringComparison.Ordinal);
            Assert.Contains("0 users", Rests(last, "ways-in", "ReleaseRole, OperatorRole", "fail"), StringComparison.Ordinal);
            var others = last.Where(static r => Check(r) is not ("functions" or "forwarders" or "drill" or "installed" or "ways-in"))
                .ToList();
            Assert.Equal(
                ["dead-letters", "insight-selectors", "kill-switch", "management-events", "role-sessions", "roles", "rules", "settings",
                    "stack",
                    "subscriptions", "trail-logging", "trail-validation", "trusted-names"],
                others.Select(Check).Distinct().Order(StringComparer.Ordinal));
            Assert.All(
                others, static r =>
                    Assert.Equal(("pass", r.GetProperty("rests").GetString()), (Verdict(r), r.GetProperty("rests").GetString())));
        }
        finally
        {
            File.Delete(template);
        }
    }

    private static List<JsonElement> Results(JsonElement run) =>
        [.. run.GetProperty("results").EnumerateArray().Where(static r => r.TryGetProperty("check", out _))];

    private static string Rests(List<JsonElement> results, string check, string subject, string verdict) =>
        Assert.Single(results, r => Check(r) == check && Subject(r) == subject && Verdict(r) == verdict).GetProperty("rests").GetString()!;

    private static string? Check(JsonElement result) => result.GetProperty("check").GetString();

    private static string? Subject(JsonElement result) => result.GetProperty("subject").GetString();

    private static string? Verdict(JsonElement result) => result.GetProperty("verdict").GetString();
}
