using System.Globalization;
using System.Reflection;
using System.Text;

namespace Responder.Tests.Evasions;

/// <summary>
/// Checks docs/evasions.md, which lists every trap with the tests that spring it. <c>RESPONDER_APPROVE=1</c> rewrites it.
/// </summary>
public sealed class TrapIndexTests
{
    private static readonly (string Line, string What)[] s_traps =
    [
        ("E1", "A trusted name as session name, user agent or part of a name"),
        ("E2", "An exception that matches the session's ARN, or never matches at all"),
        ("E3", "Failed calls that name a victim"),
        ("E4", "Administrator rights given to a break-glass user, so that the responder locks him out"),
        ("E5", "Policies that look like AdministratorAccess, and AdministratorAccess of other partitions"),
        ("E6", "Other routes to administrator: group, inline, version, customer policy"),
        ("E7", "Containment undone or blocked: boundary removed, quota filled"),
        ("E8", "Shapes of a security group rule that a rule for one shape misses"),
        ("E9", "Trail blinded by advanced selectors"),
        ("E10", "De-duplication as cover, rotating names as a flood"),
        ("E11", "Errors that end in success, so that the event is lost"),
        ("E12", "Values compared by case"),
        ("E13", "Containment that failed and tells nobody"),
        ("E14", "Floods"),
        ("E15", "Paths and odd characters in names"),
        ("E16", "The responder's own calls, and roles that look like its own"),
        ("E17", "Names that break out of a command that people copy: quotes, line breaks, characters that no shell shows"),
        ("E18", "Names that a program reads as something else: a leading dash, commas, file://"),
        ("E19", "Renderings that change a command: code spans, cuts"),
        ("E20", "Undo commands that take back more than the event gave"),
        ("E21", "Names instead of ids: users just made, renamed, deleted and made anew, and decoys under an old name"),
        ("E22", "Order and age: events that come late, after a release or after what they tell of was taken back"),
        ("E23", "Decoys that use up the containment budget"),
        ("E24", "An event that somebody hands to the function"),
        ("E25", "Facts kept from being read"),
        ("C1", "A full quota of attached policies"),
        ("C2", "One boundary per principal: setting replaces"),
        ("C3", "Only an explicit deny beats resource policies"),
        ("C4", "A deactivated key leaves its federation tokens alive"),
        ("C5", "Roles that a contained user took on before"),
        ("C6", "Principals that AWS lets nobody change"),
        ("C7", "Seconds until a change is enforced, in which it can be undone"),
        ("C8", "AWS's own quarantine of a leaked key"),
        ("C9", "AWS managed policies that lead to administrator, and those that do not"),
        ("C10", "The whole ARN, in any partition"),
        ("C11", "Keys are deactivated, never deleted"),
    ];

    [Fact]
    public void Every_trap_has_its_tests_and_the_index_is_fresh()
    {
        var tests = Assembly.GetExecutingAssembly().GetTypes().SelectMany(static type => type.GetMethods()
            .Where(static m => m.GetCustomAttribute<FactAttribute>() is not null)
            .SelectMany(
                m => m.GetCustomAttributes<TrapAttribute>().Concat(type.GetCustomAttributes<TrapAttribute>())
                .Select(t => (t.Line, Name: $"{type.Name}.{m.Name}")))).ToLookup(static t => t.Line, static t => t.Name);
        var text = new StringBuilder("# Traps and the tests that spring them\n\nWhat comparable tools fall for (E) and what IAM does to a "
            + "containment (C). Generated from the tests and checked by one.\n\n");
        foreach (var (line, what) in s_traps)
        {
            Assert.True(tests.Contains(line), $"{line} has no test: {what}");
            text.Append(CultureInfo.InvariantCulture, $"## {line} {what}\n\n");
            foreach (var name in tests[line].Order(StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"- {name}\n");
            text.Append('\n');
        }

        Assert.Empty(tests.Select(static t => t.Key).Except(s_traps.Select(static t => t.Line)));
        var path = Repository.PathOf("docs", "evasions.md");
        var fresh = text.ToString().TrimEnd() + "\n";
        Approval.Check(path, fresh, "docs/evasions.md is");
    }
}
