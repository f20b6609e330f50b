using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;

namespace Responder.LocalAws.Protocol;

/// <summary>What a request asks for, before anything about it has been validated.</summary>
internal sealed record AwsRequest
{
    public string Service { get; init; } = "";

    public string Region { get; init; } = "";

    public string Operation { get; init; } = "";

    public string AccessKey { get; init; } = "";

    /// <summary>True if X-Amz-Target was sent; errors are then JSON, too.</summary>
    public bool IsJson { get; init; }

    public Dictionary<string, string> Parameters { get; init; } = new(StringComparer.Ordinal);

    public JsonObject Body { get; init; } = [];

    public string UserAgent { get; init; } = "";

    public string SourceIp { get; init; } = "";

    /// <summary>Why the request cannot be carried out, whatever it asks for; null: it can.</summary>
    public AwsError? Error { get; init; }

    /// <param name="text">The body.</param>
    /// <param name="query">The query string with its question mark, or empty.</param>
    /// <param name="target">X-Amz-Target; empty: this is not a JSON request.</param>
    public static AwsRequest Of(string text, string query, string target, string authorization, string userAgent, string sourceIp)
    {
        var request = new AwsRequest { IsJson = target.Length > 0, UserAgent = userAgent, SourceIp = sourceIp };
        request = request.IsJson ? request.WithJson(target, text) : request.WithForm(query, text);
        return request.WithSignature(authorization);
    }

    private AwsRequest WithJson(string target, string text)
    {
        // For example AmazonSSM.GetParameter; the prefixes of other services may contain dots themselves.
        var dot = target.LastIndexOf('.');
        var (prefix, operation) = dot < 0 ? ("", target) : (target[..dot], target[(dot + 1)..]);
        var request = this with { Operation = operation, Service = prefix == "AmazonSSM" ? "ssm" : prefix };
        try
        {
            if (JsonNode.Parse(text.Length == 0 ? "{}" : text) is not JsonObject body)
                return request with { Error = new AwsError("SerializationException", 400, "Start of structure expected.") };
            Flatten(body, "", request.Parameters);
            return request with { Body = body };
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // ArgumentException: a key occurs twice.
            return request with { Error = new AwsError("SerializationException", 400, "The request body is not valid JSON.") };
        }
    }

    private AwsRequest WithForm(string query, string text)
    {
        foreach (var (name, values) in QueryHelpers.ParseQuery(query).Concat(QueryHelpers.ParseQuery(text)))
            Parameters[name] = values.ToString();
        var operation = Parameters.GetValueOrDefault("Action", "");
        var service = Parameters.GetValueOrDefault("Version") switch
        {
            "2010-05-08" => "iam",
            "2010-03-31" => "sns",
            "2011-06-15" => "sts",
            _ => "",
        };
        Parameters.Remove("Action");
        Parameters.Remove("Version");
        return this with { Operation = operation, Service = service };
    }

    /// <summary>The signature must be present and well formed; it is not verified.</summary>
    private AwsRequest WithSignature(string header)
    {
        if (header.Length == 0)
            return this with
            {
                Error = new AwsError(
                    IsJson ? "MissingAuthenticationTokenException" : "MissingAuthenticationToken", 403,
                    "Request is missing Authentication Token")
            };
        const string Algorithm = "AWS4-HMAC-SHA256 ";
        var fields = header.StartsWith(Algorithm, StringComparison.Ordinal)
            ? header[Algorithm.Length..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];
        var credential = Array.Find(fields, field => field.StartsWith("Credential=", StringComparison.Ordinal))?["Credential=".Length..]
            .Split('/');
        if (credential is not { Length: 5 } || credential[4] != "aws4_request"
            || !Array.Exists(fields, field => field.StartsWith("Signature=", StringComparison.Ordinal)))
        {
            return this with
            {
                Error = new AwsError(
                    IsJson ? "IncompleteSignatureException" : "IncompleteSignature", 403,
                    "Authorization header requires 'Credential' and 'Signature' parameters of SigV4."),
            };
        }

        // The scope decides, as it does at AWS, because the same endpoint serves all services here.
        return this with { AccessKey = credential[0], Region = credential[2], Service = credential[3] };
    }

    private static void Flatten(JsonNode? node, string name, Dictionary<string, string> into)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (key, value) in map)
                    Flatten(value, name.Length == 0 ? key : $"{name}.{key}", into);
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    Flatten(list[i], string.Create(CultureInfo.InvariantCulture, $"{name}.member.{i + 1}"), into);
                break;
            case not null:
                into[name] = node.ToString();
                break;
        }
    }
}
