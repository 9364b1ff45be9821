package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A provider's own description of its API: an OpenAPI 3.0 or 3.1 document, or a JSON Schema with {@code $defs}. Its
 * schemas are read as JSON Schema 2020-12. {@code nullable} becomes a type, and {@code oneOf} becomes {@code anyOf}
 * with the value of the discriminator in each branch, as several descriptions have branches that overlap.
 */
final class ApiDescription {

    static final ObjectMapper JSON = new JsonMapper();

    private static final int MOST_CODE_POINTS = 50_000_000;

    private static final Set<String> ANNOTATIONS =
            Set.of("example", "examples", "default", "discriminator", "description", "title", "xml", "externalDocs");

    private static final Set<String> MAPS = Set.of("properties", "patternProperties", "$defs", "dependentSchemas");

    private static final Set<String> VALUES = Set.of("enum", "const", "required");

    private final JsonNode document;
    private final Objects objects;

    /** How the objects of a description are read. */
    enum Objects {
        /** As the description says. */
        AS_DESCRIBED,
        /** With members that it does not know: for a description that is older than the API. */
        OPEN,
        /** Without members that it does not know, though it does not forbid them. */
        CLOSED
    }

    private ApiDescription(JsonNode document, Objects objects) {
        this.document = document;
        this.objects = objects;
    }

    static ApiDescription of(JsonNode document, Objects objects) {
        return new ApiDescription(document, objects);
    }

    static ApiDescription read(Path file, Objects objects) {
        try {
            String text = Files.readString(file);
            return new ApiDescription(
                    file.toString().endsWith(".json") ? JSON.readTree(text) : JSON.valueToTree(yaml(text)), objects);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param pointer of the schema in the document, such as {@code #/components/schemas/CreateResponse} */
    ApiSchema schema(String name, String pointer) {
        return new ApiSchema(name, bundle(pointer));
    }

    /** The schema with all that it refers to. */
    private ObjectNode bundle(String pointer) {
        Reader reader = new Reader();
        ObjectNode bundle = JSON.createObjectNode();
        bundle.put("$ref", reader.local(new Place(pointer, false)));
        ObjectNode schemas = bundle.putObject("$defs");
        while (!reader.open.isEmpty()) {
            Place next = reader.open.poll();
            schemas.set(reader.names.get(next), reader.schema(at(next.pointer()), next.part()));
        }
        return bundle;
    }

    private JsonNode at(String pointer) {
        return document.at(URLDecoder.decode(pointer.substring(1), StandardCharsets.UTF_8));
    }

    private static Object yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MOST_CODE_POINTS);
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        options.setAllowRecursiveKeys(false);
        return new Yaml(new SafeConstructor(options)).load(text);
    }

    /** @param part whether the schema describes only a part of an object, so that it cannot know all members */
    private record Place(String pointer, boolean part) {}

    private final class Reader {

        private final Map<Place, String> names = new HashMap<>();
        private final Deque<Place> open = new ArrayDeque<>();

        String local(Place place) {
            String name = names.get(place);
            if (name == null) {
                name = names.size() + place.pointer().replaceAll(".*/", "-").replaceAll("[^A-Za-z0-9]", "-");
                names.put(place, name);
                open.add(place);
            }
            return "#/$defs/" + name;
        }

        private JsonNode schema(JsonNode read) {
            return schema(read, false);
        }

        /** A reference to nothing, as one description has, allows any value. */
        JsonNode schema(JsonNode read, boolean part) {
            if (!read.isObject()) {
                return read.isBoolean() ? read : JSON.getNodeFactory().booleanNode(true);
            }
            ObjectNode out = JSON.createObjectNode();
            for (Map.Entry<String, JsonNode> member : read.properties()) {
                keyword(member.getKey(), member.getValue(), out, part);
            }
            alternatives(read, out, part);
            bounds(out);
            objects(out, part);
            return nullable(read, out);
        }

        private void keyword(String name, JsonNode value, ObjectNode out, boolean part) {
            if (name.equals("$ref")) {
                out.put("$ref", local(new Place(value.textValue(), part)));
            } else if (MAPS.contains(name) && value.isObject()) {
                ObjectNode map = out.putObject(name);
                value.properties().forEach(each -> map.set(each.getKey(), schema(each.getValue())));
            } else if (VALUES.contains(name) || !value.isContainerNode()) {
                if (!ANNOTATIONS.contains(name) && !name.equals("nullable") && !name.startsWith("x-")) {
                    out.set(name, value);
                }
            } else if (!ANNOTATIONS.contains(name) && !name.equals("oneOf") && !name.startsWith("x-")) {
                boolean parts = name.equals("allOf") || name.equals("anyOf") && part;
                out.set(name, value.isArray() ? each(value, parts) : schema(value));
            }
        }

        private ArrayNode each(JsonNode values, boolean parts) {
            ArrayNode out = JSON.createArrayNode();
            values.forEach(value -> out.add(value.isObject() ? schema(value, parts) : value));
            return out;
        }

        private void alternatives(JsonNode read, ObjectNode out, boolean part) {
            if (!read.path("oneOf").isArray()) {
                return;
            }
            JsonNode discriminator = read.path("discriminator");
            Map<String, List<String>> values = new LinkedHashMap<>();
            discriminator
                    .path("mapping")
                    .properties()
                    .forEach(each -> values.computeIfAbsent(
                                    pointer(each.getValue().textValue()), key -> new ArrayList<>())
                            .add(each.getKey()));
            ArrayNode branches = JSON.createArrayNode();
            for (JsonNode branch : read.path("oneOf")) {
                List<String> named = values.get(branch.path("$ref").asText());
                branches.add(
                        named == null
                                ? schema(branch, part)
                                : named(
                                        schema(branch, part),
                                        discriminator.path("propertyName").asText(),
                                        named));
            }
            if (out.has("anyOf")) {
                ArrayNode all = out.has("allOf") ? (ArrayNode) out.get("allOf") : out.putArray("allOf");
                all.addObject().set("anyOf", branches);
            } else {
                out.set("anyOf", branches);
            }
        }

        private JsonNode named(JsonNode branch, String member, List<String> values) {
            ObjectNode out = JSON.createObjectNode();
            out.put("type", "object").putArray("required").add(member);
            ArrayNode named = out.putObject("properties").putObject(member).putArray("enum");
            values.forEach(named::add);
            ObjectNode both = JSON.createObjectNode();
            both.putArray("allOf").add(out).add(branch);
            return both;
        }

        private String pointer(String mapped) {
            return mapped.startsWith("#/") ? mapped : "#/components/schemas/" + mapped;
        }

        /** Of OpenAPI 3.0, where a bound is exclusive or not. */
        private void bounds(ObjectNode out) {
            bound(out, "exclusiveMinimum", "minimum");
            bound(out, "exclusiveMaximum", "maximum");
        }

        private void bound(ObjectNode out, String exclusive, String bound) {
            if (out.path(exclusive).isBoolean()) {
                boolean is = out.remove(exclusive).booleanValue();
                if (is && out.has(bound)) {
                    out.set(exclusive, out.remove(bound));
                }
            }
        }

        private void objects(ObjectNode out, boolean part) {
            JsonNode further = out.path("additionalProperties");
            if (objects == Objects.OPEN && further.isBoolean() && !further.booleanValue()) {
                out.remove("additionalProperties");
            } else if (objects == Objects.CLOSED
                    && !part
                    && further.isMissingNode()
                    && (out.has("properties") || out.has("allOf"))) {
                out.put("unevaluatedProperties", false);
            }
        }

        private JsonNode nullable(JsonNode read, ObjectNode out) {
            if (!read.path("nullable").asBoolean()) {
                return out;
            }
            ObjectNode either = JSON.createObjectNode();
            either.putArray("anyOf").add(out).addObject().put("type", "null");
            return either;
        }
    }
}
