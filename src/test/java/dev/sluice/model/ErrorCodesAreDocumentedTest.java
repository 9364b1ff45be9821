package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every error code that clients may receive is in the table of operations.md, or of the page that it refers to. */
class ErrorCodesAreDocumentedTest {

    private static final Path MAIN = Path.of("src/main/java/dev/sluice");

    /** Their codes are those of admin.md, of the command line and of a provider. */
    private static final List<String> OTHER_PACKAGES = List.of("admin", "cli", "simulator");

    private static final Pattern DECLARATION =
            Pattern.compile("\\b([a-z]\\w*)\\(((?:[\\w<>?,. \\n]*,)?\\s*String code\\b[^)]*)\\)\\s*\\{");
    private static final Pattern LITERAL = Pattern.compile("\"([a-z]+(?:_[a-z0-9]+)*_?|_[a-z_]+)\"");

    @Test
    void everyCodeIsInTheTable() throws IOException {
        Set<String> codes = new TreeSet<>(codesInSources());
        for (GatewayError.Kind kind : GatewayError.Kind.values()) {
            codes.add(String.valueOf(GatewayError.of(kind, "").code()));
        }
        for (FailureCode failure : FailureCode.values()) {
            codes.add(failure.code());
        }
        codes.remove("null");
        Set<String> documented = documented();

        assertThat(codes)
                .as("found in the sources")
                .contains(
                        "file_not_found", "too_many_images", "bad_host", "key_expired", "claim_missing", "workers_busy")
                .hasSizeGreaterThan(70);
        assertThat(documented).containsAll(codes);
    }

    /** The literals in the place of a parameter named {@code code}, of every method that has one. */
    private static Set<String> codesInSources() throws IOException {
        List<String> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(MAIN)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".java")).toList()) {
                if (!OTHER_PACKAGES.contains(MAIN.relativize(file).getName(0).toString())) {
                    sources.add(Files.readString(file));
                }
            }
        }
        Map<String, Set<Integer>> methods = new HashMap<>();
        methods.put("withCode", new TreeSet<>(Set.of(0)));
        for (String source : sources) {
            Matcher declared = DECLARATION.matcher(source);
            while (declared.find()) {
                int place = declared.group(2)
                        .replaceAll("String code\\b.*", "")
                        .replaceAll("[^,]", "")
                        .length();
                methods.computeIfAbsent(declared.group(1), name -> new TreeSet<>())
                        .add(place);
            }
        }
        Set<String> codes = new TreeSet<>();
        for (String source : sources) {
            Matcher call = Pattern.compile("\\b(" + String.join("|", methods.keySet()) + ")\\(")
                    .matcher(source);
            while (call.find()) {
                List<String> arguments = arguments(source, call.end());
                for (int place : methods.get(call.group(1))) {
                    if (place < arguments.size()) {
                        codes.addAll(literals(arguments.get(place), source));
                    }
                }
            }
        }
        return codes;
    }

    /** A code that is a constant, or put together of a literal and one of several words, is resolved. */
    private static List<String> literals(String argument, String source) {
        String text = argument.strip();
        if (text.contains("(")) {
            return List.of(); // a call, whose own arguments are read
        }
        if (text.matches("[A-Z_]+")) {
            Matcher constant =
                    Pattern.compile("String " + text + " = (\"[a-z_]+\");").matcher(source);
            text = constant.find() ? constant.group(1) : "";
        }
        List<String> found =
                LITERAL.matcher(text).results().map(each -> each.group(1)).toList();
        return found.stream()
                .flatMap(each -> switch (each) {
                    case "too_many_" ->
                        Stream.of("items", "images", "tools", "choices").map(each::concat);
                    case "_not_found" -> Stream.of("file", "batch").map(what -> what.concat(each));
                    default -> Stream.of(each);
                })
                .toList();
    }

    private static List<String> arguments(String source, int from) {
        List<String> arguments = new ArrayList<>();
        int depth = 0;
        boolean text = false;
        int start = from;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '"' && source.charAt(i - 1) != '\\') {
                text = !text;
            } else if (!text && (c == '(' || c == '{')) {
                depth++;
            } else if (!text && depth == 0 && (c == ',' || c == ')')) {
                arguments.add(source.substring(start, i));
                start = i + 1;
                if (c == ')') {
                    break;
                }
            } else if (!text && (c == ')' || c == '}')) {
                depth--;
            }
        }
        return arguments;
    }

    /** The words in the rows of the table, and of that of the errors of authentication. */
    private static Set<String> documented() throws IOException {
        return Stream.of(
                        section("operations.md", "## Error codes"),
                        section("auth.md", "## Authentication errors"),
                        section("admin.md", "## Errors"))
                .flatMap(String::lines)
                .filter(line -> line.startsWith("|"))
                .flatMap(line -> Pattern.compile("`([a-z]+(?:_[a-z0-9]+)*)`")
                        .matcher(line)
                        .results())
                .map(word -> word.group(1))
                .collect(Collectors.toSet());
    }

    private static String section(String page, String heading) throws IOException {
        String text = Files.readString(Path.of("src/docs", page));
        int start = text.indexOf("\n" + heading + "\n");
        assertThat(start).as(heading + " of " + page).isPositive();
        int end = text.indexOf("\n## ", start + heading.length());
        return text.substring(start, end < 0 ? text.length() : end);
    }
}
