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
        var modules = Layout.Projects.Select(static project => ModuleDefinition.ReadModule(
            Path.Combine(AppContext.BaseDirectory, project.Assembly + ".dll"))).ToArray();
        var unneeded = new List<string>();
        // Responder.LocalAws is the AWS of the tests, too, and these see what is public only.
        foreach (var module in modules.Where(static module => module.Assembly.Name.Name != "Responder.LocalAws"))
        {
            var own = module.Types.Where(static type => type is { IsPublic: true, Namespace.Length: > 0 })
                .ToDictionary(static type => type.FullName, StringComparer.Ordinal);
            var used = modules.Where(other => other != module)
                .SelectMany(static other => other.GetTypeReferences()).Select(static type => Outermost(type).FullName);
            // Code that uses a constant, or a value of an enum, holds a copy and does not name the type: these pass as used.
            var copied = own.Values.Where(static type => type.Fields.Any(static field => field is { IsPublic: true, IsLiteral: true }));
            used = used.Concat(copied.Select(static type => type.FullName));
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
            foreach (var shown in TypeReferences.ShownBy(type)) open.Enqueue(Outermost(shown).FullName);
        }

        return needed;
    }

    private static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
