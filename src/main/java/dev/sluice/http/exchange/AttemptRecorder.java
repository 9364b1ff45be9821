package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Surface;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.protocol.media.MediaTokens;
import dev.sluice.route.RouteTable;
import dev.sluice.route.Target;
import java.util.OptionalLong;

/** The factory of attempt records: the usage of an attempt, its cost and the source of both. */
public final class AttemptRecorder {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * Tokens that are possible in any case, and the context window that is assumed where none is known. The largest
     * completions that models offer have about 128,000 tokens, their largest windows a few million.
     */
    private static final long LEAST_WINDOW = 100_000;

    private static final long UNKNOWN_WINDOW = 1_000_000;

    /** A completion is at most as long as a window; known windows may be out of date. */
    private static final long COMPLETION_WINDOWS = 10;

    /** Tools that providers run send the prompt again each time, and embeddings have many prompts. */
    private static final long PROMPT_WINDOWS = 100;

    /** A thousand US dollars: many times the cost of the longest prompt and completion. */
    private static final long MAX_COST_NANO_USD = 1_000_000_000_000L;

    private AttemptRecorder() {}

    /** How an attempt ended. The label is the value in the record. */
    public enum Outcome {
        OK,
        FAILED,
        CANCELLED;

        private final String label = name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * The reported usage, as far as the attempt can have had it. A report of impossible counts is no report: the usage
     * is estimated. A cost that is impossible is computed from the counts. Bytes say little of a completion, since most
     * providers count reasoning that they do not send.
     */
    static Usage plausible(ClientRequest request, RouteTable routes, AttemptHandle attempt, Usage reported) {
        if (request.surface() == Surface.REALTIME) {
            // The sum of a session, whose responses were limited one by one.
            return reported;
        }
        boolean costly = reported.costNanoUsd() > MAX_COST_NANO_USD;
        long most = Math.max(
                Math.max(reported.promptTokens(), reported.cachedTokens() + reported.cacheWriteTokens()),
                Math.max(reported.completionTokens(), reported.reasoningTokens()));
        if (!reported.isPossible()) {
            return Usage.UNKNOWN;
        }
        if (most > LEAST_WINDOW) {
            long window = routes.facts(pricedTarget(request, attempt)).contextTokens();
            window = window == 0 ? UNKNOWN_WINDOW : Math.max(window, LEAST_WINDOW);
            boolean prompt = reported.promptTokens() <= PROMPT_WINDOWS * window
                    && reported.cachedTokens() + reported.cacheWriteTokens() <= PROMPT_WINDOWS * window;
            long completion = Math.max(reported.completionTokens(), reported.reasoningTokens());
            if (!prompt
                    || completion > COMPLETION_WINDOWS * window
                            && completion > COMPLETION_WINDOWS * window * choices(request)) {
                return Usage.UNKNOWN;
            }
        }
        return costly ? reported.withoutCost() : reported;
    }

    private static long choices(ClientRequest request) {
        return Protocols.requirements(request).choices();
    }

    /** Called once, when the attempt has ended. Adds its usage and cost to the context. */
    static AttemptRecord of(
            RequestContext context,
            ClientRequest request,
            RouteTable routes,
            AttemptHandle attempt,
            Outcome outcome,
            Usage reported,
            int status,
            String errorCode) {
        CostSource source = attempt.partlyEstimated
                ? CostSource.ESTIMATED
                : reported.costNanoUsd() == Usage.NO_COST ? CostSource.COMPUTED : CostSource.REPORTED;
        boolean complete = outcome == Outcome.OK || attempt.complete;
        boolean fullyReported = reported.known() && complete || source == CostSource.REPORTED;
        boolean estimable = !fullyReported && request.surface().isConversation();
        Usage usage = estimable ? received(request, attempt, reported) : reported;
        if (!usage.known() && source == CostSource.COMPUTED) {
            // Tokens that were buffered count, too, although the client did not receive them.
            boolean responded = usage.completionTokens() > 0 || attempt.respondedNanos != 0 && status < 400;
            MediaTokens media = estimable ? null : MediaTokens.of(request);
            boolean billed = responded || (estimable || media != null) && attempt.mayBeBilled;
            Usage written = responded ? usage : usage.ofIncompleteStream(unseenTokens(request, attempt.millis()), 0);
            usage = !billed
                    ? Usage.UNKNOWN
                    : estimable ? estimate(request, written) : estimateMedia(request, media, routes, attempt.target);
            source = billed ? CostSource.ESTIMATED : CostSource.NONE;
        }
        long cost = 0;
        if (source != CostSource.NONE) {
            OptionalLong priced =
                    routes.facts(pricedTarget(request, attempt)).prices().cost(usage);
            cost = priced.orElse(-1);
            source = priced.isPresent() ? source : CostSource.UNKNOWN;
        }
        context.usage = context.usage.plus(reported);
        context.costNanoUsd = context.costNanoUsd < 0 || cost < 0 ? -1 : context.costNanoUsd + cost;
        return record(context, request, attempt, outcome, usage, cost, source, status, errorCode);
    }

    /** The part of an unknown cost whose prices are known; 0 for a known one. */
    static long knownCost(ClientRequest request, RouteTable routes, AttemptHandle attempt, AttemptRecord record) {
        return record.costSource() == CostSource.UNKNOWN
                ? routes.facts(pricedTarget(request, attempt)).prices().knownCost(record.usage())
                : 0;
    }

    /** The record of an attempt whose usage and cost could not be determined because of a bug. */
    static AttemptRecord ofUnknownCost(
            RequestContext context,
            ClientRequest request,
            AttemptHandle attempt,
            Outcome outcome,
            int status,
            String errorCode) {
        context.costNanoUsd = -1;
        return record(context, request, attempt, outcome, Usage.UNKNOWN, -1, CostSource.UNKNOWN, status, errorCode);
    }

    private static AttemptRecord record(
            RequestContext context,
            ClientRequest request,
            AttemptHandle attempt,
            Outcome outcome,
            Usage usage,
            long cost,
            CostSource source,
            int status,
            String errorCode) {
        Principal caller = context.principal == null ? Principal.OPEN : context.principal;
        return new AttemptRecord(
                context.requestId,
                attempt.number,
                caller.id(),
                caller.team(),
                caller.tier(),
                context.route,
                attempt.target.provider(),
                attempt.target.model(),
                request.surface().label(),
                usage,
                cost,
                source,
                outcome.label,
                errorCode,
                status,
                context.startEpochMillis + (attempt.startNanos - context.startNanos) / NANOS_PER_MILLI,
                attempt.millis(),
                attempt.respondedNanos == 0 ? -1 : (attempt.respondedNanos - attempt.startNanos) / NANOS_PER_MILLI);
    }

    /** A passed-through request names its model itself; its target is all models of the provider. */
    private static Target pricedTarget(ClientRequest request, AttemptHandle attempt) {
        Target target = attempt.target;
        return request.surface() == Surface.PASSTHROUGH && !request.model().equals(target.model())
                ? new Target(target.provider(), request.model(), target.weight(), target.generation())
                : target;
    }

    /** The usage of a conversation as far as its response was received. */
    private static Usage received(ClientRequest request, AttemptHandle attempt, Usage reported) {
        if (attempt.wholeBytes == 0) {
            return reported.ofIncompleteStream(attempt.batches, attempt.bytes);
        }
        long tokens = Math.max(1, attempt.wholeBytes / TokenEstimates.BYTES_PER_TOKEN);
        long limit = Protocols.requirements(request).outputTokens();
        return reported.ofIncompleteStream(limit > 0 ? Math.min(tokens, limit) : tokens, 0);
    }

    /** The estimate for a response other than a conversation whose provider did not report its usage. */
    private static Usage estimateMedia(ClientRequest request, MediaTokens media, RouteTable routes, Target target) {
        if (media != null) {
            // Models that are not billed by tokens have no prices for tokens.
            return routes.facts(target).prices().known() ? media.estimate() : Usage.UNKNOWN;
        }
        return switch (request.surface()) {
            case EMBEDDINGS, RERANK, MODERATIONS ->
                new Usage(
                        Math.max(1, TokenEstimates.promptTokens(request, Protocols.requirements(request))),
                        0,
                        0,
                        0,
                        true);
            default -> Usage.UNKNOWN;
        };
    }

    /** Tokens that a model may have written of a response that Sluice did not wait for. */
    private static long unseenTokens(ClientRequest request, long millis) {
        long limit = Protocols.requirements(request).outputTokens();
        return Math.min(
                TokenEstimates.completionTokens(millis), limit > 0 ? limit : TokenEstimates.UNLIMITED_COMPLETION);
    }

    /** The estimate for a conversation whose provider did not report its usage. */
    private static Usage estimate(ClientRequest request, Usage guessed) {
        if (guessed.completionTokens() == 0) {
            return Usage.UNKNOWN;
        }
        long prompt = guessed.promptTokens() > 0
                ? guessed.promptTokens()
                : Math.max(1, TokenEstimates.promptTokens(request, Protocols.requirements(request)));
        return new Usage(
                prompt,
                guessed.completionTokens(),
                guessed.cachedTokens(),
                guessed.cacheWriteTokens(),
                guessed.reasoningTokens(),
                Usage.NO_COST,
                true,
                guessed.details());
    }
}
