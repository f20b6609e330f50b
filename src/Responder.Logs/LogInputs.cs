using Responder.Aws;

namespace Responder.Logs;

/// <summary>The log files that the paths of a command mean, wherever they lie: files, folders, <c>s3://bucket/prefix</c>.</summary>
public sealed class LogInputs : IDisposable
{
    /// <summary>Until an answer begins; the SDK sets no limit.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private LogInputs(S3Reader? s3) => S3 = s3;

    /// <summary>Null: no path lies in a bucket, and so no AWS is known.</summary>
    public S3Reader? S3 { get; }

    /// <param name="clientsOf">Asked only when a path begins with s3://.</param>
    /// <exception cref="UsageException">No region, no such profile, a URL without a bucket.</exception>
    public static LogInputs Of(IEnumerable<string> paths, Func<AwsClients> clientsOf)
    {
        var urls = paths.Where(S3Place.IsUrl).Select(S3Place.Of).ToArray();
        return new LogInputs(urls.Length > 0 ? new S3Reader(clientsOf(), s_timeout) : null);
    }

    /// <summary>In the order of the paths, below each in ordinal order.</summary>
    /// <param name="onError">Told what could not be listed; what was listed stands.</param>
    /// <param name="withSizes">Files on this machine are asked for theirs; objects tell it anyway.</param>
    public IEnumerable<LogFile> Files(
        IEnumerable<string> paths, Action<InputError> onError, bool withSizes, CancellationToken cancellationToken) =>
        paths.SelectMany(path => S3Place.IsUrl(path)
            ? S3Logs.Files(S3!, S3Place.Of(path), onError, cancellationToken)
            : EventReader.Files([path], onError).Select(file => LogFile.Local(file, withSizes)));

    public void Dispose() => S3?.Dispose();
}
