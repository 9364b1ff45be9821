package dev.sluice.bench;

import dev.sluice.bench.micro.Micro;
import dev.sluice.bench.proxy.Baselines;
import dev.sluice.bench.proxy.Java;
import dev.sluice.bench.report.Findings;
import dev.sluice.bench.report.HtmlReport;
import dev.sluice.bench.report.JsonReport;
import dev.sluice.bench.report.Machine;
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

/** Measures Sluice beside plain proxies on this machine, over loopback. Ends by itself and leaves nothing running. */
@Command(name = "bench", mixinStandardHelpOptions = true, description = "Measure Sluice beside plain proxies.")
public final class Bench implements Callable<Integer> {

    private static final Path DIRECTORY = Path.of("target", "bench");
    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "Under two minutes: HAProxy only, two short rounds, a part of the loads.")
    private boolean quick;

    @Option(names = "--rounds", paramLabel = "N", description = "Measurements of each (3; 2 with --quick).")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of one measurement (8; 2 with --quick).")
    private Integer seconds;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART",
            description =
                    "Of start, small, large, stream, bulk, translated, paced500, paced2000, open8000, loops, features,"
                            + " tenancy, routing, saturation, latency; with --against, of small, stream, large, store;"
                            + " with --jmh, of request, stream, continuation, sanitize, journal, token, auth, quota and"
                            + " others.")
    private Set<String> only;

    @Option(names = "--proxies", split = ",", paramLabel = "NAME", description = "Of haproxy, nginx, vertx.")
    private Set<String> proxies;

    @Option(
            names = "--soak",
            paramLabel = "MINUTES",
            description = "Mixed load with reloads instead: does anything grow?")
    private Integer soakMinutes;

    @Option(
            names = "--against",
            paramLabel = "JAR",
            description = "Compare with another version's jar instead: are we dearer than we were?")
    private Path against;

    @Option(names = "--jmh", description = "The pieces of the hot path instead, each for itself.")
    private boolean jmh;

    private Bench() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        Progress progress = new Progress(spec.commandLine().getOut());
        Java java = Java.fromLauncher();
        Files.createDirectories(DIRECTORY);
        try {
            if (jmh) {
                return Micro.run(DIRECTORY.resolve("jmh.json"), only == null ? Set.of() : only);
            }
            if (soakMinutes != null) {
                return new Soak(DIRECTORY, java, progress).run(soakMinutes) ? 0 : FAILED;
            }
            return compare(java, progress);
        } catch (IOException failure) {
            spec.commandLine().getErr().println("bench: " + failure.getMessage());
            return FAILED;
        }
    }

    private int compare(Java java, Progress progress) throws IOException {
        Plan plan = plan();
        List<Part> parts = parts(java, plan);
        Findings findings = new Findings();
        Peers.lookFor(findings);
        Machine machine = Machine.here(java.flags());
        int compared = plan.proxies().size() + 1;
        long estimate =
                parts.stream().mapToLong(part -> part.seconds(plan, compared)).sum();
        progress.say(
                "this takes about %d s; keep the machine quiet (load now %s)",
                estimate, machine.facts().get("load before"));
        boolean whole = true;
        try (Scene scene = new Scene(DIRECTORY, java, plan, findings, progress)) {
            for (Part part : parts) {
                whole &= run(part, scene, plan, findings);
            }
        }
        new Table(findings).print(spec.commandLine().getOut());
        Path json = Files.writeString(DIRECTORY.resolve("report.json"), new JsonReport(machine, findings).text());
        Path html = Files.writeString(DIRECTORY.resolve("report.html"), new HtmlReport(machine, findings).text());
        progress.say("written: %s, %s", json, html);
        return whole ? 0 : FAILED;
    }

    /** A part that fails is in the report, and does not take the figures of the others with it. */
    private static boolean run(Part part, Scene scene, Plan plan, Findings findings) {
        try {
            part.run(scene, plan, findings);
            return true;
        } catch (IOException failure) {
            findings.note(part.name() + " FAILED: " + failure.getMessage());
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
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    private List<Part> parts(Java java, Plan plan) {
        if (against != null) {
            Set<String> cases = only == null ? Set.of() : only;
            refuseUnknown("--only", cases, Set.of("small", "stream", "large", "store"));
            return List.of(new AgainstPart(DIRECTORY, java, against, cases));
        }
        List<Part> all = Parts.all(DIRECTORY, java);
        refuseUnknown("--only", plan.parts(), all.stream().map(Part::name).collect(Collectors.toSet()));
        refuseUnknown("--proxies", plan.proxies(), Set.of(Baselines.HAPROXY, Baselines.NGINX, Baselines.VERTX));
        return all.stream().filter(part -> plan.parts().contains(part.name())).toList();
    }

    private void refuseUnknown(String option, Set<String> asked, Set<String> known) {
        Set<String> unknown = new TreeSet<>(asked);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), option + ": " + unknown + " (expected some of: " + new TreeSet<>(known) + ")");
        }
    }
}
