using System.Formats.Tar;
using System.Text;
using Responder.Events;

namespace Responder.Logs;

/// <summary>
/// Reads one named file: unpacks what is packed, without writing anything to disk, and names what it leaves out. What was found in a folder
/// or an archive need not be a log; what was named directly has to be.
/// </summary>
internal sealed class LogReading(RecordSieve? sieve, Action<InputError> onError, CancellationToken cancellationToken)
{
    /// <summary>Values without anything in common with a record, at the beginning of a file, that are read before it counts as
    /// none.</summary>
    private const int MaxForeign = 100;

    private const string RecordsInside =
        "records of CloudTrail inside something else: expected one record a line, or one of the wrappings that are known";

    private readonly UnpackLimits _limits = new();

    /// <param name="isNamed">True: somebody named this very file as a log.</param>
    public IEnumerable<EventInput> Read(string name, Stream stream, bool isNamed) => Read(name, stream, 0, isNamed, isUnpacked: false);

    private IEnumerable<EventInput> Read(string name, Stream stream, int depth, bool isNamed, bool isUnpacked)
    {
        using var reader = new EventStream(stream, sieve, cancellationToken, _limits, depth, isUnpacked);
        var shape = reader.Open();
        var inside = shape switch
        {
            Shape.Zip => Zip(name, reader),
            Shape.Tar => Tar(name, reader),
            Shape.Zstd => Inner(name, reader, new ZstdContent(reader.Rest()), isNamed),
            Shape.Wide => Inner(name, reader, Encoding.CreateTranscodingStream(reader.Rest(), Encoding.Unicode, Encoding.UTF8), isNamed),
            Shape.WideBig =>
                Inner(name, reader, Encoding.CreateTranscodingStream(reader.Rest(), Encoding.BigEndianUnicode, Encoding.UTF8), isNamed),
            Shape.Parquet => Parquet(name, reader),
            Shape.Other when isNamed && Shapes.KindOf(reader.Sight()) is { } kind => NotRead(name, kind),
            _ => isNamed ? Text(name, reader, isNamed) : Sighted(name, reader, shape),
        };
        foreach (var input in inside) yield return input;
        if (reader.Unreadable is { } reason) Tell(name, reason);
        if (reader.Oddity is { } oddity && (!reader.IsJoinedOnly || LogKey.Of(name).Kind == LogKind.Events))
            Tell(name, oddity, InputIssue.Notice);
    }

    private void Tell(string name, string reason, InputIssue issue = InputIssue.Unreadable)
    {
        if (!cancellationToken.IsCancellationRequested) onError(new InputError(name, reason) { Issue = issue });
    }

    private IEnumerable<EventInput> NotRead(string name, string kind)
    {
        Tell(name, $"{kind}, which is not read: expected JSON, packed with gzip, zip, tar or zstd or not at all");
        return [];
    }

    /// <summary>A file of a folder or an archive, which is a log, or is counted as none.</summary>
    private IEnumerable<EventInput> Sighted(string name, EventStream reader, Shape shape)
    {
        if (reader.Unreadable is not null) return [];
        var other = shape switch
        {
            Shape.Empty when !reader.IsDamaged => "empty",
            Shape.Other => Shapes.KindOf(reader.Sight()) ?? "binary",
            _ => null,
        };
        // The name of a damaged or emptied log still says that it was one.
        if (other is not null && !(shape == Shape.Other && TextKinds.IsLogName(name) && !reader.IsUnpacked))
        {
            Tell(name, other, InputIssue.NotOpened);
            return [];
        }

        var isLike = reader.BeginsLikeLog();
        if (reader.IsBlank)
        {
            Tell(name, "empty", InputIssue.NotOpened);
            return [];
        }

        if (isLike) return Text(name, reader, isNamed: false);
        var line = reader.FirstLine();
        if (TextKinds.IsEventTable(line))
        {
            Tell(name, "a table (CSV) of events, as the console or Athena gives it, lacks most of a record: expected CloudTrail's JSON");
            return [];
        }

        if (TextKinds.IsLogName(name)) return Text(name, reader, isNamed: true);
        if (TextKinds.MayHoldRecords(name, reader.Sight()))
        {
            Tell(name, RecordsInside);
            return [];
        }

        Tell(name, line.Contains(',', StringComparison.Ordinal) && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)
            ? "CSV" : "text",
            InputIssue.NotOpened);
        return [];
    }

    private IEnumerable<EventInput> Text(string name, EventStream reader, bool isNamed)
    {
        if (isNamed && TextKinds.IsEventTable(reader.FirstLine()))
        {
            Tell(name, "a table (CSV) of events, as the console or Athena gives it, lacks most of a record: expected CloudTrail's JSON");
            yield break;
        }

        var mayHoldRecords = !isNamed && TextKinds.MayHoldRecords(name, reader.Sight());
        List<EventInput>? foreign = isNamed ? null : [];
        while (reader.Next() is { } parsed)
        {
            TellNotices(name, reader);
            var input = new EventInput(name, reader.Records, parsed);
            if (foreign is not null)
            {
                if (reader.IsForeign && reader.Recognized == 0 && foreign.Count < MaxForeign)
                {
                    foreign.Add(input);
                    continue;
                }

                foreach (var before in foreign) yield return before;
                foreign = null;
            }

            yield return input;
        }

        TellNotices(name, reader);
        if (foreign is not { Count: > 0 }) yield break;
        if (reader.Recognized == 0)
        {
            if (mayHoldRecords) Tell(name, RecordsInside);
            else Tell(name, "JSON of another kind", InputIssue.NotOpened);
            yield break;
        }

        foreach (var before in foreign) yield return before;
    }

    private void TellNotices(string name, EventStream reader)
    {
        while (reader.Notices.TryDequeue(out var notice)) Tell(name, notice, InputIssue.Notice);
    }

    private IEnumerable<EventInput> Inner(string name, EventStream outer, Stream content, bool isNamed)
    {
        using (content)
        {
            foreach (var input in Read(name, content, outer.Depth + 1, isNamed, isUnpacked: true)) yield return input;
        }
    }

    private IEnumerable<EventInput> Zip(string name, EventStream outer)
    {
        using var feed = new ByteFeed([], outer.Rest(), stored: null);
        var entries = new ZipEntries(feed, _limits);
        while (Moves(name, () => entries.MoveNext()))
        {
            if (entries.IsFolder) continue;
            var entry = EntryOf(name, entries.Name);
            if (entries.Obstacle is { } obstacle)
            {
                Tell(entry, obstacle);
                continue;
            }

            foreach (var input in Read(entry, entries.Content, outer.Depth + 1, isNamed: false, isUnpacked: true)) yield return input;
        }
    }

    private IEnumerable<EventInput> Tar(string name, EventStream outer)
    {
        using var archive = new TarReader(outer.Rest(), leaveOpen: true);
        TarEntry? entry = null;
        while (Moves(name, () => (entry = archive.GetNextEntry()) is not null))
        {
            if (entry!.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile)) continue;
            var content = entry.DataStream ?? Stream.Null;
            foreach (var input in Read(EntryOf(name, entry.Name), content, outer.Depth + 1, isNamed: false, isUnpacked: false))
                yield return input;
        }
    }

    /// <summary>Moves on in an archive; false: there is nothing more, or nothing that can be found.</summary>
    private bool Moves(string name, Func<bool> next)
    {
        if (cancellationToken.IsCancellationRequested) return false;
        try
        {
            if (!next()) return false;
            _limits.AddEntry();
            return true;
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            Tell(name, e is UnpackLimitException ? e.Message : "the archive is damaged, the rest was not read: " + EventReader.ReasonOf(e));
            return false;
        }
    }

    private IEnumerable<EventInput> Parquet(string name, EventStream outer)
    {
        if (TableFormats.Parquet is not { } read)
        {
            Tell(name, "a Parquet file: this program was built without a reader for it");
            yield break;
        }

        using var table = read(outer.Rest());
        foreach (var input in Read(name, table, outer.Depth + 1, isNamed: true, isUnpacked: true)) yield return input;
    }

    /// <summary>How an entry of an archive is named; nothing is ever opened under this name.</summary>
    private static string EntryOf(string archive, string entry) => archive + ArchiveNames.Mark + PlainText.OneLine(entry, 500);
}

/// <summary>Names of files inside archives: <c>logs.zip!/2026/a.json.gz</c>.</summary>
public static class ArchiveNames
{
    internal const string Mark = "!/";

    /// <summary>The file that holds the entry of this name, or the name itself.</summary>
    public static string OuterOf(string name) => name.IndexOf(Mark, StringComparison.Ordinal) is > 0 and var at ? name[..at] : name;
}

/// <summary>Readers of tables, which only the command line has: the packages that they need are not part of the reading of logs.</summary>
public static class TableFormats
{
    /// <summary>
    /// Turns a Parquet file into lines of JSON, one for each row. A file that it cannot read ends in an <see cref="InvalidDataException"/>.
    /// </summary>
    public static Func<Stream, Stream>? Parquet { get; set; }
}
