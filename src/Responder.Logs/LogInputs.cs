using Responder.Aws;

namespace Responder.Logs;

/// <summary>The log files that the paths of a command stand for: files, folders, <c>s3://bucket/prefix</c>.</summary>
public sealed class LogInputs : IDisposable
{
    /// <summary>How long S3 may take to begin a response; the SDK sets no limit.</summary>
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);

    private LogInputs(S3Reader? s3) => S3 = s3;

    /// <summary>Null: no path is in a bucket, so AWS is not needed.</summary>
    public S3Reader? S3 { get; }

    /// <param name="clientsOf">Called only when a path begins with s3://.</param>
    /// <exception cref="UsageException">There is no region, no such profile, or a URL has no bucket.</exception>
    public static LogInputs Of(IEnumerable<string> paths, Func<AwsClients> clientsOf)
    {
        var urls = paths.Where(S3Place.IsUrl).Select(S3Place.Of).ToArray();
        return new LogInputs(urls.Length > 0 ? new S3Reader(clientsOf(), s_timeout) : null);
    }

    /// <summary>The files in the order of the paths; the files of one path are in ordinal order.</summary>
    /// <param name="onError">Told what could not be listed; what was listed before is kept.</param>
    /// <param name="withSizes">Look up the sizes of files on this machine; a listing contains those of objects anyway.</param>
    public IEnumerable<LogFile> Files(
        IEnumerable<string> paths, Action<InputError> onError, bool withSizes, CancellationToken cancellationToken)
    {
        var here = Environment.CurrentDirectory;
        return paths.SelectMany(path => S3Place.IsUrl(path)
            ? S3Logs.Files(S3!, S3Place.Of(path), onError, cancellationToken)
            : EventReader.Files([path], onError).Select(file => LogFile.Local(file.Path, withSizes, file.IsNamed, here)));
    }

    public void Dispose() => S3?.Dispose();
}
