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
import dev.sluice.store.sql.StoreUnavailable;
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
 * The admin API without HTTP: its endpoints and the steps of a call, which are to check the request, run the handler,
 * write the audit log and respond. The command line uses it directly on a store.
 */
public final class AdminApi {

    private final List<Endpoint> endpoints;
    private final AuditTrail auditTrail;

    private AdminApi(List<Endpoint> endpoints, AuditTrail trail) {
        this.endpoints = endpoints;
        this.auditTrail = trail;
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

    /** The part that needs a store but no running gateway: keys and usage. */
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
     * Handles a call like an HTTP request to this path.
     *
     * @param path as in a request line, without a query
     * @param actor the caller's name in the audit log
     * @param body null for none
     */
    public Future<AdminResponse> call(
            HttpMethod method, String path, Map<String, String> query, Buffer body, Caller caller, String actor) {
        for (Endpoint endpoint : endpoints) {
            Map<String, String> found = match(endpoint.path(), path);
            if (endpoint.method().equals(method) && found != null) {
                return call(endpoint, found, query, body, caller, actor);
            }
        }
        return AdminErrors.response(
                        404,
                        "not_found",
                        "No endpoint has this method and path. GET /admin/openapi.json lists them all.",
                        null)
                .toFuture();
    }

    /** Never fails: refusals and failures become responses, and are written to the audit log like any other. */
    Future<AdminResponse> call(
            Endpoint endpoint,
            Map<String, String> path,
            Map<String, String> query,
            Buffer body,
            Caller caller,
            String actor) {
        String auditText = null;
        Future<AdminResponse> response;
        try {
            AdminRequest request = checked(endpoint, path, query, body, caller);
            auditText = request.body() == null ? null : request.body().auditText();
            response = endpoint.handler().apply(request);
        } catch (GatewayException refused) {
            response = Future.failedFuture(refused);
        }
        String requestText = auditText;
        return response.recover(failure -> AdminErrors.response(failure).toFuture())
                .compose(done -> audit(endpoint, path, actor, done, requestText).map(done));
    }

    /** Writes the audit entry of a call that would change something, refused or not. */
    Future<Void> audit(
            Endpoint endpoint, Map<String, String> path, String actor, AdminResponse response, String requestText) {
        if (endpoint.action() == null) {
            return Future.succeededFuture();
        }
        String target = response.target() == null ? String.join("/", path.values()) : response.target();
        String detail = response.status()
                + (response.detail() == null ? "" : " " + response.detail())
                + (requestText == null || requestText.equals("{}") ? "" : " " + requestText);
        boolean storeDown = StoreUnavailable.CODE.equals(response.detail());
        return auditTrail.record(actor, endpoint.action(), target, detail, storeDown);
    }

    private static AdminRequest checked(
            Endpoint endpoint, Map<String, String> path, Map<String, String> query, Buffer body, Caller caller) {
        Map<String, String> parameters = new HashMap<>();
        path.forEach(JsonFields::requireNoNul);
        query.forEach((requested, value) -> {
            String name = endpoint.query().stream()
                    .filter(parameter -> parameter.is(requested))
                    .map(QueryParameter::name)
                    .findFirst()
                    .orElseThrow(() -> unknownParameter(endpoint));
            JsonFields.requireNoNul(name, value);
            if (!value.isEmpty() || name.equals("effective")) {
                parameters.put(name, value);
            }
        });
        return new AdminRequest(
                caller,
                path,
                parameters,
                endpoint.body() == null ? null : JsonFields.read(endpoint.body(), body),
                endpoint.yaml() ? body == null ? "" : body.toString(StandardCharsets.UTF_8) : null);
    }

    private static GatewayException unknownParameter(Endpoint endpoint) {
        List<String> known = endpoint.query().stream().map(QueryParameter::name).toList();
        return new GatewayException(GatewayError.invalid(
                "the query has an unknown parameter (expected: "
                        + (known.isEmpty() ? "none" : "some of " + String.join(", ", known)) + ")",
                "query",
                "unknown_parameter"));
    }

    /** The parameters of the path, or null if the template does not match. */
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
