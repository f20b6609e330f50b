namespace Responder.Settings;

/// <summary>Environment variables that are read but not set by the template: those of Lambda, the AWS SDK and the terminal.</summary>
internal static class HostSettings
{
    private const string Lambda = "Lambda";
    private const string LambdaRuntime = "Lambda; Amazon.Lambda.RuntimeSupport reads it";
    private const string Person = "you";
    private const string Surroundings = "you, or the machine that the command runs on";

    public static IReadOnlyList<Setting> All { get; } =
    [
        Of(SettingReader.Both, "AWS_REGION", "Lambda; on the command line you",
            "region of every client; on the command line `--region` goes before it"),
        Of(SettingReader.Both, "AWS_ACCESS_KEY_ID", "Lambda; on the command line " + Surroundings,
            "credentials, with the next two; without them the chain of the SDK decides"),
        Of(SettingReader.Function, "AWS_SECRET_ACCESS_KEY", Lambda, "credentials"),
        Of(SettingReader.Function, "AWS_SESSION_TOKEN", Lambda, "credentials"),
        Of(SettingReader.Function, "AWS_LAMBDA_FUNCTION_NAME", Lambda,
            "what the metrics are counted under where `RESPONDER_FUNCTION` is not set"),
        Of(SettingReader.Function, "AWS_SAM_LOCAL", "`sam local invoke`",
            "`true`, and an endpoint is set: no limit of age, and the account of the event is taken for the function's"),
        Of(SettingReader.Function, "AWS_LAMBDA_RUNTIME_API", LambdaRuntime, "where invocations come from"),
        Of(SettingReader.Function, "AWS_LAMBDA_FUNCTION_VERSION", LambdaRuntime, "told by the context; the responder does not use it"),
        Of(SettingReader.Function, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", LambdaRuntime, "told by the context; the responder does not use it"),
        Of(SettingReader.Function, "AWS_LAMBDA_LOG_GROUP_NAME", LambdaRuntime, "told by the context; the responder does not use it"),
        Of(SettingReader.Function, "AWS_LAMBDA_LOG_STREAM_NAME", LambdaRuntime, "told by the context; the responder does not use it"),
        Of(SettingReader.CommandLine, "AWS_DEFAULT_REGION", Person, "region where `AWS_REGION` is not set"),
        Of(SettingReader.CommandLine, "AWS_PROFILE", Person, "profile of `~/.aws`: credentials and region; `--profile` goes before it"),
        Of(SettingReader.CommandLine, "AWS_WEB_IDENTITY_TOKEN_FILE", Surroundings,
            "credentials; where one of the four is set, an endpoint on this machine gets them, else made-up ones"),
        Of(SettingReader.CommandLine, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", Surroundings, "credentials, likewise"),
        Of(SettingReader.CommandLine, "AWS_CONTAINER_CREDENTIALS_FULL_URI", Surroundings, "credentials, likewise"),
        Of(SettingReader.CommandLine, "AWS_CONFIG_FILE", Person,
            "the file of the profiles; `replay` against its own endpoint makes the SDK forget it and every other `AWS_…`"),
        Of(SettingReader.CommandLine, "AWS_SHARED_CREDENTIALS_FILE", Person, "the file of the credentials, likewise"),
        Of(SettingReader.CommandLine, "NO_COLOR", Person, "any value: no colours"),
        Of(SettingReader.CommandLine, "TERM", "the terminal",
            "`dumb`: taken for no terminal, so neither colours nor lines that are written over"),
    ];

    private static HostSetting Of(SettingReader readBy, string name, string setBy, string meaning) =>
        new(name, setBy, meaning) { ReadBy = readBy, IsInTemplate = false };
}
