using Responder.Detections;
using Responder.Vocabulary;

namespace Responder.Settings;

/// <summary>What values may name.</summary>
/// <param name="Actions">All the actions that there are.</param>
public sealed record KnownNames(DetectionCatalog Catalog, IReadOnlyList<IActionRules> Actions);

/// <summary>Who reads a variable.</summary>
public enum SettingReader
{
    Both,
    Function,
    CommandLine,
}

/// <summary>
/// One environment variable: who reads it, where its value comes from, what it may hold and what it means. Texts are Markdown;
/// docs/settings.md is written from them.
/// </summary>
/// <param name="name">Of the variable.</param>
/// <param name="setBy">Parameters and resources of the stack that make its value; where the template does not set it: who does.</param>
/// <param name="meaning">One clause, or a few.</param>
public abstract class Setting(string name, string setBy, string meaning)
{
    public string Name => name;

    public string SetBy => setBy;

    public string Meaning => meaning;

    public SettingReader ReadBy { get; init; }

    /// <value>False: the template sets it for no function, for the reason that <see cref="SetBy"/> gives.</value>
    public bool IsInTemplate { get; init; } = true;

    /// <value>True: a function does not start without it.</value>
    public bool IsRequired { get; init; }

    /// <value>What holds where it is not set, as one would write it; null: nothing.</value>
    public string? Default { get; init; }

    /// <value>What its value must be, an entry of a list each: completes "expected …". Null: any text.</value>
    public string? Expected { get; init; }

    /// <value>True: it holds entries, with commas, white space or both between them.</value>
    public bool IsList { get; init; }

    /// <summary>Whether the function could use the value.</summary>
    /// <param name="text">Trimmed, not empty.</param>
    /// <exception cref="OptionsException">It could not.</exception>
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

/// <summary>A variable that others read: the executables and the AWS SDK.</summary>
/// <param name="isValid">Null: any text will do.</param>
internal sealed class HostSetting(string name, string setBy, string meaning, Func<string, bool>? isValid = null)
    : Setting(name, setBy, meaning)
{
    public override void Check(string text, KnownNames known)
    {
        if (isValid?.Invoke(text) == false) throw new OptionsException(Name, $"expected {Expected}");
    }
}

/// <summary>The value of a variable on its way to being read.</summary>
/// <param name="Text">Trimmed, not empty.</param>
internal readonly record struct SettingText(Setting Setting, string Text, KnownNames Known)
{
    /// <summary>The entries of a list with commas, white space or both between them.</summary>
    public string[] Items =>
        Text.Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public OptionsException Wrong() => new(Setting.Name, $"expected {Setting.Expected}");

    /// <param name="entry">Its number, from 1.</param>
    /// <param name="because">Null: it is not what is expected.</param>
    public OptionsException Wrong(int entry, string? because = null) =>
        new(Setting.Name, $"entry {entry}: {because ?? "expected " + Setting.Expected}");
}
