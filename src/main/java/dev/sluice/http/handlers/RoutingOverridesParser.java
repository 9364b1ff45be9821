package dev.sluice.http.handlers;

import dev.sluice.config.RouteConfig.Strategy;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.ModelName;
import dev.sluice.model.Principal;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.request.SluiceMember;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.RoutingOverrides;
import io.netty.util.AsciiString;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The routing overrides of one request, from headers or from the body's member {@code sluice}; a header takes
 * precedence. Only models that the key may use can be chosen.
 */
final class RoutingOverridesParser {

    private static final AsciiString STRATEGY = AsciiString.cached("x-sluice-strategy");
    private static final AsciiString ONLY = AsciiString.cached("x-sluice-only");
    private static final AsciiString FALLBACKS = AsciiString.cached("x-sluice-fallbacks");
    private static final AsciiString SESSION = AsciiString.cached("x-sluice-session");

    /** More than any route has. */
    private static final int MAX_NAMES = 32;

    private static final int MAX_SESSION = 256;

    private static final String STRATEGIES = Arrays.stream(Strategy.values())
            .map(strategy -> strategy.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));

    private static final RoutingOverridesParser NONE =
            new RoutingOverridesParser(RoutingOverrides.NONE, ONLY.toString(), FALLBACKS.toString());

    private final RoutingOverrides overrides;
    private final String only;
    private final String fallbacks;

    /**
     * @param only name of the header or member, for error messages
     * @param fallbacks likewise
     */
    private RoutingOverridesParser(RoutingOverrides overrides, String only, String fallbacks) {
        this.overrides = overrides;
        this.only = only;
        this.fallbacks = fallbacks;
    }

    /** @throws GatewayException INVALID_REQUEST, naming the header or member and what is expected */
    static RoutingOverridesParser of(ClientRequest request, MultiMap headers) {
        SluiceMember body = SluiceMember.of(request);
        String strategy = headers.get(STRATEGY);
        String only = headers.get(ONLY);
        String fallbacks = headers.get(FALLBACKS);
        String session = headers.get(SESSION);
        if (body == null && strategy == null && only == null && fallbacks == null && session == null) {
            return NONE;
        }
        SluiceMember member = body == null ? new SluiceMember(null, null, null, null) : body;
        String onlyName = only == null ? "sluice.only" : ONLY.toString();
        String fallbacksName = fallbacks == null ? "sluice.fallbacks" : FALLBACKS.toString();
        List<String> onlyNames = only == null ? member.only() : names(only);
        return new RoutingOverridesParser(
                new RoutingOverrides(
                        strategy == null
                                ? strategy(member.strategy(), "sluice.strategy")
                                : strategy(strategy, STRATEGY.toString()),
                        onlyNames == null ? List.of() : checkedOnly(onlyNames, onlyName),
                        fallbacks(fallbacks == null ? member.fallbacks() : names(fallbacks), fallbacksName),
                        session == null
                                ? session(member.session(), "sluice.session")
                                : session(session, SESSION.toString())),
                onlyName,
                fallbacksName);
    }

    /**
     * Makes the plan. May count tokens: see {@link RouteTable#mayCountTokens}.
     *
     * @return null if the model is unknown
     * @throws GatewayException if the overrides name a model that the key may not use, or leave no target
     */
    RoutePlan plan(RouteTable routes, ClientRequest request, Principal principal) {
        if (overrides.fallbacks() != null) {
            overrides.fallbacks().forEach(name -> checkFallback(name, routes, principal));
        }
        RoutePlan plan =
                routes.plan(request.model(), Protocols.requirements(request), overrides, ThreadLocalRandom.current());
        if (plan == null && !routes.hasPlan(request.model())) {
            requireOneProvider(request.model(), routes, principal);
        }
        if (plan == null && !overrides.only().isEmpty() && routes.hasPlan(request.model())) {
            throw refused(only, "leaves no target of model " + request.model());
        }
        return plan;
    }

    /** Several providers that list a model may differ in price and in what they do with prompts. */
    private static void requireOneProvider(String model, RouteTable routes, Principal principal) {
        List<String> names = routes.providersOf(model).stream()
                .map(provider -> provider + "/" + model)
                .filter(principal::mayUse)
                .toList();
        if (names.size() > 1) {
            throw new GatewayException(GatewayError.of(
                            Kind.MODEL_NOT_FOUND,
                            "model " + model + " is listed by several providers (expected: "
                                    + String.join(" or ", names) + ", or a route of that name)")
                    .withParam("model"));
        }
    }

    private void checkFallback(String name, RouteTable routes, Principal principal) {
        if (!principal.mayUse(routes.qualified(name))) {
            throw new GatewayException(GatewayError.of(
                            Kind.PERMISSION, fallbacks + ": key " + principal.id() + " may not use model " + name)
                    .withCode("model_not_allowed")
                    .withParam(fallbacks));
        }
        if (!routes.hasPlan(name)) {
            throw refused(fallbacks, "model " + name + " is not known (expected: a route, or provider/model)");
        }
    }

    private static Strategy strategy(String text, String name) {
        if (text == null) {
            return null;
        }
        for (Strategy strategy : Strategy.values()) {
            if (strategy.name().toLowerCase(Locale.ROOT).equals(text.strip())) {
                return strategy;
            }
        }
        throw refused(name, "is not a strategy (expected one of: " + STRATEGIES + ")");
    }

    private static List<String> checkedOnly(List<String> names, String name) {
        if (names.isEmpty()) {
            throw refused(name, "is empty (expected: providers, or provider/model)");
        }
        return checked(names, name, "providers, or provider/model");
    }

    private static List<String> fallbacks(List<String> names, String name) {
        return names == null ? null : checked(names, name, "routes, or provider/model");
    }

    private static List<String> checked(List<String> names, String name, String expected) {
        if (names.size() > MAX_NAMES) {
            throw refused(name, "has more than " + MAX_NAMES + " names");
        }
        if (!names.stream().allMatch(ModelName::isValid)) {
            throw refused(name, "has an invalid name (expected: " + expected + ")");
        }
        return names;
    }

    private static String session(String session, String name) {
        if (session != null && (session.isBlank() || session.length() > MAX_SESSION)) {
            throw refused(name, "is invalid (expected: 1 to " + MAX_SESSION + " characters)");
        }
        return session;
    }

    /** The comma-separated names of a header; empty if it is blank. */
    private static List<String> names(String header) {
        return Stream.of(header.split(",", MAX_NAMES + 2))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static GatewayException refused(String name, String problem) {
        return new GatewayException(GatewayError.invalid(name + " " + problem, name, "invalid_value"));
    }
}
