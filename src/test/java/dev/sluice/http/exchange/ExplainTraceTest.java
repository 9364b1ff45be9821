package dev.sluice.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.http.exchange.QuotaReservation.AttemptReservation;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The header values of {@code x-sluice-explain}. */
class ExplainTraceTest {

    @Test
    void attemptsAreListedInOrderWithStatusAndCode() {
        ExplainTrace trace = trace("m");

        trace.add(attempt("m"), 503, "overloaded");
        trace.add(attempt("m"), 200, null);

        assertThat(trace.plan()).isEqualTo("a/m; named directly");
        assertThat(trace.tried()).matches("a/m 503 overloaded \\d+ms; a/m 200 \\d+ms");
    }

    /** A provider may quote the prompt in its code. */
    @Test
    void errorCodesAreFiltered() {
        ExplainTrace trace = trace("m");
        trace.filter(code -> code.replace("ann@example.com", "[email]"));

        trace.add(attempt("m"), 400, "no_user_ann@example.com");

        assertThat(trace.tried()).startsWith("a/m 400 no_user_[email] ");
    }

    @Test
    void charactersInvalidInHeadersAreReplaced() {
        ExplainTrace trace = trace("é\r\n~");

        assertThat(trace.plan()).isEqualTo("a/???~; named directly");
    }

    @Test
    void aLongTraceIsCut() {
        ExplainTrace trace = trace("m");

        for (int i = 0; i < 500; i++) {
            trace.add(attempt("m"), 500, "error");
        }

        assertThat(trace.tried()).hasSize(2_003).endsWith("...");
    }

    private static ExplainTrace trace(String model) {
        Target target = new Target("a", model, 1, 1);
        return new ExplainTrace(new RoutePlan(null, null, List.of(target), List.of(), Map.of(), false));
    }

    private static AttemptHandle attempt(String model) {
        return new AttemptHandle(1, new Target("a", model, 1, 1), AttemptReservation.UNLIMITED);
    }
}
