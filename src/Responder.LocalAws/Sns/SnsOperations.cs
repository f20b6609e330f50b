using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Responder.LocalAws.Protocol;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Sns;

/// <summary>SNS, API version 2010-03-31.</summary>
internal sealed partial class SnsOperations(
    World world, Account account, Caller caller, string region, string requestId, QueryParameters query)
{
    public const string Xmlns = "http://sns.amazonaws.com/doc/2010-03-31/";

    private const int MaxBytes = 262_144;

    private static readonly FrozenDictionary<string, Func<SnsOperations, XElement[]?>> Operations =
        new Dictionary<string, Func<SnsOperations, XElement[]?>>(StringComparer.Ordinal)
        {
            ["CreateTopic"] = o => o.CreateTopic(),
            ["DeleteTopic"] = o => o.DeleteTopic(),
            ["ListTopics"] = o => o.ListTopics(),
            ["GetTopicAttributes"] = o => o.GetTopicAttributes(),
            ["Subscribe"] = o => o.Subscribe(),
            ["Unsubscribe"] = o => o.Unsubscribe(),
            ["ListSubscriptionsByTopic"] = o => o.ListSubscriptionsByTopic(),
            ["Publish"] = o => o.Publish(),
        }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<string> OperationNames => Operations.Keys;

    public static bool Knows(string operation) => Operations.ContainsKey(operation);

    public XElement[]? Run(string operation) => Operations[operation](this);

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,256}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TopicNamePattern();

    [GeneratedRegex(@"^\+?[1-9][0-9]{3,14}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PhonePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributeNamePattern();

    private static AwsError Invalid(string message) => new("InvalidParameter", 400, "Invalid parameter: " + message);

    private static AwsError InvalidValue(string message) => new("ParameterValueInvalid", 400, message);

    private string Required(string name) => query.Get(name) ?? throw Invalid($"{name} Reason: no value for required parameter");

    private SnsTopic Topic(string parameter = "TopicArn")
    {
        var arn = Required(parameter);
        var fields = arn.Split(':');
        if (fields.Length < 6)
            throw Invalid($"{parameter} Reason: An ARN must have at least 6 elements, not {fields.Length}");
        // A topic answers only in its own region.
        if (fields.Length != 6 || fields[0] != "arn" || fields[1] != world.Partition || fields[2] != "sns" || fields[3] != region
            || !TopicNamePattern().IsMatch(fields[5]))
            throw Invalid(parameter);
        if (fields[4] != account.Id)
        {
            throw new AwsError(
                "AuthorizationError",
                403,
                $"User: {caller.Arn} is not authorized to perform: SNS on resource: {arn} because no resource-based policy allows it");
        }

        return account.Topics.GetValueOrDefault(arn) ?? throw new AwsError("NotFound", 404, "Topic does not exist");
    }

    private XElement[] CreateTopic()
    {
        var name = Required("Name");
        if (!TopicNamePattern().IsMatch(name))
            throw Invalid("Topic Name");
        var attributes = Entries("Attributes");
        var arn = $"arn:{world.Partition}:sns:{region}:{account.Id}:{name}";
        if (account.Topics.TryGetValue(arn, out var known))
        {
            if (attributes.Any(entry => known.Attributes.GetValueOrDefault(entry.Key) != entry.Value))
                throw Invalid("Attributes Reason: Topic already exists with different attributes");
            return [Xml.Text("TopicArn", arn)];
        }

        var topic = account.EnsureTopic(name, region);
        topic.Attributes = topic.Attributes.SetItems(attributes);
        return [Xml.Text("TopicArn", arn)];
    }

    // Deleting a topic that is not there succeeds.
    private XElement[]? DeleteTopic()
    {
        try
        {
            account.Topics = account.Topics.Remove(Topic().Arn);
        }
        catch (AwsError error) when (error.Code == "NotFound")
        {
            return null;
        }

        return null;
    }

    private XElement[] ListTopics() => Page(
        "Topics",
        account.Topics.Values.Where(topic => topic.Region == region),
        topic => topic.Arn,
        topic => Xml.Member(Xml.Text("TopicArn", topic.Arn)));

    private XElement[] GetTopicAttributes()
    {
        var topic = Topic();
        var all = new SortedDictionary<string, string>(topic.Attributes, StringComparer.Ordinal)
        {
            ["TopicArn"] = topic.Arn,
            ["Owner"] = account.Id,
            ["SubscriptionsConfirmed"] = topic.Subscriptions.Count(subscription => subscription.Confirmed)
                .ToString(CultureInfo.InvariantCulture),
            ["SubscriptionsPending"] = topic.Subscriptions.Count(subscription => !subscription.Confirmed)
                .ToString(CultureInfo.InvariantCulture),
            ["SubscriptionsDeleted"] = "0",
        };
        all.TryAdd("DisplayName", "");
        return [new XElement(
            "Attributes", all.Select(entry => new XElement("entry", Xml.Text("key", entry.Key), Xml.Text("value", entry.Value))))];
    }

    private XElement[] Subscribe()
    {
        var topic = Topic();
        var protocol = Required("Protocol");
        var endpoint = query.Get("Endpoint") ?? throw Invalid("Endpoint Reason: no endpoint for the protocol");
        var good = protocol switch
        {
            "email" or "email-json" => endpoint.Contains('@', StringComparison.Ordinal),
            "http" => endpoint.StartsWith("http://", StringComparison.Ordinal),
            "https" => endpoint.StartsWith("https://", StringComparison.Ordinal),
            "sms" => PhonePattern().IsMatch(endpoint),
            "sqs" or "lambda" or "firehose" or "application" => endpoint.StartsWith("arn:", StringComparison.Ordinal),
            _ => throw Invalid("Does not support this protocol string: " + protocol),
        };
        if (!good)
            throw Invalid($"{protocol} endpoint");
        if (query.Get("Attributes.entry.1.key") is not null && Entries("Attributes").GetValueOrDefault("FilterPolicy") is { } filter
            && !IsJsonObject(filter))
            throw Invalid("FilterPolicy: failed to parse JSON");
        var subscription = topic.Subscriptions.Find(known => known.Protocol == protocol && known.Endpoint == endpoint);
        if (subscription is null)
        {
            subscription = new SnsSubscription(
                $"{topic.Arn}:{Guid.NewGuid()}", protocol, endpoint, protocol is not ("email" or "email-json" or "http" or "https"));
            topic.Subscriptions = topic.Subscriptions.Add(subscription);
        }

        var shown = subscription.Confirmed || query.Get("ReturnSubscriptionArn") == "true" ? subscription.Arn : "pending confirmation";
        return [Xml.Text("SubscriptionArn", shown)];
    }

    private XElement[]? Unsubscribe()
    {
        var arn = Required("SubscriptionArn");
        if (arn.Split(':').Length != 7)
            throw Invalid("SubscriptionArn");
        foreach (var topic in account.Topics.Values)
            topic.Subscriptions = topic.Subscriptions.RemoveAll(subscription => subscription.Arn == arn);
        return null;
    }

    private XElement[] ListSubscriptionsByTopic()
    {
        var topic = Topic();
        return Page("Subscriptions", topic.Subscriptions, subscription => subscription.Arn, subscription => Xml.Member(
            Xml.Text("SubscriptionArn", subscription.Confirmed ? subscription.Arn : "PendingConfirmation"),
            Xml.Text("Owner", account.Id),
            Xml.Text("Protocol", subscription.Protocol),
            Xml.Text("Endpoint", subscription.Endpoint),
            Xml.Text("TopicArn", topic.Arn)));
    }

    private XElement[] Publish()
    {
        string target;
        if (query.Get("PhoneNumber") is { } phone)
            target = PhonePattern().IsMatch(phone) ? phone : throw Invalid("PhoneNumber Reason: " + phone + " is not valid to publish to");
        else if (query.Get("TopicArn") is not null || query.Get("TargetArn") is not null)
            target = Topic(query.Get("TopicArn") is null ? "TargetArn" : "TopicArn").Arn;
        else
            throw Invalid("TopicArn or TargetArn Reason: no value for required parameter");

        var message = Required("Message");
        if (message.Length == 0)
            throw Invalid("Empty message");
        var subject = query.Get("Subject");
        if (subject is not null && !IsSubject(subject))
            throw Invalid("Subject");
        var structured = query.Get("MessageStructure") switch
        {
            null => false,
            "json" => true,
            _ => throw Invalid("MessageStructure"),
        };
        if (structured)
            CheckStructure(message);
        var attributes = Attributes();
        var bytes = Encoding.UTF8.GetByteCount(message) + attributes.Sum(entry =>
            Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value.DataType)
                + Encoding.UTF8.GetByteCount(entry.Value.Value));
        if (bytes > MaxBytes)
            throw Invalid("Message too long");

        var published = new SnsMessage(Guid.NewGuid().ToString(), target, subject, message, structured, attributes, requestId, world.Now);
        world.Messages = world.Messages.Add(published);
        return [Xml.Text("MessageId", published.MessageId)];
    }

    // ASCII, begins with a letter, number or punctuation mark, no line breaks or control characters, less than 100 characters.
    private static bool IsSubject(string subject) =>
        subject.Length is > 0 and < 100 && subject[0] is > ' ' and < '\u007F' && subject.All(c => c is >= ' ' and < '\u007F');

    private static void CheckStructure(string message)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(message);
        }
        catch (JsonException)
        {
            throw Invalid("Message Structure - JSON message body failed to parse");
        }

        using (json)
        {
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw Invalid("Message Structure - JSON message body failed to parse");
            if (!json.RootElement.TryGetProperty("default", out var text) || text.ValueKind != JsonValueKind.String)
                throw Invalid("Message Structure - No default entry in JSON message body");
        }
    }

    private ImmutableSortedDictionary<string, SnsAttribute> Attributes()
    {
        var all = Ordinal.Map<SnsAttribute>().ToBuilder();
        for (var i = 1; query.Get(string.Create(CultureInfo.InvariantCulture, $"MessageAttributes.entry.{i}.Name")) is { } name; i++)
        {
            var prefix = string.Create(CultureInfo.InvariantCulture, $"MessageAttributes.entry.{i}.Value.");
            if (name.Length > 256 || !AttributeNamePattern().IsMatch(name)
                || name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("AWS.SNS.", StringComparison.Ordinal)
                || name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase))
            {
                throw InvalidValue($"The message attribute name '{name}' is not valid.");
            }

            var type = query.Get(prefix + "DataType");
            if (string.IsNullOrEmpty(type))
                throw InvalidValue($"The message attribute '{name}' must contain non-empty message attribute type.");
            var kind = type.Split('.')[0];
            if (kind is not ("String" or "Number" or "Binary"))
                throw InvalidValue($"The message attribute '{name}' has an invalid message attribute type, the set of supported type "
                    + "prefixes is Binary, Number, and String.");
            var field = kind == "Binary" ? "BinaryValue" : "StringValue";
            var value = query.Get(prefix + field)
                ?? throw InvalidValue($"The message attribute '{name}' with type '{type}' must use field '{kind}'.");
            if (value.Length == 0)
                throw InvalidValue(
                    $"The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{type}'.");
            if (kind == "Number" && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                throw InvalidValue($"Could not cast message attribute '{name}' value to number.");
            if (!all.TryAdd(name, new SnsAttribute(type, value)))
                throw InvalidValue($"The message attribute name '{name}' is used twice.");
        }

        return all.ToImmutable();
    }

    private Dictionary<string, string> Entries(string name)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 1; query.Get(string.Create(CultureInfo.InvariantCulture, $"{name}.entry.{i}.key")) is { } key; i++)
            all[key] = query.Get(string.Create(CultureInfo.InvariantCulture, $"{name}.entry.{i}.value")) ?? "";
        return all;
    }

    private XElement[] Page<T>(string listName, IEnumerable<T> items, Func<T, string> key, Func<T, XElement> render)
    {
        const int Size = 100;
        var after = query.Get("NextToken") is { } token ? Pages.Decode(token) ?? throw Invalid("NextToken Reason: is not valid") : null;
        var page = items.OrderBy(key, StringComparer.Ordinal)
            .SkipWhile(item => after is not null && string.CompareOrdinal(key(item), after) <= 0).Take(Size + 1).ToList();
        if (page.Count <= Size)
            return [Xml.List(listName, page.Select(render))];
        page.RemoveAt(Size);
        return [Xml.List(listName, page.Select(render)), Xml.Text("NextToken", Pages.Encode(key(page[^1])))];
    }

    private static bool IsJsonObject(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
