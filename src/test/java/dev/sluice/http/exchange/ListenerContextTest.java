package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.exchange.AttemptRecorder.Outcome;
import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.model.AttemptRecord;
import dev.sluice.model.CancelCause;
import dev.sluice.model.Principal;
import dev.sluice.model.RequestContext;
import dev.sluice.model.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The tests of {@link ListenerContext}: open requests, and the report to metrics and access log. */
class ListenerContextTest {

    private final FakeListener listener = new FakeListener();
    private final RequestContext context = FakeListener.requestContext(Principal.OPEN);

    @AfterEach
    void close() {
        listener.close();
    }

    @Test
    void everythingOpenIsCancelledAlsoWhatEndsMeanwhile() {
        List<CancelCause> causes = new ArrayList<>();
        ListenerContext.Cancellable[] exchange = new ListenerContext.Cancellable[1];
        exchange[0] = cause -> {
            causes.add(cause);
            listener.context.unregister(exchange[0]);
        };
        listener.context.register(exchange[0]);
        listener.context.register(causes::add);

        listener.context.cancelAll(CancelCause.DRAIN);

        assertThat(causes).containsExactly(CancelCause.DRAIN, CancelCause.DRAIN);
        assertThat(listener.lifecycle.openExchanges()).isEqualTo(1);
    }

    @Test
    void anExchangeIsCountedOnce() {
        ListenerContext.Cancellable exchange = cause -> {};
        listener.context.register(exchange);

        listener.context.unregister(exchange);
        listener.context.unregister(exchange);

        assertThat(listener.lifecycle.openExchanges()).isZero();
    }

    @Test
    void aRequestIsReportedWhenItsResponseHasEnded() {
        listener.context.responseEnded(context);

        assertThat(context.ended()).isTrue();
        assertThat(listener.metrics).containsExactly("record context");
        assertThat(listener.accessLines()).contains("req-1");
    }

    @Test
    void theReportWaitsForAttemptsThatStillRun() {
        context.attemptsOpen = 2;
        listener.context.responseEnded(context);
        assertThat(listener.metrics).isEmpty();

        listener.context.attemptEnded(context, record());
        assertThat(listener.metrics).isEmpty();
        listener.context.attemptEnded(context, record());

        assertThat(listener.metrics).containsExactly("record context");
        assertThat(listener.records).hasSize(2);
    }

    @Test
    void anAttemptThatEndsBeforeTheResponseReportsNothing() {
        context.attemptsOpen = 1;

        listener.context.attemptEnded(context, record());

        assertThat(listener.metrics).isEmpty();
    }

    private AttemptRecord record() {
        AttemptHandle attempt = new AttemptHandle(1, FakeListener.A, AttemptReservation.UNLIMITED);
        return AttemptRecorder.of(
                context,
                FakeListener.chat(false),
                listener.snapshot.routes(),
                attempt,
                Outcome.OK,
                Usage.UNKNOWN,
                200,
                null);
    }
}
