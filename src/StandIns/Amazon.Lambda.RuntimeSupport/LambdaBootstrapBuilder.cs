using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>Runs once before the first invocation; false ends the process without one.</summary>
public delegate Task<bool> LambdaBootstrapInitializer();

/// <summary>Puts a handler, its serializer and the initialization together.</summary>
public class LambdaBootstrapBuilder
{
    private readonly LambdaHandler _handler;
    private LambdaBootstrapInitializer _initializer;

    private LambdaBootstrapBuilder(LambdaHandler handler) => _handler = handler;

    public static LambdaBootstrapBuilder Create(Func<Stream, Task<Stream>> handler) =>
        new((input, _) => handler(input));

    public static LambdaBootstrapBuilder Create(Func<Stream, ILambdaContext, Task<Stream>> handler) =>
        new((input, context) => handler(input, context));

    public static LambdaBootstrapBuilder Create<TInput>(Func<TInput, Task> handler, ILambdaSerializer serializer) =>
        Create<TInput>((input, _) => handler(input), serializer);

    public static LambdaBootstrapBuilder Create<TInput>(Func<TInput, ILambdaContext, Task> handler, ILambdaSerializer serializer) =>
        new(async (input, context) =>
        {
            await handler(serializer.Deserialize<TInput>(input), context).ConfigureAwait(false);
            return Stream.Null;
        });

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(Func<TInput, TOutput> handler, ILambdaSerializer serializer) =>
        Create<TInput, TOutput>((input, _) => Task.FromResult(handler(input)), serializer);

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(
        Func<TInput, ILambdaContext, TOutput> handler, ILambdaSerializer serializer) =>
        Create<TInput, TOutput>((input, context) => Task.FromResult(handler(input, context)), serializer);

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(Func<TInput, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        Create<TInput, TOutput>((input, _) => handler(input), serializer);

    public static LambdaBootstrapBuilder Create<TInput, TOutput>(
        Func<TInput, ILambdaContext, Task<TOutput>> handler, ILambdaSerializer serializer) =>
        new(async (input, context) =>
        {
            var output = await handler(serializer.Deserialize<TInput>(input), context).ConfigureAwait(false);
            var response = new MemoryStream();
            serializer.Serialize(output, response);
            response.Position = 0;
            return response;
        });

    public LambdaBootstrapBuilder UseBootstrapHandler(LambdaBootstrapInitializer lambdaBootstrapInitializer)
    {
        _initializer = lambdaBootstrapInitializer;
        return this;
    }

    public LambdaBootstrap Build() => new(_handler, _initializer);
}
