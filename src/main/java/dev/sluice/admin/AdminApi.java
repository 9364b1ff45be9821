package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonFields;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.auth.keys.Caller;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Everything the admin API does, as one list, and how it is done: check, do, write down, answer. It knows no HTTP, so
 * that the command line does to a store of its own what the listener would have done.
 */
public final class AdminApi {

    private final List<Endpoint> endpoints;
    private final AuditTrail trail;

    private AdminApi(List<Endpoint> endpoints, AuditTrail trail) {
        this.endpoints = endpoints;
        this.trail = trail;
    }

    static AdminApi of(AdminSources sources) {
        AuditTrail trail = new AuditTrail(sources.tenants().store());
        return new AdminApi(
                Stream.of(
                                KeyEndpoints.of(sources.tenants()),
                                TeamEndpoints.of(sources.tenants()),
                                BudgetEndpoints.of(sources.tenants()),
                                UsageEndpoints.of(sources.tenants()),
                                ConfigEndpoints.of(sources.config()),
                                RouteEndpoints.of(sources.routes()),
                                ProviderEndpoints.of(sources.providers()),
                                HealthEndpoints.of(sources))
                        .flatMap(List::stream)
                        .toList(),
                trail);
    }

    /** What needs a store and no running gateway: keys and usage. */
    public static AdminApi ofStore(TenantSources tenants) {
        return new AdminApi(
                Stream.concat(KeyEndpoints.of(tenants).stream(), UsageEndpoints.of(tenants).stream())
                        .toList(),
                new AuditTrail(tenants.store()));
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    /**
     * Does what a request to this path would do.
     *
     * @param path as in a request line, without a query
     * @param actor how the audit log calls who asks
     * @param body null for none
     */
    public Future<AdminResponse> call(
            HttpMethod method, String path, Map<String, String> query, Buffer body, Caller who, String actor) {
        for (Endpoint endpoint : endpoints) {
            Map<String, String> found = match(endpoint.path(), path);
            if (endpoint.method().equals(method) && found != null) {
                return call(endpoint, found, query, body, who, actor);
            }
        }
        return AdminErrors.answer(404, "not_found", "Nothing here.", null).now();
    }

    /** Never fails: what is refused or fails is an answer, too, and is written down like any other. */
    Future<AdminResponse> call(
            Endpoint endpoint,
            Map<String, String> path,
            Map<String, String> query,
            Buffer body,
            Caller who,
            String actor) {
        String told = null;
        Future<AdminResponse> answer;
        try {
            AdminRequest request = checked(endpoint, path, query, body, who);
            told = request.body() == null ? null : request.body().told();
            answer = endpoint.handler().apply(request);
        } catch (GatewayException refused) {
            answer = Future.failedFuture(refused);
        }
        String said = told;
        return answer.recover(failure -> AdminErrors.answer(failure).now())
                .compose(done -> note(endpoint, path, actor, done, said).map(done));
    }

    /** Writes down what somebody wanted, if it would have changed something. */
    Future<Void> note(Endpoint endpoint, Map<String, String> path, String actor, AdminResponse response, String said) {
        if (endpoint.action() == null) {
            return Future.succeededFuture();
        }
        String target = response.target() == null ? String.join("/", path.values()) : response.target();
        String detail = response.status()
                + (response.detail() == null ? "" : " " + response.detail())
                + (said == null || said.equals("{}") ? "" : " " + said);
        return trail.note(actor, endpoint.action(), target, detail);
    }

    private static AdminRequest checked(
            Endpoint endpoint, Map<String, String> path, Map<String, String> query, Buffer body, Caller who) {
        Map<String, String> asked = new HashMap<>();
        query.forEach((given, value) -> {
            String name = endpoint.query().stream()
                    .filter(param -> param.is(given))
                    .map(QueryParameter::name)
                    .findFirst()
                    .orElseThrow(() -> unknownParameter(endpoint));
            if (!value.isEmpty() || name.equals("effective")) {
                asked.put(name, value);
            }
        });
        return new AdminRequest(
                who,
                path,
                asked,
                endpoint.body() == null ? null : JsonFields.read(endpoint.body(), body),
                endpoint.yaml() ? body == null ? "" : body.toString(StandardCharsets.UTF_8) : null);
    }

    private static GatewayException unknownParameter(Endpoint endpoint) {
        List<String> known = endpoint.query().stream().map(QueryParameter::name).toList();
        return new GatewayException(GatewayError.invalid(
                "the query has a parameter that is unknown (expected: some of " + known + ")",
                "query",
                "unknown_parameter"));
    }

    /** The parameters of the path, or null when it is another one. */
    private static Map<String, String> match(String template, String path) {
        String[] wanted = template.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return null;
        }
        Map<String, String> found = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                found.put(
                        wanted[i].substring(1, wanted[i].length() - 1),
                        URLDecoder.decode(given[i], StandardCharsets.UTF_8));
            } else if (!wanted[i].equals(given[i])) {
                return null;
            }
        }
        return found;
    }
}
