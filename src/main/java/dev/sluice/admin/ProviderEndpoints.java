package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonField;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.LimitsJson;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.bus.HealthCheckQuery;
import dev.sluice.model.BreakerForce;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ProviderStatus;
import dev.sluice.model.Role;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Endpoints of providers and their manual switches. A switch responds with the new state of the provider. */
final class ProviderEndpoints {

    private static final int MAX_REASON = 200;

    private static final List<String> STATES = LimitsJson.labels(BreakerForce.values());
    private static final ResponseSpec SHOWN = ResponseSpec.json(AdminViews.PROVIDER);
    private static final JsonField REASON =
            JsonField.of("reason", JsonField.Kind.TEXT, "Reason, for the log and the provider's status");

    private final AdminSources.Providers providers;

    private ProviderEndpoints(AdminSources.Providers providers) {
        this.providers = providers;
    }

    static List<Endpoint> of(AdminSources.Providers providers) {
        ProviderEndpoints endpoints = new ProviderEndpoints(providers);
        return List.of(
                Endpoint.get(
                        "/providers",
                        "List providers with breakers and keys",
                        ResponseSpec.json(JsonField.list("providers", AdminViews.PROVIDER, "")),
                        endpoints::list),
                post(
                        "check",
                        null,
                        "Check with a call that costs nothing whether a provider responds and accepts its key",
                        ResponseSpec.json(AdminViews.CHECK),
                        endpoints::check),
                post(
                                "breaker",
                                "provider.breaker",
                                "Hold the breaker open or closed, or return it to automatic control",
                                SHOWN,
                                endpoints::breaker)
                        .body(JsonShape.of(
                                JsonField.word("state", STATES, "Held open, held closed, or automatic")
                                        .asRequired(),
                                REASON)),
                post(
                                "drain",
                                "provider.drain",
                                "Drain a provider: no new requests; running ones finish",
                                SHOWN,
                                endpoints::drain)
                        .body(JsonShape.of(REASON)),
                post("undrain", "provider.undrain", "End draining", SHOWN, endpoints::undrain)
                        .body(JsonShape.EMPTY));
    }

    private static Endpoint post(
            String verb,
            String action,
            String description,
            ResponseSpec spec,
            Function<AdminRequest, Future<AdminResponse>> handler) {
        return Endpoint.change(
                HttpMethod.POST, "/providers/{name}/" + verb, Role.OPERATOR, action, description, spec, handler);
    }

    private Future<AdminResponse> list(AdminRequest request) {
        return AdminResponse.json(new JsonObject()
                        .put("providers", AdminViews.array(providers.all().get(), AdminViews::provider)))
                .toFuture();
    }

    private Future<AdminResponse> check(AdminRequest request) {
        Future<HealthCheckQuery.Result> result = providers.check().apply(name(request));
        if (result == null) {
            throw notFound();
        }
        return result.map(found -> AdminResponse.json(AdminViews.check(found)));
    }

    private Future<AdminResponse> breaker(AdminRequest request) {
        BreakerForce force = BreakerForce.valueOf(request.body().text("state").toUpperCase(Locale.ROOT));
        return respond(
                request,
                providers
                        .switches()
                        .force(name(request), force, reason(request, "breaker set to " + LimitsJson.label(force))));
    }

    private Future<AdminResponse> drain(AdminRequest request) {
        return respond(request, providers.switches().drain(name(request), reason(request, "drained")));
    }

    private Future<AdminResponse> undrain(AdminRequest request) {
        return respond(request, providers.switches().drain(name(request), null));
    }

    private Future<AdminResponse> respond(AdminRequest request, boolean found) {
        ProviderStatus now = providers.all().get().stream()
                .filter(provider ->
                        found && !provider.retiring() && provider.name().equals(name(request)))
                .findFirst()
                .orElseThrow(ProviderEndpoints::notFound);
        return AdminResponse.json(AdminViews.provider(now)).toFuture();
    }

    private static GatewayException notFound() {
        return AdminErrors.notFound(
                "provider_not_found", "No provider of this name is enabled. GET /admin/v1/providers lists all.");
    }

    private static String reason(AdminRequest request, String fallback) {
        String given = request.body().text("reason") == null
                ? ""
                : request.body().text("reason").strip();
        return "by an operator: "
                + (given.isEmpty() ? fallback : given.substring(0, Math.min(given.length(), MAX_REASON)));
    }

    private static String name(AdminRequest request) {
        return request.path().get("name");
    }
}
