using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Iam;

internal sealed class FederationProviderChanged : IamDetection
{
    public override DetectionInfo Info { get; } = new()
    {
        Id = "iam.federation-provider-changed",
        Title = "SAML or OIDC provider created or replaced",
        Description =
            "Who controls an identity provider signs in as anybody that roles trust it for. A provider that a person creates, or whose "
            + "metadata, thumbprint or clients he replaces, is a back door that survives every change of password and key.",
        Severity = Severity.High,
        Watches =
        [
            IamCall.Watch(
                "CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider", "UpdateOpenIDConnectProviderThumbprint",
                "AddClientIDToOpenIDConnectProvider"),
        ],
        Techniques = ["T1484.002", "T1556.007"],
        Controls = ["cis:4.4", "pci-dss:8.3.1", "pci-dss:10.2.1.5", "soc2:CC6.1", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Does the metadata, issuer or thumbprint belong to our identity provider? Compare it with the provider's own publication.",
                "Which roles trust {resource}, and were sessions opened through it: look for AssumeRoleWithSAML and "
                    + "AssumeRoleWithWebIdentity.",
                "Does {actor} maintain sign-in, and is there a change for it (certificates are renewed once a year)?",
            ],
            Do:
            [
                "If nobody planned it: delete a new provider, or put the last known metadata back; cut off {actor}.",
                "Revoke the sessions of the roles that trust {resource}.",
            ],
            BenignCauses: [
                "The yearly renewal of a signing certificate.",
                "Set-up of a CI system's OIDC provider or of single sign-on by infrastructure code."]),
    };

    protected override Finding? Judge(CloudTrailEvent e)
    {
        var provider = e.Request["sAMLProviderArn"].Text ?? e.Request["openIDConnectProviderArn"].Text
            ?? e.Response["sAMLProviderArn"].Text ?? e.Response["openIDConnectProviderArn"].Text ?? e.Request["name"].Text
            ?? e.Request["url"].Text;
        var what = e.EventName.Contains("SAML", StringComparison.Ordinal) ? "SAML provider" : "OIDC provider";
        var (verb, reason) = e.EventName switch
        {
            "CreateSAMLProvider" or "CreateOpenIDConnectProvider" =>
                ("created", "Whoever controls the new provider can sign in to every role that trusts it."),
            "UpdateSAMLProvider" =>
                ("replaced", "Whoever holds the key in the new metadata can sign in as anybody the provider vouches for."),
            "UpdateOpenIDConnectProviderThumbprint" => ("given other thumbprints", "The thumbprint says whose certificates are believed."),
            _ => ("opened to another client", "Tokens issued for that client are believed from now on."),
        };
        return new Finding(Info, Severity.High, $"{what} {(provider is null ? "without a name in the event" : NameOf(provider))} {verb}")
        {
            Resource = provider,
            Reasons = [reason],
            UndoCommand = verb != "created" || !AwsArn.TryParse(provider, out _) ? null
                : what[0] == 'S' ? Shell.Command("aws iam delete-saml-provider", ("--saml-provider-arn", provider))
                : Shell.Command("aws iam delete-open-id-connect-provider", ("--open-id-connect-provider-arn", provider)),
        };
    }

    private static string NameOf(string provider) => AwsArn.TryParse(provider, out var arn) ? arn.Name : provider;
}
