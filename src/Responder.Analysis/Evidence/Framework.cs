namespace Responder.Analysis.Evidence;

/// <summary>The controls of one framework that logs can be evidence of.</summary>
/// <param name="Id">The value of `--framework`; in the controls that detections name, it comes before the colon.</param>
/// <param name="Edition">The edition whose numbers the controls have.</param>
public sealed record Framework(string Id, string Title, string Edition, IReadOnlyList<Control> Controls)
{
    public static IReadOnlyList<Framework> All { get; } = [PciDss.Framework, Soc2.Framework, Hipaa.Framework, Cis.Framework];

    public static Framework Find(string id) => All.Single(framework => framework.Id == id);
}
