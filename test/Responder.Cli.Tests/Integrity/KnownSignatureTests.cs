using System.Text.Json;
using Responder.Integrity;

namespace Responder.Cli.Tests.Integrity;

/// <summary>Verifies genuine keys and signatures of CloudTrail, if they are stored beside the repository.</summary>
public sealed class KnownSignatureTests
{
    [Fact]
    public void Genuine_signatures_verify_with_their_key_and_with_no_other()
    {
        var file = Path.Combine(CorpusFolder(), "signature-vectors.json");
        var verdicts = JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray().Select(vector =>
        {
            using var key = DigestSignature.Key(vector.GetProperty("key_value").GetBytesFromBase64());
            Assert.NotNull(key);
            var signature = vector.GetProperty("signature_hex").GetString()!;
            var expected = vector.GetProperty("valid_pkcs1_sha256").GetBoolean();
            // A pair that does not match has no hash of its own, so none of the genuine hashes may verify.
            var hashes = expected ? [vector.GetProperty("signed_sha256_hex").GetString()!] : Hashes(file);
            Assert.All(hashes, hash => Assert.Equal(expected, DigestSignature.Verifies(key, Convert.FromHexString(hash), signature)));
            return expected;
        }).ToArray();
        Assert.Equal((2, 6), (verdicts.Count(static verdict => verdict), verdicts.Count(static verdict => !verdict)));
    }

    [Fact]
    public async Task The_published_digests_and_key_list_are_read()
    {
        var folder = CorpusFolder();
        foreach (var name in (string[])["awsdocs-digest-1.json", "awsdocs-digest-2.json"])
        {
            var digest = Digest.Parse(File.ReadAllBytes(Path.Combine(folder, name)));
            Assert.NotNull(digest);
            Assert.Equal(("31e8b5433410dfb61a9dc45cc65b22ff", TimeSpan.FromHours(1)), (digest.Fingerprint, digest.End - digest.Start));
            var parsed = DigestName.Parse(digest.Self);
            Assert.Equal((digest.End, "111122223333", "us-east-2"), (parsed!.End, parsed.Chain.Account, parsed.Chain.Region));
            using var keys = DigestKeys.OfFiles([Path.Combine(folder, "public-keys.json")]);
            var (known, key) = await keys.FindAsync(
                "us-east-2", digest.Fingerprint, digest.Start, digest.End, TestContext.Current.CancellationToken);
            Assert.True(known);
            Assert.NotNull(key);
            Assert.False(
                (await keys.FindAsync("us-east-2", "0000", digest.Start, digest.End, TestContext.Current.CancellationToken)).Known);
        }
    }

    private static string[] Hashes(string file) =>
        [.. JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray()
            .Select(static vector => vector.GetProperty("signed_sha256_hex").GetString()).OfType<string>()];

    private static string CorpusFolder()
    {
        var folder = Path.Combine(Samples.Root, "..", "shared", "corpus", "digests");
        Assert.SkipUnless(Directory.Exists(folder), "The known answers are not beside the repository (../shared/corpus/digests).");
        return folder;
    }
}
