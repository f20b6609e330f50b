using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Responder.LocalAws.Athena;
using Responder.LocalAws.CloudTrail;
using Responder.LocalAws.Iam;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.Sns;
using Responder.LocalAws.Ssm;
using Responder.LocalAws.State;
using Responder.LocalAws.Sts;

namespace Responder.LocalAws;

/// <summary>
/// Carries out requests on a <see cref="World"/>, with faults and a call log, whether a socket or a message handler brought them.
/// </summary>
internal sealed class AwsService(World world)
{
    private World World { get; } = world;

    public CallLog Calls { get; } = new();

    public FaultPlan Faults { get; } = new();

    /// <summary>Carries out a request. Null: the connection is to be cut, or nobody waits any more.</summary>
    public async Task<Reply?> RunAsync(AwsRequest request, CancellationToken cancel)
    {
        var startTicks = Stopwatch.GetTimestamp();
        var startedAt = World.Now;
        var requestId = Guid.NewGuid().ToString();
        var caller = World.CallerOf(request.AccessKey);
        var call = Calls.Begin(sequence => new Call(
            sequence, request.Service, request.Operation, request.Parameters, request.AccessKey, caller.Account, requestId, startedAt,
            startTicks));
        var fault = Faults.Judge(request.Service, request.Operation);
        Reply answer;
        try
        {
            if (fault.Delay > TimeSpan.Zero)
                await Task.Delay(fault.Delay, World.Time, cancel).ConfigureAwait(false);
            if (fault.Effect == FaultEffect.HangBefore)
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
            if (fault.Effect == FaultEffect.ResetBefore)
                return Cut(call, "ConnectionReset");

            answer = Answer(request, caller, requestId, fault.Error?.Invoke(request.Service, request.Operation, caller.Arn));
            if (fault.Effect == FaultEffect.HangAfter)
                await Task.Delay(Timeout.Infinite, cancel).ConfigureAwait(false);
            if (fault.Effect == FaultEffect.ResetAfter)
                return Cut(call, "ConnectionReset");
        }
        catch (OperationCanceledException)
        {
            return Cut(call, fault.Effect is FaultEffect.HangBefore or FaultEffect.HangAfter ? "Hang" : "ClientGone");
        }

        // Ended before the answer is sent, so that whoever has the answer finds the call complete in the log.
        End(call, answer.Status, answer.ErrorCode);
        return answer;
    }

    private Reply? Cut(Call call, string why)
    {
        End(call, null, why);
        return null;
    }

    private void End(Call call, int? status, string? errorCode) =>
        Calls.End(call with { EndedAt = World.Now, EndTicks = Stopwatch.GetTimestamp(), Status = status, ErrorCode = errorCode });

    private Reply Answer(AwsRequest request, Caller caller, string requestId, AwsError? injected)
    {
        lock (World.Gate)
        {
            XElement[]? result = null;
            JsonObject? json = null;
            var error = injected ?? request.Error ?? Unknown(request);
            if (error is null)
            {
                try
                {
                    (result, json) = Run(request, caller, requestId);
                }
                catch (AwsError e)
                {
                    error = e;
                }
                catch (Exception e)
                {
                    // A mistake of ours: the caller and the call log see it, with everything that is known about it.
                    error = new AwsError("InternalFailure", 500, e.ToString());
                }
            }

            // A server error leaves no trail record, because the call did not take place.
            if (request.Service == "iam" && request.Error is null && IamOperations.Changes(request.Operation)
                && error is not { Status: >= 500 })
                World.Record(TrailRecord.Of(World, request, caller, requestId, result, error));
            return error is not null ? Failure(request, error, requestId)
                : json is not null ? new Reply(200, "application/x-amz-json-1.1", Json(json), null, requestId)
                : new Reply(200, "text/xml", Xml.Answer(Namespace(request), request.Operation, result, requestId), null, requestId);
        }
    }

    private static AwsError? Unknown(AwsRequest request)
    {
        var known = request.IsJson
            ? request.Service switch
            {
                "ssm" => SsmOperations.Knows(request.Operation),
                "athena" => AthenaOperations.Knows(request.Operation),
                "cloudtrail" => CloudTrailOperations.Knows(request.Operation),
                _ => false,
            }
            : request.Service switch
            {
                "iam" => IamOperations.Knows(request.Operation),
                "sns" => SnsOperations.Knows(request.Operation),
                "sts" => StsOperations.Knows(request.Operation),
                _ => false,
            };
        if (known)
            return null;
        if (request.IsJson)
            return new AwsError("UnknownOperationException", 400, $"This endpoint does not know {request.Service}:{request.Operation}.");
        return request.Operation.Length == 0
            ? new AwsError(
                "MissingAction", 400,
                $"The request names no action; this endpoint does not know the service '{request.Service}' otherwise.")
            : new AwsError(
                "InvalidAction", 400,
                $"Could not find operation {request.Operation} of service '{request.Service}' for the version asked for.");
    }

    private (XElement[]? Result, JsonObject? Json) Run(AwsRequest request, Caller caller, string requestId)
    {
        var account = World.Account(caller.Account);
        if (request is { IsJson: true, Service: "cloudtrail" })
            return (null, new CloudTrailOperations(account, request.Region, request.Body).LookupEvents());
        if (request is { IsJson: true, Service: "athena" })
            return (null, new AthenaOperations(account.Athena, request.Region, request.Body).Run(request.Operation));
        if (request.IsJson)
            return (null, new SsmOperations(World, account, caller, request.Region, request.Body).Run(request.Operation));
        var query = new QueryParameters(request.Parameters);
        return request.Service switch
        {
            "iam" => (Iam(account, caller, query, request.Operation), null),
            "sns" => (new SnsOperations(World, account, caller, request.Region, requestId, query).Run(request.Operation), null),
            _ => (new StsOperations(World, caller, query).Run(request.Operation), null),
        };
    }

    private XElement[]? Iam(Account account, Caller caller, QueryParameters query, string operation)
    {
        if (!IamOperations.Changes(operation))
            return new IamOperations(World, account.Ago(World.IamReadLag), caller, query).Run(operation);
        account.Remember();
        return new IamOperations(World, account, caller, query).Run(operation);
    }

    private static string Namespace(AwsRequest request) => request.Service switch
    {
        "sns" => SnsOperations.Xmlns,
        "sts" => StsOperations.Xmlns,
        _ => IamOperations.Xmlns,
    };

    private static Reply Failure(AwsRequest request, AwsError error, string requestId) => request.IsJson
        ? new Reply(
            error.Status, "application/x-amz-json-1.1", Json(new JsonObject { ["__type"] = error.Code, ["message"] = error.Message }),
            error.Code, requestId)
        : new Reply(error.Status, "text/xml", Xml.Error(Namespace(request), error, requestId), error.Code, requestId);

    private static byte[] Json(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
}

/// <summary>The response that goes back on the wire.</summary>
internal sealed record Reply(int Status, string ContentType, byte[] Body, string? ErrorCode, string RequestId);
