using System.Text.Json;
using Microsoft.Extensions.AI;
using SafeClaw.Privacy;

namespace SafeClaw.Assistant.Tools;

/// <summary>A tool behind the interceptor: the model is told of a refusal and its reason, and never gets a result that gives it orders.</summary>
internal sealed class InterceptedTool(AIFunction tool, ToolInterceptor interceptor, TaintRegistry taints) : DelegatingAIFunction(tool)
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        var before = interceptor.Inspect(Name, Text(arguments.ToDictionary()), taints);
        if (before.Verdict == ToolVerdict.Refuse) return $"refused ({before.Rule}): {before.Explanation}";
        var result = await base.InvokeCoreAsync(arguments, cancellationToken);
        var after = ToolInterceptor.InspectResult(Name, result as string ?? Text(result));
        return after.Verdict == ToolVerdict.Allow ? result : $"refused ({after.Rule}): {after.Explanation}";
    }

    private static string Text(object? value) => JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object)));
}
