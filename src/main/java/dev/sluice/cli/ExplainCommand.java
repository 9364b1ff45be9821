package dev.sluice.cli;

import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.Loaded;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Steering;
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

/** Shows the plan a request would get from providers that are all well, without sending one. */
@Command(
        name = "explain",
        description = "Print the route plan a request would get, and why.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigFile file;

    @Mixin
    private ExplainedNeeds needs;

    @Option(names = "--model", required = true, description = "A route, or provider/model.")
    private String model;

    @Option(names = "--strategy", description = "As the header x-sluice-strategy.")
    private String strategy;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "As the header x-sluice-only.")
    private List<String> only = List.of();

    @Option(names = "--fallbacks", split = ",", paramLabel = "NAME", description = "As the header x-sluice-fallbacks.")
    private List<String> fallbacks;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Steering steering = steering();
        return switch (ConfigLoader.load(file.path(), System::getenv)) {
            case Loaded.Refused refused -> {
                Refusal.print(refused, file.path(), spec.commandLine().getErr());
                yield Sluice.BAD_USAGE;
            }
            case Loaded.Ok ok -> explain(ok.config(), steering);
        };
    }

    private int explain(SluiceConfig config, Steering steering) {
        Map<String, Long> notRunning = new HashMap<>();
        config.providers().keySet().forEach(name -> notRunning.put(name, 0L));
        RouteTable table = new RouteTable(config, notRunning);
        RoutePlan plan = table.plan(model, needs, steering, ThreadLocalRandom.current());
        if (plan == null) {
            spec.commandLine()
                    .getErr()
                    .println(
                            table.knows(model)
                                    ? "no plan: --only leaves no target of " + model
                                    : "no plan: " + model + " is neither a route nor provider/model of a provider"
                                            + " that is on and offers it");
            return Sluice.BAD_USAGE;
        }
        PrintWriter out = spec.commandLine().getOut();
        Explained explained = new Explained(config, model, plan, needs);
        if (json) {
            out.println(explained.json().encodePrettily());
        } else {
            explained.lines().forEach(out::println);
        }
        return 0;
    }

    private Steering steering() {
        return strategy == null && only.isEmpty() && fallbacks == null
                ? Steering.NONE
                : new Steering(named(strategy), only, fallbacks, null);
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
