package dev.sluice.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code backup FILE}: writes a full copy of a SQLite store, also while a server uses it. */
@Command(
        name = "backup",
        description = "Copies the SQLite store to a new file, whether the server runs or not.",
        mixinStandardHelpOptions = true)
final class BackupCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private AdminTarget target;

    @Parameters(paramLabel = "FILE", description = "The new file; must not exist.")
    private Path copy;

    @Override
    public Integer call() {
        return target.run(spec.commandLine().getErr(), () -> {
            try {
                target.store().backup(copy.toAbsolutePath());
            } catch (IOException failed) {
                throw new AdminTarget.Failed(Sluice.BAD_USAGE, failed.getMessage());
            }
            spec.commandLine()
                    .getOut()
                    .println(copy
                            + " contains everything except the pepper; keep a copy of the pepper, too: without"
                            + " it the keys are invalid");
            spec.commandLine().getOut().flush();
            return 0;
        });
    }
}
