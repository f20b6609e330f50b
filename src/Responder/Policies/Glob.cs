namespace Responder.Policies;

/// <summary>
/// The wildcards of IAM patterns: <c>*</c> is any run of characters, <c>?</c> is one. Linear in practice, never exponential.
/// </summary>
internal static class Glob
{
    /// <summary>A character that stands for one unknown character of a name: only a wildcard matches it.</summary>
    public const char Unknown = '\u0001';

    /// <summary>
    /// The limit for comparing two patterns, as the product of their lengths. Patterns beyond it are no ARNs or actions; they cover nothing
    /// and intersect everything.
    /// </summary>
    private const long MostWork = 4_000_000;

    public static bool HasWildcard(string text) => text.AsSpan().IndexOfAny('*', '?') >= 0;

    public static bool Matches(string pattern, string text, bool ignoreCase) => Run(pattern, text, ignoreCase, textIsPattern: false);

    /// <summary>
    /// True when <paramref name="pattern"/> matches every text that <paramref name="other"/> matches. May wrongly answer false, but never
    /// wrongly true.
    /// </summary>
    public static bool Covers(string pattern, string other, bool ignoreCase) => (long)pattern.Length * other.Length <= MostWork
        && Run(Normalize(pattern), Normalize(other), ignoreCase, textIsPattern: true);

    /// <summary>True when some text is matched by both patterns.</summary>
    public static bool Intersects(string a, string b, bool ignoreCase)
    {
        if ((long)a.Length * b.Length > MostWork) return true;
        // One row of the table of suffix pairs at a time; a pattern with no wildcard keeps the row sparse.
        var next = new bool[b.Length + 1];
        var row = new bool[b.Length + 1];
        for (var i = a.Length; i >= 0; i--)
        {
            for (var j = b.Length; j >= 0; j--)
            {
                var atEndOfA = i == a.Length;
                var atEndOfB = j == b.Length;
                if (atEndOfA && atEndOfB) row[j] = true;
                else if (!atEndOfA && a[i] == '*') row[j] = next[j] || (!atEndOfB && row[j + 1]);
                else if (!atEndOfB && b[j] == '*') row[j] = row[j + 1] || (!atEndOfA && next[j]);
                else row[j] = !atEndOfA && !atEndOfB && (a[i] == '?' || b[j] == '?' || Same(a[i], b[j], ignoreCase)) && next[j + 1];
            }

            (row, next) = (next, row);
        }

        return next[0];
    }

    /// <summary>
    /// Rewrites each run of wildcards as its question marks followed by at most one star, so that <c>*?</c> and <c>?*</c> compare equal.
    /// </summary>
    private static string Normalize(string pattern)
    {
        if (pattern.AsSpan().IndexOf('*') < 0) return pattern;
        var text = new System.Text.StringBuilder(pattern.Length);
        for (var i = 0; i < pattern.Length;)
        {
            if (pattern[i] is not ('*' or '?'))
            {
                text.Append(pattern[i++]);
                continue;
            }

            var star = false;
            for (; i < pattern.Length && pattern[i] is '*' or '?'; i++)
            {
                if (pattern[i] == '*') star = true;
                else text.Append('?');
            }

            if (star) text.Append('*');
        }

        return text.ToString();
    }

    private static bool Run(string pattern, string text, bool ignoreCase, bool textIsPattern)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && One(pattern[p], text[t], ignoreCase, textIsPattern))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private static bool One(char pattern, char text, bool ignoreCase, bool textIsPattern)
    {
        if (textIsPattern && text == '*') return false; // only a star swallows a star
        if (pattern == '?') return true;
        if (textIsPattern && text == '?') return false;
        return Same(pattern, text, ignoreCase);
    }

    private static bool Same(char a, char b, bool ignoreCase) =>
        a == b || (ignoreCase && char.ToLowerInvariant(a) == char.ToLowerInvariant(b));
}
