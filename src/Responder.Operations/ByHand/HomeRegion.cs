using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Records;

namespace Responder.Operations.ByHand;

/// <summary>
/// Whether a region has an installation. A containment in another one would leave its ledger and its record where nobody looks for
/// them.
/// </summary>
public static class HomeRegion
{
    /// <summary>
    /// One read: DescribeParameters, which the release role may call for any name, while it may not list everything below the root. An
    /// installation has settings and counts; an older one a kill switch, a record, a ledger, or what the hourly pulse wrote.
    /// </summary>
    public static async Task<bool> HasInstallationAsync(
        IAmazonSimpleSystemsManagement ssm, ParameterNames names, CancellationToken cancellationToken)
    {
        var request = new DescribeParametersRequest
        {
            MaxResults = 1,
            ParameterFilters =
            [
                new ParameterStringFilter
                {
                    Key = "Name",
                    Option = "BeginsWith",
                    Values = [names.Mode, names.IncidentsRoot, names.QuarantinesRoot, names.BudgetRoot, names.SettingsRoot, names.Pulse],
                },
            ],
        };
        do
        {
            var page = await ssm.DescribeParametersAsync(request, cancellationToken).ConfigureAwait(false);
            if (page.Parameters is { Count: > 0 }) return true;
            // A page may be empty although there is more.
            request.NextToken = page.NextToken;
        }
        while (request.NextToken is { Length: > 0 });

        return false;
    }
}
