using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Responder.Analysis.Backtest;

/// <summary>
/// Memory that is read at random costs a page fault for each new page and a walk through the page tables for nearly every read. Linux
/// provides pages of 2 MB instead of 4 KB on request. Source: madvise(2), MADV_HUGEPAGE.
/// </summary>
internal static class LargePages
{
    private const int Bytes = 2 * 1024 * 1024;
    private const int HugePage = 14;

    /// <summary>Asks for large pages. This is only advice: where they are not available, nothing changes.</summary>
    /// <param name="array">Pinned; nothing has been written to it yet.</param>
    public static void Advise<T>(T[] array)
        where T : unmanaged
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        var end = start + (array.Length * (nint)Unsafe.SizeOf<T>());
        var (first, last) = ((start + Bytes - 1) & -Bytes, end & -Bytes);
        if (first >= last) return;
        try
        {
            _ = MAdvise(first, last - first, HugePage);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // The C library has another name; small pages work as well.
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    private static extern int MAdvise(nint address, nint length, int advice);
}
