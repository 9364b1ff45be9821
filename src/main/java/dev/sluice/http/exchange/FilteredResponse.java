package dev.sluice.http.exchange;

import dev.sluice.bus.ProviderReply;
import dev.sluice.model.ByteSlice;
import dev.sluice.model.CancelCause;
import dev.sluice.model.GatewayError;
import dev.sluice.model.StreamEnd;
import dev.sluice.protocol.sanitize.ResponseFilter;
import dev.sluice.stream.CreditStream;

/**
 * The way out: an answer passes the rules that look at answers, and with its end what was taken of its caller's limits
 * is given back. That is before the last byte leaves, so that whoever asks one thing after another never is in its own
 * way.
 */
public final class FilteredResponse {

    private final ResponseWriter writer;
    private ResponseFilter filter;
    private QuotaReservation reservation;

    FilteredResponse(ResponseWriter writer) {
        this.writer = writer;
    }

    /** What looks at the answer on its way to the client. */
    public void filters(ResponseFilter answers) {
        filter = answers;
    }

    /** From now on the caller is told where it stands, and the toll is held until the answer's end. */
    void holds(QuotaReservation taken) {
        reservation = taken;
        writer.tell(taken.result());
    }

    ExplainTrace explain(ExplainTrace trace) {
        writer.explain(trace);
        return trace;
    }

    /** @param refused by its provider: what it says is about the request, and no rule's business */
    void whole(ProviderReply.Whole reply, boolean refused) {
        release();
        writer.whole(filter == null || refused ? reply : reply.with(filter.whole(reply.body())));
    }

    void stream(ProviderReply.Streaming reply, ResponseWriter.Audience audience) {
        writer.stream(reply, audience);
    }

    void goOn(CreditStream stream, ByteSlice mark, ResponseWriter.Audience audience) {
        writer.goOn(stream, mark, audience);
    }

    /** What of these events the client may see. */
    ByteSlice filtered(ByteSlice events) {
        return filter == null ? events : filter.events(events);
    }

    /** The stream is over; what a filter holds back goes before its end. */
    void ended(StreamEnd end) {
        release();
        if (filter == null) {
            writer.ended(end);
        } else {
            writer.last(filter.end(), end);
        }
    }

    void error(GatewayError error) {
        release();
        writer.error(error);
    }

    void error(GatewayError error, boolean retryIsVain) {
        release();
        writer.error(error, retryIsVain);
    }

    void givenUp(CancelCause cause) {
        release();
        writer.givenUp(cause);
    }

    /** Nothing follows: what was taken goes back as soon as all that was asked for has settled. */
    public void release() {
        if (reservation != null) {
            reservation.release();
        }
    }
}
