package dev.sluice.cli;

import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.RoutingOverrides;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code explain}: prints the plan that a request would get if all providers were healthy. Sends nothing. */
@Command(
        name = "explain",
        description = "Prints the plan that a request would get, and why.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigFile file;

    @Mixin
    private ExplainOptions options;

    @Option(names = "--model", required = true, description = "The requested model: a route or provider/model.")
    private String model;

    @Option(names = "--strategy", description = "The strategy to use, like the header x-sluice-strategy.")
    private String strategy;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "The only providers or targets, like x-sluice-only.")
    private List<String> only = List.of();

    @Option(
            names = "--fallbacks",
            split = ",",
            paramLabel = "NAME",
            description = "The fallbacks to use, like x-sluice-fallbacks.")
    private List<String> fallbacks;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        RoutingOverrides overrides = overrides();
        return switch (ConfigLoader.load(file.path(), System::getenv)) {
            case LoadedConfig.Refused refused -> {
                ConfigRefusal.print(refused, file.path(), spec.commandLine().getErr());
                yield Sluice.BAD_USAGE;
            }
            case LoadedConfig.Ok ok -> explain(ok.config(), overrides);
        };
    }

    private int explain(SluiceConfig config, RoutingOverrides overrides) {
        Map<String, Long> generations = new HashMap<>();
        config.providers().keySet().forEach(name -> generations.put(name, 0L));
        RouteTable table = new RouteTable(config, generations);
        RoutePlan plan = table.plan(model, options, overrides, ThreadLocalRandom.current());
        if (plan == null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            table.hasPlan(model)
                                    ? "no plan: --only leaves no target of " + model
                                    : "no plan: " + model + " is neither a route nor provider/model of an enabled"
                                            + " provider that offers it");
            return Sluice.BAD_USAGE;
        }
        PrintWriter out = spec.commandLine().getOut();
        ExplainReport report = new ExplainReport(config, model, plan, options);
        if (json) {
            out.println(report.json().encodePrettily());
        } else {
            report.lines().forEach(out::println);
        }
        return 0;
    }

    private RoutingOverrides overrides() {
        return strategy == null && only.isEmpty() && fallbacks == null
                ? RoutingOverrides.NONE
                : new RoutingOverrides(named(strategy), only, fallbacks, null);
    }

    private Strategy named(String name) {
        if (name == null) {
            return null;
        }
        return Arrays.stream(Strategy.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--strategy " + name + " (expected one of: "
                                + Arrays.stream(Strategy.values())
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))
                                + ")"));
    }
}
