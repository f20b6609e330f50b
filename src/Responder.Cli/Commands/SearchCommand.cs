using System.CommandLine;
using Responder.Analysis.Hunting;
using Responder.Cli.Terminal;
using Responder.Logs;

namespace Responder.Cli.Commands;

/// <summary>`responder search`: records by principal, address, resource, event, user agent or request, from logs or as SQL.</summary>
internal static class SearchCommand
{
    private const int MaxLimit = 1_000_000;

    private const string Description =
        "Find records in CloudTrail logs. Options that differ all have to hold; of one that is repeated, any value. "
        + "Without --until it looks back from now, without --since 7 days. Needs no AWS, unless the logs lie there.";

    public static Command Create(Surroundings surroundings)
    {
        var command = new Command("search", Description);
        var principals = Texts("--principal",
            "Caller: ARN, user or role name, access key id, principal id, or id of a person; the whole of it.");
        var addresses = Texts("--address", "Source address or service; x* is a beginning.");
        var resources = Texts("--resource", "Text anywhere in the request, the response or the resources: a name, an id, an ARN.");
        var events = Texts("--event", "DeleteUser, Delete*, iam:DeleteUser or iam:*.");
        var agents = Texts("--user-agent", "Text anywhere in the user agent.");
        var requests = Texts("--request-id", "Request id.");
        var ids = Texts("--event-id", "Event id.");
        var limit = new Option<int>("--limit")
        {
            HelpName = "N",
            Description = "Most rows, the newest first.",
            DefaultValueFactory = static _ => 1000,
        };
        foreach (var option in (Option[])[principals, addresses, resources, events, agents, requests, ids,
            limit]) command.Options.Add(option);
        var sql = new SqlOptions();
        var logs = new LogOptions(command, needsPath: false)
            .WithOutput(command, "table, csv or json (one line per row).", "table", "csv", "json")
            .WithFilters(command, sql.Run);
        sql.AddTo(command);
        var shape = new HuntOptions(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var most = parsed.GetValue(limit);
            if (most is < 1 or > MaxLimit) throw new UsageException($"--limit: expected a number from 1 to {MaxLimit}");
            IReadOnlyList<string> Given(Option<string[]> option) => parsed.GetValue(option) ?? [];
            var terms = new SearchTerms(
                Given(principals), Given(addresses), Given(resources), Given(events), Given(agents), Given(requests), Given(ids));
            var hunt = Search.Of(terms, most) ?? throw new UsageException("say what to search for, such as --principal or --event");
            return HuntCommand.StartAsync(shape.Applied(hunt, parsed), logs, sql, parsed, surroundings, cancellationToken);
        });
        return command;

        static Option<string[]> Texts(string name, string description)
        {
            var option = new Option<string[]>(name) { HelpName = "TEXT", Description = description };
            option.Validators.Add(result =>
            {
                if (result.Tokens.Any(static token => token.Value.Length == 0)) result.AddError($"{name}: expected a text");
            });
            return option;
        }
    }
}
