package dev.sluice.http.handlers;

import dev.sluice.config.ServerConfig;
import dev.sluice.http.body.BodyReader;
import dev.sluice.http.body.JsonContent;
import dev.sluice.http.body.Spool;
import dev.sluice.http.exchange.AccessCheck;
import dev.sluice.http.exchange.Exchange;
import dev.sluice.http.exchange.ListenerContext;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.Upload;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.media.Multipart;
import dev.sluice.protocol.multipart.FormField;
import dev.sluice.protocol.multipart.MultipartScanner;
import dev.sluice.protocol.request.RequestLimitCheck;
import dev.sluice.protocol.request.SluiceMember;
import dev.sluice.protocol.sanitize.Sanitizer;
import dev.sluice.protocol.sanitize.SanitizerFindings;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/** Body, validation, plan, dispatch: what a request for an answer goes through after authentication. */
public final class RequestHandler implements Handler<RoutingContext> {

    /** A body larger than this is scanned on a worker thread, so that it holds up nobody else. */
    private static final int SCAN_INLINE = 1024 * 1024;

    /** A body larger than this is sanitised on a worker thread: patterns take some 0.2 µs for each character. */
    private static final int SANITIZE_INLINE = 16 * 1024;

    /** A form up to this size may be read in memory: writing it as JSON must not hold up others. */
    private static final int SMALL_FORM = 4 * 1024 * 1024;

    private final ListenerContext listener;
    private final Vertx vertx;
    private final Surface surface;
    private final boolean takesForm;

    public RequestHandler(ListenerContext listener, Vertx vertx, Surface surface) {
        this.listener = listener;
        this.vertx = vertx;
        this.surface = surface;
        this.takesForm = Protocols.takesForm(surface);
    }

    @Override
    public void handle(RoutingContext context) {
        Exchange exchange = Exchange.open(listener, vertx, context, surface);
        ServerConfig server = exchange.snapshot().config().server();
        (takesForm && wantsForm(context) ? formOrJson(context, server, exchange) : json(context, server))
                .compose(request -> dispatch(context, exchange, request))
                .onFailure(context::fail);
    }

    private boolean wantsForm(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return Protocols.takesOnlyForm(surface) || type != null && type.startsWith("multipart/");
    }

    private Future<ClientRequest> json(RoutingContext context, ServerConfig server) {
        GatewayError unfit = JsonContent.refusal(context.request().headers());
        if (unfit != null) {
            throw new GatewayException(unfit);
        }
        return BodyReader.read(
                        context.request(),
                        server.maxBody().bytes(),
                        server.timeouts().body().toMillis(),
                        listener.bodyWatchdog())
                .compose(this::read);
    }

    private Future<ClientRequest> read(ByteSlice body) {
        if (body.length() > SCAN_INLINE) {
            return vertx.executeBlocking(() -> Protocols.read(surface, body), false);
        }
        return Future.succeededFuture(Protocols.read(surface, body));
    }

    /** A form that fits into memory can be said in JSON to a provider that takes no forms; SDKs know only the form. */
    private Future<ClientRequest> formOrJson(RoutingContext context, ServerConfig server, Exchange exchange) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String length = context.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        boolean small = length != null && Long.parseLong(length) <= SMALL_FORM;
        if (surface != Surface.VIDEOS && surface != Surface.IMAGE_EDITS || !small) {
            return form(context, server, exchange);
        }
        Multipart.boundary(type);
        return BodyReader.read(
                        context.request(),
                        Math.min(SMALL_FORM, server.maxUpload().bytes()),
                        server.timeouts().body().toMillis(),
                        listener.bodyWatchdog())
                .map(body -> {
                    ByteSlice json = Multipart.asJson(body, type);
                    return json == null ? Multipart.read(surface, body, type) : Protocols.read(surface, json);
                });
    }

    /** The model may stand behind the files, so the form is taken whole, into a temporary file. */
    private Future<ClientRequest> form(RoutingContext context, ServerConfig server, Exchange exchange) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        MultipartScanner scanner = Multipart.scanner(type);
        return Spool.read(
                        context.request(),
                        server.maxUpload().bytes(),
                        server.timeouts().body().toMillis(),
                        scanner::feed)
                .onSuccess(exchange::deleteAtEnd)
                .map(spool -> {
                    scanner.finish();
                    FormField model = scanner.field("model");
                    Multipart.stream(scanner.field("stream"));
                    String name = Multipart.model(surface, model);
                    return ClientRequest.form(
                            surface, name, type, new Upload(spool.path(), spool.length(), model.start(), model.end()));
                });
    }

    /** Fails with the refusal; otherwise the answer is the exchange's. */
    private Future<Void> dispatch(RoutingContext context, Exchange exchange, ClientRequest asked) {
        RequestContext facts = exchange.context();
        facts.model = asked.model();
        facts.stream = asked.stream();
        Function<CharSequence, String> headers = context.request().headers()::get;
        RouteTable routes = exchange.snapshot().routes();
        RoutingOverridesParser steer = RoutingOverridesParser.of(asked, headers);
        ClientRequest request = SluiceMember.without(asked);
        if (routes.mayCount(request.model(), request.body().length())) {
            return vertx.executeBlocking(() -> steer.plan(routes, request, facts.principal), false)
                    .compose(plan -> begin(exchange, request, plan, headers));
        }
        return begin(exchange, request, steer.plan(routes, request, facts.principal), headers);
    }

    private Future<Void> begin(
            Exchange exchange, ClientRequest request, RoutePlan plan, Function<CharSequence, String> headers) {
        RequestContext facts = exchange.context();
        AccessCheck.requireModel(facts, plan);
        RequestLimitCheck.check(request, exchange.snapshot().config().server().requestLimits());
        Sanitizer rules =
                plan.settings() == null ? null : Sanitizer.of(plan.settings().sanitize());
        if (rules == null) {
            exchange.start(request, plan, headers);
            return Future.succeededFuture();
        }
        SanitizerFindings findings = new SanitizerFindings();
        facts.sanitized = findings;
        exchange.filterResponse(rules.responseFilter(facts.surface, findings));
        return prompt(rules, request, findings).map(clean -> {
            exchange.start(clean, plan, headers);
            return null;
        });
    }

    private Future<ClientRequest> prompt(Sanitizer rules, ClientRequest request, SanitizerFindings findings) {
        return request.body().length() > SANITIZE_INLINE
                ? vertx.executeBlocking(() -> rules.prompt(request, findings), false)
                : Future.succeededFuture(rules.prompt(request, findings));
    }
}
