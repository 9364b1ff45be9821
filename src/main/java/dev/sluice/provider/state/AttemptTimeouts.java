package dev.sluice.provider.state;

import dev.sluice.bus.CallPolicy;
import dev.sluice.config.ProviderConfig.Timeouts;

/** The named timeouts of one attempt in milliseconds: the call's own where it has them, else the provider's. */
public record AttemptTimeouts(long firstByte, long firstToken, long idle, long whole) {

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
                call.whole() > 0 ? call.whole() : whole);
    }

    /** @param limit as the watchdog is told it; that of the whole request is not among them */
    public long millis(String limit) {
        return switch (limit) {
            case "first_byte" -> firstByte;
            case "first_token" -> firstToken;
            case "idle" -> idle;
            default -> whole;
        };
    }
}
