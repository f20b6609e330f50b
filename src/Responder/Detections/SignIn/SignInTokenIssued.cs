using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.SignIn;

internal sealed class SignInTokenIssued : IDetection
{
    private static readonly TableCall[] s_calls =
    [

        new("signin", "CreateOAuth2Token", "OAuth token for the command line issued", static e =>
            e.Actor.Type == ActorType.IamUser && !CallTable.Is(e.Request["grant_type"], "refresh_token") ? Severity.Low : Severity.None),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "signin.token-issued",
        Title = "Long session issued after a sign-in (aws login)",
        Description =
            "A browser sign-in was turned into an OAuth token for the command line. It lasts hours and refreshes itself; somebody "
            + "can be talked into entering the code of another person's device.",
        Severity = Severity.Low,
        Watches = [new Watch(Watch.SignInSource, ["CreateOAuth2Token"], WatchKind.SignIn)],
        Techniques = ["T1528", "T1550.001"],
        Controls = ["pci-dss:8.2.8", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whether {actor} uses aws login, and on which machine the token is",
                "Whether the address of the token is that of the sign-in before it",
            ],
            Do:
            [
                "If nobody knows it: end the sessions of {actor}, and change the password",
            ],
            BenignCauses:
            [
                "Everyday work with the command line",
            ]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (e.Outcome == CallOutcome.Succeeded && CallTable.Find(Info, s_calls, e, e.Actor.UserName) is { } finding) yield return finding;
    }
}
