using Mono.Cecil;

namespace Responder.Architecture.Tests;

/// <summary>
/// A type is public only if another project of the product needs it: uses it, or uses a public type whose members show it.
/// </summary>
public sealed class VisibilityTests
{
    [Fact]
    public void A_type_is_public_only_where_another_project_needs_it()
    {
        var modules = Layout.Projects.Select(static project => TypeReferences.Read(project.Assembly)).ToArray();
        var unneeded = new List<string>();
        // Responder.LocalAws is the AWS of the tests, too, and these see what is public only.
        foreach (var module in modules.Where(static module => module.Assembly.Name.Name != "Responder.LocalAws"))
        {
            var own = module.Types.Where(static type => type is { IsPublic: true, Namespace.Length: > 0 })
                .ToDictionary(static type => type.FullName, StringComparer.Ordinal);
            // Code that uses a constant, or a value of an enum, holds a copy and does not name the type: these count as used.
            var copied = own.Values.Where(static type => type.Fields.Any(static field => field is { IsPublic: true, IsLiteral: true }));
            var used = modules.Where(other => other != module).SelectMany(static other => other.GetTypeReferences()).Concat(copied)
                .Select(static type => TypeReferences.Outermost(type).FullName);
            unneeded.AddRange(own.Keys.Except(Needed(own, used)).Order(StringComparer.Ordinal));
        }

        Assert.True(unneeded.Count == 0, "public, and no other project needs it: " + string.Join(", ", unneeded));
    }

    private static HashSet<string> Needed(Dictionary<string, TypeDefinition> own, IEnumerable<string> used)
    {
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(used);
        while (open.TryDequeue(out var name))
        {
            if (!own.TryGetValue(name, out var type) || !needed.Add(name)) continue;
            foreach (var shown in TypeReferences.ShownBy(type)) open.Enqueue(TypeReferences.Outermost(shown).FullName);
        }

        return needed;
    }
}
