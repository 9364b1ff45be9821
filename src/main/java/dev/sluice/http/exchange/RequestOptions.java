package dev.sluice.http.exchange;

import dev.sluice.bus.CallPolicy;
import dev.sluice.config.RouteConfig;
import dev.sluice.config.RouteConfig.OnStreamFailure;
import dev.sluice.config.SluiceConfig;
import dev.sluice.model.ClientRequest;
import dev.sluice.model.Deadline;
import dev.sluice.model.Durations;
import dev.sluice.model.GatewayError;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Principal;
import dev.sluice.model.Strictness;
import dev.sluice.route.RoutePlan;
import dev.sluice.route.Target;
import dev.sluice.stream.AttemptTimeouts;
import io.netty.util.AsciiString;
import java.util.function.Function;

/**
 * The options of one request, from the client's headers and the route's configuration.
 *
 * @param totalMillis the time limit over all attempts
 * @param policy of each attempt
 * @param sdkRetry whether an SDK repeats an earlier request: then no target is tried twice, and no retries are earned
 * @param explain whether plan and attempts are listed in the response's headers
 */
record RequestOptions(
        long totalMillis,
        Deadline deadline,
        CallPolicy policy,
        Strictness strictness,
        boolean sdkRetry,
        boolean explain) {

    /** How long the whole request may take: {@code 30s}, {@code 1500ms}, {@code 2m}, or a plain number of seconds. */
    static final AsciiString TIMEOUT = AsciiString.cached("x-sluice-timeout");

    /**
     * Seconds, sent by OpenAI's and Anthropic's SDKs: their own timeout. For a stream it limits the time to the first
     * byte or between two reads, so it says nothing about the whole response.
     */
    private static final AsciiString SDK_TIMEOUT = AsciiString.cached("x-stainless-timeout");

    /** How often the SDK has sent the same request before. */
    private static final AsciiString SDK_RETRIES = AsciiString.cached("x-stainless-retry-count");

    /** {@code off}, {@code meaning} or {@code all}: which dropped parameters make the request fail. */
    private static final AsciiString STRICT = AsciiString.cached("x-sluice-strict");

    /** {@code true} or {@code 1}, {@code false} or {@code 0}. */
    private static final AsciiString EXPLAIN = AsciiString.cached("x-sluice-explain");

    long remainingMillis() {
        return deadline.remainingMillis();
    }

    /**
     * @param headers the client's
     * @throws GatewayException INVALID_REQUEST for a header that cannot be read
     */
    static RequestOptions of(
            Function<CharSequence, String> headers,
            ClientRequest request,
            RoutePlan plan,
            SluiceConfig config,
            Principal principal) {
        long millis = totalMillis(plan, config);
        String timeout = headers.apply(TIMEOUT);
        if (timeout != null) {
            millis = Math.min(millis, parseTimeout(timeout));
        } else if (!request.stream()) {
            millis = Math.min(millis, sdkTimeout(headers.apply(SDK_TIMEOUT)));
        }
        String retries = headers.apply(SDK_RETRIES);
        return new RequestOptions(
                millis,
                Deadline.inMillis(millis),
                policy(plan, principal),
                strictness(headers, plan, config),
                retries != null && !retries.equals("0"),
                explain(headers));
    }

    private static long totalMillis(RoutePlan plan, SluiceConfig config) {
        if (plan.settings() != null && plan.settings().timeouts().total() != null) {
            return plan.settings().timeouts().total().toMillis();
        }
        long longest = 0;
        for (Target target : plan.targets()) {
            var provider = config.providers().get(target.provider());
            longest = Math.max(longest, provider.timeouts().total().toMillis());
        }
        return longest;
    }

    private static long parseTimeout(String text) {
        long millis = Durations.millisOfHeader(text.strip());
        if (millis < 1) {
            throw new GatewayException(GatewayError.invalid(
                    "header " + TIMEOUT + " is invalid (expected: a time above zero such as 30s, 1500ms, 2m, or"
                            + " seconds)",
                    TIMEOUT.toString(),
                    "invalid_timeout"));
        }
        return millis;
    }

    /** An unreadable value is ignored: the SDK wrote it, not the caller. */
    private static long sdkTimeout(String seconds) {
        if (seconds == null) {
            return Long.MAX_VALUE;
        }
        boolean withoutUnit = !seconds.isEmpty() && Character.isDigit(seconds.charAt(seconds.length() - 1));
        long millis = withoutUnit ? Durations.millisOfHeader(seconds) : -1;
        return millis < 1 ? Long.MAX_VALUE : millis;
    }

    /** Most requests share one policy. A new one is made only where route or caller differ from the defaults. */
    private static CallPolicy policy(RoutePlan plan, Principal principal) {
        RouteConfig route = plan.settings();
        int priority = principal == null ? Principal.USUAL_PRIORITY : principal.priority();
        AttemptTimeouts timeouts = route == null ? AttemptTimeouts.UNSET : timeouts(route.timeouts());
        CallPolicy.HoldLimits hold = route != null && route.onStreamFailure() == OnStreamFailure.HOLD
                ? new CallPolicy.HoldLimits(
                        route.hold().events(),
                        route.hold().within().toMillis(),
                        route.hold().all())
                : null;
        boolean plain = priority == Principal.USUAL_PRIORITY && timeouts == AttemptTimeouts.UNSET && hold == null;
        return plain ? CallPolicy.PLAIN : new CallPolicy(timeouts, hold, priority, false);
    }

    private static AttemptTimeouts timeouts(RouteConfig.TimeoutOverrides route) {
        return AttemptTimeouts.of(route.firstByte(), route.firstToken(), route.idle(), route.response());
    }

    private static Strictness strictness(Function<CharSequence, String> headers, RoutePlan plan, SluiceConfig config) {
        String text = headers.apply(STRICT);
        if (text != null) {
            Strictness requested = Strictness.ofHeader(text);
            if (requested == null) {
                throw unreadable(STRICT, "off, meaning or all");
            }
            return requested;
        }
        Strictness ofRoute = plan.settings() == null ? null : plan.settings().strict();
        return ofRoute == null ? config.server().strict() : ofRoute;
    }

    private static boolean explain(Function<CharSequence, String> headers) {
        String text = headers.apply(EXPLAIN);
        if (text == null) {
            return false;
        }
        if (text.equals("1") || text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equals("0") || text.equalsIgnoreCase("false")) {
            return false;
        }
        throw unreadable(EXPLAIN, "true, false, 1 or 0");
    }

    /** A value that cannot be read is refused: its sender relies on the header. */
    private static GatewayException unreadable(AsciiString header, String expected) {
        return new GatewayException(GatewayError.invalid(
                "header " + header + " is invalid (expected: " + expected + ")", header.toString(), "invalid_header"));
    }

    /** The policy of one attempt. */
    CallPolicy policy(boolean lastResort) {
        return policy.lastResort() == lastResort
                ? policy
                : new CallPolicy(policy.timeouts(), policy.hold(), policy.priority(), lastResort);
    }
}
