import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formatter of the build: palantir-java-format over every Java source, checked on each build and written on demand.
 *
 * <p>It is a program of its own because Maven plugins run the formatter inside Maven's JVM. That JVM may be a 17, whose
 * parser knows no record pattern; the POM starts this file on the JDK that compiles the project instead.
 *
 * <pre>java --class-path … Format.java (check | write) REPORT FOLDER…</pre>
 *
 * The report names the files that are left unformatted, one a line; the POM fails a build whose report is not empty.
 */
final class Format {

    private static final Formatter FORMATTER = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(true)
            .build());

    public static void main(String[] args) throws IOException {
        boolean write = args[0].equals("write");
        Path report = Path.of(args[1]);
        List<String> unformatted = sources(List.of(args).subList(2, args.length)).parallelStream()
                .map(file -> inspect(file, write))
                .flatMap(Optional::stream)
                .toList();
        Files.createDirectories(report.getParent());
        Files.write(report, unformatted);
    }

    private static List<Path> sources(List<String> folders) throws IOException {
        try (Stream<Path> files =
                folders.stream().map(Path::of).filter(Files::isDirectory).flatMap(Format::walk)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static Stream<Path> walk(Path folder) {
        try {
            return Files.walk(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is left to say of a file; nothing if it is formatted, or has just been. */
    private static Optional<String> inspect(Path file, boolean write) {
        try {
            String source = Files.readString(file);
            String formatted = FORMATTER.formatSourceAndFixImports(source);
            if (formatted.equals(source)) {
                return Optional.empty();
            }
            if (!write) {
                return Optional.of(file.toString());
            }
            Files.writeString(file, formatted);
            System.out.println("formatted " + file);
            return Optional.empty();
        } catch (FormatterException e) {
            return Optional.of(file + ": cannot be parsed: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
