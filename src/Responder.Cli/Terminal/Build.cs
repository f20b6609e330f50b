using System.Reflection;

namespace Responder.Cli.Terminal;

/// <summary>Describes the running program.</summary>
internal static class Build
{
    /// <summary>The version, and which AWS packages are in use.</summary>
    public static string Version
    {
        get
        {
            var version = typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(
                '+')[0];
            var core = typeof(Amazon.Runtime.AmazonServiceClient).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
#if OFFICIAL_AWS_PACKAGES
            const string Packages = "official AWS packages";
#else
            const string Packages = "stand-in AWS packages";
#endif
            return $"responder {version} ({Packages}, AWSSDK.Core {core}, .NET {Environment.Version})";
        }
    }
}
