using System.CommandLine;
using Responder.Cli.Quickstart;
using Responder.Cli.Terminal;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;

namespace Responder.Cli.Commands;

/// <summary>`responder quickstart`: at most five questions, and the commands of the first deployment. Changes nothing.</summary>
internal static class QuickstartCommand
{
    private const string Elsewhere = "elsewhere";

    public static Command Create(Surroundings surroundings)
    {
        var email = new Option<string>("--alert-email")
        {
            HelpName = "ADDRESS",
            Description = "Who is told; elsewhere: somebody subscribes to the topic by other means.",
        };
        var mode = new Option<string>("--mode")
        {
            HelpName = "observe|enforce",
            Description = "Whether people are contained from the beginning.",
        };
        mode.AcceptOnlyFromAmong("observe", "enforce");
        var trail = new Option<string>("--trail") { HelpName = "use|create", Description = "The trail that is there, or a new one." };
        trail.AcceptOnlyFromAmong("use", "create");
        var release = new Option<string>("--release-by")
        {
            HelpName = "ROLES",
            Description = "Who may release and contain by hand: names or ARNs of roles, permission-set:NAME; mfa: users with MFA only.",
        };
        var accounts = new Option<string>("--accounts")
        {
            HelpName = "IDS",
            Description = "Other accounts whose people are contained from here; none.",
        };
        var stack = new Option<string>("--stack")
        {
            HelpName = "NAME",
            Description = "The name of the stack.",
            DefaultValueFactory = static _ => "responder",
        };
        var command = new Command(
            "quickstart", "Ask at most five questions and print the commands of the first deployment. Changes nothing.")
        {
            email, mode, trail, release, accounts, stack,
        };
        var aws = new AwsOptions(command, "it only reads the trails, Lambda's limits and the names of roles");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = ResponderOptions.FromEnvironment(surroundings.Environment, DetectionCatalog.Default, ContainmentActions.All);
            var clients = aws.Clients(parsed, options, surroundings);
            var region = clients.Region ?? throw new UsageException("--region is missing: the region of IAM's events is us-east-1");
            var caller = await AmbientAws.CallerAsync(clients, cancellationToken);
            using var look = new AccountLook(clients, region, surroundings.Error.WriteLine);
            var asked = new Asked(surroundings);

            var told = asked.For(
                parsed.GetValue(email), "Who is told? An e-mail address, or elsewhere if somebody subscribes to the topic by other means:")
                ?? throw new UsageException("--alert-email is missing: somebody has to be told (or elsewhere)");
            var enforces = asked.For(
                parsed.GetValue(mode), "Contain from the beginning, or only say what would be done? enforce or [observe]:") is "enforce";
            var found = await look.TrailAsync(cancellationToken);
            // A second trail costs money, and a missing one leaves the responder blind: neither is guessed.
            if (look.HasUnread && parsed.GetValue(trail) is null)
                throw new UsageException("--trail is missing: the account's trails could not be read. Say use or create; with use, name "
                    + "the trail in CheckedTrailArn and its bucket in LogBuckets when you deploy");
            var uses = (parsed.GetValue(trail) ?? (found is null
                ? asked.For(null, "No trail of all regions that logs was seen. Make one? [create], or use if there is one:")
                : asked.For(null, $"Use the trail {PlainText.OneLine(found.Arn, 300)}? [use], or create another:"))
                ?? (found is null ? "create" : "use")) == "use";
            if (uses && found is null && !look.HasUnread)
                throw new UsageException(
                    "--trail use: no trail of all regions that logs was seen in this account; --trail create makes one");
            var roles = asked.For(
                parsed.GetValue(release), "Who may release? Roles, or permission-set:NAME, with commas between; [mfa] for users with MFA:")
                ?? "mfa";
            var members = asked.For(
                parsed.GetValue(accounts), "Other accounts whose people are contained from here? Ids, or [none]:") ?? "none";
            var first = new FirstDeployment(
                told == Elsewhere ? null : FirstDeployment.Address(told), enforces, uses ? found : null,
                roles == "mfa" ? [] : await look.OnCallRolesAsync(FirstDeployment.Entries(roles), cancellationToken),
                members == "none" ? [] : FirstDeployment.Accounts(members, caller.Account))
            {
                CreatesTrail = !uses,
                UnreservedExecutions = await look.UnreservedExecutionsAsync(cancellationToken),
            };
            Write(first, parsed.GetValue(stack)!, region, caller.Account, aws.IsJson(parsed), surroundings);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(
        FirstDeployment first, string stack, string region, string? account, bool json, Surroundings surroundings)
    {
        var deploy = first.Command(stack, region);
        if (json)
        {
            surroundings.Output.WriteLine(JsonText.Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteText("account", account);
                writer.WriteString("region", region);
                writer.WriteStartObject("parameters");
                foreach (var (name, value) in first.Parameters()) writer.WriteString(name, value);
                writer.WriteEndObject();
                writer.WriteString("deploy", deploy);
                writer.WriteEndObject();
            }));
            return;
        }

        var output = surroundings.Output;
        output.WriteLine($"Account {account}, region {region}. Nothing was changed. In the folder of the checkout, run:\n");
        output.WriteLine("sam build");
        output.WriteLine(deploy + "\n");
        output.WriteLine(first.Reserves
            ? "Executions are reserved, so that a flood elsewhere cannot keep the responder from containing."
            : first.UnreservedExecutions is { } left
            ? $"No executions are reserved: the account has {left} left to reserve from, and others need 100 of them."
            : "No executions are reserved, since Lambda's limits could not be read.");
        output.WriteLine("Then:");
        output.WriteLine(first.AlertEmail is { } address
            ? $"- confirm the subscription in the mail to {address}: until then no page arrives;"
            : "- subscribe somebody to the output AlertTopicArn of the stack, and confirm it;");
        if (first.Members.Count > 0)
            output.WriteLine("- deploy infra/member-role.yaml and infra/forwarder.yaml to the other accounts (docs/deploy.md);");
        output.WriteLine("- run responder doctor until everything passes" + (first.Enforces
            ? ", then responder drill."
            : "; then deploy once more with Mode=Enforce, and run responder drill."));
    }

    /// <summary>Asks only where an option does not say it and somebody is there; otherwise the default counts.</summary>
    private sealed class Asked(Surroundings surroundings)
    {
        public string? For(string? given, string question) =>
            given?.Trim() is { Length: > 0 } text ? text : surroundings.CanAsk ? surroundings.AskFor(question, question) : null;
    }
}
