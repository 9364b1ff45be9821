package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Recorded requests of real clients, whose long texts are kept as patterns. */
final class Captures {

    private static final int MODULUS = 9973;

    /**
     * @param name folder and file, without its ending
     * @param path without the query
     * @param headers names and values, in the client's order
     */
    record Capture(String name, String method, String path, List<String[]> headers, JsonNode body) {}

    /** All requests with a body in JSON, in the order of their names. */
    static List<Capture> read(Path folder) {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(file -> capture(folder, file))
                    .filter(capture -> capture.body().isObject())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Capture capture(Path folder, Path file) {
        try {
            JsonNode request = ApiDescription.JSON.readTree(file.toFile()).path("request");
            List<String[]> headers = new ArrayList<>();
            request.path("headers")
                    .forEach(header -> headers.add(new String[] {
                        header.path(0).asText(), header.path(1).asText()
                    }));
            return new Capture(
                    folder.relativize(file).toString().replaceFirst("\\.json$", ""),
                    request.path("method").asText(),
                    request.path("path").asText(),
                    headers,
                    expand(request.path("body")));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    /** {@code $fill} is a text by a pattern, and {@code $cat} joins texts. */
    static JsonNode expand(JsonNode kept) {
        if (kept.has("$fill")) {
            return new TextNode(fill(kept.path("k").longValue(), kept.path("s").textValue()));
        }
        if (kept.path("$cat").isArray()) {
            StringBuilder joined = new StringBuilder();
            kept.path("$cat").forEach(part -> joined.append(expand(part).asText()));
            return new TextNode(joined.toString());
        }
        if (kept.isObject()) {
            ObjectNode out = ApiDescription.JSON.createObjectNode();
            kept.properties().forEach(member -> out.set(member.getKey(), expand(member.getValue())));
            return out;
        }
        if (kept.isArray()) {
            ArrayNode out = ApiDescription.JSON.createArrayNode();
            kept.forEach(element -> out.add(expand(element)));
            return out;
        }
        return kept;
    }

    /** A number is so many filler characters; any other character is itself. */
    private static String fill(long seed, String pattern) {
        StringBuilder filled = new StringBuilder();
        long position = 0;
        int at = 0;
        while (at < pattern.length()) {
            int c = pattern.codePointAt(at);
            if (c < '0' || c > '9') {
                filled.appendCodePoint(c);
                position++;
                at += Character.charCount(c);
                continue;
            }
            int count = 0;
            while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
                count = count * 10 + pattern.charAt(at++) - '0';
            }
            for (; count > 0; count--, position++) {
                long x = (seed + position * 31 + position * position * 7) % MODULUS;
                filled.append(x % 6 == 5 ? ' ' : (char) ('a' + x % 26));
            }
        }
        return filled.toString();
    }

    private Captures() {}
}
