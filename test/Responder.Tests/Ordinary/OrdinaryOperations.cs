using System.Text.Json.Nodes;
using Responder.Tests.Ordinary.Scenarios;

namespace Responder.Tests.Ordinary;

/// <summary>One ordinary operation: its CloudTrail record, and the scenario that it belongs to.</summary>
internal sealed record Operation(string Scenario, JsonObject Record)
{
    public string Name => Record["eventSource"]!.GetValue<string>().Split('.')[0] + ":" + Record["eventName"]!.GetValue<string>();

    public bool IsWrite => !Record["readOnly"]!.GetValue<bool>();

    public string Account => Record["recipientAccountId"]!.GetValue<string>();
}

/// <summary>
/// Over a thousand operations that any account sees every day, generated from a seed. README.md beside this file describes what they
/// contain, where the shapes come from, and what is left out on purpose.
/// </summary>
internal static class OrdinaryOperations
{
    /// <summary>The same operations in every run: one day in each of three accounts.</summary>
    public static IReadOnlyList<Operation> All { get; } = [.. Days(1, EventBuilder.Account, "111122223333", "444455556666")];

    /// <summary>One day in each of these accounts; ids, names, addresses, regions, times and orders depend on the seed.</summary>
    public static IEnumerable<Operation> Days(ulong seed, params string[] accounts) =>
        accounts.SelectMany((account, day) => Day(account, new Seeded((seed * 1000) + (ulong)day), day));

    /// <summary>The operations as JSON Lines, which `responder backtest` reads.</summary>
    public static string ToJsonLines(IEnumerable<Operation> operations) =>
        string.Concat(operations.Select(static operation => operation.Record.ToJsonString() + "\n"));

    private static IEnumerable<Operation> Day(string account, Seeded random, int day)
    {
        var start = EventBuilder.CalledAt.Date.AddDays(day).AddHours(8);
        Journal Happens(string scenario, Site site, params Action<Journal>[] parts)
        {
            var journal = new Journal(scenario, site, new DateTimeOffset(start, TimeSpan.Zero).AddMinutes(random.Below(360)));
            foreach (var part in parts)
            {
                part(journal);
                journal.Pause(TimeSpan.FromMinutes(20 + random.Below(40)));
            }

            return journal;
        }

        var (cloudFormation, terraform) = (Site.In(account, random), Site.In(account, random));
        var (stack, other) = (new CloudFormationStack(cloudFormation), new TerraformStack(terraform));
        var site = Site.In(account, random);
        var (console, services, pipelines, hardened) = (
            new ConsoleDay(site), new ServicesAtWork(site), new Pipelines(site), new Hardened(site));
        Journal[] journals =
        [
            Happens("CloudFormation deploy", cloudFormation, stack.Deploy),
            Happens("CloudFormation update", cloudFormation, stack.Update),
            Happens("CloudFormation delete", cloudFormation, stack.Delete),
            Happens("Terraform apply", terraform, other.Apply),
            Happens("Terraform destroy", terraform, other.Destroy),
            Happens("Console through SSO", site, console.Portal, console.Engineer, console.Analyst),
            Happens("Console of an IAM user with MFA", site, console.UserWithMfa),
            Happens("Services and service-linked roles", site, [.. random.Shuffled<Action<Journal>>(
                [services.AutoScaling, services.GrantsForStorage, services.RolesAssumed, services.Watchers, services.Networks,
                    services.Backups, services.Organization])]),
            Happens("Pipelines, containers, rotation", site, [.. random.Shuffled<Action<Journal>>(
                [pipelines.FunctionRelease, pipelines.ContainerRelease, pipelines.Cluster, pipelines.Rotation])]),
            Happens("Confined wildcards, protection", site, [.. random.Shuffled<Action<Journal>>(
                [hardened.Trusts, hardened.Rights, hardened.Groups, hardened.Buckets, hardened.Resources, hardened.Protection])]),
        ];
        return journals.SelectMany(static journal => journal.Records.Select(record => new Operation(journal.Scenario, record)));
    }
}
