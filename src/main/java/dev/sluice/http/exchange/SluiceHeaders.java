package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.http.edge.RequestIds;
import dev.sluice.model.Budget;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.quota.AdmissionResult;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** The headers in which a response reports its request id, its target, its attempts and what was dropped. */
final class SluiceHeaders {

    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-sluice-provider");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-sluice-model");
    private static final CharSequence BUDGET_WARNING = HttpHeaders.createOptimized("x-sluice-budget-warning");
    private static final CharSequence ATTEMPTS = HttpHeaders.createOptimized("x-sluice-attempts");
    private static final CharSequence OVERHEAD = HttpHeaders.createOptimized("x-sluice-overhead-ms");
    private static final CharSequence COST = HttpHeaders.createOptimized("x-sluice-cost");
    private static final CharSequence DROPPED = HttpHeaders.createOptimized("x-sluice-dropped");
    private static final CharSequence PLAN = HttpHeaders.createOptimized("x-sluice-plan");
    private static final CharSequence TRIED = HttpHeaders.createOptimized("x-sluice-tried");

    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream");
    private static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence BUFFERING = HttpHeaders.createOptimized("x-accel-buffering");
    private static final CharSequence NO = HttpHeaders.createOptimized("no");

    private static final int FOUND = 302;

    private SluiceHeaders() {}

    /** Of a response of server-sent events. */
    static void writeEventStream(HttpServerResponse response) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, EVENT_STREAM)
                .putHeader(HttpHeaders.CACHE_CONTROL, NO_CACHE)
                // nginx and similar proxies would buffer events otherwise.
                .putHeader(BUFFERING, NO);
    }

    /** Of a response that a provider made. */
    static void write(HttpServerResponse response, RequestContext context, ExplainTrace trace, List<String> dropped) {
        response.putHeader(RequestIds.HEADER, context.requestId);
        if (context.surface == Surface.MESSAGES) {
            response.putHeader(RequestIds.ANTHROPIC_HEADER, context.requestId);
        }
        write(response, context, trace);
        if (!dropped.isEmpty()) {
            context.dropped = String.join(",", dropped);
            response.putHeader(DROPPED, context.dropped);
        }
    }

    /** Status, cost, and content type or location of a complete response. */
    static void writeWhole(HttpServerResponse response, RequestContext context, ProviderReply.Complete reply) {
        if (context.costNanoUsd >= 0) {
            response.putHeader(COST, Budget.usd(context.costNanoUsd));
        }
        if (reply.location() != null) {
            response.setStatusCode(FOUND).putHeader(HttpHeaders.LOCATION, reply.location());
            return;
        }
        response.setStatusCode(reply.status());
        response.putHeader(
                HttpHeaders.CONTENT_TYPE, reply.contentType() == null ? "application/json" : reply.contentType());
    }

    /** Status and headers of a response whose bytes pass unread. */
    static void relay(HttpServerResponse response, ProviderReply.Head head) {
        response.setStatusCode(head.status());
        for (int i = 0; i < head.headers().size(); i += 2) {
            response.putHeader(head.headers().get(i), head.headers().get(i + 1));
        }
    }

    /** Of any response, errors included. */
    static void write(HttpServerResponse response, RequestContext context, ExplainTrace trace) {
        if (context.provider != null) {
            response.putHeader(PROVIDER, context.provider)
                    .putHeader(MODEL, context.upstreamModel)
                    .putHeader(ATTEMPTS, Integer.toString(context.attempts))
                    .putHeader(OVERHEAD, overheadMillis(context));
        }
        if (trace != null) {
            response.putHeader(PLAN, trace.plan()).putHeader(TRIED, trace.tried());
        }
    }

    /** The state of the caller's limits, and of its budgets past a warning threshold. */
    static void write(HttpServerResponse response, RequestContext context, AdmissionResult admission) {
        admission.headers(context.surface == Surface.MESSAGES, response::putHeader);
        List<String> warnings = admission.warnings();
        if (!warnings.isEmpty()) {
            response.putHeader(BUDGET_WARNING, String.join("; ", warnings));
        }
    }

    /** Time spent in Sluice and not at providers, with three decimals. */
    private static String overheadMillis(RequestContext context) {
        long micros = Math.max(0, System.nanoTime() - context.startNanos - context.upstreamNanos) / 1000;
        StringBuilder text = new StringBuilder(12).append(micros / 1000).append('.');
        long thousandths = micros % 1000;
        return text.append(thousandths / 100)
                .append(thousandths / 10 % 10)
                .append(thousandths % 10)
                .toString();
    }
}
