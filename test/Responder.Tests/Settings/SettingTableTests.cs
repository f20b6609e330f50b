using System.Text.RegularExpressions;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Settings;

namespace Responder.Tests.Settings;

/// <summary>The options are built from the table of settings, and nothing else reads the environment.</summary>
public sealed partial class SettingTableTests
{
    [Fact]
    public void Every_variable_stands_in_the_table_once_with_what_it_means()
    {
        Assert.Distinct(SettingTable.All.Select(static s => s.Name));
        Assert.All(SettingTable.All, static s => Assert.All((string[])[s.Name, s.SetBy, s.Meaning], static text => Assert.NotEmpty(text)));
        Assert.All(SettingTable.All.Where(static s => s.IsInTemplate), static s => Assert.NotNull(s.Expected));
    }

    [Fact]
    public void The_options_read_what_the_table_says_in_its_order()
    {
        var read = new List<string>();
        ResponderOptions.FromEnvironment(name => { read.Add(name); return null; }, DetectionCatalog.Default, ContainmentActions.All);
        Assert.Equal(SettingTable.OfOptions.Select(static s => s.Name), read);
        Assert.Equal(SettingTable.All.Where(static s => s.IsInTemplate && s != SettingTable.Function), SettingTable.OfOptions);
    }

    [Fact]
    public void A_default_is_what_the_options_hold_without_the_variable()
    {
        var defaults = new ResponderOptions();
        Assert.All(
            SettingTable.OfOptions.Where(static s => s.Default is not null),
            setting =>
                Assert.Equal(
                    defaults, setting.Apply(defaults, setting.Default!, new KnownNames(DetectionCatalog.Default, ContainmentActions.All))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    public void An_empty_value_counts_as_unset(string value)
    {
        var defaults = ResponderOptions.FromEnvironment(static _ => null, DetectionCatalog.Default, ContainmentActions.All);
        foreach (var setting in SettingTable.OfOptions)
        {
            var options = ResponderOptions.FromEnvironment(
                name => name == setting.Name ? value : null, DetectionCatalog.Default, ContainmentActions.All);
            Assert.Equal(
                defaults with { Estate = options.Estate, Stages = options.Stages, ActionStages = options.ActionStages }, options with
                {
                    TrustedPrincipalArns = defaults.TrustedPrincipalArns,
                    BreakGlassArns = defaults.BreakGlassArns,
                    ResponderRoleArns = defaults.ResponderRoleArns,
                    MemberAccountIds = defaults.MemberAccountIds,
                });
            Assert.Same(Estate.Unknown, options.Estate);
        }
    }

    /// <summary>People and scripts rely on these messages.</summary>
    [Theory]
    [InlineData("RESPONDER_MODE", "Maybe", "expected Enforce or Observe")]
    [InlineData("ALERT_TOPIC_ARN", "alerts", "expected the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME")]
    [InlineData(
        "CHAT_TOPIC_ARN", "arn:aws:sns:us-east-1:123456789012:chat:subscription",
        "expected the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME")]
    [InlineData("TRUSTED_PRINCIPAL_ARNS", "arn:aws:iam::123456789012:role/a,bob",
        "entry 2: expected the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session); or a role of "
            + "every member account, arn:aws:iam::*:role/PATH/NAME, path and name whole")]
    [InlineData("TRUSTED_PRINCIPAL_ARNS", "arn:aws:iam::*:role/deploy-*", "entry 1: wildcards are not supported; name each principal")]
    [InlineData("BREAK_GLASS_ARNS", "arn:aws:iam::*:role/deploy",
        "entry 1: expected the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session)")]
    [InlineData("BREAK_GLASS_ARNS", "arn:aws:iam::123456789012:user/*", "entry 1: wildcards are not supported; name each principal")]
    [InlineData("RESPONDER_ROLE_ARNS", "arn:aws:sts::123456789012:assumed-role/a/b",
        "entry 1: expected the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session)")]
    [InlineData("RELEASE_ROLE_ARN", "arn:aws:iam::123456789012:role/a arn:aws:iam::123456789012:role/b", "expected one ARN")]
    [InlineData("PULSE_ROLE_ARN", "pulse",
        "entry 1: expected the whole ARN of an IAM user or role, arn:aws:iam::ACCOUNT:role/NAME (no wildcard, no session)")]
    [InlineData("MEMBER_ACCOUNT_IDS", "222222222222,22", "entry 2: expected an account id of 12 digits")]
    [InlineData("MEMBER_ROLE_NAME", "role/x", "expected the name of a role, at most 55 characters (no path, no ARN)")]
    [InlineData(
        "PARAMETER_ROOT", "/aws/x", "expected an SSM parameter path such as /security (letters, digits, - _ . /; not /aws or /ssm)")]
    [InlineData("DETECTION_STAGES", "iam.user-created", "entry 1: expected detection-id=Stage or detection-id:action=Stage")]
    [InlineData("DETECTION_STAGES", "iam.no-such=Off", "entry 1: no such detection; `responder detections` lists them")]
    [InlineData("DETECTION_STAGES", "iam.user-created=Loud", "iam.user-created: expected Off, Shadow, Alert or Contain")]
    [InlineData("CONTAINMENT_BUDGET_PER_HOUR", "-1", "expected a whole number, 0 or more (0: contain nobody)")]
    [InlineData("MINIMUM_ALERT_SEVERITY", "none", "expected LOW, MEDIUM, HIGH or CRITICAL")]
    [InlineData("LOG_BUCKETS", "logs, Logs", "entry 2: expected the name of a bucket (no ARN, no wildcard)")]
    [InlineData("TRAIL_KEY_ARNS", "alias/trail",
        "entry 1: expected the whole ARN of a KMS key, arn:aws:kms:REGION:ACCOUNT:key/ID (no alias, no wildcard)")]
    [InlineData("TRUSTED_ACCOUNT_IDS", "12", "entry 1: expected an account id of 12 digits")]
    [InlineData("ORGANIZATION_IDS", "o-A", "entry 1: expected the id of an organisation, o- and 10 to 32 letters and digits")]
    [InlineData("BUSINESS_HOURS", "nine to five",
        "expected days, hours and time zone, such as Mon-Fri 07:00-19:00 +01:00 (UTC, an offset, or a name such as Europe/Berlin where the "
            + "system has time zone data)")]
    [InlineData("INCIDENT_RETENTION_DAYS", "36501", "expected a whole number of days, 0 to 36500 (0: never delete)")]
    [InlineData("RESPONDER_ENDPOINT_URL", "localhost:4566", "expected an http or https URL")]
    [InlineData("RESPONDER_FUNCTION", "lambda", "expected iam, security-group, kms, s3, account or retention")]
    public void A_wrong_value_names_its_variable_and_what_is_expected(string variable, string value, string because)
    {
        var setting = SettingTable.All.Single(s => s.Name == variable);
        var error = Assert.Throws<OptionsException>(
            () => setting.Check(value, new KnownNames(DetectionCatalog.Default, ContainmentActions.All)));
        Assert.Equal((variable, $"{variable}: {because}"), (error.Variable, error.Message));
    }

    [Fact]
    public void Nothing_but_what_a_variable_expects_is_asked_of_it() => Assert.All(
        SettingTable.All.Where(static s => !s.IsInTemplate), static s =>
            s.Check("anything", new KnownNames(DetectionCatalog.Default, ContainmentActions.All)));

    [Fact]
    public void Zero_days_are_for_ever_and_separators_alone_are_nothing()
    {
        ResponderOptions Read(string variable, string value) =>
            ResponderOptions.FromEnvironment(name => name == variable ? value : null, DetectionCatalog.Default, ContainmentActions.All);

        Assert.Null(Read("INCIDENT_RETENTION_DAYS", "0").IncidentRetention);
        Assert.Equal(TimeSpan.FromDays(36_500), Read("INCIDENT_RETENTION_DAYS", "36500").IncidentRetention);
        Assert.Null(Read("RELEASE_ROLE_ARN", ",").ReleaseRoleArn);
        Assert.Same(Estate.Unknown, Read("LOG_BUCKETS", " , ").Estate);
        Assert.Equal(0, Read("CONTAINMENT_BUDGET_PER_HOUR", "0").ContainmentBudgetPerHour);
    }

    /// <summary>
    /// This fails for a variable that the sources read but the table does not name; docs/settings.md is written from the table.
    /// </summary>
    [Fact]
    public void Every_variable_that_the_sources_read_stands_in_the_table()
    {
        var known = SettingTable.All.Select(static s => s.Name).ToHashSet(StringComparer.Ordinal);
        var unknown = new SortedSet<string>(StringComparer.Ordinal);
        var named = new HashSet<string>(SettingTable.OfOptions.Select(static s => s.Name), StringComparer.Ordinal)
        {
            SettingTable.Function.Name,
        };
        var indirect = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (file, code) in Sources())
        {
            foreach (var match in ReadByName().Matches(code).Concat(NamedLikeOne().Matches(code)))
            {
                var name = match.Groups[1].Value;
                if (name == "AWS_IAM") continue; // this is a value of authType
                named.Add(name);
                if (!known.Contains(name)) unknown.Add($"{file}: {name}");
            }

            if (ReadOtherwise().IsMatch(code)) indirect.Add(file);
        }

        Assert.Empty(unknown);
        Assert.Empty(known.Except(named));
        // These files pass the environment on, or read the variables that their callers name.
        Assert.Equal(
            [
                "Responder.Cli/Terminal/AmbientAws.cs", "Responder.Cli/Terminal/Surroundings.cs", "Responder.Lambda/Composition.cs",
                "Responder.Lambda/Program.cs", "Responder.Operations/Installation/InstallationSettings.cs", "Responder/Settings/Setting.cs",
            ],
            indirect);
    }

    private static IEnumerable<(string File, string Code)> Sources() => Repository.Sources("src")
        .Where(static file => file is not ("src/Responder/Settings/SettingTable.cs" or "src/Responder/Settings/HostSettings.cs"))
        .Select(static file => (file["src/".Length..], File.ReadAllText(Repository.PathOf(file))));

    /// <summary>A call that reads a variable by name.</summary>
    [GeneratedRegex("""(?:\b(?:GetEnvironmentVariable|[Ee]nvironment)\(|\b(?:Text|Value)\((?:environment|surroundings), )"([A-Z][A-Z0-9_]+)"\)""")]
    private static partial Regex ReadByName();

    /// <summary>A text that looks like the name of a variable, as in a list of names.</summary>
    [GeneratedRegex("\"((?:AWS|RESPONDER)_[A-Z0-9_]*[A-Z0-9])\"")]
    private static partial Regex NamedLikeOne();

    [GeneratedRegex("""\bGetEnvironmentVariables?\b(?!\(")|\b[Ee]nvironment\((?!"|\))""")]
    private static partial Regex ReadOtherwise();
}
