using System.Collections.Immutable;

namespace Responder.LocalAws.State;

/// <summary>One version of a parameter.</summary>
/// <param name="Type"><c>String</c>, <c>StringList</c> or <c>SecureString</c>.</param>
/// <param name="Tier"><c>Standard</c> or <c>Advanced</c>.</param>
public sealed record SsmParameterVersion(
    long Version, string Value, string Type, string Tier, string? Description, DateTimeOffset ModifiedAt, string ModifiedBy);

/// <summary>A parameter with its history; reading is safe while calls run.</summary>
public sealed class SsmParameter
{
    internal SsmParameter(string name, string arn)
    {
        Name = name;
        Arn = arn;
    }

    public string Name { get; }

    public string Arn { get; }

    /// <summary>Oldest first; at most <see cref="Limits.ParameterVersions"/>.</summary>
    public ImmutableList<SsmParameterVersion> History { get; internal set; } = [];

    public SsmParameterVersion Latest => History[^1];

    /// <summary>Value of the latest version.</summary>
    public string Value => Latest.Value;

    /// <summary>Number of the latest version.</summary>
    public long Version => Latest.Version;

    public ImmutableSortedDictionary<string, string> Tags { get; internal set; } = Ordinal.Map<string>();

    internal string? AllowedPattern { get; set; }
}
