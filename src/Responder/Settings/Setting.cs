using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Settings;

/// <summary>The detections and actions that values may name.</summary>
/// <param name="Actions">All containment actions.</param>
public sealed record KnownNames(DetectionCatalog Catalog, IReadOnlyList<IActionRules> Actions);

/// <summary>Who reads a variable.</summary>
public enum SettingReader
{
    Both,
    Function,
    CommandLine,
}

/// <summary>
/// One environment variable: who reads it, where its value comes from, what it may contain and what it means. The texts are Markdown;
/// docs/settings.md is generated from them.
/// </summary>
/// <param name="name">The variable's name.</param>
/// <param name="setBy">The stack's parameters and resources that its value comes from; if the template does not set it, who does.</param>
/// <param name="meaning">What it means, in one clause or a few.</param>
public abstract class Setting(string name, string setBy, string meaning)
{
    public string Name => name;

    public string SetBy => setBy;

    public string Meaning => meaning;

    public SettingReader ReadBy { get; init; }

    /// <value>False when the template sets it for no function; <see cref="SetBy"/> says why.</value>
    public bool IsInTemplate { get; init; } = true;

    /// <value>True: a function does not start without it.</value>
    public bool IsRequired { get; init; }

    /// <value>The value that applies when it is not set, as one would write it; null when there is none.</value>
    public string? Default { get; init; }

    /// <value>What its value, or each entry of a list, must be; completes "expected …". Null: any text.</value>
    public string? Expected { get; init; }

    /// <value>True when it holds a list of entries, separated by commas, white space or both.</value>
    public bool IsList { get; init; }

    /// <summary>Checks that the function could use the value.</summary>
    /// <param name="text">Trimmed, not empty.</param>
    /// <exception cref="OptionsException">The value cannot be used.</exception>
    public abstract void Check(string text, KnownNames known);

    /// <summary>The value of the variable, trimmed; null when it is empty or not set.</summary>
    public string? In(Func<string, string?> environment) => environment(name)?.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>A variable that <see cref="ResponderOptions"/> are built from.</summary>
internal abstract class OptionSetting(string name, string setBy, string meaning) : Setting(name, setBy, meaning)
{
    /// <exception cref="OptionsException">The text is not what the variable expects.</exception>
    public abstract ResponderOptions Apply(ResponderOptions options, string text, KnownNames known);

    public override void Check(string text, KnownNames known) => Apply(new ResponderOptions(), text, known);
}

/// <param name="parse">Reads the value.</param>
/// <param name="set">Puts it into the options.</param>
internal sealed class Setting<T>(
    string name, string setBy, string meaning, Func<SettingText, T> parse, Func<ResponderOptions, T, ResponderOptions> set)
    : OptionSetting(name, setBy, meaning)
{
    public override ResponderOptions Apply(ResponderOptions options, string text, KnownNames known) =>
        set(options, parse(new SettingText(this, text, known)));
}

/// <summary>A variable that something else reads: the executables or the AWS SDK.</summary>
/// <param name="isValid">Null: any text will do.</param>
internal sealed class HostSetting(string name, string setBy, string meaning, Func<string, bool>? isValid = null)
    : Setting(name, setBy, meaning)
{
    public override void Check(string text, KnownNames known)
    {
        if (isValid?.Invoke(text) == false) throw new OptionsException(Name, $"expected {Expected}");
    }
}

/// <summary>The value of a variable that is being read.</summary>
/// <param name="Text">Trimmed, not empty.</param>
internal readonly record struct SettingText(Setting Setting, string Text, KnownNames Known)
{
    /// <summary>The entries of a list, separated by commas, white space or both.</summary>
    public string[] Items =>
        Text.Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public OptionsException Wrong() => new(Setting.Name, $"expected {Setting.Expected}");

    /// <param name="entry">The number of the entry, from 1.</param>
    /// <param name="because">Why it is wrong; null: it is not what is expected.</param>
    public OptionsException Wrong(int entry, string? because = null) =>
        new(Setting.Name, $"entry {entry}: {because ?? "expected " + Setting.Expected}");
}
