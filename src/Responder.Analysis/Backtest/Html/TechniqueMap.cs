using Responder.Analysis.Html;

namespace Responder.Analysis.Backtest.Html;

/// <summary>ATT&amp;CK as a heat map: a column for each tactic, with its techniques and their numbers of findings.</summary>
internal static class TechniqueMap
{
    private const int Levels = 5;

    public static void Write(HtmlWriter html, BacktestResult result)
    {
        html.Section("attack", "MITRE ATT&CK");
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var detection in result.ByDetection.Values)
        {
            foreach (var technique in detection.Detection.Techniques)
                counts[technique] = counts.GetValueOrDefault(technique) + detection.Findings;
        }

        if (counts.Count == 0)
        {
            html.Element("p", "No technique was seen.").Close();
            return;
        }

        var most = counts.Values.Max();
        html.Element("p", "Findings by technique; a technique that serves several tactics stands under each, and a finding counts for each "
            + "of its techniques.", ("class", "note"));
        html.Open("div", ("class", "scroll"), ("tabindex", "0"), ("role", "region"), ("aria-labelledby", "attack-h"))
            .Open("div", ("class", "matrix"));
        foreach (var tactic in AttackTechniques.Tactics)
        {
            var cells = counts.Where(count => AttackTechniques.Of(count.Key).Tactics.Contains(tactic, StringComparer.Ordinal))
                .OrderByDescending(static count => count.Value).ThenBy(static count => count.Key, StringComparer.Ordinal).ToArray();
            if (cells.Length == 0) continue;
            html.Open("div", ("class", "tactic")).Element("h3", tactic).Open("ul");
            foreach (var (id, count) in cells)
            {
                html.Open("li", ("class", "heat heat-" + LevelOf(count, most)), ("data-technique", id));
                html.Element("span", AttackTechniques.Of(id).Name, ("class", "name"));
                html.Element(
                    "a", id, ("href", $"https://attack.mitre.org/techniques/{id.Replace('.', '/')}/"), ("rel", "noreferrer noopener"));
                html.Element("strong", BacktestHtml.Number(count)).Close();
            }

            html.Close().Close();
        }

        html.Close().Close().Close();
    }

    /// <summary>Heat level from 1 to 5, on a logarithmic scale so that rare techniques do not all look alike.</summary>
    private static int LevelOf(long count, long most) =>
        most <= 1 ? 1 : 1 + (int)Math.Round((Levels - 1) * Math.Log(count) / Math.Log(most));
}
