return await SafeClaw.Host.SafeClawCommand.RunAsync(args);
