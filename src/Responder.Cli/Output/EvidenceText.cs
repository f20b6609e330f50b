using Responder.Analysis.Evidence;
using Responder.Cli.Terminal;
using Responder.Integrity;
using Spectre.Console;

namespace Responder.Cli.Output;

/// <summary>The result of a package, control by control.</summary>
internal static class EvidenceText
{
    public static void Write(EvidenceResult result, string folder, IAnsiConsole console)
    {
        console.Line(($"{result.Framework.Title} ({result.Framework.Edition})", TextWriting.Strong));
        if (!result.Run.Asked.IsOpen) console.Line("  asked for " + result.Run.Asked.Describe(IntegrityOutput.Time));
        var width = result.Controls.Max(static c => c.Control.Id.Length);
        foreach (var control in result.Controls)
        {
            var style = control.Support switch
            {
                Support.Evidence => TextWriting.Strong,
                Support.Partial => TextWriting.Warning,
                _ => TextWriting.Dim,
            };
            console.Line(
                ("  " + control.Control.Id.PadRight(width), TextWriting.Plain), ("  " + control.Support.Name().PadRight(11), style),
                ("  " + control.Why, TextWriting.Dim));
        }

        console.Line(
            $"{result.Run.All.Events} records, {result.Gaps.Count} gaps. No verdict says that a control is met; an auditor decides.");
        console.Line($"{folder}: check it with `sha256sum -c {Manifest.FileName}` or `responder evidence --verify`");
    }
}
