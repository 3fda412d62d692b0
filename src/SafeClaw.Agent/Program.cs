using SafeClaw.Agent;
using SafeClaw.Lifelines;

Lifeline.Attach();
return await AgentProgram.RunAsync(args, Console.Out, Console.Error);
