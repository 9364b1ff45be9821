package dev.sluice.bench;

import dev.sluice.bench.hostile.HostileRun;
import dev.sluice.bench.micro.Micro;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.JvmCommand;
import dev.sluice.bench.report.HtmlReport;
import dev.sluice.bench.report.JsonReport;
import dev.sluice.bench.report.Machine;
import dev.sluice.bench.report.Results;
import dev.sluice.bench.report.Table;
import dev.sluice.bench.soak.Soak;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The benchmark: measures Sluice beside plain proxies on this machine, over loopback. It ends by itself and stops every
 * process it started.
 */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measure Sluice beside plain proxies.")
public final class Bench implements Callable<Integer> {

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Under two minutes: HAProxy only, two short rounds, some of the loads.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Measurements per proxy and load (3; 2 with --quick).")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "Seconds per measurement (8; 2 with --quick).")
    private Integer seconds;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description =
                    "Of start, small, large, stream, bulk, translated, paced500, paced2000, open8000, loops, features,"
                            + " tenancy, routing, saturation, latency; with --against, of small, stream, translated,"
                            + " large, store; with --jmh, of request, stream, continuation, sanitize, journal, token,"
                            + " auth, quota and others.")
    private Set<String> only;

    @Option(names = "--proxies", split = ",", paramLabel = "NAME", description = "Of haproxy, nginx, vertx.")
    private Set<String> proxies;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description = "Run a mixed load with reloads instead: does anything grow?")
    private Integer soakMinutes;

    @Option(
            names = "--hostile",
            description = "Run a thousand hostile callers of each kind against 512 MiB of heap instead: is another"
                    + " caller served?")
    private boolean hostile;

    @Option(names = "--connections", paramLabel = "N", description = "With --hostile: how many (1000).")
    private int connections = 1_000;

    @Option(
            names = "--against",
            paramLabel = "JAR",
            description = "Compare with the jar of another version instead: did a request become more expensive?")
    private Path against;

    @Option(names = "--jmh", description = "Run the microbenchmarks of the hot path instead.")
    private boolean jmh;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Progress progress = new Progress(spec.commandLine().getOut());
        JvmCommand jvm = JvmCommand.fromLauncher();
        Files.createDirectories(DIRECTORY);
        try {
            if (jmh) {
                return Micro.run(DIRECTORY.resolve("jmh.json"), only == null ? Set.of() : only);
            }
            if (soakMinutes != null) {
                return new Soak(DIRECTORY, jvm, progress).run(soakMinutes) ? 0 : FAILED;
            }
            if (hostile) {
                Set<String> kinds = only == null ? Set.of() : only;
                int each = seconds != null ? seconds : 10;
                return new HostileRun(DIRECTORY, jvm, progress).run(connections, each, kinds) ? 0 : FAILED;
            }
            return compare(jvm, progress);
        } catch (IOException failure) {
            spec.commandLine().getErr().println("bench: " + failure.getMessage());
            return FAILED;
        }
    }

    private int compare(JvmCommand jvm, Progress progress) throws IOException {
        Plan plan = plan();
        List<Part> parts = parts(jvm, plan);
        Results results = new Results();
        OtherGateways.note(results);
        Machine machine = Machine.here(jvm.flags());
        int compared = plan.proxies().size() + 1;
        long estimate =
                parts.stream().mapToLong(part -> part.seconds(plan, compared)).sum();
        progress.say(
                "expected duration: %d s; keep the machine quiet (load average now %s)",
                estimate, machine.facts().get("load before"));
        boolean complete = true;
        try (Testbed testbed = new Testbed(DIRECTORY, jvm, plan, results, progress)) {
            for (Part part : parts) {
                complete &= run(part, testbed, plan, results);
            }
        }
        new Table(results).print(spec.commandLine().getOut());
        Path json = Files.writeString(DIRECTORY.resolve("report.json"), new JsonReport(machine, results).text());
        Path html = Files.writeString(DIRECTORY.resolve("report.html"), new HtmlReport(machine, results).text());
        progress.say("written: %s, %s", json, html);
        return complete ? 0 : FAILED;
    }

    /** Runs one part. A failed part is noted in the report; the other parts still run. */
    private static boolean run(Part part, Testbed testbed, Plan plan, Results results) {
        try {
            part.run(testbed, plan, results);
            return true;
        } catch (IOException failure) {
            results.note(part.name() + " FAILED: " + failure.getMessage());
            return false;
        }
    }

    private Plan plan() {
        Set<String> compared = proxies != null
                ? proxies
                : quick ? Set.of(Baselines.HAPROXY) : Set.of(Baselines.HAPROXY, Baselines.NGINX, Baselines.VERTX);
        Set<String> parts = only != null
                ? only
                : quick ? Set.of("start", "small", "large", "stream", "paced500", "latency") : Parts.NAMES;
        try {
            return new Plan(
                    quick ? 5 : 12,
                    seconds != null ? seconds : quick ? 2 : 8,
                    rounds != null ? rounds : quick ? 2 : 3,
                    quick ? 1 : 5,
                    parts,
                    compared);
        } catch (IllegalArgumentException invalid) {
            throw new ParameterException(spec.commandLine(), invalid.getMessage());
        }
    }

    private List<Part> parts(JvmCommand jvm, Plan plan) {
        if (against != null) {
            Set<String> cases = only == null ? Set.of() : only;
            rejectUnknown("--only", cases, Set.of("small", "stream", "translated", "large", "store"));
            return List.of(new AgainstPart(DIRECTORY, jvm, against, cases));
        }
        List<Part> all = Parts.all(DIRECTORY, jvm);
        rejectUnknown("--only", plan.parts(), all.stream().map(Part::name).collect(Collectors.toSet()));
        rejectUnknown("--proxies", plan.proxies(), Set.of(Baselines.HAPROXY, Baselines.NGINX, Baselines.VERTX));
        return all.stream().filter(part -> plan.parts().contains(part.name())).toList();
    }

    private void rejectUnknown(String option, Set<String> names, Set<String> known) {
        Set<String> unknown = new TreeSet<>(names);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + ": unknown " + unknown + " (expected any of: " + new TreeSet<>(known) + ")");
        }
    }
}
