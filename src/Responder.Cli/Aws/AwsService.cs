namespace Responder.Cli.Aws;

/// <summary>How an AWS service is addressed on the wire. Names as in the service's public API model.</summary>
/// <param name="Id">For the user agent: <c>CloudTrail</c>.</param>
/// <param name="Endpoint">First part of the host and name in the signature's scope: <c>cloudtrail</c>.</param>
/// <param name="Version">API version: <c>2013-11-01</c>.</param>
internal sealed record AwsService(string Id, string Endpoint, string Version)
{
    /// <value>JSON services only: what stands before the operation in <c>X-Amz-Target</c>.</value>
    public string? Target { get; init; }

    public static AwsService CloudTrail { get; } = new("CloudTrail", "cloudtrail", "2013-11-01") { Target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101" };
}
