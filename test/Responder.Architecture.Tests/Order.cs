namespace Responder.Architecture.Tests;

/// <summary>Finds what breaks the documented order.</summary>
internal static class Order
{
    public static IReadOnlyList<string> Violations(IReadOnlyCollection<Reference> references) =>
    [
        .. references.Select(Violation).OfType<string>(),
        .. Cycles(references),
    ];

    private static string? Violation(Reference reference)
    {
        var (from, to) = (reference.FromPlace, reference.ToPlace);
        if (from.Project != to.Project)
            return from.Project.MayUse.Contains(to.Project.Name) ? null : $"{reference}: {from.Project.Name} may not use {to.Project.Name}";
        var (user, used) = (Position(from), Position(to));
        return user < 0 ? $"{reference}: {from.Folder} has no place in the order"
            : used > user ? $"{reference}: {from.Folder} comes before {to.Folder}"
            : null;
    }

    private static int Position(Layout.Place place) => place.Project.Folders.ToList().IndexOf(place.Folder);

    /// <summary>
    /// Folders that use each other in a cycle. A subfolder is part of its parent, so a folder and its parent may use each other (a list
    /// names its entries, and each entry has its base there); sibling folders may not.
    /// </summary>
    private static IEnumerable<string> Cycles(IReadOnlyCollection<Reference> references)
    {
        var uses = references.Select(static r => (From: r.FromPlace.ToString(), To: r.ToPlace.ToString()))
            .Where(static pair => !IsWithin(pair.From, pair.To) && !IsWithin(pair.To, pair.From))
            .ToLookup(static pair => pair.From, static pair => pair.To);
        return uses.Select(static use => use.Key)
            .Where(place => Reaches(place, place, uses))
            .Order(StringComparer.Ordinal)
            .Select(static place => $"{place} is part of a cycle");
    }

    private static bool IsWithin(string place, string other) => place == other || place.StartsWith(other + "/", StringComparison.Ordinal);

    private static bool Reaches(string start, string goal, ILookup<string, string> uses)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(uses[start]);
        while (open.TryPop(out var place))
        {
            if (place == goal) return true;
            if (!seen.Add(place)) continue;
            foreach (var next in uses[place]) open.Push(next);
        }

        return false;
    }
}
