using System.Text.Json;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.Cli.Terminal;

namespace Responder.Cli.Doctor;

/// <summary>A resource of the stack.</summary>
/// <param name="Id">Logical id.</param>
/// <param name="Name">Physical id: a name, an ARN or a URL, depending on the type.</param>
internal sealed record StackResource(string Id, string Type, string Name)
{
    /// <summary>Last part of the physical id: the name of a rule, queue, role or function.</summary>
    public string ShortName => Name[(Name.LastIndexOfAny(['/', ':']) + 1)..];
}

/// <summary>The account and stack under examination. What several checks need is read only once.</summary>
internal sealed class Installation : IDisposable
{
    /// <summary>Nobody waits for a page here, so a slow answer is better than none.</summary>
    private static readonly TimeSpan s_callTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(AwsService, string), AwsCall> _calls = [];
    private readonly AwsClients _clients;
    private readonly Lazy<Task<IReadOnlyDictionary<string, StackResource>>> _resources;
    private readonly Lazy<Task<IReadOnlyList<TrailState>>> _trails;
    private readonly Lazy<Task<string>> _account;
    private readonly Dictionary<string, Task<JsonElement>> _functions = new(StringComparer.Ordinal);

    public Installation(AwsClients clients, string stack, string parameterRoot, CancellationToken cancellationToken)
    {
        _clients = clients with { CallTimeout = s_callTimeout };
        (Stack, ParameterRoot, Region) = (stack, parameterRoot, clients.Region!);
        _resources = new(() => ReadStackAsync(cancellationToken));
        _trails = new(() => TrailState.ReadAsync(Call(AwsService.CloudTrail), cancellationToken));
        _account = new(
            async () => (await AmbientAws.CallerAsync(_clients, cancellationToken)).Account is { Length: 12 } id
            ? id
            : throw new UnreadableAnswerException("GetCallerIdentity: the answer has no account"));
        Iam = _clients.Iam();
        Ssm = _clients.Ssm();
    }

    public string Stack { get; }

    public string ParameterRoot { get; }

    public string Region { get; }

    public IAmazonIdentityManagementService Iam { get; }

    public IAmazonSimpleSystemsManagement Ssm { get; }

    public string Partition => Region switch
    {
        _ when Region.StartsWith("cn-", StringComparison.Ordinal) => "aws-cn",
        _ when Region.StartsWith("us-gov-", StringComparison.Ordinal) => "aws-us-gov",
        _ => "aws",
    };

    /// <summary>Multi-region trails, and those of this region.</summary>
    public Task<IReadOnlyList<TrailState>> TrailsAsync() => _trails.Value;

    public Task<string> AccountAsync() => _account.Value;

    /// <summary>The resources of the stack, by logical id.</summary>
    public Task<IReadOnlyDictionary<string, StackResource>> ResourcesAsync() => _resources.Value;

    /// <param name="region">Null: the region of the installation.</param>
    public AwsCall Call(AwsService service, string? region = null)
    {
        var key = (service, region ?? Region);
        if (!_calls.TryGetValue(key, out var call)) _calls[key] = call = new AwsCall(service, _clients with { Region = key.Item2 });
        return call;
    }

    /// <summary>Lambda's GetFunctionConfiguration.</summary>
    public Task<JsonElement> ConfigurationAsync(StackResource function, CancellationToken cancellationToken)
    {
        if (!_functions.TryGetValue(function.ShortName, out var reading))
        {
            var path = $"/2015-03-31/functions/{Uri.EscapeDataString(function.ShortName)}/configuration";
            _functions[function.ShortName] = reading = Call(AwsService.Lambda)
                .RestAsync(path, new Dictionary<string, string>(), cancellationToken);
        }

        return reading;
    }

    /// <summary>The value of a parameter; null: there is none.</summary>
    public async Task<string?> ParameterAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await Ssm.GetParameterAsync(new GetParameterRequest { Name = name }, cancellationToken);
            return answer.Parameter?.Value ?? throw new UnreadableAnswerException("GetParameter: the answer has no parameter");
        }
        catch (ParameterNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A list of names and values (parameters, outputs) of a stack; empty when it has none.</summary>
    public async Task<IReadOnlyDictionary<string, string>> DescribeAsync(
        string stack, string list, string key, string value, CancellationToken cancellationToken)
    {
        const string Operation = "DescribeStacks";
        var answer = await Call(AwsService.CloudFormation)
            .QueryAsync(Operation, new Dictionary<string, string> { ["StackName"] = stack }, cancellationToken);
        var described = Answer.Items(Answer.Element(answer, "Stacks", Operation)).FirstOrDefault()
            ?? throw new UnreadableAnswerException($"{Operation}: the answer has no stack");
        var found = described.Elements().FirstOrDefault(e => e.Name.LocalName == list);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in found is null ? [] : Answer.Items(found))
        {
            var name = Answer.Child(item, key) ?? throw new UnreadableAnswerException($"{Operation}: an item without {key}");
            values[name] = Answer.Child(item, value) ?? throw new UnreadableAnswerException($"{Operation}: an item without {value}");
        }

        return values;
    }

    public void Dispose()
    {
        foreach (var call in _calls.Values) call.Dispose();
        Iam.Dispose();
        Ssm.Dispose();
    }

    private async Task<IReadOnlyDictionary<string, StackResource>> ReadStackAsync(CancellationToken cancellationToken)
    {
        const string Operation = "ListStackResources";
        var resources = new Dictionary<string, StackResource>(StringComparer.Ordinal);
        string? token = null;
        do
        {
            var parameters = new Dictionary<string, string> { ["StackName"] = Stack };
            if (token is not null) parameters["NextToken"] = token;
            var answer = await Call(AwsService.CloudFormation).QueryAsync(Operation, parameters, cancellationToken);
            foreach (var summary in Answer.Items(Answer.Element(answer, "StackResourceSummaries", Operation)))
            {
                // A resource that is still being created has no physical id.
                if (Answer.Child(summary, "LogicalResourceId") is { } id && Answer.Child(summary, "ResourceType") is { } type
                    && Answer.Child(summary, "PhysicalResourceId") is { Length: > 0 } name)
                    resources[id] = new StackResource(id, type, name);
            }

            var next = Answer.Find(answer, "NextToken")?.Value;
            if (next is not null && next == token) throw new AmazonClientException($"{Operation}: the service repeats its NextToken");
            token = next;
        }
        while (token is { Length: > 0 });

        return resources.Count > 0 ? resources : throw new UnreadableAnswerException($"{Operation}: the answer lists no resource");
    }
}
