using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Responder.Logs;

/// <summary>Recognizes copies of an event without keeping event ids.</summary>
public static class EventIdentity
{
    /// <summary>A hash of 128 bits: enough to tell apart as many events as a disk can hold.</summary>
    public static UInt128 HashOf(string eventId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(eventId.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
