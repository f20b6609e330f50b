using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.IdentityCenter;

/// <summary>What decides who may sign in through Identity Center, and as whom.</summary>
internal sealed class SignInChanged : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("sso-directory", "EnableExternalIdPConfigurationForDirectory", "External identity provider enabled", Severity.High),
        new("sso-directory", "CreateExternalIdPConfigurationForDirectory", "External identity provider configured", Severity.High),
        new("sso-directory", "UpdateExternalIdPConfigurationForDirectory", "External identity provider changed", Severity.High),
        new("sso-directory", "DisableExternalIdPConfigurationForDirectory", "External identity provider switched off", Severity.High),
        new("sso-directory", "DeleteExternalIdPConfigurationForDirectory", "External identity provider removed", Severity.High),
        new("sso-directory", "ImportExternalIdPCertificate", "Certificate of the identity provider imported", Severity.High),
        new("sso", "AssociateDirectory", "Identity Center uses another directory", Severity.High),
        new("sso", "DisassociateDirectory", "Identity Center cut off from its directory", Severity.High),
        new("sso", "StartSSO", "Identity Center switched on", Severity.Medium),
        new("sso", "DeleteInstance", "Instance of Identity Center deleted", Severity.High),
        new("sso", "CreateTrustedTokenIssuer", "Token issuer trusted by Identity Center", Severity.High),
        new("sso", "UpdateTrustedTokenIssuer", "Trusted token issuer of Identity Center changed", Severity.High),
        new("sso", "UpdateSsoConfiguration", "Sign-in settings of Identity Center changed", OfMfa),
        new("sso", "UpdateMfaDeviceManagementForDirectory", "MFA of the directory changed", OfMfa),
        new("sso-directory", "UpdateMfaDeviceManagementForDirectory", "MFA of the directory changed", OfMfa),
        new("sso-directory", "DeleteMfaDeviceForUser", "MFA device of a directory user deleted", OfOthers),
        new("sso-directory", "UpdatePassword", "Password of a directory user set", OfOthers),
        new("sso-directory", "CreateBearerToken", "Token for provisioning users and groups made", Severity.Medium),
        new("sso-directory", "CreateProvisioningTenant", "Provisioning of users and groups from outside enabled", Severity.Medium),
        new("sso-directory", "CreateUser", "Directory user created", Severity.Medium),
        new("sso-directory", "AddMemberToGroup", "Member added to a group of the directory", Severity.Medium),
        new("identitystore", "CreateGroupMembership", "Member added to a group of the identity store", Severity.Medium),
        new("identitystore", "CreateUser", "User of the identity store created", Severity.Medium),
        // Whoever sets the address gets the mail that resets the password; attributes are also keys to what tags open.
        new("identitystore", "UpdateUser", "User of the identity store changed", Severity.Medium),
        new("sso-directory", "UpdateUser", "Directory user changed", OfOwn),
        new("sso", "CreateInstanceAccessControlAttributeConfiguration", "Attributes of users made keys to resources", Severity.Medium),
        new("sso", "UpdateInstanceAccessControlAttributeConfiguration", "Attributes of users made keys to resources", Severity.Medium),
        new("sso", "DeleteInstanceAccessControlAttributeConfiguration", "Attributes of users are keys to resources no longer",
            Severity.Medium),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "identity-center.sign-in-changed",
        Title = "Sign-in or membership of Identity Center changed",
        Description =
            "An external identity provider was enabled or its certificate replaced, the directory was cut off, MFA of the "
            + "directory was changed, somebody was added to a group, or a user's address or attributes were changed. "
            + "Whoever controls the provider signs in as anybody; a member "
            + "of a group has its permission sets in every account that they are assigned in.",
        Severity = Severity.High,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1484.002", "T1556.007", "T1098"],
        Controls = ["cis:4.4", "pci-dss:8.2.2", "pci-dss:10.2.1.5", "soc2:CC6.1", "soc2:CC6.2", "hipaa:164.312(d)"],
        Runbook = new Runbook(
            CheckFirst:
            [
                "Whose identity provider, certificate or directory it is now: the settings page of Identity Center shows it",
                "What the group may do: aws sso-admin list-account-assignments-for-principal",
                "Who signed in through it since, and as whom",
            ],
            Do:
            [
                "Put the former identity source back, and revoke the sessions that began since",
                "Take the member off the group again",
                "Cut off {actor} until it has explained itself",
            ],
            BenignCauses:
            [
                "Identity Center is being set up, or its identity provider replaced, announced beforehand",
                "A new colleague joins a group",
            ]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(
            Info, s_calls, e,
            CallTable.Named(
                e, "groupId", "directoryId", "identityStoreId", "instanceArn", "trustedTokenIssuerArn",
                "userId")) is { } finding) yield return finding;
    }

    /// <summary>None where MFA is made obligatory; the event names the mode, or a switch for those who have no device.</summary>
    private static Severity OfMfa(CloudTrailEvent e)
    {
        var settings = e.Request["ssoConfiguration"] is { IsObject: true } nested ? nested : e.Request;
        var mode = settings["mfaMode"];
        return CallTable.Is(mode, "ALWAYS_ON") && !CallTable.Is(settings["noMfaSignInBehavior"], "ALLOWED")
            ? Severity.None
            : Severity.Medium;
    }

    private static Severity OfOwn(CloudTrailEvent e) =>
        e.Actor.Type == ActorType.IdentityCenterUser ? Severity.Low : Severity.Medium;

    /// <summary>A user of the directory acts for himself in the portal; anybody else acts for him.</summary>
    private static Severity OfOthers(CloudTrailEvent e) =>
        e.Actor.Type == ActorType.IdentityCenterUser ? Severity.Medium : Severity.High;
}
