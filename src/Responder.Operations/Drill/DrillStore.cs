using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Events;
using Responder.Records;
using Responder.Retention;

namespace Responder.Operations.Drill;

/// <summary>The drill's own parameters: a note for each user that it made, and the outcome of the last drill.</summary>
internal sealed class DrillStore(IAmazonSimpleSystemsManagement ssm, ParameterNames names, TimeProvider time)
{
    /// <summary>The notes that earlier drills left behind, and the parameters beside them that are none.</summary>
    public async Task<(IReadOnlyList<DrillNote> Notes, IReadOnlyList<string> Unreadable)> NotesAsync(CancellationToken cancellationToken)
    {
        var (notes, unreadable) = (new List<DrillNote>(), new List<string>());
        await foreach (var parameter in StoredParameters.BelowAsync(ssm, names.DrillRoot, time, cancellationToken).ConfigureAwait(false))
        {
            if (parameter.Name == names.LastDrill) continue;
            if (DrillNote.Read(parameter.Name, parameter.Value) is { } note) notes.Add(note);
            else unreadable.Add(PlainText.OneLine(parameter.Name, 300));
        }

        return (notes, unreadable);
    }

    public string NameOf(DrillNote note) => names.DrillRoot + "/" + note.Name;

    /// <param name="isNew">True: the call is refused if there is one of that name.</param>
    public Task WriteAsync(DrillNote note, bool isNew, CancellationToken cancellationToken) =>
        ssm.PutParameterAsync(StandardParameter.Put(NameOf(note), note.ToText(), overwrite: !isNew), cancellationToken);

    public async Task DeleteAsync(DrillNote note, CancellationToken cancellationToken)
    {
        try
        {
            await ssm.DeleteParameterAsync(new DeleteParameterRequest { Name = NameOf(note) }, cancellationToken).ConfigureAwait(false);
        }
        catch (ParameterNotFoundException)
        {
            // Deleted by a call whose answer was lost.
        }
    }

    public Task WriteLastAsync(LastDrill last, CancellationToken cancellationToken) =>
        ssm.PutParameterAsync(StandardParameter.Put(names.LastDrill, last.ToText()), cancellationToken);
}
