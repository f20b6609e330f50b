using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;

namespace StandIns.Tests;

/// <summary>Tests every operation of every stand-in. They are found by reflection, so a new operation needs no new test.</summary>
public class OperationTests
{
    public static TheoryData<string> Operations => new(
        new[] { "iam", "sns" }.SelectMany(service => Requests(service).Select(type => $"{service}:{Operation(type)}")));

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_member_of_a_response_is_read(string name)
    {
        var (service, operation) = Split(name);
        var response = RequestType(service, operation).Assembly.GetType($"{Space(service)}.Model.{operation}Response")!;
        using var endpoint = new RecordingEndpoint((_, _) =>
            new Answer.Reply(200, $"<{operation}Response><{operation}Result>{XmlOf(response)}</{operation}Result><ResponseMetadata>"
                + $"<RequestId>id-of-the-request</RequestId></ResponseMetadata></{operation}Response>"));

        var result = await CallAsync(Client(service, endpoint.Url), (AmazonWebServiceRequest)Filled(RequestType(service, operation)));

        Assert.Equal("id-of-the-request", result.ResponseMetadata.RequestId);
        AssertFilled(result, response, response.Name);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Members_that_are_not_sent_stay_null(string name)
    {
        var (service, operation) = Split(name);
        using var endpoint = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        var result = await CallAsync(
            Client(service, endpoint.Url), (AmazonWebServiceRequest)Activator.CreateInstance(RequestType(service, operation))!);
        Assert.All(Own(result.GetType()), property => Assert.Null(property.GetValue(result)));

        // Members that were not set are not sent, either.
        var sent = Decoded(Assert.Single(endpoint.Requests));
        Assert.DoesNotContain(sent, pair => pair.Key is not ("Action" or "Version"));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Every_declared_error_becomes_its_own_exception_and_any_other_the_base(string name)
    {
        var (service, operation) = Split(name);
        var type = RequestType(service, operation);
        var baseName = $"{type.BaseType!.Name[..^"Request".Length]}Exception";
        foreach (var code in Errors(type).Append("SomethingElse"))
        {
            using var endpoint = new RecordingEndpoint((_, _) =>
                new Answer.Reply(400, $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>what "
                    + "happened</Message></Error><RequestId>r-1</RequestId></ErrorResponse>"));
            var exception = await Assert.ThrowsAnyAsync<AmazonServiceException>(
                () => CallAsync(Client(service, endpoint.Url), (AmazonWebServiceRequest)Activator.CreateInstance(type)!));

            // KMSOptInRequired is an error code, but its type ends in Exception; one code differs from its type's name.
            var expected = code switch
            {
                "SomethingElse" => baseName,
                "ParameterValueInvalid" => "InvalidParameterValueException",
                _ when code.EndsWith("Exception", StringComparison.Ordinal) => code,
                _ => code + "Exception",
            };
            Assert.Equal(expected, exception.GetType().Name);
            Assert.Equal(
                (code, "what happened", "r-1", 400),
                (exception.ErrorCode, exception.Message, exception.RequestId, (int)exception.StatusCode));
        }
    }

    [Fact]
    public void Members_and_errors_are_those_of_the_service_models()
    {
        var names = Operations.Select(row => row.Data).ToList();
        var models = JsonDocument.Parse(
            Python.Run("botocore_models.py", ["boto3"], null, "operations", string.Join(',', names))).RootElement.EnumerateArray()
            .ToDictionary(model => model.GetProperty("name").GetString()!);
        Assert.Equal(names.Count, models.Count);
        foreach (var name in names)
        {
            var (service, operation) = Split(name);
            var type = RequestType(service, operation);
            AssertShape(models[name].GetProperty("input"), type, type.Name);
            AssertShape(
                models[name].GetProperty("output"), type.Assembly.GetType($"{Space(service)}.Model.{operation}Response")!, operation
                + "Response");
            Assert.Equal(
                models[name].GetProperty("errors").EnumerateArray().Select(code => code.GetString()), Errors(type)
                .Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Requests_are_those_that_boto3_sends()
    {
        var requests = Operations.Select(row => row.Data)
            .ToDictionary(name => name, name => (AmazonWebServiceRequest)Filled(RequestType(Split(name).Service, Split(name).Operation)));
        using var theirs = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        var calls = new JsonArray(
            [.. requests.Select(pair => new JsonObject { ["name"] = pair.Key, ["parameters"] = Plain(pair.Value, pair.Value.GetType()) })]);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, calls.ToJsonString());
            Python.Run("boto3_calls.py", ["boto3"], null, theirs.Url, file);
        }
        finally
        {
            File.Delete(file);
        }

        using var ours = new RecordingEndpoint((request, _) => SignatureTests.Emptily(request));
        foreach (var (name, request) in requests)
            await CallAsync(Client(Split(name).Service, ours.Url), request);

        Assert.Equal(requests.Count, theirs.Requests.Count);
        foreach (var (their, our) in theirs.Requests.Zip(ours.Requests))
        {
            Assert.Equal(Decoded(their), Decoded(our));
            Assert.Equal(their.Method + their.Target, our.Method + our.Target);
            Assert.Equal(their.Headers["Content-Type"].Split(';')[0], our.Headers["Content-Type"].Split(';')[0]);
        }
    }

    private static (string Service, string Operation) Split(string name) => (name.Split(':')[0], name.Split(':')[1]);

    private static string Space(string service) => Assembly(service).GetName().Name!.Replace("Responder.StandIn.", "Amazon.");

    private static Assembly Assembly(string service) =>
        (service == "iam" ? typeof(AmazonIdentityManagementServiceClient) : typeof(AmazonSimpleNotificationServiceClient)).Assembly;

    private static AmazonServiceClient Client(string service, string url) => service == "iam"
        ? Clients.Iam(url, config => config.MaxErrorRetry = 0)
        : Clients.Sns(url, config => config.MaxErrorRetry = 0);

    private static IEnumerable<Type> Requests(string service) =>
        Assembly(service).GetExportedTypes()
            .Where(type => type.Namespace == $"{Space(service)}.Model" && type.Name.EndsWith("Request", StringComparison.Ordinal))
            .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static Type RequestType(string service, string operation) => Assembly(service)
        .GetType($"{Space(service)}.Model.{operation}Request", throwOnError: true)!;

    private static string Operation(Type request) => request.Name[..^"Request".Length];

    private static string[] Errors(Type request)
    {
        var input = request.GetInterfaces().Single(type => type.Name.StartsWith("IOperationInput", StringComparison.Ordinal));
        return ((string)input.GetProperty("Errors")!.GetValue(Activator.CreateInstance(request))!).Split(' ');
    }

    private static async Task<AmazonWebServiceResponse> CallAsync(AmazonServiceClient client, AmazonWebServiceRequest request)
    {
        using (client)
        {
            var method = client.GetType()
                .GetMethod($"{Operation(request.GetType())}Async", [request.GetType(), typeof(CancellationToken)])!;
            var task = (Task)method.Invoke(client, [request, CancellationToken.None])!;
            await task;
            return (AmazonWebServiceResponse)task.GetType().GetProperty("Result")!.GetValue(task)!;
        }
    }

    private static IEnumerable<PropertyInfo> Own(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static Type Bare(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>);

    private static bool IsMap(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>);

    /// <summary>A value of the type with all members set; its texts contain characters that need encoding.</summary>
    private static object Filled(Type type, string path = "")
    {
        type = Bare(type);
        if (type == typeof(string))
            return $"/{path} +&=~*ü%\"";
        if (type == typeof(bool))
            return true;
        if (type == typeof(int))
            return 7;
        if (type == typeof(MemoryStream))
            return new MemoryStream([1, 2, 250]);
        if (type.IsSubclassOf(typeof(ConstantClass)))
            return type.GetFields(BindingFlags.Public | BindingFlags.Static)[0].GetValue(null)!;
        var value = Activator.CreateInstance(type)!;
        if (value is IList list)
        {
            list.Add(Filled(type.GetGenericArguments()[0], path + "1"));
            list.Add(Filled(type.GetGenericArguments()[0], path + "2"));
        }
        else if (value is IDictionary map)
        {
            map["one key"] = Filled(type.GetGenericArguments()[1], path + "1");
        }
        else
        {
            foreach (var property in Own(type))
                property.SetValue(value, Filled(property.PropertyType, property.Name));
        }

        return value;
    }

    /// <summary>The same value in the form that boto3 takes.</summary>
    private static JsonNode Plain(object value, Type type)
    {
        switch (value)
        {
            case string or bool or int:
                return JsonValue.Create(value)!;
            case ConstantClass constant:
                return constant.Value;
            case MemoryStream bytes:
                return new JsonObject { ["bytes"] = Convert.ToBase64String(bytes.ToArray()) };
            case IDictionary map:
                return new JsonObject(
                    map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, (JsonNode?)Plain(map[key]!, map[key]!.GetType()))));
            case IList list:
                return new JsonArray([.. list.Cast<object>().Select(item => Plain(item, item.GetType()))]);
            default:
                return new JsonObject(
                    Own(type)
                    .Select(property =>
                        KeyValuePair.Create(property.Name, (JsonNode?)Plain(property.GetValue(value)!, property.PropertyType))));
        }
    }

    /// <summary>The parameters of a request: the pairs of its form.</summary>
    private static SortedDictionary<string, string> Decoded(RecordedRequest request)
    {
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in request.Text.Split('&'))
            pairs.Add(Uri.UnescapeDataString(pair.Split('=')[0]), Uri.UnescapeDataString(pair.Split('=')[1].Replace('+', ' ')));
        return pairs;
    }

    private static string XmlOf(Type type)
    {
        var xml = new StringBuilder("<Unknown><Name>no</Name></Unknown>");
        foreach (var property in Own(type))
            xml.Append(
                CultureInfo.InvariantCulture, $"<{property.Name}>{XmlValue(property.PropertyType, property.Name)}</{property.Name}>");
        return xml.ToString();
    }

    private static string XmlValue(Type type, string name)
    {
        type = Bare(type);
        if (IsList(type))
            return string.Concat(Enumerable.Repeat($"<member>{XmlValue(type.GetGenericArguments()[0], name)}</member>", 2));
        if (IsMap(type))
            return $"<entry><key>k</key><value>{name}</value></entry><entry><key>l</key><value>{name}</value></entry>";
        if (type == typeof(bool))
            return "true";
        if (type == typeof(int))
            return "7";
        if (type == typeof(DateTime))
            return "2026-01-02T03:04:05Z";
        return type == typeof(string) || type.IsSubclassOf(typeof(ConstantClass)) ? $"{name} &lt;&amp;ü" : XmlOf(type);
    }

    private static void AssertFilled(object? value, Type type, string path)
    {
        type = Bare(type);
        Assert.True(value is not null, $"{path} was not read");
        switch (value)
        {
            case string text:
                Assert.True(text == $"{path.Split('.')[^1].TrimEnd('[', ']')} <&ü", $"{path} is {text}");
                break;
            case ConstantClass constant:
                Assert.Equal($"{path.Split('.')[^1]} <&ü", constant.Value);
                break;
            case bool or int:
                Assert.Contains(value, new object[] { true, 7 });
                break;
            case DateTime time:
                Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), time.ToUniversalTime());
                break;
            case IDictionary map:
                Assert.Equal(["k", "l"], map.Keys.Cast<string>());
                break;
            case IList list:
                Assert.Equal(2, list.Count);
                foreach (var item in list)
                    AssertFilled(item, type.GetGenericArguments()[0], path + "[]");
                break;
            default:
                foreach (var property in Own(type))
                    AssertFilled(property.GetValue(value), property.PropertyType, $"{path}.{property.Name}");
                break;
        }
    }

    private static void AssertShape(JsonElement model, Type type, string path)
    {
        type = Bare(type);
        if (model.ValueKind == JsonValueKind.String)
        {
            Type[] possible = model.GetString() switch
            {
                "string" => [typeof(string), typeof(ConstantClass)],
                "boolean" => [typeof(bool)],
                "integer" => [typeof(int)],
                "timestamp" => [typeof(DateTime)],
                "blob" => [typeof(MemoryStream)],
                var other => throw new InvalidOperationException(other),
            };
            Assert.True(possible.Contains(type) || possible.Contains(type.BaseType), $"{path} is {type}, not {model}");
        }
        else if (IsList(type))
        {
            AssertShape(model.GetProperty("list"), type.GetGenericArguments()[0], path + "[]");
        }
        else if (IsMap(type))
        {
            AssertShape(model.GetProperty("map"), type.GetGenericArguments()[1], path + "{}");
        }
        else
        {
            Assert.Equal(
                model.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), Own(type)
                .Select(property => property.Name).Order(StringComparer.Ordinal));
            foreach (var member in model.EnumerateObject())
                AssertShape(member.Value, type.GetProperty(member.Name)!.PropertyType, $"{path}.{member.Name}");
        }
    }
}
