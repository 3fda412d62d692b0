SafeClaw.Host.Hardening.Apply();
return await SafeClaw.Host.SafeClawCommand.RunAsync(args);
