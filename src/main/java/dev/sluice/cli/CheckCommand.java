package dev.sluice.cli;

import dev.sluice.binding.ConfigProblem;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code check}: validates the config and prints its providers and routes. Exits with 0, or with 1 and all errors. */
@Command(
        name = "check",
        description = "Validates the config and lists the providers and routes that it would serve.",
        mixinStandardHelpOptions = true)
public final class CheckCommand implements Callable<Integer> {

    @Mixin
    private ConfigFile config;

    @Spec
    private CommandSpec spec;

    private final UnaryOperator<String> env;

    public CheckCommand() {
        this(System::getenv);
    }

    CheckCommand(UnaryOperator<String> env) {
        this.env = env;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        return switch (ConfigLoader.load(config.path(), env)) {
            case LoadedConfig.Refused refused -> {
                ConfigRefusal.print(refused, config.path(), out);
                yield 1;
            }
            case LoadedConfig.Ok ok -> {
                print(ok, out);
                yield 0;
            }
        };
    }

    private void print(LoadedConfig.Ok ok, PrintWriter out) {
        SluiceConfig served = ok.config();
        for (ConfigProblem warning : ok.warnings()) {
            out.println("warning: " + warning);
        }
        out.println(config.path() + " is valid, revision " + ok.revision());
        section(out, "providers on");
        served.providers().forEach((name, provider) -> out.println("  " + name + " (" + provider.type() + ")"));
        section(out, "providers off");
        ok.off().forEach((name, why) -> out.println("  " + name + ": " + why));
        section(out, "routes");
        served.models().forEach((name, route) -> out.println("  " + name + ": " + describe(route)));
        out.flush();
    }

    private static void section(PrintWriter out, String title) {
        out.println(title + ":");
    }

    private static String describe(RouteConfig route) {
        String separator = route.strategy() == RouteConfig.Strategy.PRIORITY ? ", then " : " or ";
        List<String> targets = route.targets().stream()
                .map(target -> target.provider() + "/" + target.model())
                .toList();
        String line = targets.stream().collect(Collectors.joining(separator));
        return route.fallbacks().isEmpty() ? line : line + "; falls back to " + String.join(", ", route.fallbacks());
    }
}
