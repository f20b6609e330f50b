namespace Responder.Template.Tests;

/// <summary>What CloudFormation refuses before it makes anything.</summary>
public sealed class FirstDeploymentTests
{
    /// <summary>Who presses Enter through all questions gets no function that contains people and tells nobody.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("ChatTopic=Create", false)] // nobody is subscribed to a new topic
    [InlineData("Mode=Enforce", false)]
    [InlineData("Mode=Observe", true)]
    [InlineData("AlertEmail=oncall@example.com", true)]
    [InlineData("SubscribedElsewhere=true", true)]
    [InlineData("Mode=Observe,SubscribedElsewhere=false", true)]
    public void Nobody_is_contained_without_anybody_to_tell(string parameters, bool isTaken)
    {
        var refused = Refused(parameters);
        Assert.Equal(isTaken, refused.Count == 0);
        Assert.All(refused, static sentence => Assert.Contains("nobody would be told", sentence, StringComparison.Ordinal));
    }

    [Fact]
    public void Alarms_need_a_log_group()
    {
        const string Told = "AlertEmail=oncall@example.com,CreateAlarms=true";
        Assert.Contains("TrailLogGroupName", Assert.Single(Refused(Told)), StringComparison.Ordinal);
        Assert.Empty(Refused(Told + ",CreateTrail=true"));
        Assert.Empty(Refused(Told + ",TrailLogGroupName=audit"));
    }

    /// <summary>The sentences of the rules that these parameters break; the others have their defaults.</summary>
    private static List<string> Refused(string parameters)
    {
        var given = parameters.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static p => p.Split('='))
            .ToDictionary(static p => p[0], static p => p[1]);
        var resolved = new Resolved(SamTemplate.Root, given);
        return [
            .. SamTemplate.Root["Rules"]!.AsObject().Select(static r => r.Value!).Where(rule => resolved.Holds(rule["RuleCondition"]!))
                .SelectMany(static rule => rule["Assertions"]!.AsArray())
                .Where(assertion => !resolved.Holds(assertion!["Assert"]!))
                .Select(static assertion => (string)assertion!["AssertDescription"]!)];
    }
}
