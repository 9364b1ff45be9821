package dev.sluice.cli;

import dev.sluice.config.ConfigLoader;
import dev.sluice.config.Loaded;
import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.config.SluiceConfig;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows the plan a request would get, without sending one. */
@Command(
        name = "explain",
        description = "Print the route plan a request would get, and why.",
        mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConfigFile file;

    @Option(names = "--model", required = true, description = "A route, or provider/model.")
    private String model;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        return switch (ConfigLoader.load(file.path(), System::getenv)) {
            case Loaded.Refused refused -> {
                refused.problems()
                        .forEach(problem -> spec.commandLine().getErr().println(problem));
                yield Sluice.BAD_USAGE;
            }
            case Loaded.Ok ok -> explain(ok.config(), out);
        };
    }

    private int explain(SluiceConfig config, PrintWriter out) {
        Map<String, Long> notRunning = new HashMap<>();
        config.providers().keySet().forEach(name -> notRunning.put(name, 0L));
        RoutePlan plan = new RouteTable(config, notRunning).plan(model, ThreadLocalRandom.current());
        if (plan == null) {
            spec.commandLine()
                    .getErr()
                    .println("no plan: " + model + " is neither a route nor provider/model of a provider"
                            + " that is on and offers it");
            return Sluice.BAD_USAGE;
        }
        if (plan.route() == null) {
            out.println(model + ": named directly, so there is one target and nothing to fall back to");
        } else {
            var route = config.models().get(plan.route());
            out.println(model + ": route, strategy " + strategy(route.strategy())
                    + (route.fallbacks().isEmpty() ? "" : ", then fallbacks " + route.fallbacks()));
        }
        int attempt = 1;
        for (Target target : plan.targets()) {
            out.println("  " + attempt++ + ". " + describe(config, target));
        }
        out.println(
                "A target that fails before anything reached the client is followed by the next; a client's own mistake"
                        + " (4xx) is not.");
        return 0;
    }

    private static String strategy(Strategy strategy) {
        return switch (strategy) {
            case WEIGHTED -> "weighted (drawn anew for each request)";
            case PRIORITY, ROUND_ROBIN, LEAST_BUSY, LATENCY, COST ->
                strategy.name().toLowerCase(Locale.ROOT);
        };
    }

    private static String describe(SluiceConfig config, Target target) {
        var provider = config.providers().get(target.provider());
        int keys = provider.apiKeys().size();
        return target.provider() + " (" + provider.type() + ") model " + target.model() + ", weight " + target.weight()
                + ", " + (keys == 0 ? "no key" : keys + " key(s)");
    }
}
