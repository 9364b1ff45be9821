package dev.sluice.dependencies;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.ComparableVersion;

/** A folder of advisories in the OSV format, such as a clone of GitHub's advisory database. */
final class OsvDatabase {

    /** Versions from {@code introduced} to {@code end}; {@code "0"} and an empty end are open. */
    private record Span(String introduced, String end, boolean endIsFixed) {

        String range() {
            return (introduced.equals("0") ? "(" : "[" + introduced) + "," + end
                    + (endIsFixed || end.isEmpty() ? ")" : "]");
        }
    }

    private final Path folder;

    OsvDatabase(Path folder) {
        this.folder = folder;
    }

    /**
     * The list with what the database knows about its libraries. Advisories of the list that the database does not
     * have, under their own or another name, stay.
     */
    List<Advisory> refresh(List<Advisory> list) throws IOException {
        Set<String> libraries = new HashSet<>();
        list.forEach(each -> libraries.add(each.library()));
        List<Advisory> found = new ArrayList<>();
        Set<String> names = new HashSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                String text = Files.readString(file);
                if (text.contains("\"Maven\"")) {
                    read(new JsonObject(text), libraries::contains, found, names);
                }
            }
        }
        for (Advisory each : list) {
            boolean known = names.contains(each.library() + " " + each.id());
            if (!known && !each.id().equals(Advisory.NONE)) {
                found.add(each);
            }
        }
        for (Advisory each : list) {
            if (found.stream().noneMatch(other -> other.library().equals(each.library()))) {
                found.add(each);
            }
        }
        found.sort(Comparator.comparing(Advisory::library)
                .thenComparing(each -> each.affected())
                .thenComparing(Advisory::id));
        return found;
    }

    private static void read(
            JsonObject advisory, Predicate<String> libraries, List<Advisory> found, Set<String> names) {
        if (advisory.containsKey("withdrawn")) {
            return;
        }
        String id = advisory.getString("id");
        List<String> aliases = advisory.getJsonArray("aliases", new JsonArray()).stream()
                .map(String.class::cast)
                .toList();
        Set<String> done = new HashSet<>();
        for (JsonObject affected : objects(advisory, "affected")) {
            JsonObject affectedPackage = affected.getJsonObject("package", new JsonObject());
            String library = affectedPackage.getString("name", "");
            if (!"Maven".equals(affectedPackage.getString("ecosystem"))
                    || !libraries.test(library)
                    || !done.add(library)) {
                continue;
            }
            List<Span> spans = spans(advisory, library);
            String fixed = spans.getLast().endIsFixed() ? spans.getLast().end() : Advisory.NONE;
            String summary =
                    (aliases.isEmpty() ? "" : aliases.getFirst() + ": ") + advisory.getString("summary", "no summary");
            found.add(new Advisory(
                    library,
                    id,
                    String.join(",", spans.stream().map(Span::range).toList()),
                    fixed,
                    summary.replaceAll("\\s+", " "),
                    "https://github.com/advisories/" + id));
            names.add(library + " " + id);
            aliases.forEach(alias -> names.add(library + " " + alias));
        }
    }

    /** A library may occur several times in an advisory, once for each line of its releases. */
    private static List<Span> spans(JsonObject advisory, String library) {
        List<Span> spans = new ArrayList<>();
        for (JsonObject affected : objects(advisory, "affected")) {
            if (!library.equals(
                    affected.getJsonObject("package", new JsonObject()).getString("name"))) {
                continue;
            }
            for (JsonObject range : objects(affected, "ranges")) {
                String introduced = "0";
                String end = "";
                boolean endIsFixed = false;
                for (JsonObject event : objects(range, "events")) {
                    introduced = event.getString("introduced", introduced);
                    endIsFixed |= event.containsKey("fixed");
                    end = event.getString("fixed", event.getString("last_affected", end));
                }
                spans.add(new Span(introduced, end, endIsFixed));
            }
        }
        spans.sort(Comparator.comparing(each -> new ComparableVersion(each.introduced())));
        return spans;
    }

    private static List<JsonObject> objects(JsonObject parent, String name) {
        return parent.getJsonArray(name, new JsonArray()).stream()
                .map(JsonObject.class::cast)
                .toList();
    }
}
