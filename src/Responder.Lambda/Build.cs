namespace Responder.Lambda;

/// <summary>What was chosen when this package was built.</summary>
internal static class Build
{
#if OFFICIAL_AWS_PACKAGES
    public const string AwsPackages = "official";
#else
    public const string AwsPackages = "stand-in";
#endif

    /// <value>Three numbers.</value>
    public static string? Version => typeof(Build).Assembly.GetName().Version?.ToString(3);

    /// <value>Named as in the log: <c>native-aot</c> or <c>jit</c>.</value>
    public static string Code => IsNative ? "native-aot" : "jit";

    /// <value>True in a Native AOT package.</value>
    public static bool IsNative =>
#if NATIVE_AOT
        true;
#else
        false;
#endif
}
