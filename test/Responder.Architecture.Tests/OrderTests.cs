using Mono.Cecil;

namespace Responder.Architecture.Tests;

/// <summary>
/// The place of a file tells what it may use and where it runs. References are read from the compiled assemblies, not from using lines.
/// </summary>
public sealed class OrderTests
{
    private static IReadOnlyList<Reference> OfProduct() =>
        [.. Layout.Projects.SelectMany(static project => TypeReferences.In(TypeReferences.Read(project.Assembly)))];

    [Fact]
    public void Projects_and_folders_use_only_what_stands_before_them()
    {
        var references = OfProduct();
        Assert.True(references.Count > 3000, $"{references.Count} references were read");
        AssertOrder(references);
    }

    /// <summary>The compiler drops a project reference that no code uses, so the project files are checked as well.</summary>
    [Fact]
    public void Projects_name_only_what_they_may_use()
    {
        foreach (var project in Layout.Projects)
        {
            var file = System.Xml.Linq.XDocument.Load(Repository.PathOf("src", project.Name, project.Name + ".csproj"));
            var named = file.Descendants("ProjectReference")
                .Select(static reference => reference.Attribute("Include")!.Value.Replace('\\', '/').Split('/')[^1]).ToArray();
            foreach (var other in Layout.Projects.Where(other => named.Contains(other.Name + ".csproj", StringComparer.OrdinalIgnoreCase)))
                Assert.Contains(other.Name, project.MayUse);
        }
    }

    [Fact]
    public void Every_folder_with_code_has_its_place_and_every_place_its_folder()
    {
        var src = Repository.PathOf("src");
        Assert.Equal(
            Layout.Projects.Select(static p => p.Name).Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(src).Select(static d => Path.GetFileName(d)!).Where(static name => name != "StandIns")
                .Order(StringComparer.Ordinal));
        foreach (var project in Layout.Projects)
        {
            var places = Sources(project).Select(static file => file.Below.Split('/') is [var folder, _, ..] ? folder : ".").Distinct();
            Assert.Equal(project.Folders.Order(StringComparer.Ordinal), places.Order(StringComparer.Ordinal));
        }
    }

    /// <summary>References are identified by namespace, so a namespace has to match its folder.</summary>
    [Fact]
    public void A_namespace_is_the_folder_of_its_file()
    {
        foreach (var project in Layout.Projects)
        {
            foreach (var (path, below) in Sources(project))
            {
                var expected = string.Join('.', (string[])[project.Name, .. below.Split('/')[..^1]]);
                foreach (var line in File.ReadLines(path).Where(static line => line.StartsWith("namespace ", StringComparison.Ordinal)))
                    Assert.True(line == $"namespace {expected};", $"{project.Name}/{below}: {line}");
            }
        }
    }

    [Fact]
    public void No_type_stands_outside_the_namespaces() => Assert.Empty(
        Layout.Projects.SelectMany(static project => TypeReferences.Read(project.Assembly).Types)
            .Where(static type => type.Namespace.Length == 0 && type.Name != "Program" && !type.Name.StartsWith('<'))
            .Select(static type => type.Name));

    /// <summary>The code that lists pages, fetches objects and reports failures is in one place.</summary>
    [Fact]
    public void One_reader_calls_S3() => Assert.Equal(
        ["Responder.Logs.S3Body", "Responder.Logs.S3Reader"],
        Layout.Projects.SelectMany(static project => TypeReferences.UsersOf(TypeReferences.Read(project.Assembly), "Amazon.S3"))
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(
        "Responder.Events", "Responder.Events", "Responder.Core", "Responder.Vocabulary.Severity",
        "Responder.Events may not use Responder")]
    [InlineData("Responder.Core", "Responder", "Responder.Logs", "Responder.Logs.EventReader", "Responder may not use Responder.Logs")]
    [InlineData("Responder.Core", "Responder.Vocabulary", "Responder.Core", "Responder.Paging.Alert", "Vocabulary comes before Paging")]
    [InlineData(
        "Responder.Core", "Responder.Detections.Iam", "Responder.Core", "Responder.Detections.OwnStack.QuarantineUndone",
        "Responder/Detections/Iam is part of a cycle")]
    [InlineData(
        "Responder.Core", "Responder.Novelties", "Responder.Core", "Responder.Vocabulary.Severity", "Novelties has no place in the order")]
    public void A_planted_reference_is_found(string assembly, string into, string ofAssembly, string type, string expected)
    {
        using var module = TypeReferences.Read(assembly);
        using var other = TypeReferences.Read(ofAssembly);
        var used = other.GetType(type);
        Assert.NotNull(used);
        var planted = new TypeDefinition(into, "Planted", TypeAttributes.Class | TypeAttributes.NotPublic, module.TypeSystem.Object);
        planted.Fields.Add(new FieldDefinition("_planted", FieldAttributes.Private, module.ImportReference(used)));
        module.Types.Add(planted);

        var before = OfProduct();
        AssertOrder(before);
        Assert.Contains(
            Order.Violations([.. before, .. TypeReferences.In(module)]), violation =>
                violation.Contains(expected, StringComparison.Ordinal));
    }

    /// <summary>A reference can hide in many places; each of them is checked.</summary>
    [Theory]
    [InlineData("local")]
    [InlineData("call")]
    [InlineData("attribute")]
    [InlineData("generic argument")]
    [InlineData("nested type")]
    [InlineData("named argument")]
    [InlineData("argument list")]
    [InlineData("parameter's attribute")]
    [InlineData("event's attribute")]
    public void A_reference_is_found_wherever_it_hides(string where)
    {
        using var module = TypeReferences.Read("Responder.Core");
        var alert = module.GetType("Responder.Paging.Alert");
        var planted = new TypeDefinition(
            "Responder.Vocabulary", "Planted", TypeAttributes.Class | TypeAttributes.NotPublic, module.TypeSystem.Object);
        module.Types.Add(planted);
        var method = new MethodDefinition("M", MethodAttributes.Static, module.TypeSystem.Void);
        method.Body.GetILProcessor().Emit(Mono.Cecil.Cil.OpCodes.Ret);
        planted.Methods.Add(method);
        switch (where)
        {
            case "local": method.Body.Variables.Add(new Mono.Cecil.Cil.VariableDefinition(alert)); break;
            case "call":
                var call = Mono.Cecil.Cil.Instruction.Create(Mono.Cecil.Cil.OpCodes.Call, alert.Methods[0]);
                method.Body.Instructions.Insert(0, call);
                break;
            case "attribute": planted.CustomAttributes.Add(new CustomAttribute(alert.Methods.First(static m => m.IsConstructor))); break;
            case "named argument": planted.CustomAttributes.Add(Marked(list: false)); break;
            case "argument list": planted.CustomAttributes.Add(Marked(list: true)); break;
            case "parameter's attribute":
                var parameter = new ParameterDefinition("p", ParameterAttributes.None, module.TypeSystem.Int32);
                parameter.CustomAttributes.Add(Marked(list: false));
                method.Parameters.Add(parameter);
                break;
            case "event's attribute":
                var raised = new EventDefinition("E", EventAttributes.None, module.ImportReference(typeof(EventHandler)));
                raised.CustomAttributes.Add(Marked(list: false));
                planted.Events.Add(raised);
                break;
            case "generic argument":
                var list = new GenericInstanceType(module.ImportReference(typeof(List<>))) { GenericArguments = { alert } };
                planted.Fields.Add(new FieldDefinition("_list", FieldAttributes.Private, list));
                break;
            default: planted.NestedTypes.Add(new TypeDefinition("", "Inner", TypeAttributes.NestedPrivate, alert)); break;
        }

        // An attribute of somebody else's that names the type: in an argument with a name, or in a list of types.
        CustomAttribute Marked(bool list)
        {
            var constructor = typeof(ObsoleteAttribute).GetConstructor([])!;
            var attribute = new CustomAttribute(module.ImportReference(constructor));
            var named = new CustomAttributeArgument(module.ImportReference(typeof(Type)), alert);
            var value = list
                ? new CustomAttributeArgument(new ArrayType(named.Type), new CustomAttributeArgument[] { named })
                : named;
            attribute.Properties.Add(new CustomAttributeNamedArgument("DiagnosticId", value));
            return attribute;
        }

        Assert.Contains(
            Order.Violations(TypeReferences.In(module)), static violation =>
                violation.StartsWith("Responder/Vocabulary (Planted) uses Responder/Paging (Alert)", StringComparison.Ordinal));
    }

    private static void AssertOrder(IReadOnlyCollection<Reference> references)
    {
        var violations = Order.Violations(references);
        Assert.True(violations.Count == 0, string.Join('\n', violations));
    }

    private static IEnumerable<(string Path, string Below)> Sources(Layout.Project project) =>
        Repository.Sources("src/" + project.Name)
            .Select(file => (Repository.PathOf(file), file["src/".Length..][(project.Name.Length + 1)..]));
}
