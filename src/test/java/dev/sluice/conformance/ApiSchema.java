package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A schema of an {@link ApiDescription}. Of alternatives that all refuse a value, the violations of the nearest one are
 * reported: of the same {@code type}, with the fewest violations.
 */
final class ApiSchema {

    /** Members whose value chooses the alternative. */
    private static final Set<String> CHOOSERS = Set.of("type", "role", "object", "event", "event_type");

    private final String name;
    private final Schema schema;

    /**
     * @param schema path of the keyword, through references
     * @param value path of the value
     */
    private record Found(List<String> schema, List<String> value, Error error) {}

    ApiSchema(String name, JsonNode schema) {
        this.name = name;
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    String name() {
        return name;
    }

    /**
     * What the schema refuses, each as the path of the value and the rule: {@code messages/[user]/content: missing
     * text}. An element of an array is named by its type or role.
     */
    List<String> violations(JsonNode value) {
        List<Found> found = new ArrayList<>();
        for (Error error : schema.validate(value)) {
            found.add(new Found(
                    segments(error.getEvaluationPath().toString()),
                    segments(error.getInstanceLocation().toString()),
                    error));
        }
        Set<String> violations = new LinkedHashSet<>();
        nearest(found, 0, 0).forEach(each -> violations.add(text(each, value)));
        return List.copyOf(violations);
    }

    /**
     * @param from the segment of the keyword's path to look from
     * @param depth the segments of the value's path that were passed until there
     */
    private static List<Found> nearest(List<Found> errors, int from, int depth) {
        Map<List<String>, List<Found>> unions = new LinkedHashMap<>();
        List<Found> nearest = new ArrayList<>();
        for (Found each : errors) {
            int[] at = union(each.schema(), from, depth);
            if (at == null) {
                nearest.add(each);
                continue;
            }
            List<String> key = new ArrayList<>(each.schema().subList(0, at[0] + 1));
            key.add("@");
            key.addAll(each.value().subList(0, Math.min(at[1], each.value().size())));
            unions.computeIfAbsent(key, any -> new ArrayList<>()).add(each);
        }
        for (List<Found> union : unions.values()) {
            int[] at = union(union.get(0).schema(), from, depth);
            Map<String, List<Found>> branches = new LinkedHashMap<>();
            union.forEach(each -> branches.computeIfAbsent(each.schema().get(at[0] + 1), any -> new ArrayList<>())
                    .add(each));
            branches.values().stream()
                    .map(branch -> nearest(branch, at[0] + 2, at[1]))
                    .min(Comparator.comparingInt((List<Found> branch) -> distance(branch, at[1]))
                            .thenComparingInt(List::size))
                    .ifPresent(nearest::addAll);
        }
        return nearest;
    }

    /** Wrong in kind, wrong in what chooses the alternative, or wrong within. */
    private static int distance(List<Found> branch, int depth) {
        int distance = 0;
        for (Found each : branch) {
            int below = each.value().size() - depth;
            String keyword = each.error().getKeyword();
            if (below == 0 && (keyword.equals("type") || keyword.equals("const") || keyword.equals("enum"))) {
                distance = Math.max(distance, 3);
            } else if (below == 1
                    && CHOOSERS.contains(each.value().get(depth))
                    && (keyword.equals("const") || keyword.equals("enum"))) {
                distance = Math.max(distance, 2);
            } else if (keyword.equals("required")
                    && CHOOSERS.contains(each.error().getProperty())) {
                distance = Math.max(distance, 2);
            }
        }
        return distance;
    }

    /** @return the segment of the next union, and the depth of the value there; null if there is none */
    private static int[] union(List<String> path, int from, int depth) {
        int at = depth;
        for (int i = from; i + 1 < path.size(); i++) {
            switch (path.get(i)) {
                case "anyOf", "oneOf" -> {
                    return new int[] {i, at};
                }
                case "properties", "prefixItems", "patternProperties" -> {
                    i++;
                    at++;
                }
                case "items", "additionalProperties", "unevaluatedProperties" -> at++;
                case "allOf" -> i++;
                default -> {}
            }
        }
        return null;
    }

    private static String text(Found found, JsonNode root) {
        StringBuilder path = new StringBuilder();
        JsonNode at = root;
        for (String each : found.value()) {
            JsonNode next = at.isArray() ? at.path(Integer.parseInt(each)) : at.path(each);
            path.append(path.isEmpty() ? "" : "/").append(at.isArray() ? kind(next) : each);
            at = next;
        }
        Error error = found.error();
        String rule = switch (error.getKeyword()) {
            case "additionalProperties", "unevaluatedProperties" -> "unknown " + error.getProperty();
            case "required" -> "missing " + error.getProperty();
            case "type" ->
                "is " + at.getNodeType().name().toLowerCase(java.util.Locale.ROOT) + ", expected "
                        + error.getSchemaNode();
            case "enum", "const" -> "has another value: " + cut(at.toString());
            default -> error.getKeyword() + " " + cut(String.valueOf(error.getSchemaNode()));
        };
        return path + ": " + rule;
    }

    private static String kind(JsonNode element) {
        for (String chooser : List.of("type", "role")) {
            if (element.path(chooser).isTextual()) {
                return "[" + element.path(chooser).textValue() + "]";
            }
        }
        return "[]";
    }

    private static String cut(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    private static List<String> segments(String pointer) {
        List<String> segments = new ArrayList<>();
        if (!pointer.isEmpty()) {
            for (String each : pointer.substring(1).split("/", -1)) {
                segments.add(each.replace("~1", "/").replace("~0", "~"));
            }
        }
        return segments;
    }
}
