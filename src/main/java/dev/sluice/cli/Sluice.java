package dev.sluice.cli;

import dev.sluice.config.LogConfig;
import dev.sluice.observe.Logging;
import java.io.PrintWriter;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The main class of the jar. Without a command it runs {@code serve}. */
@Command(
        name = "sluice",
        description = "An LLM gateway. Without a command it serves.",
        mixinStandardHelpOptions = true,
        versionProvider = Sluice.Version.class,
        subcommands = {
            ServeCommand.class,
            CheckCommand.class,
            ConfigCommand.class,
            ExplainCommand.class,
            KeysCommand.class,
            UsageCommand.class,
            BackupCommand.class,
            SimulateCommand.class
        })
public final class Sluice {

    /** Exit code: invalid config or arguments, or a refused request. */
    static final int BAD_USAGE = 1;
    /** Exit code: Sluice cannot start, for example because a port is in use. */
    static final int CANNOT_START = 2;

    /** Commands whose standard output is read by scripts: they log errors only. */
    private static final Set<String> FOR_SCRIPTS = Set.of("keys", "usage", "backup");

    Sluice() {}

    public static void main(String[] args) {
        // Before the first logger is created.
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        System.setProperty("vertx.disableTCCL", "true");
        String[] command = args.length == 0 ? new String[] {"serve"} : args;
        if (FOR_SCRIPTS.contains(command[0])) {
            Logging.apply(new LogConfig(LogConfig.Format.TEXT, LogConfig.Level.ERROR, false));
        }
        int code = new CommandLine(new Sluice())
                .setCaseInsensitiveEnumValuesAllowed(true)
                // For every subcommand, too; picocli's own code is 2, which here means "cannot start".
                .setExitCodeExceptionMapper(failure -> BAD_USAGE)
                .execute(command);
        if (code != ServeCommand.KEEPS_RUNNING) {
            System.exit(code);
        }
    }

    /** Warns of an option that was given under its former name; refuses it together with the current one. */
    static void warnOfFormerOption(CommandSpec spec, String former, String current, boolean both) {
        if (both) {
            throw new ParameterException(
                    spec.commandLine(),
                    former + " is the former name of " + current + ", which is present, too (expected: only " + current
                            + ")");
        }
        PrintWriter err = spec.commandLine().getErr();
        err.println("warning: " + former + " is now " + current + "; the former name is accepted until 0.3");
        err.flush();
    }

    /** The version is in the jar's manifest, from the POM. */
    static final class Version implements IVersionProvider {

        static String current() {
            String version = Sluice.class.getPackage().getImplementationVersion();
            return version == null ? "(unpackaged)" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + current()};
        }
    }
}
