namespace Responder.Aws;

/// <summary>How an AWS service is addressed on the wire. The names are those of the service's public API model.</summary>
/// <param name="Id">The service id for the user agent: <c>CloudTrail</c>.</param>
/// <param name="Endpoint">The first part of the host, and the name in the signature's scope: <c>cloudtrail</c>.</param>
/// <param name="Version">API version: <c>2013-11-01</c>.</param>
public sealed record AwsService(string Id, string Endpoint, string Version)
{
    /// <value>For JSON services only: the prefix of the operation in <c>X-Amz-Target</c>.</value>
    public string? Target { get; init; }

    /// <value>True for a service that has one host in a partition, without a region in its name.</value>
    public bool IsGlobal { get; private init; }

    public static AwsService Athena { get; } = new("Athena", "athena", "2017-05-18") { Target = "AmazonAthena" };

    public static AwsService CloudFormation { get; } = new("CloudFormation", "cloudformation", "2010-05-15");

    public static AwsService Ec2 { get; } = new("EC2", "ec2", "2016-11-15");

    public static AwsService EventBridge { get; } = new("EventBridge", "events", "2015-10-07") { Target = "AWSEvents" };

    public static AwsService Iam { get; } = new("IAM", "iam", "2010-05-08") { IsGlobal = true };

    public static AwsService Lambda { get; } = new("Lambda", "lambda", "2015-03-31");

    public static AwsService Organizations { get; } = new("Organizations", "organizations", "2016-11-28")
    {
        Target = "AWSOrganizationsV20161128",
    };

    public static AwsService Sns { get; } = new("SNS", "sns", "2010-03-31");

    public static AwsService Sqs { get; } = new("SQS", "sqs", "2012-11-05");

    public static AwsService CloudTrail { get; } = new("CloudTrail", "cloudtrail", "2013-11-01")
    {
        Target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101",
    };
}
