using Amazon.Lambda.RuntimeSupport;

using var bootstrap = LambdaBootstrapBuilder.Create((Func<Stream, Task<Stream>>)Task.FromResult).Build();
await bootstrap.RunAsync();
