package dev.sluice.bench.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts JVMs on the java that runs the benchmark.
 *
 * @param flags those that {@code launcher.sh} gives to {@code serve}
 */
public record Java(List<String> flags) {

    /** Flags that name a class-data or AOT archive. */
    private static final List<String> ARCHIVE =
            List.of("-XX:SharedArchiveFile", "-XX:AOTCache", "-XX:+AutoCreateSharedArchive");

    /** The launcher hands them over in the system property {@code bench.jvm}, separated by spaces. */
    public static Java fromLauncher() {
        return new Java(Stream.of(System.getProperty("bench.jvm", "").split(" "))
                .filter(flag -> !flag.isBlank())
                .toList());
    }

    public boolean hasArchive() {
        return flags.stream().anyMatch(Java::namesArchive);
    }

    public Java withoutArchive() {
        return new Java(flags.stream().filter(flag -> !namesArchive(flag)).toList());
    }

    /** Only what Netty needs: for who takes part but is not measured. */
    Java plain() {
        return new Java(flags.stream()
                .filter(flag -> flag.startsWith("-D") || flag.startsWith("--"))
                .toList());
    }

    public Java with(String flag) {
        return new Java(Stream.concat(flags.stream(), Stream.of(flag)).toList());
    }

    public List<String> jar(Path jar, String... arguments) {
        return command(List.of("-jar", jar.toString()), arguments);
    }

    /** A class of the benchmark's own class path. */
    public List<String> main(Class<?> main, String... arguments) {
        return command(List.of("-cp", System.getProperty("java.class.path"), main.getName()), arguments);
    }

    private List<String> command(List<String> what, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(what);
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean namesArchive(String flag) {
        return ARCHIVE.stream().anyMatch(flag::startsWith);
    }
}
