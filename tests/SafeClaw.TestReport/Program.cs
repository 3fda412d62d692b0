using SafeClaw.TestReport;

if (args is not [var results, var root, .. var only])
{
    Console.Error.WriteLine("usage: SafeClaw.TestReport RESULTS-FOLDER REPOSITORY-ROOT [PROJECT...]");
    return 2;
}

return Report.Write(TestRun.Read(results, root, only), root, Console.Out);
