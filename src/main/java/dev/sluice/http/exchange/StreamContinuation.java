package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.catalog.ProviderCatalog;
import dev.sluice.catalog.ProviderType;
import dev.sluice.config.RouteConfig.OnStreamFailure;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.StreamEnd;
import dev.sluice.protocol.continuation.Continuation;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;

/**
 * The continuation of one stream: tracks what the client has received and, when the stream is cut, lets another target
 * resume it. Keeps the first failure, which the client gets if no target resumes the stream.
 */
final class StreamContinuation {

    /** Each resumption costs another prompt. */
    private static final int MAX_RESUMPTIONS = 2;

    private final Continuation continuation;
    private StreamEnd.Failed firstFailure;
    private int resumptions;
    /** Targets that resumed: {@code provider/model}, comma separated. */
    private String resumedBy;

    private StreamContinuation(Continuation continuation) {
        this.continuation = continuation;
    }

    /** @return null where the route does not configure it, or the response to this request cannot be resumed */
    static StreamContinuation of(RoutePlan plan, ClientRequest request) {
        if (plan.settings() == null || plan.settings().onStreamFailure() != OnStreamFailure.CONTINUE) {
            return null;
        }
        Continuation continuation = Continuation.of(request);
        return continuation == null ? null : new StreamContinuation(continuation);
    }

    /** Tracks a batch of the current stream. Returns the part that is sent to the client. */
    ByteSlice forward(ByteSlice batch) {
        return firstFailure == null ? continuation.observe(batch) : continuation.resume(batch);
    }

    /** Whether another target may resume the stream that failed here. */
    boolean tryResume(StreamEnd.Failed failure) {
        if (resumptions == MAX_RESUMPTIONS
                || diverged()
                || !isProviderFailure(failure.error().kind())
                || !continuation.canResume()) {
            return false;
        }
        resumptions++;
        if (firstFailure == null) {
            firstFailure = failure;
        }
        return true;
    }

    /** The first failure of the stream; null while there was none. No later failure hides it. */
    StreamEnd.Failed firstFailure() {
        return firstFailure;
    }

    /** Whether the resumed stream is a different response, or is malformed. */
    boolean diverged() {
        return firstFailure != null && continuation.diverged();
    }

    /**
     * The request that makes the target resume.
     *
     * @throws dev.sluice.model.GatewayException when it would be too large
     */
    ClientRequest nextRequest(Target target, ConfigSnapshot snapshot) {
        ProviderType type = ProviderCatalog.builtIn()
                .type(snapshot.config().providers().get(target.provider()).type());
        boolean prefill = type.prefills() && !snapshot.routes().facts(target).has(ModelFacts.Trait.NO_PREFILL);
        return continuation.nextRequest(prefill);
    }

    /** An event stream comment that names the target. */
    ByteSlice comment(Target target) {
        return continuation.resumeComment(target.provider(), target.model());
    }

    /**
     * Records that the target resumes the stream. Returns all targets that did: {@code provider/model}, comma
     * separated.
     */
    String resumedBy(Target target) {
        String name = target.provider() + "/" + target.model();
        resumedBy = resumedBy == null ? name : resumedBy + "," + name;
        return resumedBy;
    }

    /** Whether another target may succeed. A content filter or a refusal would stop it in the same way. */
    private static boolean isProviderFailure(Kind kind) {
        return kind == Kind.TRUNCATED || kind == Kind.UPSTREAM || kind == Kind.TIMEOUT || kind == Kind.UNAVAILABLE;
    }
}
