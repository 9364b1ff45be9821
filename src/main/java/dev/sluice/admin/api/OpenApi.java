package dev.sluice.admin.api;

import dev.sluice.model.Durations;
import dev.sluice.observe.ProbeHandlers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The OpenAPI 3.1 document of the admin API, made from the same endpoints as the router. */
public final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final JsonObject TEXT = new JsonObject().put("type", "string");

    /** The shape of the document itself. */
    public static final JsonShape SHAPE = JsonShape.of(
            JsonField.always("openapi", JsonField.Kind.TEXT, "3.1.0"),
            JsonField.always("info", JsonField.Kind.ANY, ""),
            JsonField.always("security", JsonField.Kind.ANY, ""),
            JsonField.always("paths", JsonField.Kind.ANY, ""),
            JsonField.always("components", JsonField.Kind.ANY, ""));

    private static final JsonShape ERROR = JsonShape.of(JsonField.object(
                    "error",
                    JsonShape.of(
                            JsonField.always("message", JsonField.Kind.TEXT, "Message for people"),
                            JsonField.oneOf("type", "invalid_request_error", "server_error"),
                            JsonField.of("param", JsonField.Kind.TEXT, "The member or parameter at fault"),
                            JsonField.always("code", JsonField.Kind.TEXT, "Reason for programs")),
                    "")
            .asRequired());

    private OpenApi() {}

    /** @param open the paths without a role, with their descriptions */
    public static JsonObject document(List<Endpoint> endpoints, Map<String, String> open) {
        JsonObject paths = new JsonObject();
        open.forEach((path, description) -> paths.put(path, new JsonObject().put("get", open(path, description))));
        for (Endpoint endpoint : endpoints) {
            JsonObject path = paths.getJsonObject(endpoint.path(), new JsonObject());
            paths.put(
                    endpoint.path(), path.put(endpoint.method().name().toLowerCase(Locale.ROOT), operation(endpoint)));
        }
        return new JsonObject()
                .put("openapi", "3.1.0")
                .put(
                        "info",
                        new JsonObject()
                                .put("title", "Sluice admin API")
                                .put("version", "1")
                                .put(
                                        "description",
                                        "Served by the admin listener, to this machine only. Times are UTC (RFC 3339),"
                                                + " money is in US dollars, tokens and requests are counts."))
                .put("security", new JsonArray().add(new JsonObject().put("key", new JsonArray())))
                .put("paths", paths)
                .put("components", components());
    }

    private static JsonObject open(String path, String description) {
        JsonObject text = content("text/plain", TEXT);
        JsonObject responses = new JsonObject().put("200", response(description).put("content", text));
        if (ProbeHandlers.READY.contains(path)) {
            responses.put("503", response("New requests are not accepted").put("content", text));
        }
        if (path.equals("/metrics")) {
            responses.put("default", errorResponse());
        }
        return new JsonObject()
                .put("summary", description)
                .put("security", new JsonArray())
                .put("responses", responses);
    }

    private static JsonObject operation(Endpoint endpoint) {
        JsonArray parameters = new JsonArray();
        PARAMETER
                .matcher(endpoint.path())
                .results()
                .map((MatchResult found) -> found.group(1))
                .forEach(name -> parameters.add(parameter(name, "path", "").put("required", true)));
        endpoint.query().forEach(param -> parameters.add(parameter(param.name(), "query", param.description())));
        JsonObject operation = new JsonObject()
                .put("summary", endpoint.description())
                .put("operationId", id(endpoint))
                .put("x-sluice-role", endpoint.role().label())
                .put("parameters", parameters)
                .put("responses", responses(endpoint));
        if (endpoint.action() != null) {
            operation.put("x-sluice-audit", endpoint.action());
        }
        if (endpoint.takesBody()) {
            operation.put("requestBody", body(endpoint));
        }
        return operation;
    }

    private static JsonObject parameter(String name, String in, String description) {
        return new JsonObject()
                .put("name", name)
                .put("in", in)
                .put("description", description)
                .put("schema", TEXT);
    }

    private static JsonObject body(Endpoint endpoint) {
        boolean required = endpoint.yaml() || endpoint.body().fields().stream().anyMatch(JsonField::required);
        JsonObject content = endpoint.yaml()
                ? content("application/yaml", TEXT)
                : content("application/json", schema(endpoint.body(), true));
        return new JsonObject().put("required", required).put("content", content);
    }

    private static JsonObject responses(Endpoint endpoint) {
        ResponseSpec spec = endpoint.spec();
        JsonObject content = content("application/json", schema(spec.json(), false));
        JsonObject good = response(endpoint.description()).put("content", content);
        if (spec.text() != null) {
            content.mergeIn(content(spec.text(), TEXT));
        }
        if (spec.json().field(Page.NEXT.name()).isPresent() && spec.text() != null) {
            good.put(
                    "headers",
                    new JsonObject()
                            .put(
                                    Page.HEADER,
                                    response("Cursor of the next page of a text response; absent on the last page")
                                            .put("schema", TEXT)));
        }
        return new JsonObject().put(String.valueOf(spec.status()), good).put("default", errorResponse());
    }

    private static JsonObject errorResponse() {
        return response("Refused or failed; error.code has the reason")
                .put(
                        "content",
                        content("application/json", new JsonObject().put("$ref", "#/components/schemas/Error")));
    }

    private static JsonObject content(String type, JsonObject schema) {
        return new JsonObject().put(type, new JsonObject().put("schema", schema));
    }

    private static JsonObject response(String description) {
        return new JsonObject().put("description", description);
    }

    private static String id(Endpoint endpoint) {
        return endpoint.method().name().toLowerCase(Locale.ROOT)
                + endpoint.path().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    }

    /** @param closed whether other members are refused; responses stay open, because later versions may add members */
    private static JsonObject schema(JsonShape shape, boolean closed) {
        JsonObject properties = new JsonObject();
        JsonArray required = new JsonArray();
        for (JsonField field : shape.fields()) {
            JsonObject schema = schema(field, closed);
            properties.put(
                    field.name(),
                    field.description().isEmpty() ? schema : schema.put("description", field.description()));
            if (field.required()) {
                required.add(field.name());
            }
        }
        JsonObject schema = new JsonObject().put("type", "object").put("properties", properties);
        if (closed) {
            schema.put("additionalProperties", false);
        }
        return required.isEmpty() ? schema : schema.put("required", required);
    }

    private static JsonObject schema(JsonField field, boolean closed) {
        return switch (field.kind()) {
            case TEXT -> typed(field, "string");
            case WORD -> typed(field, "string").put("enum", words(field));
            case WHOLE -> typed(field, "integer").put("minimum", 0).put("maximum", 2_000_000_000);
            case COUNT -> typed(field, "integer").put("minimum", 0);
            case NUMBER -> typed(field, "number").put("minimum", 0);
            case FLAG -> typed(field, "boolean");
            case TIME -> typed(field, "string").put("format", "date-time");
            case DURATION -> typed(field, "string").put("pattern", "^(?:" + Durations.PATTERN + ")$");
            case TEXTS -> typed(field, "array").put("items", TEXT);
            case LIST -> typed(field, "array").put("items", schema(field.shape(), closed));
            case PAIRS -> typed(field, "object").put("additionalProperties", TEXT);
            case ANY -> new JsonObject();
            case OBJECT -> object(field, closed);
        };
    }

    private static JsonObject object(JsonField field, boolean closed) {
        JsonObject schema = schema(field.shape(), closed);
        return field.required()
                ? schema
                : new JsonObject().put("anyOf", new JsonArray().add(schema).add(new JsonObject().put("type", "null")));
    }

    private static JsonArray words(JsonField field) {
        JsonArray words = new JsonArray(new ArrayList<>(field.choices()));
        return field.required() ? words : words.addNull();
    }

    /** Optional members may be null. */
    private static JsonObject typed(JsonField field, String type) {
        return new JsonObject()
                .put("type", field.required() ? type : new JsonArray().add(type).add("null"));
    }

    private static JsonObject components() {
        return new JsonObject()
                .put(
                        "securitySchemes",
                        new JsonObject()
                                .put("key", new JsonObject().put("type", "http").put("scheme", "bearer")))
                .put("schemas", new JsonObject().put("Error", schema(ERROR, false)));
    }
}
