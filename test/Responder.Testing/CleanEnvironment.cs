namespace Responder.Testing;

/// <summary>Keeps the AWS settings of the shell away from the tests, so that no profile can send them anywhere.</summary>
public static class CleanEnvironment
{
    /// <summary>Clears the settings of this process; a test assembly calls it from its module initializer.</summary>
    public static void Clear()
    {
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Where(IsForAws).ToList())
            Environment.SetEnvironmentVariable(name, null);
        var nowhere = Path.Combine(AppContext.BaseDirectory, "no-such-file");
        Environment.SetEnvironmentVariable("AWS_CONFIG_FILE", nowhere);
        Environment.SetEnvironmentVariable("AWS_SHARED_CREDENTIALS_FILE", nowhere);
        Environment.SetEnvironmentVariable("AWS_EC2_METADATA_DISABLED", "true");
    }

    /// <summary>Clears the settings of a process that is about to be started.</summary>
    public static void Clear(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(IsForAws).ToList()) environment.Remove(name);
    }

    private static bool IsForAws(string name) => name.StartsWith("AWS_", StringComparison.Ordinal);
}
