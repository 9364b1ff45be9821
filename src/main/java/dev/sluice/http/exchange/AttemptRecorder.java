package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.TokenEstimates;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.route.RouteTable;
import java.util.OptionalLong;

/** The factory of attempt records: the usage of an attempt, its cost and the source of both. */
public final class AttemptRecorder {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private AttemptRecorder() {}

    /** How an attempt ended. The label is the value in the record. */
    public enum Outcome {
        OK,
        FAILED,
        CANCELLED;

        private final String label = name().toLowerCase(java.util.Locale.ROOT);
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
        CostSource source = reported.costNanoUsd() == Usage.NO_COST ? CostSource.COMPUTED : CostSource.REPORTED;
        boolean complete = outcome == Outcome.OK || attempt.complete;
        boolean fullyReported = reported.known() && complete || source == CostSource.REPORTED;
        boolean estimable = !fullyReported && request.surface().isConversation();
        Usage usage = estimable ? reported.ofIncompleteStream(attempt.batches, attempt.bytes) : reported;
        if (!usage.known() && source == CostSource.COMPUTED) {
            // Tokens that were buffered count, too, although the client did not receive them.
            boolean responded = usage.completionTokens() > 0 || attempt.respondedNanos != 0 && status < 400;
            boolean billed = responded || estimable && attempt.mayBeBilled;
            Usage written = responded ? usage : usage.ofIncompleteStream(unseenTokens(request, attempt.millis()), 0);
            usage = billed && estimable ? estimate(request, written) : Usage.UNKNOWN;
            source = billed ? CostSource.ESTIMATED : CostSource.NONE;
        }
        long cost = 0;
        if (source != CostSource.NONE) {
            OptionalLong priced = routes.facts(attempt.target).prices().cost(usage);
            cost = priced.orElse(-1);
            source = priced.isPresent() ? source : CostSource.UNKNOWN;
        }
        context.usage = context.usage.plus(reported);
        context.costNanoUsd = context.costNanoUsd < 0 || cost < 0 ? -1 : context.costNanoUsd + cost;
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
                true);
    }
}
