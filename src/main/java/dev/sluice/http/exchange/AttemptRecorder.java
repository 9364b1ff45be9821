package dev.sluice.http.exchange;

import dev.sluice.model.AttemptRecord;
import dev.sluice.model.AttemptRecord.CostSource;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Usage;
import dev.sluice.protocol.Protocols;
import dev.sluice.route.RouteTable;
import java.util.OptionalLong;

/** What one attempt cost, and its record. */
public final class AttemptRecorder {

    /** Of English JSON; a rough figure, and labelled as an estimate. */
    private static final int PROMPT_BYTES_PER_TOKEN = 4;

    /** Of a model that has not shown yet how fast it is: about what the common ones do. */
    private static final int TOKENS_PER_SECOND = 50;

    /** No more of it is guessed where the request has no limit of its own. */
    private static final long MOST_GUESSED = 4096;

    private static final int MILLIS_PER_SECOND = 1000;

    /**
     * Above this a body may hold files as base64, whose bytes say nothing about tokens: of it the text alone counts.
     */
    private static final int LARGEST_COUNTED_WHOLE = 256 * 1024;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private AttemptRecorder() {}

    /** How it ended. The labels are the record's. */
    public enum Outcome {
        OK,
        FAILED,
        CANCELLED;

        private final String label = name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Made once, when the attempt has ended; what it cost is added to the facts. */
    static AttemptRecord of(
            RequestContext facts,
            ClientRequest request,
            RouteTable routes,
            AttemptHandle attempt,
            Outcome outcome,
            Usage reported,
            int status,
            String errorCode) {
        CostSource source = reported.costNanoUsd() == Usage.NO_COST ? CostSource.COMPUTED : CostSource.REPORTED;
        boolean whole = outcome == Outcome.OK || attempt.complete;
        boolean told = reported.known() && whole || source == CostSource.REPORTED;
        boolean conversation = !told && isConversation(request);
        Usage usage = conversation ? reported.unfinished(attempt.batches, attempt.bytes) : reported;
        if (!usage.known() && source == CostSource.COMPUTED) {
            // What was held back came, too, though nobody has seen it.
            boolean answered = usage.completionTokens() > 0 || attempt.respondedNanos != 0 && status < 400;
            boolean billed = answered || conversation && attempt.mayBeBilled;
            Usage seen = answered ? usage : usage.unfinished(unseenTokens(request, attempt.millis()), 0);
            usage = billed && conversation ? estimate(request, seen) : Usage.UNKNOWN;
            source = billed ? CostSource.ESTIMATED : CostSource.NONE;
        }
        long cost = 0;
        if (source != CostSource.NONE) {
            OptionalLong priced = routes.facts(attempt.target).prices().cost(usage);
            cost = priced.orElse(-1);
            source = priced.isPresent() ? source : CostSource.UNKNOWN;
        }
        facts.usage = facts.usage.plus(reported);
        facts.costNanoUsd = facts.costNanoUsd < 0 || cost < 0 ? -1 : facts.costNanoUsd + cost;
        Principal who = facts.principal == null ? Principal.OPEN : facts.principal;
        return new AttemptRecord(
                facts.requestId,
                attempt.number,
                who.id(),
                who.team(),
                who.tier(),
                facts.route,
                attempt.target.provider(),
                attempt.target.model(),
                request.surface().label(),
                usage,
                cost,
                source,
                outcome.label,
                errorCode,
                status,
                facts.startEpochMillis + (attempt.startNanos - facts.startNanos) / NANOS_PER_MILLI,
                attempt.millis(),
                attempt.respondedNanos == 0 ? -1 : (attempt.respondedNanos - attempt.startNanos) / NANOS_PER_MILLI);
    }

    private static boolean isConversation(ClientRequest request) {
        return switch (request.surface()) {
            case CHAT_COMPLETIONS, COMPLETIONS, RESPONSES, MESSAGES -> request.relay() == null;
            default -> false;
        };
    }

    /** What a model may have written of an answer that nobody waited for. */
    private static long unseenTokens(ClientRequest request, long millis) {
        long limit = Protocols.needs(request).outputTokens();
        long written = Math.max(1, millis * TOKENS_PER_SECOND / MILLIS_PER_SECOND);
        return Math.min(written, limit > 0 ? limit : MOST_GUESSED);
    }

    /** Of a conversation whose provider did not say; an answer that came whole was not looked into. */
    private static Usage estimate(ClientRequest request, Usage guessed) {
        long prompt = guessed.promptTokens() > 0 ? guessed.promptTokens() : promptTokens(request);
        if (guessed.completionTokens() == 0 || prompt == 0) {
            return Usage.UNKNOWN;
        }
        return new Usage(
                prompt,
                guessed.completionTokens(),
                guessed.cachedTokens(),
                guessed.cacheWriteTokens(),
                guessed.reasoningTokens(),
                Usage.NO_COST,
                true);
    }

    private static long promptTokens(ClientRequest request) {
        int bytes = request.body().length();
        return bytes <= LARGEST_COUNTED_WHOLE
                ? bytes / PROMPT_BYTES_PER_TOKEN
                : Protocols.needs(request).promptTokens();
    }
}
