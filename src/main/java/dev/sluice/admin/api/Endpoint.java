package dev.sluice.admin.api;

import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Function;

/**
 * One thing that the admin API does: what the router serves, what the document says and what the audit log calls it are
 * all read from here.
 *
 * @param path with its parameters in braces
 * @param role whoever has it may; never {@link Role#NONE}
 * @param action its name in the audit log; null for what changes nothing
 * @param says for people
 * @param body the members of its JSON body; null where there is none, or it is YAML
 * @param yaml whether the body is a config file
 * @param spec what it answers
 */
public record Endpoint(
        HttpMethod method,
        String path,
        Role role,
        String action,
        String says,
        List<QueryParameter> query,
        JsonShape body,
        boolean yaml,
        ResponseSpec spec,
        Function<AdminRequest, Future<AdminResponse>> handler) {

    static final String PREFIX = "/admin/v1";

    public static Endpoint get(
            String path, String says, ResponseSpec spec, Function<AdminRequest, Future<AdminResponse>> handler) {
        return new Endpoint(
                HttpMethod.GET, PREFIX + path, Role.VIEWER, null, says, List.of(), null, false, spec, handler);
    }

    public static Endpoint change(
            HttpMethod method,
            String path,
            Role role,
            String action,
            String says,
            ResponseSpec spec,
            Function<AdminRequest, Future<AdminResponse>> handler) {
        return new Endpoint(method, PREFIX + path, role, action, says, List.of(), null, false, spec, handler);
    }

    public Endpoint query(QueryParameter... params) {
        return new Endpoint(method, path, role, action, says, List.of(params), body, yaml, spec, handler);
    }

    public Endpoint body(JsonShape shape) {
        return new Endpoint(method, path, role, action, says, query, shape, yaml, spec, handler);
    }

    public Endpoint takesYaml() {
        return new Endpoint(method, path, role, action, says, query, null, true, spec, handler);
    }

    public boolean takesBody() {
        return body != null || yaml;
    }
}
