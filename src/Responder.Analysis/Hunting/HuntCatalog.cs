using Responder.Analysis.Hunting.Hunts;

namespace Responder.Analysis.Hunting;

/// <summary>All hunts, in the order of the documentation.</summary>
public static class HuntCatalog
{
    public static IReadOnlyList<Hunt> All { get; } =
    [
        Deletions.Hunt,
        S3ObjectDeletions.Hunt,
        RootActivity.Hunt,
        LoginsWithoutMfa.Hunt,
        UnusualHours.Hunt,
        AdministratorAttachments.Hunt,
        AdministratorActions.Hunt,
        AdministratorsByName.Hunt,
        IamChanges.Hunt,
        NewUsersAndKeys.Hunt,
        WorldOpenGroups.Hunt,
        BucketPolicyChanges.Hunt,
        KeyDeletions.Hunt,
        RefusalsByCaller.Hunt,
        RefusalsInDetail.Hunt,
        FailedCallsByAddress.Hunt,
        TopCallers.Hunt,
    ];

    /// <summary>Null when there is no hunt with this id.</summary>
    public static Hunt? Find(string id) => All.FirstOrDefault(hunt => hunt.Id == id);
}
