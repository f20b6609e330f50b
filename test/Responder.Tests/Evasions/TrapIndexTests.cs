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
        ("E26", "The role of releases as a silent administrator, and what containment by hand lets it give back"),
        ("E27", "Undo data lost, cut or mixed: boundaries set meanwhile, long paths, releases that stop half-way"),
        ("E28", "A Parameter Store that is full, or that many processes fill"),
        ("E29", "Records, ledgers and settings that somebody else wrote"),
        ("E30", "A second opening hidden behind the first"),
        ("E31", "A policy that said something else when it was attached"),
        ("E32", "Groups: administrators by membership, and contained groups renamed"),
        ("E33", "A policy of a contained user, or his boundary, made anew or rewritten before the release"),
        ("E34", "Counters and records written by somebody who wants nothing to be said"),
        ("E35", "Names that move on, and a name that nobody could read"),
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

    /// <summary>What an attacker can still do, and how it shows.</summary>
    private static readonly string[] s_open =
    [
        "An event names users by name only. Whoever bore the name since before the call, and bears it when the event comes, is taken for "
            + "the one who was meant: users who trade names within seconds have the wrong one contained. The page has his unique id, he "
                + "can "
            + "be released, and the other one is named as a holder of the policy.",
        "IAM's call takes a name, too: whoever gets it between our read and our call has our boundary and no ledger. The second page names "
            + "him, and has the command that takes it off; the boundary that he had before is lost.",
        "Who wrote a counter, a record or a ledger is asked of Parameter Store's history, which keeps 100 versions of each; where it "
            + "cannot be "
            + "read, the parameter is believed, and the page says so of a ledger.",
        "An hour's budget has 70 places in all, whatever the number of accounts.",
        "IAM's answers lag by seconds: a boundary that was set just before a containment may not be in its ledger.",
        "Whoever may invoke a function, or may write its parameters as one of the functions' roles, is believed. The service control "
            + "policy "
            + "of infra/guardrail.yaml denies both to everybody else; without it, only the pages about changed parameters and roles tell.",
        "ReleaseRole attaches whatever its session wants to whoever has the AWSDenyAll boundary, and may then take that off. Its policy "
            + "makes the order visible and confines nobody; what is no planned release is paged, and contained like anybody's.",
        "IAM keeps no history of default versions. A policy that had an administrator version when it was attached is paged CRITICAL and "
            + "contains nobody, whether that version was in force or not. A release does not see that a policy was set back to an older "
            + "version of itself either.",
        "Executions that run at the same moment do not see each other's place: the budget may be overrun by as many as run.",
        "Of one actor and hour, 50 containments of users whom IAM does not know are written down to be found under another name. Beyond "
            + "that the page says so, and still names who holds the policy.",
        "A group has no boundary: its administrator policies are detached if ContainGroups is on, its inline policies stay.",
        "Sessions of roles that a contained user had taken on live on until they are revoked; the page names them, as far as the event "
            + "history of the region shows them.",
        "Break-glass principals are named by ARN: whoever is renamed to such a name, and has its path, is not contained. He is paged, and "
            + "the rename is a call that iam.user-renamed tells.",
        "Whoever may delete and make all parameters below /security/settings writes settings that look like the stack's own. Each such "
            + "call "
            + "is paged (responder.parameter-changed).",
        "A policy version that was in force at a call and deleted before it was read is known to nobody; that it was made and put in force "
            + "are calls of their own.",
        "A rename is followed for 24 hours, and a containment that waits for somebody for 6.",
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
            + "containment (C). Generated from the tests and checked by one. What none of it stops is at the end.\n\n");
        foreach (var (line, what) in s_traps)
        {
            Assert.True(tests.Contains(line), $"{line} has no test: {what}");
            text.Append(CultureInfo.InvariantCulture, $"## {line} {what}\n\n");
            foreach (var name in tests[line].Order(StringComparer.Ordinal)) text.Append(CultureInfo.InvariantCulture, $"- {name}\n");
            text.Append('\n');
        }

        text.Append("## What the guards do not stop\n\n");
        foreach (var open in s_open) text.Append(CultureInfo.InvariantCulture, $"- {open}\n");

        Assert.Empty(tests.Select(static t => t.Key).Except(s_traps.Select(static t => t.Line)));
        var path = Repository.PathOf("docs", "evasions.md");
        var fresh = text.ToString().TrimEnd() + "\n";
        Approval.Check(path, fresh, "docs/evasions.md is");
    }
}
