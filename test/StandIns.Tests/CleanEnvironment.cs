using System.Runtime.CompilerServices;

namespace StandIns.Tests;

internal static class ModuleEnvironment
{
    [ModuleInitializer]
    internal static void Clear() => CleanEnvironment.Clear();
}
