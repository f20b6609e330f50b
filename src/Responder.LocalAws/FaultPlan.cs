using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws;

/// <summary>
/// The faults to inject. Rules add up: the delays of all rules that match a call are summed, and of their other effects the first rule's
/// wins. Every rule counts the calls that match it. Thread-safe; rules may be added while calls run.
/// <code>
/// endpoint.Faults.Latency = TimeSpan.FromMilliseconds(20);
/// endpoint.Faults.On("ssm", "Put*").Times(2).Throttle();
/// endpoint.Faults.On("iam", "DetachUserPolicy").Nth(1).ResetAfter();
/// </code>
/// </summary>
public sealed class FaultPlan
{
    private readonly Lock _gate = new();
    private readonly List<FaultRule> _rules = [];
    private TimeSpan _latency;

    /// <summary>Added to every call before it is carried out.</summary>
    public TimeSpan Latency
    {
        get
        {
            lock (_gate)
                return _latency;
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_gate)
                _latency = value;
        }
    }

    /// <summary>
    /// Begins a rule, which becomes active with its first effect (<see cref="FaultRule.Throttle"/> ...). Both patterns may contain
    /// <c>*</c>.
    /// </summary>
    public FaultRule On(string service, string operation = "*") => new(this, service, operation);

    /// <summary>Removes all rules and the latency.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules.Clear();
            _latency = TimeSpan.Zero;
        }
    }

    internal void Add(FaultRule rule)
    {
        lock (_gate)
            _rules.Add(rule);
    }

    internal Verdict Judge(string service, string operation)
    {
        lock (_gate)
        {
            var verdict = new Verdict(_latency, FaultEffect.None, null);
            foreach (var rule in _rules)
            {
                if (!rule.Takes(service, operation))
                    continue;
                verdict = verdict with { Delay = verdict.Delay + rule.DelayBefore };
                rule.Act?.Invoke();
                if (verdict.Effect == FaultEffect.None)
                    verdict = verdict with { Effect = rule.Effect, Error = rule.Error };
            }

            return verdict;
        }
    }

    internal readonly record struct Verdict(TimeSpan Delay, FaultEffect Effect, Func<string, string, string, AwsError>? Error);
}

internal enum FaultEffect
{
    None,
    Error,
    ResetBefore,
    ResetAfter,
    HangBefore,
    HangAfter,
}

/// <summary>One rule of a <see cref="FaultPlan"/>: which calls it applies to, and what happens to them.</summary>
public sealed class FaultRule
{
    private readonly FaultPlan _plan;
    private readonly string _service;
    private readonly string _operation;
    private int _first = 1;
    private int _count = int.MaxValue;
    private int _seen;
    private int _hits;
    private bool _joined;

    internal FaultRule(FaultPlan plan, string service, string operation)
    {
        _plan = plan;
        _service = service;
        _operation = operation;
    }

    internal TimeSpan DelayBefore { get; private set; }

    internal Action? Act { get; private set; }

    internal FaultEffect Effect { get; private set; }

    internal Func<string, string, string, AwsError>? Error { get; private set; }

    /// <summary>Number of calls that the rule has hit.</summary>
    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Only the n-th matching call (1 = the next one).</summary>
    public FaultRule Nth(int n) => From(n).Times(1);

    /// <summary>From the n-th matching call on.</summary>
    public FaultRule From(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        _first = n;
        return this;
    }

    /// <summary>At most this many calls.</summary>
    public FaultRule Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _count = count;
        return this;
    }

    /// <summary>Waits before the call is carried out.</summary>
    public FaultRule Delay(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        DelayBefore = delay;
        return Start(FaultEffect.None);
    }

    /// <summary>Lets somebody else act just before the call is carried out.</summary>
    public FaultRule Meanwhile(Action act)
    {
        Act = act;
        return Start(FaultEffect.None);
    }

    /// <summary>"Rate exceeded", in the words of the service that was called.</summary>
    public FaultRule Throttle() => Fails((service, _, _) => service switch
    {
        "ssm" or "cloudtrail" => new AwsError("ThrottlingException", 400, "Rate exceeded"),
        _ => new AwsError("Throttling", 400, "Rate exceeded"),
    });

    /// <summary>The service's own internal error; <paramref name="status"/> 500 to 599.</summary>
    public FaultRule ServerError(int status = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 500);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        return Fails((service, _, _) => (service, status) switch
        {
            (_, 503) => new AwsError("ServiceUnavailable", status, "Service Unavailable"),
            ("iam", _) => new AwsError("ServiceFailure", status, "The request processing has failed because of an unknown error."),
            ("ssm", _) => new AwsError("InternalServerError", status, "An error occurred on the server side."),
            ("sns", _) => new AwsError("InternalError", status, "An internal service error has occurred."),
            _ => new AwsError("InternalFailure", status, "The request processing has failed because of an unknown error."),
        });
    }

    /// <summary>The caller lacks the permission.</summary>
    public FaultRule Refuse() => Fails((service, operation, callerArn) =>
    {
        var action = $"{(service == "sns" ? "SNS" : service)}:{operation}";
        var message =
            $"User: {callerArn} is not authorized to perform: {action} because no identity-based policy allows the {action} action";
        return service switch
        {
            "ssm" or "cloudtrail" => new AwsError("AccessDeniedException", 400, message),
            "sns" => new AwsError("AuthorizationError", 403, message),
            _ => new AwsError("AccessDenied", 403, message),
        };
    });

    /// <summary>Any other error.</summary>
    public FaultRule Fail(string code, int status, string message) => Fails((_, _, _) => new AwsError(code, status, message));

    /// <summary>Cuts the connection; nothing was carried out.</summary>
    public FaultRule ResetBefore() => Start(FaultEffect.ResetBefore);

    /// <summary>Carries the call out, then cuts the connection instead of answering.</summary>
    public FaultRule ResetAfter() => Start(FaultEffect.ResetAfter);

    /// <summary>Never answers, and carries nothing out; ends when the client gives up or the endpoint stops.</summary>
    public FaultRule Hang() => Start(FaultEffect.HangBefore);

    /// <summary>Carries the call out, but never answers.</summary>
    public FaultRule HangAfter() => Start(FaultEffect.HangAfter);

    internal bool Takes(string service, string operation)
    {
        if (!Glob.Matches(_service, service) || !Glob.Matches(_operation, operation))
            return false;
        _seen++;
        if (_seen < _first || _hits >= _count)
            return false;
        Interlocked.Increment(ref _hits);
        return true;
    }

    private FaultRule Fails(Func<string, string, string, AwsError> error)
    {
        Error = error;
        return Start(FaultEffect.Error);
    }

    // A rule may have both a delay and another effect; it joins the plan once, with the first of them.
    private FaultRule Start(FaultEffect effect)
    {
        if (effect != FaultEffect.None)
            Effect = effect;
        if (!_joined)
            _plan.Add(this);
        _joined = true;
        return this;
    }
}
