namespace Responder.Decisions.Guardrails;

/// <summary>The detection has not been promoted to Contain for this kind of target. Only users are contained without being asked.</summary>
public sealed class StageGuardrail : IGuardrail
{
    public string Name => "stage Alert: this kind of target is contained only on request";

    public bool Refuses(Candidate candidate) =>
        candidate.Options.StageOf(candidate.Finding.Detection) < Stage.Contain || candidate.Target.Kind != Detections.PrincipalKind.User;
}
