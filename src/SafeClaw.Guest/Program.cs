using SafeClaw.Guest;
using SafeClaw.Lifelines;

Lifeline.Attach();
return await GuestProgram.RunAsync(args, Console.Out, Console.Error);
