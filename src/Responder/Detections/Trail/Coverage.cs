using Responder.Events;

namespace Responder.Detections.Trail;

/// <summary>How much of the management events a trail still records.</summary>
public enum CoverageLevel
{
    /// <summary>None, or only what a selector names.</summary>
    Off,

    /// <summary>All except what a selector excludes.</summary>
    Narrowed,

    Full,
}

/// <summary>
/// Which management events a trail records under its event selectors, classic or advanced. Selectors add up: an event is recorded when one
/// of them selects it. Source: docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
/// </summary>
public readonly record struct Coverage(CoverageLevel Writes, CoverageLevel Reads, IReadOnlyList<string> Excluded)
{
    /// <summary>The coverage that a call or its response describes; null when it has no selectors of either kind.</summary>
    public static Coverage? Of(JsonView parameters)
    {
        var advanced = parameters["advancedEventSelectors"].Unwrapped;
        var classic = parameters["eventSelectors"].Unwrapped;
        if (advanced.Items.Any()) return Sum(advanced.Items.Select(OfAdvanced));
        if (classic.Items.Any()) return Sum(classic.Items.Select(OfClassic));
        return advanced.Exists || classic.Exists ? new Coverage(CoverageLevel.Off, CoverageLevel.Off, []) : null;
    }

    private static Coverage OfClassic(JsonView selector)
    {
        // CloudTrail's defaults: management events are included, and all of them.
        if (selector["includeManagementEvents"].Flag == false) return new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
        string[] excluded = [.. selector["excludeManagementEventSources"].Items.Select(static source => source.Text).OfType<string>()];
        var level = excluded.Length > 0 ? CoverageLevel.Narrowed : CoverageLevel.Full;
        var type = selector["readWriteType"].Text;
        return new Coverage(
            Is(type, "ReadOnly") ? CoverageLevel.Off : level,
            Is(type, "WriteOnly") ? CoverageLevel.Off : level,
            excluded);
    }

    private static Coverage OfAdvanced(JsonView selector)
    {
        var management = false;
        var (writes, reads) = (CoverageLevel.Full, CoverageLevel.Full);
        var excluded = new List<string>();
        foreach (var field in selector["fieldSelectors"].Items)
        {
            var name = field["field"].Text;
            string[] only = [.. Values(field, "equals"), .. Values(field, "startsWith"), .. Values(field, "endsWith")];
            string[] not = [.. Values(field, "notEquals"), .. Values(field, "notStartsWith"), .. Values(field, "notEndsWith")];
            if (Is(name, "eventCategory"))
            {
                management |= only.Any(static value => Is(value, "Management"));
            }
            else if (Is(name, "readOnly"))
            {
                if (only.Length > 0 ? !only.Any(static value => Is(value, "false")) : not.Any(static value => Is(value, "false")))
                    writes = CoverageLevel.Off;
                if (only.Length > 0 ? !only.Any(static value => Is(value, "true")) : not.Any(static value => Is(value, "true")))
                    reads = CoverageLevel.Off;
            }
            else if (only.Length > 0)
            {
                (writes, reads) = (CoverageLevel.Off, CoverageLevel.Off); // a positive list: everything else is lost
            }
            else if (not.Length > 0)
            {
                writes = Min(writes, CoverageLevel.Narrowed);
                reads = Min(reads, CoverageLevel.Narrowed);
                excluded.AddRange(not);
            }
        }

        return management ? new Coverage(writes, reads, excluded) : new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
    }

    private static Coverage Sum(IEnumerable<Coverage> selectors)
    {
        var sum = new Coverage(CoverageLevel.Off, CoverageLevel.Off, []);
        foreach (var one in selectors)
            sum = new Coverage(Max(sum.Writes, one.Writes), Max(sum.Reads, one.Reads), [.. sum.Excluded.Union(one.Excluded)]);

        return sum;
    }

    private static IEnumerable<string> Values(JsonView field, string comparison) =>
        field[comparison].Items.Select(static value => value.Text).OfType<string>();

    private static bool Is(string? text, string word) => string.Equals(text, word, StringComparison.OrdinalIgnoreCase);

    private static CoverageLevel Max(CoverageLevel a, CoverageLevel b) => a > b ? a : b;

    private static CoverageLevel Min(CoverageLevel a, CoverageLevel b) => a < b ? a : b;
}
