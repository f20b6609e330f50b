namespace Responder.Analysis.Hunting;

/// <summary>One cell of an answer: a text, a count, or nothing.</summary>
public readonly record struct Cell(string? Text, long? Count)
{
    public override string ToString() => Count?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? Text ?? "";
}

/// <summary>Cells in the order of <see cref="Hunt.Headings"/>.</summary>
public sealed record HuntRow(IReadOnlyList<Cell> Cells);
