using SafeClaw.Agent;

return await AgentProgram.RunAsync(args, Console.Out, Console.Error);
