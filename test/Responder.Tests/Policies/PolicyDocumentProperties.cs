using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Responder.Policies;
using Responder.Tests.Policies.Oracle;

namespace Responder.Tests.Policies;

/// <summary>
/// Documents that AWS would refuse, or that two readers would understand differently, give a cautious finding: never silence, never an
/// exception.
/// </summary>
public class PolicyDocumentProperties
{
    private static readonly string[] s_actions = ["*", "iam:*", "iam:AttachUserPolicy", "iam:Get*", "s3:*"];

    private static readonly string[] s_damage = [
        "", "\"", "{", "}", "[", "null", "7", "\\", "\\ud800", ",", ":", "\u0000", "%", "Deny", "\"Effect\":5,", "\"Action\":null,",
        "\"Resource\":{},", "\"Statement\":[],"];

    [Fact]
    public void A_damaged_document_is_never_silence()
    {
        var damages = from written in Documents()
                      from at in Gen.Choose(0, 10_000)
                      from length in Gen.Choose(0, 12)
                      from text in Gen.Elements(s_damage)
                      select Damage(written.Text, at, length, text);
        Prop.ForAll(damages.ToArbitrary(), static text =>
        {
            var document = PolicyDocument.Read(text);
            var level = IdentityAccess.WhatIsGranted(document, new Circumstances(null, null, null, [])).Level;
            var widest = ResourceAccess.WhoIsLetIn(document, new ResourceOwner("123456789012", null)).Widest;
            _ = ResourceAccess.WhoMayAssume(document, new ResourceOwner("123456789012", null));
            var cautious = level >= PowerLevel.Unreadable && widest >= Audience.Unreadable && document.Error is not null;
            return ((document.IsReadable && IsJson(text)) || cautious).Label($"{document.Error} {level} {widest}");
        }).Check(PolicyGen.Config(2_500));
    }

    [Fact]
    public void What_is_said_twice_counts_at_its_worst() =>
        Prop.ForAll(Twice().ToArbitrary(), static twice =>
        {
            var document = PolicyDocument.Read(twice.Text);
            var verdict = IdentityAccess.WhatIsGranted(document, new Circumstances("123456789012", null, null, []));
            var worst = twice.Readings.Max(IdentityOracle.Level);
            return (!document.IsReadable && verdict.Level >= PowerLevel.Unreadable && IdentityOracle.IsEnough(verdict.Level, worst))
                .Label($"reader {verdict.Level}, worst reading {worst}");
        }).Check(PolicyGen.Config(500));

    private sealed record Doubled(IReadOnlyList<ModelPolicy> Readings, string Text);

    /// <summary>One object with the members of two statements: a reader may take the first of each, the last, or any mixture.</summary>
    private static Gen<Doubled> Twice() =>
        from one in Statement()
        from other in Statement()
        from style in Gen.Choose(0, 1_000_000)
        select new Doubled(
            [.. from effect in (ModelStatement[])[one, other]
                from action in (ModelStatement[])[one, other]
                from resource in (ModelStatement[])[one, other]
                select new ModelPolicy(
                    "2012-10-17", [resource with { Allow = effect.Allow, NotAction = action.NotAction, Actions = action.Actions }])],
            $$"""{"Statement":{{new PolicyWriter(style).Statement(one).TrimEnd().TrimEnd('}')}},{{new PolicyWriter(style + 1).Statement(other).TrimStart()[1..]}}}""");

    private static Gen<WrittenPolicy> Documents() => from statement in Statement()
                                                     from style in Gen.Choose(0, 1_000_000)
                                                     select new WrittenPolicy(
                                                         new ModelPolicy("2012-10-17", [statement with { Principals = [("AWS", "*")] }]),
                                                         style);

    private static Gen<ModelStatement> Statement() =>
        from allow in Gen.Elements(true, false)
        from notAction in Gen.Elements(true, false)
        from actions in PolicyGen.Some(Gen.Elements(s_actions))
        from resource in Gen.Elements("*", "arn:aws:iam::123456789012:user/alice")
        select new ModelStatement(allow, notAction, actions, false, [resource], false, null, []);

    private static string Damage(string text, int at, int length, string inserted)
    {
        var start = at % text.Length;
        return text[..start] + inserted + text[Math.Min(text.Length, start + length)..];
    }

    /// <summary>Whether the document is still valid JSON, because the damage only hit a name or a blank.</summary>
    private static bool IsJson(string text)
    {
        try
        {
            var trimmed = text.Trim('\uFEFF', ' ', '\t', '\r', '\n');
            using var json = JsonDocument.Parse(trimmed.StartsWith('%') ? Uri.UnescapeDataString(trimmed) : trimmed);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
