package dev.sluice.http.exchange;

import dev.sluice.catalog.ModelFacts;
import dev.sluice.config.RouteConfig.OnStreamFailure;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.GatewayError.Kind;
import dev.sluice.model.StreamEnd;
import dev.sluice.protocol.continuation.Continuation;
import dev.sluice.route.ConfigSnapshot;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;

/** A stream that another target may continue, and the failure that it would then have been cut by. */
final class StreamContinuation {

    /** A target that is cut again and again costs a prompt each time. */
    private static final int MOST_CUTS = 2;

    private final Continuation told;
    private StreamEnd.Failed cut;
    private int cuts;
    private String by;

    private StreamContinuation(Continuation told) {
        this.told = told;
    }

    /** Null where the route does not ask for it, or the answer cannot go on. */
    static StreamContinuation of(RoutePlan plan, ClientRequest request) {
        if (plan.settings() == null || plan.settings().onStreamFailure() != OnStreamFailure.CONTINUE) {
            return null;
        }
        Continuation told = Continuation.of(request);
        return told == null ? null : new StreamContinuation(told);
    }

    /** Follows what passes; returns what of it the client may see. */
    ByteSlice forward(ByteSlice batch) {
        return cut == null ? told.observe(batch) : told.resume(batch);
    }

    /** Whether the stream, failed here, may go on. The first failure is remembered: no later one hides it. */
    boolean tryResume(StreamEnd.Failed failure) {
        if (cuts == MOST_CUTS || diverged() || !isOfTheProvider(failure.error().kind()) || !told.canResume()) {
            return false;
        }
        cuts++;
        if (cut == null) {
            cut = failure;
        }
        return true;
    }

    /** What the client is told if nobody can go on; null while nothing was cut. */
    StreamEnd.Failed cut() {
        return cut;
    }

    /** What goes on turned out to be another answer. */
    boolean diverged() {
        return cut != null && told.diverged();
    }

    /** What to ask the target for. */
    ClientRequest nextRequest(Target target, ConfigSnapshot snapshot) {
        String type = snapshot.config().providers().get(target.provider()).type();
        boolean prefill =
                type.equals("anthropic") && !snapshot.routes().facts(target).has(ModelFacts.Trait.NO_PREFILL);
        return told.nextRequest(prefill);
    }

    ByteSlice comment(Target target) {
        return told.resumeComment(target.provider(), target.model());
    }

    /** The target goes on with the answer. Returns all that did: {@code provider/model}, comma separated. */
    String resumedBy(Target target) {
        String name = target.provider() + "/" + target.model();
        by = by == null ? name : by + "," + name;
        return by;
    }

    /** What filtered, refused or counted will do so with the words of another target, too. */
    private static boolean isOfTheProvider(Kind kind) {
        return kind == Kind.TRUNCATED || kind == Kind.UPSTREAM || kind == Kind.TIMEOUT || kind == Kind.UNAVAILABLE;
    }
}
