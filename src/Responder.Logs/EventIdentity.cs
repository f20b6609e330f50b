using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Responder.Logs;

/// <summary>Tells copies of an event apart from other events without keeping their ids.</summary>
public static class EventIdentity
{
    /// <summary>128 bits: enough to tell any number of events apart that a disk can hold.</summary>
    public static UInt128 HashOf(string eventId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(eventId.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
