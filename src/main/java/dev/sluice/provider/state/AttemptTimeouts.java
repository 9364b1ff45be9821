package dev.sluice.provider.state;

import dev.sluice.bus.CallPolicy;
import dev.sluice.config.ProviderConfig.Timeouts;
import dev.sluice.stream.TimeLimit;

/** The named timeouts of one attempt in milliseconds: the call's own where it has them, else the provider's. */
public record AttemptTimeouts(long firstByte, long firstToken, long idle, long response) {

    static AttemptTimeouts of(Timeouts provider) {
        return new AttemptTimeouts(
                provider.firstByte().toMillis(),
                provider.firstToken().toMillis(),
                provider.idle().toMillis(),
                provider.response().toMillis());
    }

    public AttemptTimeouts with(CallPolicy.Timeouts call) {
        if (call.equals(CallPolicy.Timeouts.PROVIDERS)) {
            return this;
        }
        return new AttemptTimeouts(
                call.firstByte() > 0 ? call.firstByte() : firstByte,
                call.firstToken() > 0 ? call.firstToken() : firstToken,
                call.idle() > 0 ? call.idle() : idle,
                call.response() > 0 ? call.response() : response);
    }

    /** @throws IllegalArgumentException for a limit that is not one of these four */
    public long millis(TimeLimit limit) {
        return switch (limit) {
            case FIRST_BYTE -> firstByte;
            case FIRST_TOKEN -> firstToken;
            case IDLE -> idle;
            case RESPONSE -> response;
            case TOTAL, BODY, MAX_WAIT, HOLD, MARKER, CLOSE ->
                throw new IllegalArgumentException(limit + " is not a timeout of an attempt");
        };
    }
}
