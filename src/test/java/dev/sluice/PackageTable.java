package dev.sluice;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The table of packages in {@code src/docs/architecture.md}: which package may import which. A name in the last column
 * includes the packages below it, unless it is a parent of the row's own package.
 */
final class PackageTable {

    private static final String ROOT = "dev.sluice";
    private static final Path DOCUMENT = Path.of("src/docs/architecture.md");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z.]+)` \\| [^|]+ \\| ([^|]+) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    private final Map<String, Set<String>> mayImport = new LinkedHashMap<>();
    private final Set<String> mayImportAnything = new HashSet<>(Set.of(""));

    private PackageTable() {}

    static PackageTable read() {
        PackageTable table = new PackageTable();
        section("## Packages").lines().forEach(table::row);
        return table;
    }

    private void row(String line) {
        Matcher row = ROW.matcher(line);
        if (row.matches()) {
            mayImport.put(
                    row.group(1),
                    NAME.matcher(row.group(2))
                            .results()
                            .map(name -> name.group(1))
                            .collect(Collectors.toSet()));
            if (row.group(2).equals("anything")) {
                mayImportAnything.add(row.group(1));
            }
        }
    }

    Set<String> packages() {
        return mayImport.keySet();
    }

    Map<String, Set<String>> rows() {
        return mayImport;
    }

    ArchCondition<JavaClass> importOnlyWhatTheTableAllows() {
        return new ArchCondition<>("import only what the table in " + DOCUMENT + " allows") {
            @Override
            public void check(JavaClass from, ConditionEvents events) {
                from.getDirectDependenciesFromSelf().stream()
                        .filter(dependency -> !mayImport(from, dependency.getTargetClass()))
                        .map(Dependency::getDescription)
                        .forEach(what -> events.add(SimpleConditionEvent.violated(from, what)));
            }
        };
    }

    private boolean mayImport(JavaClass from, JavaClass to) {
        String importing = packageOf(from);
        String imported = packageOf(to);
        if (imported == null || imported.equals(importing) || mayImportAnything.contains(importing)) {
            return true;
        }
        return mayImport.getOrDefault(importing, Set.of()).stream().anyMatch(name -> covers(name, importing, imported));
    }

    /** Whether a name in the row of {@code importing} stands for the package {@code imported}. */
    static boolean covers(String name, String importing, String imported) {
        boolean parent = importing.startsWith(name + ".");
        return imported.equals(name) || !parent && imported.startsWith(name + ".");
    }

    /** Below our root, empty for the root itself; null for what is not ours. */
    static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "" : name.startsWith(ROOT + ".") ? name.substring(ROOT.length() + 1) : null;
    }

    private static String section(String heading) {
        try {
            String text = Files.readString(DOCUMENT);
            int start = text.indexOf(heading + "\n") + heading.length();
            return text.substring(start, text.indexOf("\n## ", start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
