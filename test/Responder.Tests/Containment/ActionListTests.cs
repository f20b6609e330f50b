using System.Text.RegularExpressions;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Events;

namespace Responder.Tests.Containment;

/// <summary>An action is named only in its own file and in the list; all other code asks the list.</summary>
public sealed class ActionListTests
{
    private const string Actions = "src/Responder/Containment/Actions/";

    /// <summary>A page shows the command that ends the sessions of a role, so it names the action for it.</summary>
    private static readonly string[] s_mayNameOne =
    [
        Path.Combine("src", "Responder.Operations", "Drill", "DrillChecks.cs"), Path.Combine("src", "Responder", "Paging", "Commands.cs"),
    ];

    [Fact]
    public void No_source_outside_its_file_has_the_id_of_an_action_as_a_text()
    {
        foreach (var (file, text) in Sources().Where(static s => !s.File.StartsWith(Actions, StringComparison.Ordinal)))
        {
            foreach (var id in ContainmentActions.All.Select(static a => $"\"{a.Id}\""))
                Assert.False(text.Contains(id, StringComparison.Ordinal), $"{file} names {id}");
        }
    }

    [Fact]
    public void No_source_outside_their_folder_names_an_action_s_class()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var named = new Regex($@"\b(?:{string.Join('|', ContainmentActions.All.Select(ClassOf))})\.");
        foreach (var (file, text) in Sources().Where(static s => !s.File.StartsWith(Actions, StringComparison.Ordinal)))
        {
            if (named.IsMatch(text)) found.Add(file);
        }

        Assert.Equal(s_mayNameOne, found);
    }

    [Fact]
    public void Each_action_has_a_file_of_its_own()
    {
        var folder = Path.Combine(Repository.Root, Actions);
        var files = Sources().Where(static s => s.File.StartsWith(Actions, StringComparison.Ordinal)).ToArray();
        foreach (var action in ContainmentActions.All)
        {
            var file = Assert.Single(files, f => f.Text.Contains($"\"{action.Id}\"", StringComparison.Ordinal)).File;
            Assert.Equal(ClassOf(action) + ".cs", Path.GetFileName(file));
        }

        Assert.Equal(ContainmentActions.All.Count + 1, Directory.EnumerateFiles(folder).Count());
    }

    [Fact]
    public void Ids_are_unique_and_one_action_answers_for_old_ledgers()
    {
        Assert.Equal(ContainmentActions.All.Count, ContainmentActions.All.Select(static a => a.Id).Distinct().Count());
        Assert.Single(ContainmentActions.All, static a => a.IsOfOldLedgers);
        JsonView.TryParse("""{"boundary":"none","detached":["arn:aws:iam::aws:policy/AdministratorAccess"]}""", out var old);
        var prior = ActionCatalog.Default.ReadPrior(old);
        Assert.Equal(["quarantine-user"], prior.Actions.Select(static a => a.Name));
        Assert.Equal("", prior.Part<BoundaryBefore>()!.Arn);
        Assert.Equal(["arn:aws:iam::aws:policy/AdministratorAccess"], prior.Part<DetachedPolicies>()!.Arns);
    }

    /// <summary>Ledgers keep the format from before each action had its own file, with every member in the same place.</summary>
    [Fact]
    public void The_state_before_is_written_as_it_always_was()
    {
        const string Written = """
            {"actions":["quarantine-role","revoke-sessions","deactivate-keys","restore-policy-version"],
            "boundary":"unknown","detached":["a"],
            "keys":{"AKIA1":"Active","AKIA2":"Inactive"},"sessions":{"policy":"p","before":"2026-03-04T09:01:07.000Z","userId":"u"},
            "version":{"before":"v2","set":"v1"}}
            """;
        var text = Written.ReplaceLineEndings("");
        JsonView.TryParse(text, out var read);
        var prior = ActionCatalog.Default.ReadPrior(read);
        Assert.Equal($$"""{"prior":{{text}}}""", JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            ActionCatalog.Default.WritePrior(writer, prior);
            writer.WriteEndObject();
        }));
    }

    private static IEnumerable<(string File, string Text)> Sources() =>
        Repository.Sources("src").Select(static file => (file, File.ReadAllText(Repository.PathOf(file))));

    /// <summary>The name of the action's class: quarantine-user becomes QuarantineUser.</summary>
    private static string ClassOf(ContainmentAction action) =>
        string.Concat(action.Id.Name.Split('-').Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
}
