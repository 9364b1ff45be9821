package dev.sluice.http.exchange;

import dev.sluice.route.RoutePlan;

/** What {@code x-sluice-explain} tells: the plan and what became of each attempt, safe and bounded for a header. */
final class ExplainTrace {

    private static final int LONGEST = 2_000;

    private final String plan;
    private final StringBuilder tried = new StringBuilder(64);

    ExplainTrace(RoutePlan plan) {
        this.plan = headerSafe(plan.explain());
    }

    /** @param what an error's code, or null */
    void add(AttemptHandle attempt, int status, String what) {
        if (!tried.isEmpty()) {
            tried.append("; ");
        }
        tried.append(attempt.target.provider())
                .append('/')
                .append(attempt.target.model())
                .append(' ')
                .append(status)
                .append(what == null ? "" : " " + what)
                .append(' ')
                .append(attempt.millis())
                .append("ms");
    }

    String plan() {
        return plan;
    }

    String tried() {
        return headerSafe(tried.toString());
    }

    private static String headerSafe(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), LONGEST + 3));
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char each = text.charAt(i);
            safe.append(each < ' ' || each > '~' ? '?' : each);
        }
        return text.length() > LONGEST ? safe.append("...").toString() : safe.toString();
    }
}
