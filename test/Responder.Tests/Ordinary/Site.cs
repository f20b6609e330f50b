namespace Responder.Tests.Ordinary;

/// <summary>Where a scenario takes place and how its resources are named: one account, one region, one application.</summary>
/// <param name="App">The application; its name is part of the names of everything that belongs to it.</param>
/// <param name="Office">The public address range of the people who work here, as used in security groups.</param>
internal sealed record Site(string Account, string Region, string App, string Office, Seeded Random)
{
    /// <summary>Applications, some of them with names that sound alarming.</summary>
    private static readonly string[] s_apps =
        ["orders", "billing-api", "admin-dashboard", "security-audit-readonly", "root-cause-analysis", "checkout", "public-website",
            "iam-self-service", "data-lake"];

    public static Site In(string account, Seeded random) => new(
        account, random.Pick("us-east-1", "us-west-2", "eu-central-1", "eu-west-1", "ap-southeast-2"), random.Pick(s_apps),
        random.Pick("192.0.2.", "198.51.100.", "203.0.113.") + random.Pick("0/28", "64/27", "128/29"), random);

    public string Arn(string service, string resource) => $"arn:aws:{service}:{Region}:{Account}:{resource}";

    public string RoleArn(string role) => $"arn:aws:iam::{Account}:role/{role}";

    public string PolicyArn(string policy) => $"arn:aws:iam::{Account}:policy/{policy}";

    public string KeyArn() => Arn("kms", "key/" + Random.Uuid());

    /// <summary>The name that CloudFormation gives to a resource without a name of its own.</summary>
    public string Physical(string stack, string logicalId) => $"{stack}-{logicalId}-{Random.Upper(12)}";

    public Caller CloudFormation(string role = "cdk-hnb659fds-cfn-exec-role") =>
        Caller.Session(this, $"{role}-{Account}-{Region}", "AWSCloudFormation", "cloudformation.amazonaws.com");

    public Caller Terraform() => Caller.WebIdentitySession(
        this, "github-deploy", "GitHubActions",
        "APN/1.0 HashiCorp/1.0 Terraform/1.9.5 terraform-provider-aws/5.70.0 (+https://registry.terraform.io/providers/hashicorp/aws)");

    public Caller Person(string permissionSet, string email) => Caller.IdentityCenterSession(this, permissionSet, email);

    /// <summary>A service-linked role that acts, for example <c>autoscaling</c> and <c>AWSServiceRoleForAutoScaling</c>.</summary>
    public Caller Linked(string service, string role) =>
        Caller.Session(this, role, Random.Pick(service, role), service + ".amazonaws.com", $"aws-service-role/{service}.amazonaws.com/");
}
