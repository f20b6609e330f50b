using Responder.Vocabulary;

namespace Responder.Facts;

/// <summary>
/// What was told in an hour under one key: a record that findings share, or a cause. What says something new pages one by one up to the
/// limit, then once at 10, 100 and 1,000.
/// </summary>
/// <param name="Count">How often something new was said, paged or not.</param>
/// <param name="Level">The highest of 10, 100 and 1,000 that was paged; 0: none yet.</param>
/// <param name="Severity">The highest severity that was paged; none: nothing was.</param>
/// <param name="Width">The widest opening that was paged.</param>
/// <param name="Sayings">Hashes of what was said, the last ones. What is forgotten counts as new again.</param>
public sealed record Told(int Count, int Level, Severity Severity, int Width, IReadOnlyList<string> Sayings)
{
    /// <summary>As many as a process remembers; a record holds fewer.</summary>
    private const int MostSayings = 256;

    private static readonly int[] s_levels = [1000, 100, 10];

    public static Told Nothing { get; } = new(0, 0, Severity.None, 0, []);

    public bool IsNew(Saying saying) => saying.Hashes.Any(hash => !Sayings.Contains(hash, StringComparer.Ordinal));

    /// <summary>True when it is graver or wider than everything that was paged; false where nothing was.</summary>
    public bool IsRise(Saying saying) => Severity > Severity.None && (saying.Severity > Severity || saying.Width > Width);

    /// <summary>True when the next thing that is new pages.</summary>
    public bool HasRoom(int limit) => Count < limit || LevelOf(Count + 1) > Level;

    /// <summary>After one more thing that is new.</summary>
    public Told With(Saying saying, bool paged) => (paged ? Paged(saying) : this) with
    {
        Count = Count + 1,
        Level = paged ? LevelOf(Count + 1) : Level,
        Sayings = [.. Sayings.Concat(saying.Hashes).Distinct(StringComparer.Ordinal).TakeLast(MostSayings)],
    };

    /// <summary>After a page that said nothing new.</summary>
    public Told Paged(Saying saying) => this with
    {
        Severity = saying.Severity > Severity ? saying.Severity : Severity,
        Width = Math.Max(Width, saying.Width),
    };

    /// <summary>What two processes know of the same hour.</summary>
    public Told Together(Told other) => new(
        Math.Max(Count, other.Count), Math.Max(Level, other.Level), other.Severity > Severity ? other.Severity : Severity,
        Math.Max(Width, other.Width), [.. other.Sayings.Concat(Sayings).Distinct(StringComparer.Ordinal).TakeLast(MostSayings)]);

    /// <summary>The highest level that the count has reached.</summary>
    public static int LevelOf(int count) => Array.Find(s_levels, level => count >= level);
}
