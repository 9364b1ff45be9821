package dev.sluice.http.handlers;

import dev.sluice.config.ProviderSettings;
import dev.sluice.config.ServerConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.JsonContent;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.ClientHeaders;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.http.exchange.ResponseItems;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.json.TreeSize;
import dev.sluice.protocol.request.FileIds;
import dev.sluice.protocol.request.PathModel;
import dev.sluice.protocol.request.RequestLimitCheck;
import dev.sluice.protocol.request.SluiceMember;
import dev.sluice.protocol.responses.Compaction;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import dev.sluice.stream.CallerContext;
import dev.sluice.stream.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The steps between authentication and dispatch, in this order: {@link #receive} (content type, body, required
 * members), {@link #choosePlan} (routing overrides, targets, access, request limits), {@link #sanitize} and the
 * handler's own {@link LastStep}. Large bodies take these steps on worker threads, so that no request holds an event
 * loop.
 *
 * <p>Other requests take the steps that apply to them:
 *
 * <ul>
 *   <li>A request that names its provider, such as that for a video: {@link #providerPlan}. It has no routing
 *       overrides, because there is nothing to choose.
 *   <li>A request that is passed on unread: {@link #providerPlan}, {@link #requireAllModels} and {@link #relay}.
 *       Request limits and sanitizing need a body that Sluice reads.
 *   <li>A WebSocket: {@link #socketPlan}. It has no body either; its frames are relayed unread.
 * </ul>
 *
 * The quota is reserved after these steps, by the exchange or the session.
 */
public final class RequestPipeline {

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Surface surface;
    private final LastStep lastStep;
    private final FormReader forms;
    private final WorkerPool bodyWorkers;
    private final WorkerPool sanitizingWorkers;

    /**
     * A request whose members for Sluice are applied and removed.
     *
     * @param files the files at the provider whose owner is to be checked, or null
     */
    private record Planned(ClientRequest request, RoutePlan plan, Set<String> files) {}

    /** What a handler does with a request that has passed all other steps. */
    @FunctionalInterface
    interface LastStep {

        /** Fails with the refusal; otherwise the response is written by the exchange or by this step. */
        Future<Void> send(RoutingContext routing, Exchange exchange, ClientRequest request, RoutePlan plan);
    }

    RequestPipeline(ListenerContext listener, Vertx vertx, Surface surface, LastStep lastStep) {
        this.listener = listener;
        this.vertx = vertx;
        this.surface = surface;
        this.lastStep = lastStep;
        this.bodyWorkers = WorkerPool.of(vertx, WorkerPool.Purpose.BODIES);
        this.sanitizingWorkers = WorkerPool.of(vertx, WorkerPool.Purpose.SANITIZING);
        this.forms = Protocols.acceptsForm(surface) ? new FormReader(listener, bodyWorkers, surface) : null;
    }

    void run(RoutingContext routing) {
        Exchange exchange = listener.openExchange(vertx, routing, surface);
        receive(routing, exchange)
                .compose(request -> choosePlan(routing, exchange, request))
                .onFailure(failure -> fail(routing, exchange, failure));
    }

    /** Releases first: the client may send its next request as soon as it has the error. */
    static void fail(RoutingContext routing, Exchange exchange, Throwable failure) {
        exchange.response().release();
        routing.fail(failure);
    }

    private Future<ClientRequest> receive(RoutingContext routing, Exchange exchange) {
        HttpServerRequest request = routing.request();
        if (forms != null && forms.reads(request)) {
            exchange.beginAdmission();
            return forms.read(request, exchange);
        }
        GatewayError refusal = JsonContent.refusal(request.headers());
        if (refusal != null) {
            throw new GatewayException(refusal);
        }
        exchange.beginAdmission();
        ServerConfig server = exchange.snapshot().config().server();
        return BodyReader.read(
                        request,
                        server.maxBody().bytes(),
                        server.timeouts().body().toMillis(),
                        listener.bodyWatchdog(),
                        exchange)
                .compose(read -> parse(
                        ResponseItems.of(
                                listener, exchange, surface, server.maxBody().bytes()),
                        GenerateHandler.pathModel(routing),
                        read));
    }

    private Future<ClientRequest> parse(ResponseItems items, PathModel named, ByteSlice body) {
        return isLarge(body)
                ? bodyWorkers.admit(() -> read(items, named, body))
                : Future.succeededFuture(read(items, named, body));
    }

    /** The request with what it refers to of earlier responses: all later steps see it. */
    private ClientRequest read(ResponseItems items, PathModel named, ByteSlice body) {
        ClientRequest request = named == null ? Protocols.read(surface, body) : Protocols.read(named, body);
        return Compaction.expanded(items.resolve(request));
    }

    private Future<Void> choosePlan(RoutingContext routing, Exchange exchange, ClientRequest received) {
        RequestContext context = exchange.context();
        context.model = exchange.snapshot().routes().qualified(received.model());
        context.stream = received.stream();
        MultiMap headers = routing.request().headers();
        if (isLarge(received.body())
                || exchange.snapshot()
                        .routes()
                        .mayCountTokens(received.model(), received.body().length())) {
            return bodyWorkers
                    .run(() -> plan(exchange, received, headers))
                    .compose(planned -> checkFiles(routing, exchange, planned));
        }
        return checkFiles(routing, exchange, plan(exchange, received, headers));
    }

    /** Fails with NOT_FOUND when the prompt names a file of another owner. Only files take a query of the store. */
    private Future<Void> checkFiles(RoutingContext routing, Exchange exchange, Planned planned) {
        if (planned.files() == null) {
            return sanitize(routing, exchange, planned);
        }
        String owner = exchange.context().principal.owner();
        Future<Boolean> ofOthers = Future.succeededFuture(false);
        List<String> providers = planned.plan().targets().stream()
                .map(Target::provider)
                .distinct()
                .toList();
        for (String provider : providers) {
            ofOthers = ofOthers.compose(found -> found
                    ? Future.succeededFuture(true)
                    : listener.owners().anyOfOthers(owner, provider, planned.files()));
        }
        return CallerContext.receive(vertx, ofOthers)
                .compose(found -> found
                        ? Future.failedFuture(ResourcePath.notFound(Surface.FILES))
                        : sanitize(routing, exchange, planned));
    }

    /** Chooses the plan, and checks access and request limits. Reads the whole body where routes or limits need it. */
    private static Planned plan(Exchange exchange, ClientRequest received, MultiMap headers) {
        ConfigSnapshot snapshot = exchange.snapshot();
        RoutingOverridesParser overrides = RoutingOverridesParser.of(received, headers);
        ClientRequest request = SluiceMember.without(received);
        RoutePlan plan = overrides.plan(snapshot.routes(), request, exchange.context().principal);
        AccessCheck.requireModel(exchange.context(), plan);
        AccessCheck.requireToolModels(exchange.context().principal, request, plan.targets());
        RequestLimitCheck.check(request, snapshot.config().server().requestLimits());
        reserveTree(exchange, request, plan);
        boolean checksFiles = !exchange.context().principal.seesAllResources();
        return new Planned(request, plan, checksFiles ? FileIds.of(request) : null);
    }

    /**
     * Takes memory for the tree of a body that sanitizing reads or a target gets translated, until the exchange ends:
     * it may be a hundred times as large as the body.
     */
    private static void reserveTree(Exchange exchange, ClientRequest request, RoutePlan plan) {
        if (request.relay() != null || !request.surface().isConversation()) {
            return;
        }
        RouteTable routes = exchange.snapshot().routes();
        boolean tree = plan.settings() != null && Sanitizer.of(plan.settings().sanitize()) != null;
        for (Target target : plan.targets()) {
            ProviderSettings provider = routes.settings(target.provider());
            tree |= provider != null && !Protocols.passesBytes(request.surface(), provider, target.model());
        }
        if (tree) {
            BodyReader.reserveTree(exchange, TreeSize.of(request.body()));
        }
    }

    private static boolean isLarge(ByteSlice body) {
        return body.length() > WorkerPool.INLINE_BYTES;
    }

    private Future<Void> sanitize(RoutingContext routing, Exchange exchange, Planned planned) {
        ClientRequest request = planned.request();
        RoutePlan plan = planned.plan();
        Sanitizer rules =
                plan.settings() == null ? null : Sanitizer.of(plan.settings().sanitize());
        if (rules == null) {
            return lastStep.send(routing, exchange, request, plan);
        }
        SanitizerFindings findings = new SanitizerFindings();
        exchange.context().sanitized = findings;
        ResponseFilter filter = rules.responseFilter(surface, findings);
        if (filter != null) {
            exchange.filterResponse(filter);
        }
        if (FormSanitizer.applies(request)) {
            return rules.readsPrompts()
                    ? sanitizingWorkers
                            .admit(() -> FormSanitizer.clean(request, rules, findings))
                            .compose(clean -> lastStep.send(routing, exchange, clean, plan))
                    : lastStep.send(routing, exchange, request, plan);
        }
        if (request.body().length() > Sanitizer.INLINE_BYTES) {
            return sanitizingWorkers
                    .admit(() -> rules.prompt(request, findings))
                    .compose(clean -> lastStep.send(routing, exchange, clean, plan));
        }
        return lastStep.send(routing, exchange, rules.prompt(request, findings), plan);
    }

    /**
     * Chooses the plan of a WebSocket, with the routing overrides of its headers, and checks access to the model.
     *
     * @throws GatewayException INVALID_REQUEST, MODEL_NOT_FOUND or PERMISSION
     */
    public static RoutePlan socketPlan(
            ClientRequest request, MultiMap headers, RouteTable routes, RequestContext context) {
        RoutePlan plan = RoutingOverridesParser.of(request, headers).plan(routes, request, context.principal);
        AccessCheck.requireModel(context, plan);
        return plan;
    }

    /**
     * Chooses the plan of a request that names its provider.
     *
     * @param unknown the error when the provider is not configured or not enabled
     */
    static RoutePlan providerPlan(Exchange exchange, String provider, Supplier<GatewayError> unknown) {
        RoutePlan plan = exchange.snapshot().routes().provider(provider);
        if (plan == null) {
            throw new GatewayException(unknown.get());
        }
        return plan;
    }

    /**
     * Refuses a key that may use some models of a provider only: the model of an unread request is not known.
     *
     * @param resource what the key may not use, for the error message
     */
    static void requireAllModels(Exchange exchange, String provider, String resource) {
        RequestContext context = exchange.context();
        if (!context.principal.mayUse(provider + "/*")) {
            throw new GatewayException(GatewayError.of(
                    Kind.PERMISSION,
                    "key " + context.principal.id() + " may not use " + resource
                            + " (expected: models of the key that cover " + provider + "/*)"));
        }
    }

    /** Receives a body without reading it and sends it along the plan. */
    static void relay(
            ListenerContext listener,
            RoutingContext routing,
            Exchange exchange,
            RoutePlan plan,
            Function<RelayedBody, ClientRequest> relayed) {
        RelayedBody.of(listener, routing.request(), exchange)
                .map(relayed)
                .onSuccess(request -> exchange.start(request, plan, ClientHeaders.of(routing.request())))
                .onFailure(failure -> fail(routing, exchange, failure));
    }
}
