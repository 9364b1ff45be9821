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

/** The API as an OpenAPI 3.1 document, made of the same list that the router is made of. */
public final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final JsonObject TEXT = new JsonObject().put("type", "string");

    /** What the document itself is. */
    public static final JsonShape ANSWER = JsonShape.of(
            JsonField.sure("openapi", JsonField.Kind.TEXT, "3.1.0"),
            JsonField.sure("info", JsonField.Kind.ANY, ""),
            JsonField.sure("security", JsonField.Kind.ANY, ""),
            JsonField.sure("paths", JsonField.Kind.ANY, ""),
            JsonField.sure("components", JsonField.Kind.ANY, ""));

    private static final JsonShape ERROR = JsonShape.of(JsonField.object(
                    "error",
                    JsonShape.of(
                            JsonField.sure("message", JsonField.Kind.TEXT, "for people"),
                            JsonField.oneOf("type", "invalid_request_error", "server_error"),
                            JsonField.of("param", JsonField.Kind.TEXT, "what is wrong of the request"),
                            JsonField.sure("code", JsonField.Kind.TEXT, "why, for programs")),
                    "")
            .needed());

    private OpenApi() {}

    /** @param open what each path without a role says of itself */
    public static JsonObject document(List<Endpoint> endpoints, Map<String, String> open) {
        JsonObject paths = new JsonObject();
        open.forEach((path, says) -> paths.put(path, new JsonObject().put("get", open(path, says))));
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
                                        "On the admin listener, which is for this machine only. Times are UTC"
                                                + " (RFC 3339), money is US dollars, tokens and requests are counts."))
                .put("security", new JsonArray().add(new JsonObject().put("key", new JsonArray())))
                .put("paths", paths)
                .put("components", components());
    }

    private static JsonObject open(String path, String says) {
        JsonObject text = content("text/plain", TEXT);
        JsonObject responses = new JsonObject().put("200", said(says).put("content", text));
        if (ProbeHandlers.READY.contains(path)) {
            responses.put("503", said("they are not").put("content", text));
        }
        if (path.equals("/metrics")) {
            responses.put("default", failed());
        }
        return new JsonObject()
                .put("summary", says)
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
        endpoint.query().forEach(param -> parameters.add(parameter(param.name(), "query", param.says())));
        JsonObject operation = new JsonObject()
                .put("summary", endpoint.says())
                .put("operationId", id(endpoint))
                .put("x-sluice-role", endpoint.role().word())
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

    private static JsonObject parameter(String name, String in, String says) {
        return new JsonObject()
                .put("name", name)
                .put("in", in)
                .put("description", says)
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
        JsonObject good = said(endpoint.says()).put("content", content);
        if (spec.text() != null) {
            content.mergeIn(content(spec.text(), TEXT));
        }
        if (spec.json().field(Page.NEXT.name()).isPresent() && spec.text() != null) {
            good.put(
                    "headers",
                    new JsonObject()
                            .put(
                                    Page.HEADER,
                                    said("of a text: where the next page begins; absent on the last")
                                            .put("schema", TEXT)));
        }
        return new JsonObject().put(String.valueOf(spec.status()), good).put("default", failed());
    }

    private static JsonObject failed() {
        return said("refused or failed; error.code says why")
                .put(
                        "content",
                        content("application/json", new JsonObject().put("$ref", "#/components/schemas/Error")));
    }

    private static JsonObject content(String type, JsonObject schema) {
        return new JsonObject().put(type, new JsonObject().put("schema", schema));
    }

    private static JsonObject said(String says) {
        return new JsonObject().put("description", says);
    }

    private static String id(Endpoint endpoint) {
        return endpoint.method().name().toLowerCase(Locale.ROOT)
                + endpoint.path().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    }

    /** @param closed whether others are refused; answers stay open, because a later Sluice may say more */
    private static JsonObject schema(JsonShape shape, boolean closed) {
        JsonObject properties = new JsonObject();
        JsonArray required = new JsonArray();
        for (JsonField field : shape.fields()) {
            JsonObject schema = schema(field, closed);
            properties.put(field.name(), field.says().isEmpty() ? schema : schema.put("description", field.says()));
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
            case SPAN -> typed(field, "string").put("pattern", "^" + Durations.PATTERN + "$");
            case TEXTS -> typed(field, "array").put("items", TEXT);
            case LIST -> typed(field, "array").put("items", schema(field.of(), closed));
            case PAIRS -> typed(field, "object").put("additionalProperties", TEXT);
            case ANY -> new JsonObject();
            case OBJECT -> object(field, closed);
        };
    }

    private static JsonObject object(JsonField field, boolean closed) {
        JsonObject schema = schema(field.of(), closed);
        return field.required()
                ? schema
                : new JsonObject().put("anyOf", new JsonArray().add(schema).add(new JsonObject().put("type", "null")));
    }

    private static JsonArray words(JsonField field) {
        JsonArray words = new JsonArray(new ArrayList<>(field.choices()));
        return field.required() ? words : words.addNull();
    }

    /** Null is as good as left out, where it may be left out. */
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
