package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Field;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Shape;
import dev.sluice.admin.api.Terms;
import dev.sluice.bus.ProviderCheck;
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

    private static final List<String> STATES = Terms.words(BreakerForce.values());
    private static final Gives SHOWN = Gives.json(AdminViews.PROVIDER);
    private static final Field REASON = Field.of("reason", Field.Kind.TEXT, "for the log and who looks later");

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
                        Gives.json(Field.list("providers", AdminViews.PROVIDER, "")),
                        here::list),
                post(
                        "check",
                        null,
                        "a free call: does it answer, does it take the key",
                        Gives.json(AdminViews.CHECK),
                        here::check),
                post(
                                "breaker",
                                "provider.breaker",
                                "holds the breaker, or gives it back to the rule",
                                SHOWN,
                                here::breaker)
                        .body(Shape.of(
                                Field.word("state", STATES, "held open, held closed, or by the rule")
                                        .needed(),
                                REASON)),
                post("drain", "provider.drain", "no new requests, running ones finish", SHOWN, here::drain)
                        .body(Shape.of(REASON)),
                post("undrain", "provider.undrain", "asked again", SHOWN, here::undrain)
                        .body(Shape.EMPTY));
    }

    private static Endpoint post(
            String what, String action, String says, Gives gives, Function<Call, Future<Answer>> handler) {
        return Endpoint.change(
                HttpMethod.POST, "/providers/{name}/" + what, Role.OPERATOR, action, says, gives, handler);
    }

    private Future<Answer> list(Call call) {
        return Answer.json(new JsonObject()
                        .put("providers", AdminViews.array(providers.all().get(), AdminViews::provider)))
                .now();
    }

    private Future<Answer> check(Call call) {
        Future<ProviderCheck.Result> result = providers.check().apply(name(call));
        if (result == null) {
            throw notFound();
        }
        return result.map(found -> Answer.json(AdminViews.check(found)));
    }

    private Future<Answer> breaker(Call call) {
        BreakerForce force = BreakerForce.valueOf(call.body().text("state").toUpperCase(Locale.ROOT));
        return answer(
                call,
                providers.switches().force(name(call), force, reason(call, "breaker set to " + Terms.word(force))));
    }

    private Future<Answer> drain(Call call) {
        return answer(call, providers.switches().drain(name(call), reason(call, "drained")));
    }

    private Future<Answer> undrain(Call call) {
        return answer(call, providers.switches().drain(name(call), null));
    }

    private Future<Answer> answer(Call call, boolean found) {
        ProviderStatus now = providers.all().get().stream()
                .filter(provider ->
                        found && !provider.draining() && provider.name().equals(name(call)))
                .findFirst()
                .orElseThrow(ProviderEndpoints::notFound);
        return Answer.json(AdminViews.provider(now)).now();
    }

    private static GatewayException notFound() {
        return AdminErrors.notFound("provider_not_found", "No provider of this name is on.");
    }

    private static String reason(Call call, String otherwise) {
        String given = call.body().text("reason") == null
                ? ""
                : call.body().text("reason").strip();
        return "by an operator: "
                + (given.isEmpty() ? otherwise : given.substring(0, Math.min(given.length(), MAX_REASON)));
    }

    private static String name(Call call) {
        return call.path().get("name");
    }
}
