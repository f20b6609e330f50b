using System.Reflection;

namespace StandIns.Tests;

/// <summary>The public members of assemblies as sorted lines, in a form that can be compared with the official packages.</summary>
internal static class PublicSurface
{
    public static readonly Assembly[] Assemblies =
    [
        typeof(Amazon.Lambda.Core.ILambdaContext).Assembly,
        typeof(Amazon.Lambda.CloudWatchEvents.CloudWatchEvent<>).Assembly,
        typeof(Amazon.Lambda.Serialization.SystemTextJson.SourceGeneratorLambdaJsonSerializer<>).Assembly,
        typeof(Amazon.Lambda.RuntimeSupport.LambdaBootstrap).Assembly,
        typeof(Amazon.Lambda.TestUtilities.TestLambdaContext).Assembly,
        typeof(Amazon.IdentityManagement.AmazonIdentityManagementServiceClient).Assembly,
        typeof(Amazon.SimpleNotificationService.AmazonSimpleNotificationServiceClient).Assembly,
    ];

    public static IEnumerable<string> Lines() =>
        Assemblies.SelectMany(assembly => assembly.GetExportedTypes()).SelectMany(Lines).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(Type type)
    {
        var name = Name(type, full: true);
        yield return $"{Kind(type)} {name}{Base(type)}";
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.BaseType == typeof(MulticastDelegate))
        {
            yield return $"{name}{Parameters(type.GetMethod("Invoke")!)}: {Name(type.GetMethod("Invoke")!.ReturnType)}";
            yield break;
        }

        foreach (var member in type.GetMembers(All))
        {
            switch (member)
            {
                case ConstructorInfo { IsStatic: false } constructor when Visible(constructor):
                    yield return $"{name}.new{Parameters(constructor)}";
                    break;
                case MethodInfo method when Visible(method)
                    && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)):
                    yield return $"{name}.{method.Name}{Arguments(method)}{Parameters(method)}: {Name(method.ReturnType)}";
                    break;
                case PropertyInfo property when property.GetAccessors(true).Any(Visible):
                    var accessors = string.Join(
                        ' ', property.GetAccessors(true).Where(Visible)
                        .Select(accessor => accessor.ReturnType == typeof(void) ? "set" : "get").Order());
                    yield return $"{name}.{property.Name}: {Name(property.PropertyType)} {{ {accessors} }}";
                    break;
                case FieldInfo { IsPublic: true, IsSpecialName: false } field:
                    yield return $"{name}.{field.Name}: {Name(field.FieldType)}";
                    break;
            }
        }
    }

    private static bool Visible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Kind(Type type) =>
        type.IsInterface
            ? "interface"
            : type.IsEnum
            ? "enum"
            : type.BaseType == typeof(MulticastDelegate)
            ? "delegate"
            : type.IsValueType
            ? "struct"
            : "class";

    private static string Base(Type type) =>
        type.IsClass && type.BaseType != typeof(object) && type.BaseType != typeof(MulticastDelegate) ? " : "
            + Name(type.BaseType!, full: true) : "";

    private static string Arguments(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => Name(argument)))}>" : "";

    private static string Parameters(MethodBase method) =>
        $"({string.Join(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))})";

    private static string Name(Type type, bool full = false)
    {
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        var name = full && type.Namespace is { } space ? $"{space}.{type.Name}" : type.Name;
        return type.IsGenericType
            ? $"{name[..name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(argument => Name(argument)))}>"
            : name;
    }
}
