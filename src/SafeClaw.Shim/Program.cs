using SafeClaw.Lifelines;
using SafeClaw.Shim;

Lifeline.Attach(terminate: true, onLost: ShimProcess.EndChildren);
return await ShimProcess.RunAsync(args);
