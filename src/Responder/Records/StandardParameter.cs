using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;

namespace Responder.Records;

/// <summary>How everything of ours is kept in Parameter Store: plain text, in the tier that costs nothing.</summary>
internal static class StandardParameter
{
    /// <param name="overwrite">False: the call is refused if the parameter exists, which is how a record is claimed.</param>
    public static PutParameterRequest Put(string name, string value, bool overwrite = true) => new()
    {
        Name = name,
        Value = value,
        Type = ParameterType.String,
        Tier = ParameterTier.Standard,
        Overwrite = overwrite,
    };
}
