using System.Text;
using Responder.Cli.Tests.Integrity;
using Responder.Integrity;

namespace Responder.Cli.Tests.Commands;

public sealed class ValidateLogsTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Everything_valid_is_told_in_the_words_of_the_aws_cli()
    {
        var run = await _place.RunAsync(new FakeTrail().WriteTo(_place.Mirror));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            $"""
            Validating log files of {_place.Mirror} between 2026-03-01T21:05:00Z and 2026-03-02T03:05:00Z

            Results requested for 2026-03-01T21:05:00Z to 2026-03-02T03:05:00Z
            Results found for 2026-03-01T21:05:00Z to 2026-03-02T03:05:00Z:

            30/30 digest files valid
            1/1 backfill digest files valid
            51/51 log files valid

            """,
            run.Output);
    }

    [Fact]
    public async Task What_is_not_valid_is_shown_and_with_verbose_the_rest_too()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var (log, digest) = (trail.Digest(1).Logs[0], trail.Digest(4).Name);
        trail.Objects.Remove(log.Key);
        trail.Objects[digest.Key].Metadata["signature"] = "00";
        trail.WriteTo(_place.Mirror);

        var brief = await _place.RunAsync(_place.Mirror);
        Assert.Equal(1, brief.ExitCode);
        Assert.Equal(
            [$"Digest file\t{digest}\tINVALID: signature verification failed", $"Log file\t{log}\tMISSING: not found"],
            brief.Lines.Where(static line => line.Contains('\t')));
        Assert.Contains("5/6 digest files valid, 1/6 digest files INVALID\n", brief.Output, StringComparison.Ordinal);
        Assert.Contains("8/9 log files valid, 1/9 log files INVALID (1 missing)\n", brief.Output, StringComparison.Ordinal);
        Assert.Contains(
            "No valid digest covers 2026-03-02T01:05:00Z to 2026-03-02T02:05:00Z: 111122223333 eu-west-1 main_trail\n", brief.Output,
            StringComparison.Ordinal);

        var verbose = await _place.RunAsync(_place.Mirror, "--verbose");
        Assert.Contains($"Digest file\t{trail.Digest(5).Name}\tvalid\n", verbose.Output, StringComparison.Ordinal);
        Assert.Contains($"(backfill) Digest file\t{trail.Backfill.Name}\tvalid\n", verbose.Output, StringComparison.Ordinal);
        Assert.Contains($"Log file\t{trail.Digest(1).Logs[1]}\tvalid\n", verbose.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_digest_at_all_is_not_valid()
    {
        Directory.CreateDirectory(_place.Mirror);
        var run = await _place.RunAsync(_place.Mirror);
        Assert.Equal((1, "responder: there is no digest for this time: nothing is proven\n"), (run.ExitCode, run.Error));
        Assert.EndsWith("No digests found\n", run.Output, StringComparison.Ordinal);

        var json = await _place.RunAsync(_place.Mirror, "--format", "json");
        Assert.False(Assert.Single(json.Json).GetProperty("valid").GetBoolean());
    }

    [Fact]
    public async Task A_digest_more_than_an_hour_after_the_end_is_left_out_and_so_are_those_before_the_start()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        trail.WriteTo(_place.Mirror);
        var run = await Cli.RunAsync(
            "validate-logs", _place.Mirror, "--public-keys", _place.Keys, "--start", Workplace.Time(FakeTrail.Start.AddHours(1.5)), "--end",
            Workplace.Time(FakeTrail.Start.AddHours(3)), "--format", "json");
        var (verdicts, _, summary) = Workplace.Read(run);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            new[] { trail.Digest(1), trail.Digest(2), trail.Digest(3), trail.Backfill }.Select(static digest => digest.Name.ToString())
                .Order(),
            verdicts.Keys.Where(static key => key.Contains("Digest", StringComparison.Ordinal)).Order());
        Assert.Equal("2026-03-01T22:35:00Z", summary.GetProperty("foundStart").GetString());
        Assert.Empty(summary.GetProperty("uncovered").EnumerateArray());
    }

    [Fact]
    public async Task Time_that_no_digest_covers_is_named_and_fails_when_completeness_is_asked_for()
    {
        new FakeTrail(FakeTrail.Main).WriteTo(_place.Mirror);
        string[] arguments = [
            "validate-logs", _place.Mirror, "--public-keys", _place.Keys, "--start", Workplace.Time(FakeTrail.Start), "--end",
            Workplace.Time(FakeTrail.End.AddMinutes(30)), "--format", "json"];

        // Half an hour after the newest digest, there cannot be another one yet.
        var run = await Cli.RunAsync(arguments);
        var uncovered = Assert.Single(Workplace.Read(run).Summary.GetProperty("uncovered").EnumerateArray());
        Assert.Equal(
            ("2026-03-02T03:05:00Z", "2026-03-02T03:35:00Z"),
            (uncovered.GetProperty("from").GetString(), uncovered.GetProperty("to").GetString()));
        Assert.Equal((0, 0), (run.ExitCode, Workplace.Read(run).Gaps.Length));
        Assert.Equal(1, (await Cli.RunAsync([.. arguments, "--complete"])).ExitCode);
    }

    [Theory]
    [InlineData(true, true, "2026-03-02T02:05:00Z 2026-03-02T03:05:00Z log files were delivered then")]
    [InlineData(true, false, "2026-03-02T02:05:00Z 2026-03-02T03:05:00Z the newest digest is older, and no log file is younger")]
    [InlineData(false, true, "2026-03-02T02:05:00Z * log files were delivered then")]
    [InlineData(false, false, null)] // the trail may have ended
    public async Task A_newest_digest_that_is_gone_is_a_gap_where_the_time_asked_for_or_log_files_go_on(
        bool namesEnd, bool keepsLogs, string? expected)
    {
        var trail = new FakeTrail(FakeTrail.Main);
        trail.Objects.Remove(trail.Digest(5).Name.Key);
        if (!keepsLogs) foreach (var log in trail.Digest(5).Logs) trail.Objects.Remove(log.Key);
        trail.WriteTo(_place.Mirror);
        await using var server = await new FakeAws(trail, FakeTrail.Main).StartAsync();
        string[] end = namesEnd ? ["--end", Workplace.Time(FakeTrail.End)] : [];
        foreach (var path in (string[])[_place.Mirror, "s3://audit-logs"])
        {
            var run = await Cli.RunAsync(
                ["validate-logs", path, "--public-keys", _place.Keys, "--endpoint", server.Url.ToString(), "--start",
                    Workplace.Time(FakeTrail.Start), .. end, "--format", "json"]);
            var gaps = Workplace.Read(run).Gaps;
            Assert.Equal((expected is null ? 0 : 1, expected is null ? 0 : 1), (run.ExitCode, gaps.Length));
            foreach (var gap in gaps)
            {
                var words = expected!.Split(' ', 3);
                Assert.Equal(words[0], gap.GetProperty("from").GetString());
                if (words[1] != "*") Assert.Equal(words[1], gap.GetProperty("to").GetString());
                Assert.StartsWith(words[2], gap.GetProperty("reason").GetString(), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_digest_behind_the_end_that_is_genuine_names_the_newest_one_that_is_gone(bool isGenuine)
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var gone = trail.Digest(3).Name;
        trail.Objects.Remove(gone.Key);
        if (!isGenuine) trail.Objects[trail.Digest(4).Name.Key].Metadata["signature"] = trail.Digest(1).Signature;
        trail.WriteTo(_place.Mirror);

        var run = await Cli.RunAsync(
            "validate-logs", _place.Mirror, "--public-keys", _place.Keys, "--start", Workplace.Time(FakeTrail.Start), "--end",
            Workplace.Time(FakeTrail.Start.AddHours(3)), "--format", "json");

        var (verdicts, gaps, _) = Workplace.Read(run);
        Assert.Equal(isGenuine ? "missing" : null, verdicts.GetValueOrDefault(gone.ToString()));
        Assert.DoesNotContain(verdicts, static verdict => verdict.Value == "invalid");
        Assert.Equal((isGenuine ? 1 : 0, 0), (run.ExitCode, gaps.Length));
    }

    [Fact]
    public async Task A_trail_that_goes_on_in_another_bucket_has_no_gap_in_the_first()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        trail.WriteTo(_place.Mirror);
        var moved = new FakeTrail(FakeTrail.Main);
        foreach (var key in moved.Objects.Keys.Except([moved.Digest(5).Name.Key]).ToArray()) moved.Objects.Remove(key);
        // The first bucket ends an hour earlier. What lies in the second one shows where the trail went, whether it is valid or not.
        File.Delete(Path.Combine(_place.Mirror, FakeTrail.Bucket, trail.Digest(5).Name.Key));
        moved.WriteTo(_place.Mirror, bucket: "second-logs");

        var (verdicts, gaps, _) = Workplace.Read(await _place.RunAsync(_place.Mirror, "--format", "json"));
        Assert.Empty(gaps);
        Assert.Equal(
            "invalid",
            Assert.Single(verdicts, static verdict => verdict.Key.StartsWith("s3://second-logs/", StringComparison.Ordinal)).Value);
    }

    [Fact]
    public async Task The_newest_digest_asked_for_may_have_its_signature_in_a_later_one()
    {
        new FakeTrail().WriteTo(_place.Mirror, withMetadata: false);
        string[] arguments = [
            "validate-logs", _place.Mirror, "--public-keys", _place.Keys, "--account", "444455556666", "--start",
            Workplace.Time(FakeTrail.Start), "--end"];
        var middle = await Cli.RunAsync([.. arguments, Workplace.Time(FakeTrail.Start.AddHours(2))]);
        Assert.Equal((0, ""), (middle.ExitCode, middle.Error));
        Assert.Contains("6/6 digest files valid\n", middle.Output, StringComparison.Ordinal);

        // After the last digest of the chain, there is none that could hold its signature.
        var whole = await Cli.RunAsync([.. arguments, Workplace.Time(FakeTrail.End)]);
        Assert.Equal(1, whole.ExitCode);
        Assert.Contains("10/12 digest files valid, 2/12 digest files INVALID\n", whole.Output, StringComparison.Ordinal);
        Assert.Contains("20260302T030500Z.json.gz\tINVALID: no signature: ", whole.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_is_told_in_the_words_of_the_aws_cli_and_one_that_nothing_explains_in_others()
    {
        var stopped = new FakeTrail(FakeTrail.Main);
        Tampering.All.Single(static tampering => tampering.Name == "logging was stopped for an hour").Apply(stopped);
        var run = await _place.RunAsync(stopped.WriteTo(_place.Mirror));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("GAP\t111122223333 eu-west-1 main_trail\tNo log files were delivered by CloudTrail between 2026-03-02T00:05:00Z "
            + "and 2026-03-02T01:05:00Z: ", run.Output, StringComparison.Ordinal);

        using var other = new Workplace();
        var dropped = new FakeTrail(FakeTrail.Main);
        Tampering.All.Single(static tampering => tampering.Name == "two digests one after the other are dropped").Apply(dropped);
        Assert.Contains(
            "\tThere is no digest between 2026-03-01T23:05:00Z and 2026-03-02T00:05:00Z: ",
            (await other.RunAsync(dropped.WriteTo(other.Mirror))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_cloudtrail_refuses_are_a_failed_step()
    {
        new FakeTrail(FakeTrail.Main).WriteTo(_place.Mirror);
        await using var server = await Aws.WireServer.StartAsync(static _ => Aws.WireReply.Json("""{"__type":"AccessDeniedException","message":"not allowed"}""", 400));
        var run = await OnlineAsync(server, _place.Mirror);
        Assert.Equal((4, "responder: AWS: AccessDeniedException: not allowed\n"), (run.ExitCode, run.Error));
        Assert.DoesNotContain("digest files valid", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("audit-logs")]
    [InlineData("audit-logs/AWSLogs")]
    [InlineData("audit-logs/AWSLogs/111122223333")]
    [InlineData("audit-logs/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1")]
    public async Task Any_folder_of_the_copy_may_be_named(string below)
    {
        new FakeTrail().WriteTo(_place.Mirror);
        var run = await _place.RunAsync(Path.Combine(_place.Mirror, below), "--account", "111122223333", "--region", "eu-west-1");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            "6/6 digest files valid\n1/1 backfill digest files valid\n11/11 log files valid\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_under_another_name_has_been_moved_unless_the_bucket_is_told()
    {
        new FakeTrail(FakeTrail.Main).WriteTo(_place.Mirror, bucket: "copy");
        var run = await _place.RunAsync(_place.Mirror);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("0/6 digest files valid, 6/6 digest files INVALID\n", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "INVALID: has been moved from its original location s3://audit-logs/AWSLogs/", run.Output, StringComparison.Ordinal);

        Assert.Equal(0, (await _place.RunAsync(Path.Combine(_place.Mirror, "copy"), "--bucket", FakeTrail.Bucket)).ExitCode);
    }

    [Fact]
    public async Task A_digest_copied_into_another_folder_is_moved()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var name = trail.Digest(1).Name;
        var copy = new S3Name(name.Bucket, "elsewhere/" + name.Key);
        trail.Objects[copy.Key] = trail.Objects[name.Key];
        var run = await _place.RunAsync(trail.WriteTo(_place.Mirror), "--format", "json");
        var wrong = Assert.Single(Workplace.Read(run).Verdicts, static pair => pair.Value != "valid");
        Assert.Equal((copy.ToString(), "invalid"), (wrong.Key, wrong.Value));
    }

    [Fact]
    public async Task A_digest_cannot_lead_out_of_the_copy()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var outside = Path.Combine(_place.Folder, "secret.json.gz");
        await File.WriteAllBytesAsync(outside, FakeTrail.Gzip("secret"u8.ToArray()), TestContext.Current.CancellationToken);
        var content = trail.Digest(5).Content.DeepClone().AsObject();
        content["logFiles"]![0]!["s3Object"] = "../../secret.json.gz";
        content["logFiles"]![0]!["hashValue"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("secret"u8));
        trail.Add(FakeTrail.Sign(content, SigningKey.Second, []));
        var run = await _place.RunAsync(trail.WriteTo(_place.Mirror), "--format", "json");
        Assert.Equal("missing", Workplace.Read(run).Verdicts["s3://audit-logs/../../secret.json.gz"]);
    }

    [Fact]
    public async Task A_name_in_a_digest_is_shown_on_one_line()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var content = trail.Digest(5).Content.DeepClone().AsObject();
        content["logFiles"]![0]!["s3Object"] = "x\n6/6 digest files valid\u001b[2J";
        trail.Add(FakeTrail.Sign(content, SigningKey.Second, []));
        var run = await _place.RunAsync(trail.WriteTo(_place.Mirror));
        Assert.Contains("x\\u000A6/6 digest files valid\\u001B[2J\tMISSING", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task An_unlisted_key_is_named_by_its_fingerprint()
    {
        new FakeTrail(FakeTrail.Main).WriteTo(_place.Mirror);
        await File.WriteAllTextAsync(_place.Keys, """{"PublicKeyList":[]}""", TestContext.Current.CancellationToken);
        var run = await _place.RunAsync(_place.Mirror);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"INVALID: public key not found in region eu-west-1 for fingerprint {SigningKey.First.Fingerprint}\n", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("No valid digests found in range\n", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"PublicKeyList":[{"Value":"AA=="}]}""")]
    [InlineData("""{"PublicKeyList":[{"Value":"*","Fingerprint":"x"}]}""")]
    public async Task A_key_list_of_another_shape_is_wrong_usage(string text)
    {
        Directory.CreateDirectory(_place.Mirror);
        await File.WriteAllTextAsync(_place.Keys, text, TestContext.Current.CancellationToken);
        var run = await _place.RunAsync(_place.Mirror);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("list-public-keys", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_unreadable_input()
    {
        var run = await _place.RunAsync(Path.Combine(_place.Folder, "nowhere"));
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("nowhere: no such file or folder\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trail_that_changed_its_bucket_is_walked_into_the_old_one()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var last = trail.Digest(5);
        foreach (var key in last.Logs.Select(static log => log.Key).Append(last.Name.Key)) trail.Objects.Remove(key);
        trail.WriteTo(_place.Mirror);

        var content = last.Content.DeepClone().AsObject();
        content["digestS3Bucket"] = "new-logs";
        content["logFiles"]!.AsArray().Clear();
        var moved = new FakeTrail();
        moved.Objects.Clear();
        moved.Add(FakeTrail.Sign(content, SigningKey.Second, []));
        moved.WriteTo(_place.Mirror, bucket: "new-logs");

        var run = await _place.RunAsync(_place.Mirror, "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["new-logs", FakeTrail.Bucket, FakeTrail.Bucket],
            run.Json.Where(static line => line.TryGetProperty("kind", out var kind) && kind.GetString() == "digest").Take(3)
            .Select(static line => line.GetProperty("bucket").GetString()));

        // The same holds when the old bucket is absent: its digest counts as missing and is not forgotten.
        Directory.Delete(Path.Combine(_place.Mirror, FakeTrail.Bucket), recursive: true);
        var without = Workplace.Read(await _place.RunAsync(_place.Mirror, "--format", "json"));
        Assert.Equal("missing", without.Verdicts[trail.Digest(4).Name.ToString()]);
    }

    [Fact]
    public async Task A_bucket_is_read_through_s3_and_its_keys_come_from_cloudtrail()
    {
        var trail = new FakeTrail();
        var server = await new FakeAws(trail, FakeTrail.Main).StartAsync();
        await using var running = server;
        foreach (var path in (string[])[
            "s3://audit-logs", "s3://audit-logs/AWSLogs", "s3://audit-logs/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/"])
        {
            var run = await OnlineAsync(server, path, "--format", "json", "--account", "111122223333", "--region", "eu-west-1");
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal(6, Workplace.Read(run).Summary.GetProperty("digests").GetProperty("valid").GetInt32());
        }

        Assert.Equal(
            30, Workplace.Read(await OnlineAsync(server, "s3://audit-logs", "--format", "json")).Summary.GetProperty("digests")
            .GetProperty("valid").GetInt32());
        // The keys are requested in the region of the digests, and the logs beside the digests are not listed.
        Assert.Contains(
            server.Requests, static request => request.Target.EndsWith("ListPublicKeys", StringComparison.Ordinal)
            && request.Authorization.Contains("/eu-west-1/cloudtrail/", StringComparison.Ordinal));
        Assert.DoesNotContain(
            server.Requests, static request => request.Query["prefix"].ToString().Contains("/CloudTrail/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_s3_refuses_is_unreadable_and_named_and_the_rest_is_checked()
    {
        var trail = new FakeTrail(FakeTrail.Main);
        var log = trail.Digest(4).Logs[1];
        await using var server = await new FakeAws(trail, FakeTrail.Main) { Refused = log.Key }.StartAsync();
        var run = await OnlineAsync(server, "s3://audit-logs", "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains($"{log}: S3: AccessDenied", run.Error, StringComparison.Ordinal);
        var (verdicts, _, summary) = Workplace.Read(run);
        Assert.Equal(("unreadable", 10), (verdicts[log.ToString()], summary.GetProperty("logs").GetProperty("valid").GetInt32()));

        var nowhere = await OnlineAsync(server, "s3://other-bucket");
        Assert.Equal(3, nowhere.ExitCode);
        Assert.Contains("s3://other-bucket/: S3: NoSuchBucket", nowhere.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_string_to_sign_has_the_word_null_where_no_signature_is_before()
    {
        var first = Digest.Parse(Encoding.UTF8.GetBytes(new FakeTrail(FakeTrail.Main).Digest(0).Content.ToJsonString()))!;
        Assert.Equal(
            "2026-03-01T22:05:00Z\naudit-logs/AWSLogs/111122223333/CloudTrail-Digest/eu-west-1/2026/03/01/"
            + "111122223333_CloudTrail-Digest_eu-west-1_main_trail_eu-west-1_20260301T220500Z.json.gz\n" + new string('0', 64) + "\nnull",
            DigestSignature.StringToSign(first, new byte[32]));
    }

    private static Task<CliRun> OnlineAsync(Aws.WireServer server, string path, params string[] more) => Cli.RunAsync(
        ["validate-logs", path, "--endpoint", server.Url.ToString(), "--start", Workplace.Time(FakeTrail.Start), "--end",
            Workplace.Time(FakeTrail.End), .. more]);
}
