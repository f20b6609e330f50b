using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>One principal's place in the budget of an hour.</summary>
/// <param name="Account">The account of the principal; empty: not known.</param>
/// <param name="Key">What tells principals apart: a hash of the unique id, so that a rename takes no second place.</param>
/// <param name="IsLesser">
/// True for users made less than a day ago, for those whom a boundary keeps from what they were given, and for those who do not show it:
/// throwaway users never use up the places of people.
/// </param>
public sealed record BudgetPlace(string Account, string Key, bool IsLesser)
{
    private static readonly TimeSpan s_new = TimeSpan.FromDays(1);

    internal string Text => Account + ":" + Key;

    /// <param name="isVoid">Whether a boundary keeps the target from what he was given.</param>
    public static BudgetPlace Of(Principal target, PrincipalState state, bool isVoid, DateTimeOffset now)
    {
        var name = state.Id ?? $"{target.Kind}.{target.Name.ToLowerInvariant()}";
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 4));
        return new BudgetPlace(
            target.AccountId ?? "", key, isVoid || state.HoldsGrant == false || (state.Created is { } made && now - made < s_new));
    }
}

/// <summary>
/// The principals that were contained in one clock hour, as one parameter holds them. Whoever has a place keeps it for the hour, however
/// many deliveries, processes or detections ask. Executions that run at the same moment may overwrite each other's place, so that the
/// budget may be overrun by as many; IAM's own write rate bounds them.
/// </summary>
/// <param name="Hour">UTC, as <c>2026-11-21T08</c>.</param>
public sealed record ContainmentBudget(string Hour, IReadOnlyList<string> People, IReadOnlyList<string> Lesser)
{
    private const string Schema = "responder/budget/1";

    /// <summary>As many as a parameter of 4,096 characters holds of each kind.</summary>
    private const int MostPlaces = 70;

    /// <summary>Beyond the limit of the installation, each account still gets so many.</summary>
    private const int AlwaysPerAccount = 2;

    private const int MostOfOrganization = 50;

    /// <summary>The version of the parameter that they were read from, 0 where there is none yet; null: it was not read.</summary>
    public long? Version { get; init; }

    internal bool IsEmpty => Count == 0;

    internal int Count => People.Count + Lesser.Count;

    /// <summary>The places of this hour; those of an earlier one are forgotten.</summary>
    /// <param name="text">The parameter's value; null: there is none.</param>
    public static ContainmentBudget Read(string? text, DateTimeOffset now)
    {
        var hour = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);
        return JsonView.TryParse(text ?? "", out var json) && json["schema"].Text == Schema && json["hour"].Text == hour
            ? new ContainmentBudget(hour, Texts(json["people"]), Texts(json["lesser"]))
            : new ContainmentBudget(hour, [], []);
    }

    public bool Has(BudgetPlace place) => People.Contains(place.Text, StringComparer.Ordinal)
        || Lesser.Contains(place.Text, StringComparer.Ordinal);

    /// <param name="budget">Places of each kind in an hour; where there are member accounts, in each account.</param>
    public bool HasRoom(BudgetPlace place, int budget, bool hasMembers)
    {
        var taken = place.IsLesser ? Lesser : People;
        if (taken.Count >= MostPlaces) return false;
        if (!hasMembers) return taken.Count < budget;
        var ofAccount = taken.Count(text => text.StartsWith(place.Account + ":", StringComparison.Ordinal));
        return ofAccount < Math.Min(budget, AlwaysPerAccount) || (ofAccount < budget && taken.Count < Math.Max(budget, MostOfOrganization));
    }

    public ContainmentBudget With(BudgetPlace place) => Has(place) ? this
        : place.IsLesser ? this with { Lesser = [.. Lesser, place.Text] }
        : this with { People = [.. People, place.Text] };

    /// <summary>With the places of another process, or of this one.</summary>
    public ContainmentBudget Together(ContainmentBudget other) => other.Hour != Hour ? this : this with
    {
        People = [.. People.Union(other.People, StringComparer.Ordinal)],
        Lesser = [.. Lesser.Union(other.Lesser, StringComparer.Ordinal)],
    };

    public string ToText() => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteString("hour", Hour);
        WriteTexts("people", People);
        WriteTexts("lesser", Lesser);
        writer.WriteEndObject();

        void WriteTexts(string name, IReadOnlyList<string> texts)
        {
            writer.WriteStartArray(name);
            foreach (var text in texts.Take(MostPlaces)) writer.WriteStringValue(text);
            writer.WriteEndArray();
        }
    });

    private static string[] Texts(JsonView list) => [.. list.Items.Select(static i => i.Text).OfType<string>()];
}
