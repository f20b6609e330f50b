namespace Responder.Facts;

/// <summary>Something that was read, or the reason why it could not be.</summary>
public readonly record struct Read<T>
{
    private Read(bool known, T? value, string? failure)
    {
        Known = known;
        Value = value;
        Failure = failure;
    }

    /// <summary>True when the answer is known, also when the answer is "there is none" (<see cref="Value"/> null).</summary>
    public bool Known { get; }

    public T? Value { get; }

    public string? Failure { get; }

    public static Read<T> Of(T? value) => new(true, value, null);

    public static Read<T> Failed(string because) => new(false, default, because);
}
