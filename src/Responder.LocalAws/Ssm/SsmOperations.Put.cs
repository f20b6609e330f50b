using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Ssm;

/// <content>PutParameter and its rules.</content>
internal sealed partial class SsmOperations
{
    private JsonObject PutParameter()
    {
        var name = Required("Name");
        var value = Required("Value");
        CheckName(name);
        if (value.Length == 0)
            throw Constraint("''", "Value", "Member must have length greater than or equal to 1");
        if (value.Contains("{{", StringComparison.Ordinal))
            throw Validation("Parameter value can't nest another parameter. Do not use \"{{}}\" in the value.");
        var overwrite = Flag("Overwrite");
        var tags = Tags();
        if (overwrite && tags.Count > 0)
            throw Validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove "
                + "overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.");
        if (Text("Policies") is { Length: > 0 })
            throw new AwsError("InvalidPolicyTypeException", 400, "This endpoint keeps no parameter policies.");
        var known = All.GetValueOrDefault(name);
        if (known is not null && !overwrite)
            throw new AwsError(
                "ParameterAlreadyExists",
                400,
                "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.");
        var type = Type(known);
        var tier = Tier(known, value);
        if (known is null)
        {
            var quota = tier == "Standard" ? world.Limits.StandardParameters : world.Limits.AdvancedParameters;
            if (All.Values.Count(parameter => parameter.Latest.Tier == tier) >= quota)
                throw new AwsError(
                    "ParameterLimitExceeded",
                    400,
                    $"You have exceeded the maximum number of parameters of the {tier} tier for this AWS account: {quota}.");
        }

        var pattern = Text("AllowedPattern");
        if (pattern is not null && !Allows(pattern, value))
            throw new AwsError(
                "ParameterPatternMismatchException",
                400,
                $"Parameter value, cannot be validated against allowedPattern: {pattern}");
        var written = ParameterStore.Write(account, region, name, value, type, tier, Text("Description"), caller.Arn);
        written.AllowedPattern = pattern;
        written.Tags = written.Tags.SetItems(tags);
        return new JsonObject { ["Tier"] = tier, ["Version"] = written.Version };
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
            throw Constraint(
                $"'{name}'", "Name", name.Length == 0
                ? "Member must have length greater than or equal to 1"
                : $"Member must have length less than or equal to {MaxNameLength}");
        if (!NamePattern().IsMatch(name) || name.Contains("//", StringComparison.Ordinal) || name.EndsWith('/'))
            throw Validation("Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of "
                + "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols "
                + ".-_");
        var bare = name.TrimStart('/');
        if (bare.StartsWith("aws", StringComparison.OrdinalIgnoreCase))
            throw new AwsError("AccessDeniedException", 400, $"No access to reserved parameter name: {name}.");
        if (bare.StartsWith("ssm", StringComparison.OrdinalIgnoreCase))
            throw Validation("Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, it can consist of "
                + "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols "
                + ".-_");
        if (bare.Contains('/', StringComparison.Ordinal) && !name.StartsWith('/'))
            throw Validation("Parameter name must be a fully qualified name.");
        if (bare.Count(c => c == '/') + 1 > MaxLevels)
            throw new AwsError(
                "HierarchyLevelLimitExceededException",
                400,
                $"Parameter name hierarchy has too many levels: at most {MaxLevels} are allowed.");
    }

    private string Type(SsmParameter? known)
    {
        var type = Text("Type") ?? known?.Latest.Type ?? throw Validation("A parameter type is required when you create a parameter.");
        if (type is not ("String" or "StringList" or "SecureString"))
            throw Constraint($"'{type}'", "Type", "Member must satisfy enum value set: [SecureString, StringList, String]");
        if (known is not null && type != known.Latest.Type)
            throw new AwsError(
                "HierarchyTypeMismatchException",
                400,
                "The parameter type can't be changed. Create a new, unique parameter.");
        return type;
    }

    private string Tier(SsmParameter? known, string value)
    {
        var asked = Text("Tier");
        if (asked is not (null or "Standard" or "Advanced" or "Intelligent-Tiering"))
            throw Constraint($"'{asked}'", "Tier", "Member must satisfy enum value set: [Standard, Advanced, Intelligent-Tiering]");
        if (known?.Latest.Tier == "Advanced" && asked == "Standard")
            throw Validation("This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter "
                + "tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard "
                + "parameter.");
        var tier = known?.Latest.Tier == "Advanced" || asked == "Advanced" || asked == "Intelligent-Tiering"
            && value.Length > StandardValueLength ? "Advanced" : "Standard";
        if (tier == "Standard" && value.Length > StandardValueLength)
            throw Validation($"Standard tier parameters support a maximum parameter value of {StandardValueLength} characters. To create a "
                + "larger parameter value, upgrade the parameter to use the advanced-parameter tier.");
        if (value.Length > AdvancedValueLength)
            throw Validation($"Advanced tier parameters support a maximum parameter value of {AdvancedValueLength} characters.");
        return tier;
    }

    private static bool Allows(string pattern, string value)
    {
        try
        {
            return Regex.IsMatch(value, $"^(?:{pattern})\\z", RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new AwsError(
                "InvalidAllowedPatternException",
                400,
                $"The request does not meet the regular expression requirement: {pattern}");
        }
    }
}
