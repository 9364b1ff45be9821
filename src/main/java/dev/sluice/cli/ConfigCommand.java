package dev.sluice.cli;

import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.ConfigPrinter;
import dev.sluice.config.loading.LoadedConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code config}: prints the effective config, or the JSON Schema for editors. */
@Command(
        name = "config",
        description = "Prints the effective config: all defaults filled in, secrets masked.",
        mixinStandardHelpOptions = true)
public final class ConfigCommand implements Callable<Integer> {

    @Mixin
    private ConfigFile config;

    @Option(names = "--schema", description = "Prints the JSON Schema of the config file instead.")
    private boolean schema;

    @Spec
    private CommandSpec spec;

    private final UnaryOperator<String> env;

    public ConfigCommand() {
        this(System::getenv);
    }

    ConfigCommand(UnaryOperator<String> env) {
        this.env = env;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (schema) {
            out.print(shippedSchema());
            out.flush();
            return 0;
        }
        return switch (ConfigLoader.load(config.path(), env)) {
            case LoadedConfig.Refused refused -> {
                ConfigRefusal.print(refused, config.path(), spec.commandLine().getErr());
                yield 1;
            }
            case LoadedConfig.Ok ok -> {
                out.print(ConfigPrinter.print(ok.config()));
                out.flush();
                yield 0;
            }
        };
    }

    private static String shippedSchema() throws IOException {
        try (InputStream resource = ConfigCommand.class.getResourceAsStream("/sluice.schema.json")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
