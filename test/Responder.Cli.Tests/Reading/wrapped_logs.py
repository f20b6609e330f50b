"""Writes the same made-up records in every wrapping and packing into the folder named first, and prints {"file": [event id of each deletion that
worked, newest first]}: what `responder hunt deletions` must answer for each of them, worked out here and not by the program."""
import base64
import gzip
import io
import json
import os
import random
import sys
import tarfile
import zipfile

folder, dice = sys.argv[1], random.Random(17)
CALLS = [("iam.amazonaws.com", "DeleteUser"), ("iam.amazonaws.com", "CreateUser"), ("s3.amazonaws.com", "DeleteBucket"),
         ("ec2.amazonaws.com", "TerminateInstances"), ("kms.amazonaws.com", "DescribeKey"), ("cloudtrail.amazonaws.com", "DeleteTrail")]


def made(i):
    source, name = CALLS[dice.randrange(len(CALLS))]
    record = {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/mallory", "accountId": "111122223333",
                         "userName": "mallory"},
        "eventTime": "2026-03-04T%02d:%02d:%02dZ" % (i // 3600, i // 60 % 60, i % 60), "eventSource": source, "eventName": name,
        "awsRegion": "eu-west-1", "sourceIPAddress": "203.0.113.7", "requestParameters": {"userName": "ünï \"quoted\" \\ {brace}"},
        "responseElements": None, "eventID": "%08x-0000-4000-8000-%012x" % (i, dice.getrandbits(48)), "readOnly": name.startswith("Describe"),
        "eventType": "AwsApiCall", "recipientAccountId": "111122223333",
    }
    if dice.random() < 0.2:
        record["errorCode"] = "AccessDenied"
    return record


records = [made(i) for i in range(60)]
deletions = [r["eventID"] for r in reversed(records) if r["eventName"].startswith(("Delete", "Terminate")) and "errorCode" not in r]
line = lambda thing: json.dumps(thing, ensure_ascii=dice.random() < 0.5)


def envelope(record):
    return {"version": "0", "id": "e", "detail-type": "AWS API Call via CloudTrail", "source": "aws.iam", "account": "111122223333",
            "time": record["eventTime"], "region": "eu-west-1", "resources": [], "detail": record}


def looked_up(record):
    return {"EventId": record["eventID"], "EventName": record["eventName"], "ReadOnly": "false", "EventTime": "2026-03-04T12:00:01+02:00",
            "EventSource": record["eventSource"], "Username": "mallory", "Resources": [], "CloudTrailEvent": line(record)}


def data_message(some):
    return {"messageType": "DATA_MESSAGE", "owner": "111122223333", "logGroup": "trail", "logStream": "s", "subscriptionFilters": ["f"],
            "logEvents": [{"id": str(i), "timestamp": 1, "message": line(r)} for i, r in enumerate(some)]}


def notification(text):
    return {"Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Message": text,
            "Timestamp": "2026-03-04T10:00:00.000Z", "SignatureVersion": "1"}


def zipped(stored, streamed=False):
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        """Cannot be gone back in, so that sizes follow the entries."""
        def writable(self): return True
        def write(self, data): return out.write(data)

    with zipfile.ZipFile(Pipe() if streamed else out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/", b"")
        archive.writestr("AWSLogs/a.json", log_file(records[:20]))
        archive.writestr("AWSLogs/b.json.gz", gzip.compress(log_file(records[20:]).encode()))
        archive.writestr("README.md", "read me")
    return out.getvalue()


def tarred(mode, kind=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=kind) as archive:
        for name, data in (("/etc/absolute.json", log_file(records[:20]).encode()), ("../up.json.gz", gzip.compress(log_file(records[20:]).encode())),
                           ("notes.txt", b"notes")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


log_file = lambda some: json.dumps({"Records": some})
lines = lambda things: "".join(line(thing) + "\n" for thing in things)
joined = b"".join(gzip.compress(line(data_message(records[i:i + 7])).encode()) for i in range(0, 60, 7))
files = {
    "log.json": log_file(records),
    "log-indented.json": json.dumps({"Records": records}, indent=4),
    "log.json.gz": gzip.compress(log_file(records).encode()),
    "lines.ndjson": lines(records),
    "lines-without-breaks": "".join(line(r) for r in records),
    "marks.json": "\ufeff" + log_file(records[:30]) + "\r\n\ufeff" + log_file(records[30:]),
    "utf-16.json": log_file(records).encode("utf-16"),
    "utf-16-big-without-mark.json": log_file(records).encode("utf-16-be"),
    "lookup.json": json.dumps({"Events": [looked_up(r) for r in records], "NextToken": "n"}, indent=4),
    "lookup-lines.jsonl": lines(looked_up(r) for r in records),
    "lookup-array.json": json.dumps([looked_up(r) for r in records]),
    "lookup-events-only.json": json.dumps([looked_up(r)["CloudTrailEvent"] for r in records]),
    "strings.jsonl": lines(line(r) for r in records),
    "records-as-strings.json": log_file([line(r) for r in records]),
    "eventbridge-archive.jsonl": lines(envelope(r) | {"replay-name": "again"} for r in records),
    "firehose-1-2026-03-04-10-00-00-aaaa": "".join(line(envelope(r)) for r in records),
    "firehose-logs-1-2026-03-04-10-00-00-bbbb": joined,
    "cloudwatch-message.json": line(data_message(records)),
    "cloudwatch-to-function.json": line({"awslogs": {"data": base64.b64encode(gzip.compress(line(data_message(records)).encode())).decode()}}),
    "kinesis-to-function.json": line({"Records": [
        {"kinesis": {"data": base64.b64encode(gzip.compress(line(data_message(records[i:i + 30])).encode())).decode()},
         "eventSource": "aws:kinesis", "eventName": "aws:kinesis:record"} for i in (0, 30)]}),
    "control-message.jsonl": line({"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE: Checking health"}]}) + "\n"
                             + lines(records),
    "export-000000.gz": gzip.compress("".join("2026-03-04T10:00:01.123Z " + line(r) + "\n" for r in records).encode()),
    "tail.txt": "".join("2026-03-04T10:00:01.123000+00:00 111122223333_CloudTrail_eu-west-1 " + line(r) + "\n" for r in records),
    "filter-log-events.json": json.dumps({"events": [
        {"logStreamName": "s", "timestamp": 1, "message": line(r), "ingestionTime": 2, "eventId": "3"} for r in records],
        "searchedLogStreams": []}, indent=4),
    "insights-query.json": json.dumps({"results": [[{"field": "@timestamp", "value": "t"}, {"field": "@message", "value": line(r)}] for r in records]}),
    "sns.jsonl": lines(notification(line(r)) for r in records),
    "sns-to-function.json": line({"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "Sns": notification(line(envelope(r)))} for r in records]}),
    "sqs.json": json.dumps({"Messages": [{"MessageId": "q", "ReceiptHandle": "h", "Body": line(envelope(r))} for r in records]}, indent=4),
    "sqs-of-sns.json": json.dumps({"Messages": [{"MessageId": "q", "Body": line(notification(line(envelope(r))))} for r in records]}),
    "sqs-to-function.json": line({"Records": [{"messageId": "m", "body": line(r), "eventSource": "aws:sqs"} for r in records]}),
    "search-hits.json": json.dumps({"hits": {"total": 60, "hits": [{"_index": "i", "_source": r} for r in records]}}),
    "splunk.jsonl": lines({"preview": False, "result": {"_raw": line(r)}} for r in records),
    "lower-case.jsonl": lines({name.lower(): value for name, value in r.items()} for r in records),
    "members.json.gz": gzip.compress(log_file(records[:30]).encode()) + b"\0" * 100 + gzip.compress(log_file(records[30:]).encode()) + b"\0" * 512,
    "logs.zip": zipped(stored=False),
    "logs-stored.zip": zipped(stored=True),
    "logs-streamed.zip": zipped(stored=False, streamed=True),
    "logs.tar": tarred("w"),
    "logs-old.tar": tarred("w", tarfile.USTAR_FORMAT),
    "logs.tar.gz": tarred("w:gz"),
    "logs.tgz": tarred("w:gz", tarfile.GNU_FORMAT),
    "logs-in-zip.zip": None,
}
inner = io.BytesIO()
with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("logs.tar.gz", files["logs.tar.gz"])
files["logs-in-zip.zip"] = inner.getvalue()
for name, data in files.items():
    with open(os.path.join(folder, name), "wb") as out:
        out.write(data if isinstance(data, bytes) else data.encode())
print(json.dumps({name: deletions for name in files}))
