package dev.sluice.bench.proxy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Command lines of JVMs, with the java that runs the benchmark.
 *
 * @param flags the JVM flags of {@code launcher.sh serve}
 */
public record JvmCommand(List<String> flags) {

    /** Flags that name a class-data or AOT archive. */
    private static final List<String> ARCHIVE =
            List.of("-XX:SharedArchiveFile", "-XX:AOTCache", "-XX:+AutoCreateSharedArchive");

    /** Reads the flags that the launcher passes in the system property {@code bench.jvm}, separated by spaces. */
    public static JvmCommand fromLauncher() {
        return new JvmCommand(Stream.of(System.getProperty("bench.jvm", "").split(" "))
                .filter(flag -> !flag.isBlank())
                .toList());
    }

    public boolean namesArchive() {
        return flags.stream().anyMatch(JvmCommand::namesArchive);
    }

    public JvmCommand withoutArchive() {
        return new JvmCommand(flags.stream().filter(flag -> !namesArchive(flag)).toList());
    }

    /** Only the flags that Netty needs: for processes that are not measured. */
    JvmCommand minimal() {
        return new JvmCommand(flags.stream()
                .filter(flag -> flag.startsWith("-D") || flag.startsWith("--"))
                .toList());
    }

    public JvmCommand with(String flag) {
        return new JvmCommand(Stream.concat(flags.stream(), Stream.of(flag)).toList());
    }

    public List<String> jar(Path jar, String... arguments) {
        return command(List.of("-jar", jar.toString()), arguments);
    }

    /** A main class on the benchmark's class path. */
    public List<String> mainClass(Class<?> main, String... arguments) {
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
