package dev.sluice.admin;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The API as an OpenAPI 3.1 document, made of the same list that the router is made of. */
final class OpenApi {

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");
    private static final JsonObject TEXT = new JsonObject().put("type", "string");

    private OpenApi() {}

    static JsonObject document(List<Endpoint> endpoints) {
        JsonObject paths = new JsonObject();
        AdminRoutes.OPEN.forEach((path, says) -> paths.put(path, new JsonObject().put("get", open(says))));
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

    private static JsonObject open(String says) {
        return new JsonObject()
                .put("summary", says)
                .put("security", new JsonArray())
                .put("responses", new JsonObject().put("200", said("as described")));
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
                .put("x-sluice-role", Terms.word(endpoint.role()))
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
        boolean required = endpoint.yaml() || endpoint.body().fields().stream().anyMatch(Field::required);
        JsonObject content = endpoint.yaml()
                ? new JsonObject().put("application/yaml", new JsonObject().put("schema", TEXT))
                : new JsonObject().put("application/json", new JsonObject().put("schema", schema(endpoint.body())));
        return new JsonObject().put("required", required).put("content", content);
    }

    private static JsonObject responses(Endpoint endpoint) {
        JsonObject error = new JsonObject()
                .put("description", "refused or failed; error.code says why")
                .put(
                        "content",
                        new JsonObject()
                                .put(
                                        "application/json",
                                        new JsonObject()
                                                .put(
                                                        "schema",
                                                        new JsonObject().put("$ref", "#/components/schemas/Error"))));
        String good = "key.create".equals(endpoint.action()) ? "201" : "200";
        return new JsonObject().put(good, said(endpoint.says())).put("default", error);
    }

    private static JsonObject said(String says) {
        return new JsonObject().put("description", says);
    }

    private static String id(Endpoint endpoint) {
        return endpoint.method().name().toLowerCase(Locale.ROOT)
                + endpoint.path().replaceAll("[^A-Za-z0-9]+", "_").replaceAll("_$", "");
    }

    static JsonObject schema(Shape shape) {
        JsonObject properties = new JsonObject();
        JsonArray required = new JsonArray();
        for (Field field : shape.fields()) {
            properties.put(field.name(), schema(field).put("description", field.says()));
            if (field.required()) {
                required.add(field.name());
            }
        }
        JsonObject schema = new JsonObject()
                .put("type", "object")
                .put("additionalProperties", false)
                .put("properties", properties);
        return required.isEmpty() ? schema : schema.put("required", required);
    }

    private static JsonObject schema(Field field) {
        return switch (field.kind()) {
            case TEXT -> typed(field, "string");
            case WORD -> typed(field, "string").put("enum", new JsonArray(field.choices()));
            case WHOLE -> typed(field, "integer").put("minimum", 0).put("maximum", 2_000_000_000);
            case NUMBER -> typed(field, "number").put("minimum", 0);
            case FLAG -> typed(field, "boolean");
            case TIME -> typed(field, "string").put("format", "date-time");
            case SPAN -> typed(field, "string").put("pattern", "^[0-9]+(ms|s|m|h|d)$");
            case TEXTS -> typed(field, "array").put("items", TEXT);
            case PAIRS -> typed(field, "object").put("additionalProperties", TEXT);
            case OBJECT ->
                new JsonObject()
                        .put(
                                "anyOf",
                                new JsonArray().add(schema(field.of())).add(new JsonObject().put("type", "null")));
        };
    }

    /** Null is as good as left out, where it may be left out. */
    private static JsonObject typed(Field field, String type) {
        return new JsonObject()
                .put("type", field.required() ? type : new JsonArray().add(type).add("null"));
    }

    private static JsonObject components() {
        JsonObject error = new JsonObject()
                .put("message", TEXT)
                .put("type", TEXT)
                .put(
                        "param",
                        new JsonObject()
                                .put("type", new JsonArray().add("string").add("null")))
                .put("code", TEXT);
        return new JsonObject()
                .put(
                        "securitySchemes",
                        new JsonObject()
                                .put("key", new JsonObject().put("type", "http").put("scheme", "bearer")))
                .put(
                        "schemas",
                        new JsonObject()
                                .put(
                                        "Error",
                                        new JsonObject()
                                                .put("type", "object")
                                                .put(
                                                        "properties",
                                                        new JsonObject()
                                                                .put(
                                                                        "error",
                                                                        new JsonObject()
                                                                                .put("type", "object")
                                                                                .put("properties", error)))));
    }
}
