using Mono.Cecil;

namespace Responder.Architecture.Tests;

/// <summary>A type of ours that uses another one, according to the compiled code.</summary>
internal sealed record Reference(string From, string To, Layout.Place FromPlace, Layout.Place ToPlace)
{
    public override string ToString() => $"{FromPlace} ({From}) uses {ToPlace} ({To})";
}

/// <summary>
/// What the types of an assembly use: base types, members, signatures, attributes, locals and every operand of their code. A nested type
/// counts as the type that contains it. A constant that the compiler copied leaves no trace.
/// </summary>
internal static class TypeReferences
{
    /// <summary>The code of an assembly of ours, by its file name without .dll.</summary>
    public static ModuleDefinition Read(string assembly) =>
        ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));

    public static IReadOnlyList<Reference> In(ModuleDefinition module) =>
    [
        .. module.GetTypes()
            .SelectMany(static type => Used(type).Select(used => (From: Outermost(type), To: Outermost(used))))
            .Where(static pair => pair.From.FullName != pair.To.FullName)
            .DistinctBy(static pair => (pair.From.FullName, pair.To.FullName))
            .Select(static pair =>
                (pair.From, pair.To, FromPlace: Layout.PlaceOf(pair.From.Namespace), ToPlace: Layout.PlaceOf(pair.To.Namespace)))
            .Where(static pair => pair is { FromPlace: not null, ToPlace: not null })
            .Select(static pair => new Reference(pair.From.Name, pair.To.Name, pair.FromPlace!, pair.ToPlace!)),
    ];

    /// <summary>Full names of the types that use anything from a namespace or from those below it, no matter whose it is.</summary>
    public static IEnumerable<string> UsersOf(ModuleDefinition module, string @namespace) => module.GetTypes()
        .Where(type => Used(type).Any(used => (Outermost(used).Namespace + ".").StartsWith(@namespace + ".", StringComparison.Ordinal)))
        .Select(static type => Outermost(type).FullName).Distinct();

    /// <summary>The types that a type shows to other assemblies: in its base types and in the signatures of its public members.</summary>
    public static IEnumerable<TypeReference> ShownBy(TypeDefinition type) =>
    [
        .. Plain(type.BaseType), .. type.Interfaces.SelectMany(static i => Plain(i.InterfaceType)), .. Generics(type).SelectMany(Plain),
        .. type.Fields.Where(static f => f.IsPublic || f.IsFamily).SelectMany(static f => Plain(f.FieldType)),
        .. type.Methods.Where(static m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly)
            .SelectMany(static m => Signature(m).Concat(Generics(m)).SelectMany(Plain)),
        .. type.NestedTypes.Where(static n => n.IsNestedPublic).SelectMany(ShownBy),
    ];

    private static IEnumerable<TypeReference> Used(TypeDefinition type) => Parts(type).SelectMany(Plain);

    private static IEnumerable<TypeReference?> Parts(TypeDefinition type) =>
    [
        type.BaseType,
        .. type.Interfaces.Select(static i => i.InterfaceType),
        .. Attributes(type), .. Generics(type),
        .. type.Fields.Select(static f => f.FieldType), .. type.Fields.SelectMany(Attributes),
        .. type.Properties.Select(static p => p.PropertyType), .. type.Properties.SelectMany(Attributes),
        .. type.Events.Select(static e => e.EventType), .. type.Events.SelectMany(Attributes),
        .. type.Methods.SelectMany(Parts),
    ];

    private static IEnumerable<TypeReference?> Parts(MethodDefinition method)
    {
        IEnumerable<TypeReference?> parts = [
            .. Signature(method), .. Attributes(method), .. Generics(method), .. method.Overrides.Select(static o => o.DeclaringType),
            .. Attributes(method.MethodReturnType), .. method.Parameters.SelectMany(Attributes)];
        return !method.HasBody ? parts
            : [
                .. parts,
                .. method.Body.Variables.Select(static v => v.VariableType),
                .. method.Body.ExceptionHandlers.Select(static h => h.CatchType),
                .. method.Body.Instructions.SelectMany(static i => i.Operand switch
                {
                    MethodReference called => Signature(called),
                    FieldReference field => [field.DeclaringType, field.FieldType],
                    TypeReference named => [named],
                    _ => (IEnumerable<TypeReference?>)[],
                }),
            ];
    }

    private static IEnumerable<TypeReference?> Signature(MethodReference method) =>
    [
        method.DeclaringType, method.ReturnType,
        .. method.Parameters.Select(static p => p.ParameterType),
        .. method is GenericInstanceMethod generic ? generic.GenericArguments : [],
    ];

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(static attribute => attribute.ConstructorArguments
            .Concat(attribute.Properties.Concat(attribute.Fields).Select(static named => named.Argument))
            .SelectMany(Arguments).Append(attribute.AttributeType));

    private static IEnumerable<TypeReference?> Arguments(CustomAttributeArgument argument) => argument.Value switch
    {
        CustomAttributeArgument[] several => several.SelectMany(Arguments),
        CustomAttributeArgument boxed => Arguments(boxed),
        var value => [argument.Type, value as TypeReference],
    };

    private static IEnumerable<TypeReference?> Generics(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(static parameter =>
            parameter.Constraints.Select(static constraint => constraint.ConstraintType).Concat(Attributes(parameter)));

    /// <summary>The types that a type reference is composed of.</summary>
    private static IEnumerable<TypeReference> Plain(TypeReference? type) => type switch
    {
        null or GenericParameter => [],
        FunctionPointerType pointer => [.. Plain(pointer.ReturnType), .. pointer.Parameters.SelectMany(static p => Plain(p.ParameterType))],
        GenericInstanceType generic => [.. Plain(generic.ElementType), .. generic.GenericArguments.SelectMany(Plain)],
        IModifierType modified => [.. Plain(modified.ElementType), .. Plain(modified.ModifierType)],
        TypeSpecification other => Plain(other.ElementType),
        _ => [type],
    };

    public static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
