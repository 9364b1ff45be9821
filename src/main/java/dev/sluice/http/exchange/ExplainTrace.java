package dev.sluice.http.exchange;

import dev.sluice.model.HeaderText;
import dev.sluice.route.RoutePlan;
import java.util.function.UnaryOperator;

/** The trace that {@code x-sluice-explain} requests: the plan and the result of each attempt, as header values. */
final class ExplainTrace {

    private static final int MAX_LENGTH = 2_000;

    private final String plan;
    private final StringBuilder tried = new StringBuilder(64);
    private UnaryOperator<String> filter = UnaryOperator.identity();

    ExplainTrace(RoutePlan plan) {
        this.plan = HeaderText.printable(plan.explain(), MAX_LENGTH);
    }

    /** Sets what removes from error codes what the route's rules forbid: a code may be a provider's. */
    void filter(UnaryOperator<String> ofCodes) {
        filter = ofCodes;
    }

    /** @param errorCode or null */
    void add(AttemptHandle attempt, int status, String errorCode) {
        if (!tried.isEmpty()) {
            tried.append("; ");
        }
        tried.append(attempt.target.provider())
                .append('/')
                .append(attempt.target.model())
                .append(' ')
                .append(status)
                .append(errorCode == null ? "" : " " + filter.apply(errorCode))
                .append(' ')
                .append(attempt.millis())
                .append("ms");
    }

    String plan() {
        return plan;
    }

    String tried() {
        return HeaderText.printable(tried.toString(), MAX_LENGTH);
    }
}
