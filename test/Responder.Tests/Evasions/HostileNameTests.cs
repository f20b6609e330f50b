using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Responder.Detections;
using Responder.Events;
using Responder.Paging;
using Responder.Tests.Detections;
using Responder.Tests.Notifications;
using Responder.Vocabulary;

namespace Responder.Tests.Evasions;

/// <summary>
/// Every command that the product prints for a hostile name is run in real shells: it runs one program, with the words that it says.
/// </summary>
public sealed partial class HostileNameTests
{
    /// <summary>In each hostile name, so that the words that hold it are found again.</summary>
    private const string Mark = "zq";

    private static readonly string[] s_names =
    [
        "zq'; touch made; '", "zq$(touch made)`touch made`", "zq\\'\\", "-zq", "--forcezq", "zq,Key=Value", "zq={a}[b]", "zq!!~*? #%",
        "=zq", "~zq", "zq  two blanks ", "file://zq", "fileb://zq", "https://zq", "[\"zq\"]", "{\"a\":\"zq\"}", "zq\ntouch made",
        "zq\u202Ee\u00E9", "zq\t\u001b[2K", "$'zq\\'; touch made'", "zq > made", "zq & aws iam delete-user", "zq\"\\\"\\\\",
    ];

    private static readonly string[] s_pieces =
    [
        "'", "\"", "\\", "$(touch made)", "`touch made`", ";touch made;", " >made ", "|", "&", "-", "--force", "=", ",", "{", "}", "[", "]",
        "(", ")", "!", "!!", "~", "*", "?", " ", "  ", "#", "$'", "\\'", "${IFS}", "%s", "file://", "a", "B", "7", "/", ":", ".", "\n",
        "\u00E9",
    ];

    /// <summary>The options of each command as it is for harmless names, by its program and verbs.</summary>
    private static readonly Lazy<ILookup<string, string>> s_skeletons = new(static () => Sample.All.Where(static s => s.Fires)
        .SelectMany(static s => PageCommandTests.Leaves(s).Select(leaf => PageCommandTests.Mutated(s, leaf, "mallory")).Append(s.Parse()))
        .OfType<CloudTrailEvent>().SelectMany(CommandsOf).Concat(ByHand("mallory")).Where(static c => c.Text is not null)
        .Select(static c => (Verbs: Verbs(c), Skeleton: Skeleton(c))).Distinct()
        .ToLookup(static c => c.Verbs, static c => c.Skeleton));

    [Fact]
    [Trap("E17")]
    public void Every_command_for_a_hostile_name_runs_one_program_with_its_words()
    {
        // Many samples give the same command: each is run once for a name.
        var commands = new Dictionary<string, ShellCommand>(StringComparer.Ordinal);
        var at = 0;
        foreach (var sample in Sample.All.Where(static s => s.Fires))
        {
            foreach (var leaf in PageCommandTests.Leaves(sample))
            {
                for (var i = 0; i < 3; i++) Add(sample, leaf, s_names[at++ % s_names.Length]);
            }
        }

        foreach (var name in s_names)
        {
            foreach (var command in ByHand(name)) Keep(name, command);
        }

        AssertExact([.. commands.Values]);
        Assert.True(commands.Count > 300, $"only {commands.Count} commands were run");

        void Add(Sample sample, string leaf, string name)
        {
            if (PageCommandTests.Mutated(sample, leaf, name) is not { } e) return;
            foreach (var command in CommandsOf(e)) Keep(name, command);
        }

        void Keep(string name, ShellCommand command)
        {
            if (!command.Words.Any(HasMark)) return;
            Assert.Null(Flaw(command, name));
            commands.TryAdd(Skeleton(command) + name, command);
        }
    }

    [Fact]
    [Trap("E17")]
    public void Whatever_a_name_is_made_of_its_command_is_exact_or_not_printed()
    {
        Sample[] samples = [.. Sample.All.Where(static s => s.Fires && PageCommandTests.Leaves(s).Any())];
        var names = from before in Gen.Elements(s_pieces).ListOf(2)
                    from after in Gen.Elements(s_pieces).ListOf(3)
                    select string.Concat(before) + Mark + string.Concat(after);
        var cases = from name in names
                    from sample in Gen.Elements(samples)
                    from leaf in Gen.Elements(PageCommandTests.Leaves(sample).ToArray())
                    select (Name: name, Sample: sample, Leaf: leaf);
        // Many names for one start of each shell.
        Prop.ForAll(cases.ListOf(30).ToArbitrary(), static batch =>
        {
            var commands = new List<ShellCommand>();
            foreach (var (name, sample, leaf) in batch)
            {
                var ofEvent = PageCommandTests.Mutated(sample, leaf, name) is { } e ? CommandsOf(e) : [];
                foreach (var command in ofEvent.Concat(ByHand(name)).Where(static c => c.Words.Any(HasMark)))
                {
                    if (Flaw(command, name) is { } flaw) return false.Label(flaw);
                    commands.Add(command);
                }
            }

            var distinct = commands.DistinctBy(static c => c.Text).Take(60).Select(static c => (c.Text!, c.Words)).ToList();
            var violations = RealShells.Present.Keys.SelectMany(shell => RealShells.Violations(shell, distinct)).Take(3);
            return (!violations.Any()).Label(string.Join('\n', violations));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4).WithReplay(20261121UL, 4711UL));
    }

    [Fact]
    [Trap("E17")]
    public void A_name_that_a_shell_cannot_show_has_a_sentence_in_place_of_its_command()
    {
        foreach (var name in (string[])["a\nb", "a\tb", "\u001b[2K", "caf\u00E9", "a\u202Eb", "\u007F", "a\0b"])
        {
            Assert.Null(Shell.Quote(name));
            var command = Shell.Command("aws iam delete-user", ("--user-name", name));
            Assert.Null(command.Text);
            Assert.Equal(
                "(no command: a name holds characters that a shell cannot show; use the console or the unique id)", command.ToString());
            Assert.All(ByHand(name), static c => Assert.Null(c.Text));
        }
    }

    [Fact]
    [Trap("E18")]
    public void A_name_that_the_AWS_CLI_would_interpret_is_not_a_bare_value()
    {
        foreach (var name in (string[])["file:///etc/passwd", "FILEB://x", "http://x", "https://x", "[1]", " {\"a\":1}"])
        {
            Assert.Null(Shell.Command("aws iam delete-user", ("--user-name", name)).Text);
            var list = Shell.Command("aws cloudwatch enable-alarm-actions", CommandPart.List("--alarm-names", [name]));
            Assert.Equal([name], JsonSerializer.Deserialize<string[]>(list.Words[4])!);
        }

        Assert.Equal(
            ["aws", "iam", "delete-user", "--user-name=--force"],
            Shell.Command("aws iam delete-user", ("--user-name", "--force")).Words);
        Assert.Null(Shell.Command("responder release", CommandPart.Operand("--force")).Text);
        Assert.Null(Shell.Command("aws iam delete-user", ("--user-name", "")).Text);
        var several = Shell.Command("aws cloudwatch enable-alarm-actions", CommandPart.List("--alarm-names", ["a", "--b"]));
        Assert.Equal(["a", "--b"], JsonSerializer.Deserialize<string[]>(several.Words[4])!);
    }

    [Fact]
    [Trap("E18")]
    public void A_comma_in_a_name_does_not_end_the_value()
    {
        string[] plain = ["aws", "x", "y", "--lookup-attributes", "AttributeKey=Username,AttributeValue=mallory"];
        Assert.Equal(plain, Lookup("mallory").Words);
        foreach (var name in (string[])["a,AttributeKey=EventId", "a=b", "[a]", "\"a\"", "'a'"])
        {
            var attribute = Assert.Single(JsonNode.Parse(Lookup(name).Words[4])!.AsArray())!;
            Assert.Equal((name, "Username"), ((string)attribute["AttributeValue"]!, (string)attribute["AttributeKey"]!));
        }

        static ShellCommand Lookup(string name) => Shell.Command(
            "aws x y", CommandPart.Structure("--lookup-attributes", ("AttributeKey", "Username"), ("AttributeValue", name)));
    }

    /// <summary>A quoting with <c>$'…'</c> breaks out of dash, and one that does not quote breaks out of every shell.</summary>
    [Fact]
    [Trap("E17")]
    public void The_shells_notice_a_quoting_that_is_wrong()
    {
        string[] words = ["aws", "iam", "delete-user", "--user-name", "zq'; touch made; '"];
        var dollar = string.Join(' ', words[..4]) + " $'zq\\'; responder release x #'";
        var bare = string.Join(' ', words[..4]) + " zq; responder release x";
        foreach (var shell in RealShells.Present.Keys)
        {
            Assert.NotEmpty(RealShells.Violations(shell, [(bare, words)]));
            Assert.Empty(RealShells.Violations(shell, [(Shell.Command("aws iam delete-user", ("--user-name", words[4])).Text!, words)]));
        }

        if (!RealShells.Present.ContainsKey("dash")) Assert.Skip("dash is not on this machine");
        var broken = Assert.Single(
            RealShells.Violations("dash", [(dollar, words)]), static v => v.StartsWith("aws", StringComparison.Ordinal));
        Assert.Contains("AND responder | release | x", broken, StringComparison.Ordinal);
        Assert.Contains(RealShells.Violations("dash", [("aws x >made", ["aws", "x"])]), static v => v == "made a file: made");
    }

    [Fact]
    [Trap("E19")]
    public void A_command_in_chat_is_that_of_the_e_mail_or_missing()
    {
        var (shown, left, at) = (0, 0, 0);
        string[] names = ["zq`touch made`", "zq", "zq & <a>"];
        foreach (var sample in Sample.All.Where(static s => s.Fires))
        {
            foreach (var leaf in PageCommandTests.Leaves(sample))
            {
                if (PageCommandTests.Mutated(sample, leaf, names[at++ % names.Length]) is not { } e) continue;
                foreach (var alert in PageCommandTests.AlertsOf(e)) Compare(alert);
            }
        }

        Assert.True(shown > 100 && left > 100, $"{shown} shown, {left} left out");

        void Compare(Alert alert)
        {
            var mail = AlertText.Render(alert);
            var steps = JsonNode.Parse(AlertChat.Render(alert))!["content"]!["nextSteps"]!.AsArray();
            foreach (var (line, step) in AlertText.WhatToDo(alert).Zip(steps.Select(static s => (string)s!)))
            {
                if (!line.Commands.Any()) continue;
                Assert.All(line.Commands, command => Assert.Contains(command.Text!, mail, StringComparison.Ordinal));
                var whole = step is ['`', .., '`'];
                Assert.Equal(2, step.Count(static c => c == '`'));
                Assert.True(
                    line.Commands.All(command => whole == step.Contains(command.Text!, StringComparison.Ordinal))
                        && (whole || step.EndsWith("` The whole command is in the e-mail.", StringComparison.Ordinal)),
                    $"{step}\n{line}");
                if (whole) shown++;
                else left++;
            }
        }
    }

    [Fact]
    public void Every_placeholder_in_a_command_of_a_runbook_is_a_word_of_it()
    {
        var runbooks = DetectionCatalog.Default.Detections.Select(static d => d.Info.Runbook);
        foreach (var line in runbooks.SelectMany(static runbook => runbook.CheckFirst.Concat(runbook.Do)))
        {
            var finding = new Finding(DetectionCatalog.Default.Detections[0].Info, Severity.High, "x")
            {
                Target = new Principal(PrincipalKind.User, "123456789012", Mark, null),
                Resource = Mark,
            };
            var alert = PageCommandTests.AlertOf(Sample.All[0].Parse(), finding);
            if (Runbooks.Fill(line.Replace("{role}", "{user}", StringComparison.Ordinal), alert) is not { } filled) continue;
            Assert.DoesNotMatch($"(--[a-z-]+ |=|responder contain ){Mark}", filled.Without("(command)"));
        }
    }

    private static void AssertExact(IReadOnlyList<ShellCommand> commands)
    {
        foreach (var missing in RealShells.Missing)
            TestContext.Current.TestOutputHelper?.WriteLine($"{missing}: not on this machine, so no command was run in it");
        if (RealShells.IsShDash) TestContext.Current.TestOutputHelper?.WriteLine("sh: is dash here, and not run twice");
        Assert.NotEmpty(RealShells.Present);
        foreach (var shell in RealShells.Present.Keys)
        {
            var violations = RealShells.Violations(shell, [.. commands.Select(static c => (c.Text!, c.Words))]);
            Assert.True(violations.Count == 0, $"{shell}: {violations.Count}\n{string.Join('\n', violations.Take(5))}");
            TestContext.Current.TestOutputHelper?.WriteLine($"{shell}: {commands.Count} commands");
        }
    }

    /// <summary>What is wrong with the words of a command for this name, as the program reads them; null when nothing is.</summary>
    private static string? Flaw(ShellCommand command, string name)
    {
        if (!s_skeletons.Value[Verbs(command)].Contains(Skeleton(command)))
            return $"other options than for a harmless name: {Skeleton(command)}\n{command}";
        foreach (var word in command.Words.Where(HasMark))
        {
            string[] values = command.Words[0] == "aws" && IsJson(word) ? [.. Texts(JsonNode.Parse(word))] : [word];
            // The name of a principal is the last segment of its ARN, the path of a call is unescaped, and a protocol is in lower case.
            string[] wholes =
            [
                name, name[(name.LastIndexOf('/') + 1)..], Uri.UnescapeDataString(name), name.Trim().ToLowerInvariant(),
            ];
            if (!values.Any(value => wholes.Any(whole => value.Contains(whole, StringComparison.Ordinal))))
                return $"the name is not whole: {word}";
            if (command.Words[0] == "aws" && Reference().IsMatch(word)) return $"the AWS CLI reads a file or a page: {word}";
            if (Shorthand().IsMatch(word) && name.AsSpan().ContainsAny(",=[]{}'\" ")) return $"shorthand that splits the name: {word}";
        }

        return null;
    }

    private static bool HasMark(string word) => word.Contains(Mark, StringComparison.Ordinal);

    private static bool IsJson(string word)
    {
        try
        {
            return word[0] is '[' or '{' && JsonNode.Parse(word) is JsonArray or JsonObject;
        }
        catch (JsonException)
        {
            return false; // a name that begins like JSON
        }
    }

    private static string Verbs(ShellCommand command) => string.Join(' ', command.Words.Take(command.Words[0] == "aws" ? 3 : 2));

    /// <summary>The command with one V for its values after each option, which may be joined to it.</summary>
    private static string Skeleton(ShellCommand command)
    {
        var words = command.Words.SelectMany(static word =>
            word[0] == '-' && word.Contains('=') ? [word[..word.IndexOf('=')], "V"] : (string[])[word[0] == '-' ? word : "V"]).ToList();
        var text = new StringBuilder();
        for (var i = 0; i < words.Count; i++)
        {
            if (i == 0 || words[i] != "V" || words[i - 1] != "V") text.Append(words[i]).Append(' ');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Texts(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(static member => Texts(member.Value)),
        JsonArray list => list.SelectMany(Texts),
        JsonValue value when value.TryGetValue<string>(out var text) => [text],
        _ => [],
    };

    private static IEnumerable<ShellCommand> CommandsOf(CloudTrailEvent e) => PageCommandTests.AlertsOf(e)
        .SelectMany(static alert => AlertText.WhatToDo(alert).SelectMany(static line => line.Commands).Append(alert.Finding.UndoCommand))
        .OfType<ShellCommand>();

    /// <summary>The commands of pages and of the command line that do not come from a detection.</summary>
    private static IEnumerable<ShellCommand> ByHand(string name)
    {
        var e = Sample.All[0].Parse();
        foreach (var kind in (PrincipalKind[])[PrincipalKind.User, PrincipalKind.Role, PrincipalKind.Group, PrincipalKind.Policy])
        {
            var principal = new Principal(kind, "123456789012", name, null);
            if (Commands.ByHand(e, principal) is { } contain) yield return contain;
            if (Commands.Contain(e, principal) is { } without) yield return without;
        }

        yield return Commands.RolesAssumedBy(e, new Principal(PrincipalKind.User, "123456789012", name, null), EventBuilder.CalledAt);
        yield return Commands.RevokeSessions(e, "arn:aws:iam::123456789012:role/" + name);
        yield return Shell.Command("responder release", CommandPart.Operand(name));
        yield return Shell.Command("responder incidents close", CommandPart.Operand(name), ("--reason", "TEXT"));
    }

    [GeneratedRegex("^(--[a-z-]+=)?(file|fileb|https?)://", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();

    [GeneratedRegex("^[A-Z][A-Za-z]+=", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shorthand();
}
