namespace Responder.Detections.Iam;

/// <summary>
/// Decides whether a group's name says that its members are administrators; used only where the group's policies are not read. A name is
/// judged by its words, so "badminton" is a game and "nonadmins" are no administrators.
/// </summary>
internal static class AdministratorNames
{
    private static readonly string[] s_negations = ["non", "not", "no", "without"];

    /// <summary>Matched as one word or as two adjacent words ("power-user").</summary>
    private static readonly string[] s_powerful = [
        "root", "sudo", "sudoers", "superuser", "superusers", "poweruser", "powerusers", "breakglass"];

    public static bool Is(string name)
    {
        var words = Words(name);
        for (var i = 0; i < words.Count; i++)
        {
            if (i > 0 && Array.Exists(s_negations, word => word == words[i - 1])) continue;
            if (IsAdministrator(words[i])
                || Array.Exists(
                    s_powerful, word => words[i] == word || (i + 1 < words.Count && words[i] + words[i + 1] == word))) return true;
        }

        return false;
    }

    /// <summary>"admins", "administration", "adminteam", "sysadmins", "dbadministrators"; not "nonadmins".</summary>
    private static bool IsAdministrator(string word)
    {
        if (word.StartsWith("admin", StringComparison.Ordinal)) return true;
        foreach (var ending in (ReadOnlySpan<string>)["admin", "admins", "administrator", "administrators"])
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
                return !Array.Exists(
                    s_negations, negation => word.Length == negation.Length + ending.Length
                    && word.StartsWith(negation, StringComparison.Ordinal));
        }

        return false;
    }

    /// <summary>Lower-case words of letters: "AWSCloudAdmins-eu1" gives "aws", "cloud", "admins", "eu".</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var from = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var isLetter = i < name.Length && char.IsLetter(name[i]);
            var begins = isLetter && i > from && char.IsUpper(name[i])
                && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (isLetter && !begins) continue;
            if (i > from) words.Add(name[from..i].ToLowerInvariant());
            from = isLetter ? i : i + 1;
        }

        return words;
    }
}
