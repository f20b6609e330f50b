using System.Text;
using Responder.Detections;
using Responder.Detections.Account;

namespace Responder.Tests.Detections.Accounts;

/// <summary>The table of calls that share a watched name comes from AWS's service models, not from memory.</summary>
public class NamesakeTests
{
    private const string Suffix = ".amazonaws.com";

    [Fact]
    public void The_table_is_what_the_service_models_say()
    {
        var lines = Python.Run(
            Repository.PathOf("test", "Responder.Tests", "Detections", "Completeness", "operations.py"), ["botocore.session"], null)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Approval.Check(
            Repository.PathOf("src", "Responder", "Detections", "Account", "namesakes.txt"),
            Table(lines[0], [.. lines.Skip(1).Select(static line => line.Split(' ')).Select(static words => (words[0], words[1]))]),
            "namesakes.txt is");
    }

    private static string Table(string version, IReadOnlyList<(string Service, string Name)> operations)
    {
        var watched = DetectionCatalog.Default.Detections.SelectMany(static d => d.Info.Watches)
            .Where(static w => w.EventSource is not null)
            .SelectMany(static w => w.EventNames.Where(static n => !EventNamePattern.IsBeginning(n)).Select(n => (Name: n, w.EventSource)))
            .ToLookup(static pair => pair.Name, static pair => pair.EventSource!, StringComparer.Ordinal);
        var services = operations.Select(static o => o.Service).Distinct().Where(static s => !Namesakes.Undescribed.Contains(s));
        var text = new StringBuilder($"""
            # The services that botocore {version} describes, and those that share the name of a watched call of another service.
            # Made by: {Approval.Command()}
            {Namesakes.Described} {string.Join(' ', services)}

            """.ReplaceLineEndings("\n"));
        foreach (var name in operations.ToLookup(static o => o.Name, static o => o.Service, StringComparer.Ordinal)
            .Where(name => watched.Contains(name.Key)).OrderBy(static name => name.Key, StringComparer.Ordinal))
        {
            var others = name.Where(service => !watched[name.Key].Contains(service + Suffix)).ToList();
            if (others.Count > 0) text.Append(name.Key).Append(' ').AppendJoin(' ', others).Append('\n');
        }

        return text.ToString();
    }
}
