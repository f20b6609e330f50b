using System.Reflection;
using Amazon.IdentityManagement;
using Amazon.SecurityToken;
using Amazon.SimpleNotificationService;
using Amazon.SimpleSystemsManagement;

namespace Responder.Cli.Terminal;

/// <summary>Describes the running program.</summary>
internal static class Build
{
    private static readonly (string Name, Type Client)[] s_clients =
    [
        ("IAM", typeof(AmazonIdentityManagementServiceClient)), ("SNS", typeof(AmazonSimpleNotificationServiceClient)),
        ("SSM", typeof(AmazonSimpleSystemsManagementClient)), ("STS", typeof(AmazonSecurityTokenServiceClient)),
    ];

    /// <value>The version in three numbers, without the commit.</value>
    public static string Number => typeof(Build).Assembly.GetName().Version!.ToString(3);

    /// <summary>The version, and which AWS packages are in use: read from the assemblies that the calls go through.</summary>
    public static string Version
    {
        get
        {
            var version = typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(
                '+')[0];
            var core = typeof(Amazon.Runtime.AmazonServiceClient).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
            var official = Names(static client => !IsStandIn(client));
            var standIns = Names(IsStandIn);
            return $"responder {version} (official AWS packages: {official}{(standIns.Length > 0 ? "; stand-ins: " + standIns : "")}; "
                + $"AWSSDK.Core {core}, .NET {Environment.Version})";
        }
    }

    private static string Names(Func<Type, bool> which) =>
        string.Join(", ", s_clients.Where(client => which(client.Client)).Select(static client => client.Name));

    private static bool IsStandIn(Type client) =>
        client.Assembly.GetName().Name!.StartsWith("Responder.StandIn.", StringComparison.Ordinal);
}
