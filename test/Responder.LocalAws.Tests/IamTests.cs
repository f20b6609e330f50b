using System.Globalization;
using System.Net;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class IamTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    private Account Home => _world.Home;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Boundary_is_one_slot_that_is_overwritten_and_deleted()
    {
        var bob = Home.EnsureUser("bob");
        Home.SetBoundary(bob, "arn:aws:iam::aws:policy/ReadOnlyAccess");

        (await _client.IamAsync("PutUserPermissionsBoundary", ("UserName", "bob"), ("PermissionsBoundary", WireClient.DenyAll))).IsOk();
        Assert.Equal(WireClient.DenyAll, (await _client.IamAsync("GetUser", ("UserName", "bob")))["PermissionsBoundaryArn"]);
        (await _client.IamAsync("DeleteUserPermissionsBoundary", ("UserName", "bob"))).IsOk();
        Assert.Empty((await _client.IamAsync("GetUser", ("UserName", "bob"))).All("PermissionsBoundary"));
        Assert.Null(bob.BoundaryArn);
    }

    [Theory]
    [InlineData("arn:aws:iam::aws:policy/NoSuchPolicy", HttpStatusCode.NotFound, "NoSuchEntity")]
    [InlineData("arn:aws:iam::123456789012:policy/none", HttpStatusCode.NotFound, "NoSuchEntity")]
    [InlineData("arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy", HttpStatusCode.NotFound, "NoSuchEntity")]
    [InlineData("arn:aws:s3:::a-bucket-and-no-policy", HttpStatusCode.BadRequest, "InvalidInput")]
    [InlineData("short", HttpStatusCode.BadRequest, "ValidationError")]
    public async Task Boundary_must_be_an_existing_policy(string arn, HttpStatusCode status, string code)
    {
        var bob = Home.EnsureUser("bob");
        (await _client.IamAsync("PutUserPermissionsBoundary", ("UserName", "bob"), ("PermissionsBoundary", arn))).Is(status, code);
        Assert.Null(bob.BoundaryArn);
    }

    [Fact]
    public async Task Eleventh_managed_policy_exceeds_the_quota_but_an_attached_one_may_be_attached_again()
    {
        var bob = Home.EnsureUser("bob");
        for (var i = 0; i < 10; i++)
            Home.Attach(bob, Home.EnsurePolicy($"arn:aws:iam::123456789012:policy/p{i}", WireClient.AllowDocument).Arn);

        var full = await _client.IamAsync("AttachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.DenyAll));
        full.Is(HttpStatusCode.Conflict, "LimitExceeded");
        Assert.Equal("Cannot exceed quota for PoliciesPerUser: 10", full.Message);
        (await _client.IamAsync("AttachUserPolicy", ("UserName", "bob"), ("PolicyArn", "arn:aws:iam::123456789012:policy/p3"))).IsOk();
        Assert.Equal(10, bob.AttachedPolicies.Count);
    }

    [Fact]
    public async Task Detaching_twice_is_no_such_entity()
    {
        Home.Attach(Home.EnsureUser("bob"), WireClient.Admin);
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin))).IsOk();
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin)))
            .Is(HttpStatusCode.NotFound, "NoSuchEntity");
    }

    [Fact]
    public async Task Inline_quota_counts_all_policies_together_and_no_white_space()
    {
        var bob = Home.EnsureUser("bob");
        string Document(int actions) => $$"""{ "Version": "2012-10-17", "Statement": [ { "Effect": "Allow", "Resource": "*", "Action": [{{string.Join(",", Enumerable.Range(0, actions).Select(i => $"\"s3:Get{i:D4}\""))}}] } ] }""" + new string(' ', 3000);

        (await _client.IamAsync("PutUserPolicy", ("UserName", "bob"), ("PolicyName", "a"), ("PolicyDocument", Document(100)))).IsOk();
        var second = await _client.IamAsync("PutUserPolicy", ("UserName", "bob"), ("PolicyName", "b"), ("PolicyDocument", Document(60)));
        second.Is(HttpStatusCode.Conflict, "LimitExceeded");
        Assert.Equal("Maximum policy size of 2048 bytes exceeded for user bob", second.Message);
        Assert.Equal(["a"], bob.InlinePolicies.Keys);
        (await _client.IamAsync("PutUserPolicy", ("UserName", "bob"), ("PolicyName", "a"), ("PolicyDocument", Document(60)))).IsOk();
    }

    [Fact]
    public async Task Documents_come_back_percent_encoded_and_unchanged()
    {
        const string Document = """{ "Version":"2012-10-17",  "Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a+b/*"}] }""";
        Home.EnsureUser("bob");
        (await _client.IamAsync("PutUserPolicy", ("UserName", "bob"), ("PolicyName", "p"), ("PolicyDocument", Document))).IsOk();
        var shown = (await _client.IamAsync("GetUserPolicy", ("UserName", "bob"), ("PolicyName", "p")))["PolicyDocument"];
        Assert.StartsWith("%7B%20%22Version", shown);
        Assert.Equal(Document, Uri.UnescapeDataString(shown));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"Version":"2012-10-17"}""")]
    [InlineData("""{"Version":"2020-01-01","Statement":[]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Perhaps","Action":"s3:*","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"everything","Resource":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Sid":"A"},{"Effect":"Deny","Action":"s3:*","Resource":"*","Sid":"A"}]}""")]
    [InlineData("""{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"},"More":1}""")]
    public async Task Malformed_documents_are_refused_everywhere(string document)
    {
        var bob = Home.EnsureUser("bob");
        (await _client.IamAsync("PutUserPolicy", ("UserName", "bob"), ("PolicyName", "p"), ("PolicyDocument", document)))
            .Is(HttpStatusCode.BadRequest, "MalformedPolicyDocument");
        (await _client.IamAsync("CreatePolicy", ("PolicyName", "p"), ("PolicyDocument", document)))
            .Is(HttpStatusCode.BadRequest, "MalformedPolicyDocument");
        Assert.Empty(bob.InlinePolicies);
        Assert.Empty(Home.Policies);
    }

    [Fact]
    public async Task Trust_policy_needs_a_principal_and_no_resource()
    {
        var role = Home.EnsureRole("deploy");
        var before = role.TrustPolicy;
        (await _client.IamAsync("UpdateAssumeRolePolicy", ("RoleName", "deploy"), ("PolicyDocument", WireClient.AllowDocument)))
            .Is(HttpStatusCode.BadRequest, "MalformedPolicyDocument");
        Assert.Equal(before, role.TrustPolicy);
        (await _client.IamAsync("UpdateAssumeRolePolicy", ("RoleName", "deploy"), ("PolicyDocument", WireClient.TrustDocument))).IsOk();
        Assert.Equal(WireClient.TrustDocument, role.TrustPolicy);
    }

    [Theory]
    [InlineData("AWSServiceRoleForSupport", "/aws-service-role/support.amazonaws.com/")]
    [InlineData("AWSReservedSSO_Admin_0123456789abcdef", "/aws-reserved/sso.amazonaws.com/")]
    public async Task Protected_roles_refuse_every_change_and_can_be_read(string name, string path)
    {
        Home.Attach(Home.EnsureRole(name, path), WireClient.Admin);
        var before = _world.Snapshot();

        foreach (var (operation, more) in new (string, (string, string)[])[]
        {
            ("PutRolePermissionsBoundary", [("PermissionsBoundary", WireClient.DenyAll)]),
            ("DeleteRolePermissionsBoundary", []),
            ("AttachRolePolicy", [("PolicyArn", WireClient.DenyAll)]),
            ("DetachRolePolicy", [("PolicyArn", WireClient.Admin)]),
            ("PutRolePolicy", [("PolicyName", "p"), ("PolicyDocument", WireClient.AllowDocument)]),
            ("DeleteRolePolicy", [("PolicyName", "p")]),
            ("UpdateAssumeRolePolicy", [("PolicyDocument", WireClient.TrustDocument)]),
            ("DeleteRole", []),
        })
        {
            (await _client.IamAsync(operation, [("RoleName", name), .. more])).Is(HttpStatusCode.BadRequest, "UnmodifiableEntity");
        }

        Assert.Equal(before, _world.Snapshot());
        Assert.Equal(path, (await _client.IamAsync("GetRole", ("RoleName", name)))["Path"]);
        Assert.Equal([WireClient.Admin], (await _client.IamAsync("ListAttachedRolePolicies", ("RoleName", name))).All("PolicyArn"));
    }

    [Fact]
    public async Task Service_role_policy_cannot_be_attached()
    {
        Home.EnsureRole("deploy");
        (await _client.IamAsync(
            "AttachRolePolicy", ("RoleName", "deploy"),
            ("PolicyArn", "arn:aws:iam::aws:policy/aws-service-role/AWSSupportServiceRolePolicy")))
            .Is(HttpStatusCode.BadRequest, "PolicyNotAttachable");
    }

    [Theory]
    [InlineData("bob smith")]
    [InlineData("bøb")]
    [InlineData("bob\n")]
    [InlineData("../bob")]
    [InlineData("")]
    public async Task Names_outside_of_the_alphabet_are_validation_errors(string name) =>
        (await _client.IamAsync("CreateUser", ("UserName", name))).Is(HttpStatusCode.BadRequest, "ValidationError");

    [Fact]
    public async Task Missing_and_too_long_names_are_validation_errors_that_name_the_member()
    {
        var missing = await _client.IamAsync("AttachUserPolicy", ("PolicyArn", WireClient.Admin));
        missing.Is(HttpStatusCode.BadRequest, "ValidationError");
        Assert.Equal(
            "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null", missing.Message);
        (await _client.IamAsync("CreateUser", ("UserName", new string('a', 65)))).Is(HttpStatusCode.BadRequest, "ValidationError");
    }

    [Fact]
    public async Task Names_are_unique_whatever_their_case()
    {
        (await _client.IamAsync("CreateUser", ("UserName", "Bob"))).IsOk();
        (await _client.IamAsync("CreateUser", ("UserName", "BOB"))).Is(HttpStatusCode.Conflict, "EntityAlreadyExists");
        (await _client.IamAsync("CreateGroup", ("GroupName", "Admins"))).IsOk();
        (await _client.IamAsync("CreateGroup", ("GroupName", "admins"))).Is(HttpStatusCode.Conflict, "EntityAlreadyExists");
    }

    [Fact]
    public async Task Lists_are_paged_and_survive_a_deletion_between_two_pages()
    {
        for (var i = 0; i < 7; i++)
            Home.EnsureUser($"user{i}");
        var first = await _client.IamAsync("ListUsers", ("MaxItems", "3"));
        Assert.Equal("true", first["IsTruncated"]);
        (await _client.IamAsync("DeleteUser", ("UserName", "user2"))).IsOk();
        var second = await _client.IamAsync("ListUsers", ("MaxItems", "3"), ("Marker", first["Marker"]));
        var third = await _client.IamAsync("ListUsers", ("MaxItems", "3"), ("Marker", second["Marker"]));

        Assert.Equal(
            ["user0", "user1", "user2", "user3", "user4", "user5", "user6"], first.All("UserName").Concat(second.All("UserName"))
            .Concat(third.All("UserName")));
        Assert.Equal("false", third["IsTruncated"]);
        Assert.Empty(third.All("Marker"));
        (await _client.IamAsync("ListUsers", ("Marker", "nonsense"))).Is(HttpStatusCode.BadRequest, "ValidationError");
        (await _client.IamAsync("ListUsers", ("MaxItems", "1001"))).Is(HttpStatusCode.BadRequest, "ValidationError");
    }

    [Fact]
    public async Task Entities_of_a_policy_are_paged_across_kinds_and_filtered_by_use()
    {
        Home.Attach(Home.EnsureUser("bob"), WireClient.Admin);
        Home.Attach(Home.EnsureRole("deploy"), WireClient.Admin);
        Home.Attach(Home.EnsureGroup("admins"), WireClient.Admin);
        Home.SetBoundary(Home.EnsureUser("carol"), WireClient.Admin);

        var page = await _client.IamAsync("ListEntitiesForPolicy", ("PolicyArn", WireClient.Admin), ("MaxItems", "2"));
        var rest = await _client.IamAsync(
            "ListEntitiesForPolicy", ("PolicyArn", WireClient.Admin), ("MaxItems", "2"), ("Marker", page["Marker"]));
        Assert.Equal(["admins"], page.All("GroupName").Concat(rest.All("GroupName")));
        Assert.Equal(["deploy"], page.All("RoleName").Concat(rest.All("RoleName")));
        Assert.Equal(["bob", "carol"], page.All("UserName").Concat(rest.All("UserName")));
        var boundary = await _client.IamAsync(
            "ListEntitiesForPolicy", ("PolicyArn", WireClient.Admin), ("PolicyUsageFilter", "PermissionsBoundary"));
        Assert.Equal(["carol"], boundary.All("UserName"));
        var policy = await _client.IamAsync("GetPolicy", ("PolicyArn", WireClient.Admin));
        Assert.Equal(("3", "1"), (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]));
    }

    [Fact]
    public async Task Sixth_version_is_refused_and_numbers_of_deleted_versions_never_return()
    {
        var arn = Home.EnsurePolicy("arn:aws:iam::123456789012:policy/p", WireClient.AllowDocument).Arn;
        for (var i = 2; i <= 5; i++)
            Assert.Equal(
                $"v{i}",
                (await _client.IamAsync("CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", WireClient.AllowDocument)))[
                    "VersionId"]);
        (await _client.IamAsync("CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", WireClient.AllowDocument)))
            .Is(HttpStatusCode.Conflict, "LimitExceeded");
        (await _client.IamAsync("DeletePolicyVersion", ("PolicyArn", arn), ("VersionId", "v1")))
            .Is(HttpStatusCode.Conflict, "DeleteConflict");
        (await _client.IamAsync("DeletePolicyVersion", ("PolicyArn", arn), ("VersionId", "v5"))).IsOk();
        var next = await _client.IamAsync(
            "CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", WireClient.AllowDocument), ("SetAsDefault", "true"));
        Assert.Equal(("v6", "true"), (next["VersionId"], next["IsDefaultVersion"]));
        (await _client.IamAsync("SetDefaultPolicyVersion", ("PolicyArn", arn), ("VersionId", "v5")))
            .Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("SetDefaultPolicyVersion", ("PolicyArn", arn), ("VersionId", "v2"))).IsOk();
        Assert.Equal("v2", (await _client.IamAsync("GetPolicy", ("PolicyArn", arn)))["DefaultVersionId"]);
    }

    [Fact]
    public async Task Aws_managed_policies_are_there_from_the_start_and_cannot_be_changed()
    {
        var version = await _client.IamAsync("GetPolicyVersion", ("PolicyArn", WireClient.DenyAll), ("VersionId", "v2"));
        Assert.Contains("\"Effect\":\"Deny\"", Uri.UnescapeDataString(version["Document"]));
        (await _client.IamAsync("CreatePolicyVersion", ("PolicyArn", WireClient.DenyAll), ("PolicyDocument", WireClient.AllowDocument)))
            .Is(HttpStatusCode.Forbidden, "AccessDenied");
    }

    [Fact]
    public async Task Access_keys_have_a_quota_of_two_and_change_their_status()
    {
        var bob = Home.EnsureUser("bob");
        var key = (await _client.IamAsync("CreateAccessKey", ("UserName", "bob")))["AccessKeyId"];
        (await _client.IamAsync("CreateAccessKey", ("UserName", "bob"))).IsOk();
        (await _client.IamAsync("CreateAccessKey", ("UserName", "bob"))).Is(HttpStatusCode.Conflict, "LimitExceeded");
        (await _client.IamAsync("UpdateAccessKey", ("UserName", "bob"), ("AccessKeyId", key), ("Status", "Inactive"))).IsOk();
        Assert.False(bob.AccessKeys[key].Active);
        (await _client.IamAsync("UpdateAccessKey", ("UserName", "bob"), ("AccessKeyId", "AKIANONE"), ("Status", "Inactive")))
            .Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("UpdateAccessKey", ("UserName", "bob"), ("AccessKeyId", key), ("Status", "off")))
            .Is(HttpStatusCode.BadRequest, "ValidationError");
    }

    [Fact]
    public async Task Calls_without_a_user_name_mean_the_calling_user()
    {
        Home.EnsureAccessKey(Home.EnsureUser("bob", "/team/"), "AKIABOB");
        using var bob = new WireClient(_endpoint, "AKIABOB");
        Assert.Equal("arn:aws:iam::123456789012:user/team/bob", (await bob.IamAsync("GetUser"))["Arn"]);
        Assert.Equal(["AKIABOB"], (await bob.IamAsync("ListAccessKeys")).All("AccessKeyId"));
        (await _client.IamAsync("GetUser")).Is(HttpStatusCode.BadRequest, "ValidationError");
    }

    [Fact]
    public async Task User_is_deleted_only_when_it_is_bare()
    {
        var bob = Home.EnsureUser("bob");
        Home.Attach(bob, WireClient.Admin);
        Home.EnsureLoginProfile(bob);
        (await _client.IamAsync("DeleteUser", ("UserName", "bob"))).Is(HttpStatusCode.Conflict, "DeleteConflict");
        (await _client.IamAsync("DetachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin))).IsOk();
        (await _client.IamAsync("DeleteUser", ("UserName", "bob"))).Is(HttpStatusCode.Conflict, "DeleteConflict");
        (await _client.IamAsync("DeleteLoginProfile", ("UserName", "bob"))).IsOk();
        (await _client.IamAsync("DeleteUser", ("UserName", "bob"))).IsOk();
        (await _client.IamAsync("GetUser", ("UserName", "bob"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
    }

    [Fact]
    public async Task Login_profile_has_a_password_policy_and_exists_once()
    {
        Home.EnsureUser("bob");
        (await _client.IamAsync("GetLoginProfile", ("UserName", "bob"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("CreateLoginProfile", ("UserName", "bob"), ("Password", "short")))
            .Is(HttpStatusCode.BadRequest, "PasswordPolicyViolation");
        (await _client.IamAsync(
            "CreateLoginProfile", ("UserName", "bob"), ("Password", "Correct-Horse-1"), ("PasswordResetRequired", "true"))).IsOk();
        (await _client.IamAsync("CreateLoginProfile", ("UserName", "bob"), ("Password", "Correct-Horse-1")))
            .Is(HttpStatusCode.Conflict, "EntityAlreadyExists");
        Assert.Equal("true", (await _client.IamAsync("GetLoginProfile", ("UserName", "bob")))["PasswordResetRequired"]);
    }

    [Fact]
    public async Task Groups_are_joined_and_left()
    {
        Home.EnsureUser("bob");
        Home.EnsureGroup("admins");
        (await _client.IamAsync("AddUserToGroup", ("UserName", "bob"), ("GroupName", "none"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("AddUserToGroup", ("UserName", "bob"), ("GroupName", "admins"))).IsOk();
        Assert.Equal(["admins"], (await _client.IamAsync("ListGroupsForUser", ("UserName", "bob"))).All("GroupName"));
        Assert.Equal(["bob"], (await _client.IamAsync("GetGroup", ("GroupName", "admins"))).All("UserName"));
        (await _client.IamAsync("RemoveUserFromGroup", ("UserName", "bob"), ("GroupName", "admins"))).IsOk();
        Assert.Empty((await _client.IamAsync("ListGroupsForUser", ("UserName", "bob"))).All("GroupName"));
    }

    [Fact]
    public async Task Instance_profile_hands_out_one_role()
    {
        Home.EnsureRole("web");
        Home.EnsureRole("other");
        (await _client.IamAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("CreateInstanceProfile", ("InstanceProfileName", "web"), ("Path", "/apps/"))).IsOk();
        Assert.Empty((await _client.IamAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).All("RoleName"));
        (await _client.IamAsync("AddRoleToInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "web"))).IsOk();
        (await _client.IamAsync("AddRoleToInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "other")))
            .Is(HttpStatusCode.Conflict, "LimitExceeded");
        Assert.Equal(["web"], (await _client.IamAsync("GetInstanceProfile", ("InstanceProfileName", "web"))).All("RoleName"));
        (await _client.IamAsync("RemoveRoleFromInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "other")))
            .Is(HttpStatusCode.NotFound, "NoSuchEntity");
        (await _client.IamAsync("RemoveRoleFromInstanceProfile", ("InstanceProfileName", "web"), ("RoleName", "web"))).IsOk();
        Assert.Null(Home.InstanceProfiles["web"].RoleName);
    }

    [Fact]
    public async Task Concurrent_attaches_never_pass_the_quota()
    {
        var bob = Home.EnsureUser("bob");
        var arns = Enumerable.Range(0, 40)
            .Select(i => Home.EnsurePolicy(
                $"arn:aws:iam::123456789012:policy/p{i.ToString(CultureInfo.InvariantCulture)}", WireClient.AllowDocument).Arn).ToList();
        var answers = await Task.WhenAll(arns.Select(arn => _client.IamAsync("AttachUserPolicy", ("UserName", "bob"), ("PolicyArn", arn))));
        Assert.Equal(10, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(30, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal(10, bob.AttachedPolicies.Count);
        Assert.Equal(40, _endpoint.Calls.All.Select(call => call.Sequence).Distinct().Count());
    }
}
