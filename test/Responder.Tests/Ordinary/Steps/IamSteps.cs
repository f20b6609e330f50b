using System.Net;

namespace Responder.Tests.Ordinary.Steps;

/// <summary>
/// IAM as deployments use it: roles for services, with rights on their own resources. Shapes: facts.md, "IAM Put*Policy"; IAM examples in
/// the guide.
/// </summary>
internal static class IamSteps
{
    public static void CreateRole(Journal log, Site site, string role, string trust, string path = "/", string description = "")
    {
        var id = "AROA" + site.Random.Upper(10) + "EXAMPLE";
        log.Call("iam", "CreateRole",
            new
            {
                roleName = role,
                path,
                assumeRolePolicyDocument = trust,
                description,
                maxSessionDuration = 3600,
                tags = new[] { new { key = "app", value = site.App } }
            },
            new
            {
                role = new
                {
                    path,
                    roleName = role,
                    roleId = id,
                    arn = site.RoleArn(path[1..] + role),
                    createDate = "Mar 4, 2026, 9:01:07 AM",
                    assumeRolePolicyDocument = WebUtility.UrlEncode(trust),
                }
            });
    }

    public static void PutRolePolicy(Journal log, string role, string policy, string document) =>
        log.Call("iam", "PutRolePolicy", new { roleName = role, policyName = policy, policyDocument = document });

    public static void AttachRolePolicy(Journal log, string role, string policyArn) =>
        log.Call("iam", "AttachRolePolicy", new { roleName = role, policyArn });

    public static void DetachRolePolicy(Journal log, string role, string policyArn) =>
        log.Call("iam", "DetachRolePolicy", new { roleName = role, policyArn });

    public static void DeleteRole(Journal log, string role, params string[] inline)
    {
        foreach (var policy in inline) log.Call("iam", "DeleteRolePolicy", new { roleName = role, policyName = policy });
        log.Call("iam", "DeleteRole", new { roleName = role });
    }

    /// <summary>Reads what every Terraform plan and most consoles read about a role.</summary>
    public static void ReadRole(Journal log, string role)
    {
        log.Call("iam", "GetRole", new { roleName = role });
        log.Call("iam", "ListRolePolicies", new { roleName = role });
        log.Call("iam", "ListAttachedRolePolicies", new { roleName = role });
    }

    /// <summary>Creates a customer policy with scoped resources, and returns its ARN.</summary>
    public static string CreatePolicy(Journal log, Site site, string policy, string document, string path = "/")
    {
        var arn = site.PolicyArn(path[1..] + policy);
        log.Call("iam", "CreatePolicy", new { policyName = policy, path, policyDocument = document, description = "" }, new
        {
            policy = new
            {
                policyName = policy,
                policyId = "ANPA" + site.Random.Upper(10) + "EXAMPLE",
                arn,
                path,
                defaultVersionId = "v1",
                attachmentCount = 0,
                permissionsBoundaryUsageCount = 0,
                isAttachable = true,
                createDate = "Mar 4, 2026, 9:01:07 AM",
                updateDate = "Mar 4, 2026, 9:01:07 AM",
            },
        });
        return arn;
    }

    public static void CreateInstanceProfile(Journal log, Site site, string role)
    {
        log.Call("iam", "CreateInstanceProfile", new { instanceProfileName = role, path = "/" }, new
        {
            instanceProfile = new
            {
                path = "/",
                instanceProfileName = role,
                instanceProfileId = "AIPA" + site.Random.Upper(10) + "EXAMPLE",
                arn = $"arn:aws:iam::{site.Account}:instance-profile/{role}",
                roles = Array.Empty<object>(),
            },
        });
        log.Call("iam", "AddRoleToInstanceProfile", new { instanceProfileName = role, roleName = role });
    }

    /// <summary>Creates the role that the first use of a service creates by itself.</summary>
    public static void CreateServiceLinkedRole(Journal log, Site site, string service, string role) =>
        log.Call("iam", "CreateServiceLinkedRole",
        new { aWSServiceName = service + ".amazonaws.com" },
        new
        {
            role = new
            {
                path = $"/aws-service-role/{service}.amazonaws.com/",
                roleName = role,
                roleId = "AROA" + site.Random.Upper(10) + "EXAMPLE",
                arn = site.RoleArn($"aws-service-role/{service}.amazonaws.com/{role}"),
                assumeRolePolicyDocument = WebUtility.UrlEncode(PolicyText.TrustIn(service + ".amazonaws.com")),
            },
        });
}
