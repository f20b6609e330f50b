using Responder.Cli.Tests.Backtest;
using Responder.Cli.Tests.Integrity;

namespace Responder.Cli.Tests.Commands;

/// <summary>These tests run alone, since only what the whole process allocates can be measured.</summary>
[Collection(nameof(MemoryTests))]
public sealed class ValidateLogsMemoryTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task A_large_log_is_hashed_as_it_is_read()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var log = trail.Digest(5).Logs[0];
        var text = new byte[64 * 1024 * 1024];
        text.AsSpan().Fill((byte)' ');
        trail.Objects[log.Key] = trail.Objects[log.Key] with { Content = FakeTrail.Gzip(text) };
        var content = trail.Digest(5).Content.DeepClone().AsObject();
        content["logFiles"]![0]!["hashValue"] = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(text));
        trail.Add(FakeTrail.Sign(content, SigningKey.Second, []));
        trail.WriteTo(_place.Mirror);
        var before = GC.GetTotalAllocatedBytes();
        Assert.Equal(0, (await _place.RunAsync(_place.Mirror)).ExitCode);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, text.Length / 2);
    }
}
