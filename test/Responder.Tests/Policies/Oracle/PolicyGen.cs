using FsCheck;
using FsCheck.Fluent;

namespace Responder.Tests.Policies.Oracle;

/// <summary>A policy and one way to write it. A counterexample prints both.</summary>
internal sealed record WrittenPolicy(ModelPolicy Policy, int Style)
{
    public string Text => PolicyWriter.Write(Policy, Style);

    public override string ToString() => $"style {Style}: {Text}";
}

/// <summary>Random policies over small vocabularies, and how to shrink one that fails.</summary>
internal static class PolicyGen
{
    /// <summary>The same cases on every machine. FsCheck prints this seed with a counterexample; another seed explores further.</summary>
    public static Config Config(int cases) => FsCheck.Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(20261121UL, 4711UL);

    public static Arbitrary<WrittenPolicy> Arbitrary(Gen<ModelStatement> allow, Gen<ModelStatement> deny, int mostDenies)
    {
        var policies =
            from version in Gen.Elements<string?>("2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", null)
            from allows in allow.ListOf(1).Concat(allow.ListOf(2), allow.ListOf(3))
            from denies in Enumerable.Range(0, mostDenies + 1).Select(deny.ListOf).ToArray().Any()
            from denyFirst in Gen.Elements(true, false)
            from style in Gen.Choose(0, int.MaxValue - 1)
            select new WrittenPolicy(new ModelPolicy(version, denyFirst ? [.. denies, .. allows] : [.. allows, .. denies]), style);
        return Arb.From(policies, Smaller);
    }

    public static Gen<IReadOnlyList<T>> Some<T>(Gen<T> value) => value.ListOf(1).Concat(value.ListOf(1), value.ListOf(2), value.ListOf(4))
        .Select(static list => (IReadOnlyList<T>)list.ToList());

    public static Gen<IReadOnlyList<ModelCondition>> Conditions(params (string Operator, string Key, string[] Values)[] vocabulary)
    {
        var one = Gen.Elements(vocabulary).Select(static c => new ModelCondition(c.Operator, c.Key, c.Values));
        var none = Gen.Constant<IReadOnlyList<ModelCondition>>([]);
        // A statement never has the same operator and key twice: that would be a document for another test.
        var some = Some(one)
            .Select(static list => (IReadOnlyList<ModelCondition>)list.DistinctBy(static c => (c.Operator, c.Key)).ToList());
        return Gen.Frequency((3, none), (2, some));
    }

    private static Gen<T> Concat<T>(this Gen<T> first, params Gen<T>[] others) => ((Gen<T>[])[first, .. others]).Any();

    private static Gen<T> Any<T>(this Gen<T>[] choices) => Gen.OneOf(choices);

    private static IEnumerable<WrittenPolicy> Smaller(WrittenPolicy written)
    {
        var statements = written.Policy.Statements;
        for (var i = 0; i < statements.Count; i++)
        {
            if (statements.Count > 1) yield return With([.. statements.Where((_, at) => at != i)]);
            foreach (var smaller in Smaller(statements[i])) yield return With([.. statements.Select((s, at) => at == i ? smaller : s)]);
        }

        WrittenPolicy With(IReadOnlyList<ModelStatement> fewer) => written with { Policy = written.Policy with { Statements = fewer } };
    }

    private static IEnumerable<ModelStatement> Smaller(ModelStatement s)
    {
        foreach (var fewer in Fewer(s.Actions, 1)) yield return s with { Actions = fewer };
        foreach (var fewer in Fewer(s.Resources, 1)) yield return s with { Resources = fewer };
        foreach (var fewer in Fewer(s.Conditions, 0)) yield return s with { Conditions = fewer };
        if (s.Principals is null) yield break;
        foreach (var fewer in Fewer(s.Principals, 1)) yield return s with { Principals = fewer };
    }

    private static IEnumerable<IReadOnlyList<T>> Fewer<T>(IReadOnlyList<T> list, int least)
    {
        if (list.Count <= least) yield break;
        for (var i = 0; i < list.Count; i++) yield return [.. list.Where((_, at) => at != i)];
    }
}
