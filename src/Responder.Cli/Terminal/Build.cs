using System.Reflection;

namespace Responder.Cli.Terminal;

/// <summary>What runs.</summary>
internal static class Build
{
    /// <summary>Version and which AWS packages run.</summary>
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
