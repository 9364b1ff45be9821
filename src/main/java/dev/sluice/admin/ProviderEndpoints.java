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

/** Providers, and what an operator switches by hand. Each switch answers with the provider as it is then. */
final class ProviderEndpoints {

    private static final int MAX_REASON = 200;

    private static final List<String> STATES = LimitsJson.words(BreakerForce.values());
    private static final ResponseSpec SHOWN = ResponseSpec.json(AdminViews.PROVIDER);
    private static final JsonField REASON =
            JsonField.of("reason", JsonField.Kind.TEXT, "for the log and who looks later");

    private final AdminSources.Providers providers;

    private ProviderEndpoints(AdminSources.Providers providers) {
        this.providers = providers;
    }

    static List<Endpoint> of(AdminSources.Providers providers) {
        ProviderEndpoints here = new ProviderEndpoints(providers);
        return List.of(
                Endpoint.get(
                        "/providers",
                        "providers, their breakers and keys",
                        ResponseSpec.json(JsonField.list("providers", AdminViews.PROVIDER, "")),
                        here::list),
                post(
                        "check",
                        null,
                        "a free call: does it answer, does it take the key",
                        ResponseSpec.json(AdminViews.CHECK),
                        here::check),
                post(
                                "breaker",
                                "provider.breaker",
                                "holds the breaker, or gives it back to the rule",
                                SHOWN,
                                here::breaker)
                        .body(JsonShape.of(
                                JsonField.word("state", STATES, "held open, held closed, or by the rule")
                                        .needed(),
                                REASON)),
                post("drain", "provider.drain", "no new requests, running ones finish", SHOWN, here::drain)
                        .body(JsonShape.of(REASON)),
                post("undrain", "provider.undrain", "asked again", SHOWN, here::undrain)
                        .body(JsonShape.EMPTY));
    }

    private static Endpoint post(
            String what,
            String action,
            String says,
            ResponseSpec spec,
            Function<AdminRequest, Future<AdminResponse>> handler) {
        return Endpoint.change(
                HttpMethod.POST, "/providers/{name}/" + what, Role.OPERATOR, action, says, spec, handler);
    }

    private Future<AdminResponse> list(AdminRequest request) {
        return AdminResponse.json(new JsonObject()
                        .put("providers", AdminViews.array(providers.all().get(), AdminViews::provider)))
                .now();
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
        return answer(
                request,
                providers
                        .switches()
                        .force(name(request), force, reason(request, "breaker set to " + LimitsJson.word(force))));
    }

    private Future<AdminResponse> drain(AdminRequest request) {
        return answer(request, providers.switches().drain(name(request), reason(request, "drained")));
    }

    private Future<AdminResponse> undrain(AdminRequest request) {
        return answer(request, providers.switches().drain(name(request), null));
    }

    private Future<AdminResponse> answer(AdminRequest request, boolean found) {
        ProviderStatus now = providers.all().get().stream()
                .filter(provider ->
                        found && !provider.draining() && provider.name().equals(name(request)))
                .findFirst()
                .orElseThrow(ProviderEndpoints::notFound);
        return AdminResponse.json(AdminViews.provider(now)).now();
    }

    private static GatewayException notFound() {
        return AdminErrors.notFound("provider_not_found", "No provider of this name is on.");
    }

    private static String reason(AdminRequest request, String otherwise) {
        String given = request.body().text("reason") == null
                ? ""
                : request.body().text("reason").strip();
        return "by an operator: "
                + (given.isEmpty() ? otherwise : given.substring(0, Math.min(given.length(), MAX_REASON)));
    }

    private static String name(AdminRequest request) {
        return request.path().get("name");
    }
}
