using System.CommandLine;
using System.Text;
using Responder.Analysis.Bursts;
using Responder.Cli.Output;
using Responder.Cli.Terminal;
using Responder.Detections;
using Responder.Events;
using Responder.Vocabulary;
using Spectre.Console;

namespace Responder.Cli.Commands;

/// <summary>`responder detections`: the catalog.</summary>
internal static class DetectionsCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var format = new Option<string>("--format")
        {
            Description = "text, json (an array) or markdown (a table).",
            DefaultValueFactory = static _ => "text",
        };
        format.AcceptOnlyFromAmong("text", "json", "markdown");
        var docs = new Option<DirectoryInfo?>("--docs")
        {
            Description = "Write a page per detection and an ATT&CK Navigator layer into this folder instead.",
            HelpName = "DIR",
        };
        var command = new Command("detections", "List what is detected, how severe it is and how far the response may go.")
        {
            format, docs,
        };
        command.SetAction(parsed =>
        {
            var detections = All();
            if (parsed.GetValue(docs) is { } folder)
            {
                WritePages(detections, folder, surroundings);
                return ExitCode.Done;
            }

            switch (parsed.GetValue(format))
            {
                case "json":
                    WriteJson(detections, surroundings.Output);
                    break;
                case "markdown":
                    WriteMarkdown(detections, surroundings.Output);
                    break;
                default:
                    WriteText(detections, surroundings);
                    break;
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>The catalog, followed by the bursts.</summary>
    internal static DetectionInfo[] All() =>
        [.. DetectionCatalog.Default.Detections.Select(static d => d.Info), .. BurstCatalog.All.Select(static b => b.Info)];

    /// <summary>How far the response may go; the function does not handle bursts.</summary>
    internal static string StageOf(DetectionInfo info) => info.Scope == DetectionScope.Burst
        ? "Backtest and CloudWatch alarm"
        : info.DefaultStage.ToString();

    private static void WritePages(DetectionInfo[] detections, DirectoryInfo folder, Surroundings surroundings)
    {
        folder.Create();
        // The samples are in events/ of the checkout, two levels above docs/detections.
        var events = Path.GetFullPath(Path.Combine(folder.FullName, "..", "..", "events"));
        var pages = DetectionPages.Render(detections, id => DetectionPages.SamplesIn(Path.Combine(events, id))).ToArray();
        foreach (var stale in folder.EnumerateFiles("*.md").Where(f => !pages.Any(p => p.File == f.Name))) stale.Delete();
        foreach (var (file, text) in pages) File.WriteAllText(Path.Combine(folder.FullName, file), text);
        surroundings.Error.WriteLine($"{pages.Length} files written to {folder}");
    }

    private static void WriteText(DetectionInfo[] detections, Surroundings surroundings)
    {
        var console = surroundings.TextConsole();
        var idWidth = detections.Max(static d => d.Id.Length);
        foreach (var domain in detections.GroupBy(static d => d.Id.Split('.')[0]))
        {
            console.Line((domain.Key, TextWriting.Strong));
            foreach (var info in domain)
            {
                console.Line(
                    ("  " + info.Severity.Name().PadRight(8), TextWriting.StyleOf(info.Severity)),
                    ("  " + info.Id.PadRight(idWidth), TextWriting.Plain),
                    ("  " + (info.Scope == DetectionScope.Burst ? StageOf(info) : info.DefaultStage.ToString().PadRight(7)),
                        TextWriting.Dim), ("  " + info.Title, TextWriting.Plain));
            }

            console.WriteLine();
        }

        console.Line($"{detections.Length} detections; the severity is that of the plain case");
    }

    private static void WriteJson(DetectionInfo[] detections, TextWriter output)
    {
        output.WriteLine("[");
        for (var i = 0; i < detections.Length; i++) output.WriteLine(Json(detections[i]) + (i < detections.Length - 1 ? "," : ""));
        output.WriteLine("]");
    }

    private static string Json(DetectionInfo info) => JsonText.Write(writer =>
    {
        void Texts(string name, IEnumerable<string> texts)
        {
            writer.WriteStartArray(name);
            foreach (var text in texts) writer.WriteStringValue(text);
            writer.WriteEndArray();
        }

        writer.WriteStartObject();
        writer.WriteString("id", info.Id);
        writer.WriteString("title", info.Title);
        writer.WriteString("severity", info.Severity.Name());
        writer.WriteString("stage", info.DefaultStage.ToString());
        writer.WriteString("scope", info.Scope.ToString());
        writer.WriteString("description", info.Description);
        writer.WriteStartArray("watches");
        foreach (var watch in info.Watches)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", watch.Kind.ToString());
            writer.WriteText("eventSource", watch.EventSource);
            Texts("eventNames", watch.EventNames);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        Texts("techniques", info.Techniques);
        Texts("controls", info.Controls);
        writer.WriteBoolean("pagesTrustedActors", info.PagesTrustedActors);
        writer.WriteStartObject("runbook");
        Texts("checkFirst", info.Runbook.CheckFirst);
        Texts("do", info.Runbook.Do);
        Texts("benignCauses", info.Runbook.BenignCauses);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void WriteMarkdown(DetectionInfo[] detections, TextWriter output)
    {
        output.WriteLine("| Detection | Severity | Stage | What happened | ATT&CK | Controls |");
        output.WriteLine("|---|---|---|---|---|---|");
        foreach (var info in detections)
        {
            output.WriteLine($"| [`{info.Id}`](detections/{info.Id}.md) | {info.Severity.Name()} | {StageOf(info)} | {Cell(info.Title)} | "
                + $"{string.Join(", ", info.Techniques)} | {string.Join(", ", info.Controls)} |");
        }
    }

    private static string Cell(string text)
    {
        var cell = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '|' or '<' or '>' or '`' or '*' or '_' or '[' or ']' or '\\') cell.Append('\\');
            cell.Append(c);
        }

        return cell.ToString();
    }
}
