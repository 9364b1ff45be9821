package dev.sluice.admin.api;

import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;

/**
 * The declaration of one admin endpoint, from which the router, the OpenAPI document and the names in the audit log are
 * made.
 *
 * @param path with its parameters in braces
 * @param role the required role; never {@link Role#NONE}
 * @param action its name in the audit log; null if it changes nothing
 * @param description summary for the index and the OpenAPI document
 * @param body the members of its JSON body; null if there is none or it is YAML
 * @param yaml whether the body is a config file
 * @param spec its response
 */
public record Endpoint(
        HttpMethod method,
        String path,
        Role role,
        String action,
        String description,
        List<QueryParameter> query,
        JsonShape body,
        boolean yaml,
        ResponseSpec spec,
        Function<AdminRequest, Future<AdminResponse>> handler) {

    static final String PREFIX = "/admin/v1";

    public static Endpoint get(
            String path, String description, ResponseSpec spec, Function<AdminRequest, Future<AdminResponse>> handler) {
        return new Endpoint(
                HttpMethod.GET, PREFIX + path, Role.VIEWER, null, description, List.of(), null, false, spec, handler);
    }

    public static Endpoint change(
            HttpMethod method,
            String path,
            Role role,
            String action,
            String description,
            ResponseSpec spec,
            Function<AdminRequest, Future<AdminResponse>> handler) {
        return new Endpoint(method, PREFIX + path, role, action, description, List.of(), null, false, spec, handler);
    }

    public Endpoint query(QueryParameter... params) {
        return new Endpoint(method, path, role, action, description, List.of(params), body, yaml, spec, handler);
    }

    public Endpoint body(JsonShape shape) {
        return new Endpoint(method, path, role, action, description, query, shape, yaml, spec, handler);
    }

    public Endpoint takesYaml() {
        return new Endpoint(method, path, role, action, description, query, null, true, spec, handler);
    }

    public boolean takesBody() {
        return body != null || yaml;
    }
}
