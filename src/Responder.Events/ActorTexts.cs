using System.Text;
using System.Text.Json;

namespace Responder.Events;

/// <summary>The texts of a <c>userIdentity</c>, as written; null when a member is absent or no text.</summary>
public struct ActorTexts
{
    private static readonly (byte[] Name, Slot Slot)[] s_identity =
    [
        ("type"u8.ToArray(), Slot.Type), ("principalId"u8.ToArray(), Slot.PrincipalId), ("arn"u8.ToArray(), Slot.Arn),
        ("accountId"u8.ToArray(), Slot.AccountId),
        ("accessKeyId"u8.ToArray(), Slot.AccessKeyId), ("userName"u8.ToArray(), Slot.UserName), ("invokedBy"u8.ToArray(), Slot.InvokedBy),
        ("sessionContext"u8.ToArray(), Slot.Session), ("invokedByDelegate"u8.ToArray(), Slot.Delegate),
        ("onBehalfOf"u8.ToArray(), Slot.Behalf),
    ];

    private static readonly (byte[] Name, Slot Slot)[] s_session =
        [("sessionIssuer"u8.ToArray(), Slot.Issuer), ("attributes"u8.ToArray(), Slot.Attributes),
            ("sourceIdentity"u8.ToArray(), Slot.SourceIdentity), ("assumedRoot"u8.ToArray(), Slot.AssumedRoot)];

    private static readonly (byte[] Name, Slot Slot)[] s_issuer = [
        ("arn"u8.ToArray(), Slot.IssuerArn), ("userName"u8.ToArray(), Slot.IssuerUserName)];

    private static readonly (byte[] Name, Slot Slot)[] s_attributes = [
        ("mfaAuthenticated"u8.ToArray(), Slot.MfaAuthenticated), ("creationDate"u8.ToArray(), Slot.CreationDate)];

    private static readonly (byte[] Name, Slot Slot)[] s_delegate = [("accountId"u8.ToArray(), Slot.DelegateAccountId)];

    private static readonly (byte[] Name, Slot Slot)[] s_behalf = [("userId"u8.ToArray(), Slot.PersonId)];

    [Flags]
    private enum Slot
    {
        None = 0,
        Type = 1,
        PrincipalId = 1 << 1,
        Arn = 1 << 2,
        AccountId = 1 << 3,
        AccessKeyId = 1 << 4,
        UserName = 1 << 5,
        InvokedBy = 1 << 6,
        Session = 1 << 7,
        Issuer = 1 << 8,
        Attributes = 1 << 9,
        SourceIdentity = 1 << 10,
        IssuerArn = 1 << 11,
        IssuerUserName = 1 << 12,
        MfaAuthenticated = 1 << 13,
        Delegate = 1 << 14,
        Behalf = 1 << 15,
        AssumedRoot = 1 << 16,
        CreationDate = 1 << 17,
        DelegateAccountId = 1 << 18,
        PersonId = 1 << 19,
        Objects = Session | Issuer | Attributes | Delegate | Behalf,
    }

    private Slot _seen;

    public string? Type { get; private set; }

    public string? PrincipalId { get; private set; }

    public string? Arn { get; private set; }

    public string? AccountId { get; private set; }

    public string? AccessKeyId { get; private set; }

    public string? UserName { get; private set; }

    public string? InvokedBy { get; private set; }

    public string? SourceIdentity { get; private set; }

    public string? IssuerArn { get; private set; }

    public string? IssuerUserName { get; private set; }

    public bool? MfaAuthenticated { get; private set; }

    public string? SessionCreated { get; private set; }

    public bool? AssumedRoot { get; private set; }

    public string? DelegateAccountId { get; private set; }

    public string? PersonId { get; private set; }

    /// <summary>Reads any identity, from parsed JSON.</summary>
    public static ActorTexts Of(JsonView userIdentity)
    {
        var identity = new JsonMembers(userIdentity);
        var session = identity["sessionContext"];
        var issuer = session["sessionIssuer"];
        return new ActorTexts
        {
            Type = identity["type"].Text,
            PrincipalId = identity["principalId"].Text,
            Arn = identity["arn"].Text,
            AccountId = identity["accountId"].Text,
            AccessKeyId = identity["accessKeyId"].Text,
            UserName = identity["userName"].Text,
            InvokedBy = identity["invokedBy"].Text,
            SourceIdentity = session["sourceIdentity"].Text,
            IssuerArn = issuer["arn"].Text,
            IssuerUserName = issuer["userName"].Text,
            MfaAuthenticated = session["attributes"]["mfaAuthenticated"].Flag,
            SessionCreated = session["attributes"]["creationDate"].Text,
            AssumedRoot = session["assumedRoot"].Flag,
            DelegateAccountId = identity["invokedByDelegate"]["accountId"].Text,
            PersonId = identity["onBehalfOf"]["userId"].Text,
        };
    }

    /// <summary>
    /// The same from bytes, without a parsed tree. False when only the tree can tell: a value of another kind, or a name that appears twice
    /// or in another spelling.
    /// </summary>
    /// <param name="utf8">An object; valid JSON without escapes.</param>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out ActorTexts texts)
    {
        texts = default;
        var reader = new Utf8JsonReader(utf8);
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject && texts.TryRead(ref reader, s_identity);
    }

    private bool TryRead(ref Utf8JsonReader reader, (byte[] Name, Slot Slot)[] members)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TrySlot(members, reader.ValueSpan, out var slot) || (_seen & slot) != 0 || !reader.Read()) return false;
            _seen |= slot;
            if (slot == Slot.None) reader.Skip();
            else if (reader.TokenType == JsonTokenType.Null) continue;
            else if ((slot & Slot.Objects) != 0 ? !TryObject(ref reader, slot) : !TryText(ref reader, slot)) return false;
        }

        return true;
    }

    private bool TryObject(ref Utf8JsonReader reader, Slot slot) =>
        reader.TokenType == JsonTokenType.StartObject
            && TryRead(ref reader, slot switch
            {
                Slot.Session => s_session,
                Slot.Issuer => s_issuer,
                Slot.Delegate => s_delegate,
                Slot.Behalf => s_behalf,
                _ => s_attributes,
            });

    private bool TryText(ref Utf8JsonReader reader, Slot slot)
    {
        if (reader.TokenType != JsonTokenType.String || !Ascii.IsValid(reader.ValueSpan)) return false;
        var text = Encoding.ASCII.GetString(reader.ValueSpan);
        switch (slot)
        {
            case Slot.Type: Type = text; break;
            case Slot.PrincipalId: PrincipalId = text; break;
            case Slot.Arn: Arn = text; break;
            case Slot.AccountId: AccountId = text; break;
            case Slot.AccessKeyId: AccessKeyId = text; break;
            case Slot.UserName: UserName = text; break;
            case Slot.InvokedBy: InvokedBy = text; break;
            case Slot.SourceIdentity: SourceIdentity = text; break;
            case Slot.IssuerArn: IssuerArn = text; break;
            case Slot.PersonId: PersonId = text; break;
            case Slot.DelegateAccountId: DelegateAccountId = text; break;
            case Slot.IssuerUserName: IssuerUserName = text; break;
            case Slot.MfaAuthenticated: MfaAuthenticated = bool.TryParse(text, out var flag) ? flag : null; break;
            case Slot.AssumedRoot: AssumedRoot = bool.TryParse(text, out var assumed) ? assumed : null; break;
            case Slot.CreationDate: SessionCreated = text; break;
        }

        return true;
    }

    /// <summary>False when the name may be one of these in another spelling.</summary>
    private static bool TrySlot((byte[] Name, Slot Slot)[] members, ReadOnlySpan<byte> name, out Slot slot)
    {
        slot = Slot.None;
        if (!Ascii.IsValid(name)) return false;
        foreach (var member in members)
        {
            if (member.Name.Length != name.Length || !Ascii.EqualsIgnoreCase(name, member.Name)) continue;
            slot = member.Slot;
            return name.SequenceEqual(member.Name);
        }

        return true;
    }
}
