package dev.sluice.http.exchange;

import static dev.sluice.http.exchange.ExchangeState.ATTEMPTING;
import static dev.sluice.http.exchange.ExchangeState.CANCELLING;
import static dev.sluice.http.exchange.ExchangeState.ENDED;
import static dev.sluice.http.exchange.ExchangeState.RECEIVING;
import static dev.sluice.http.exchange.ExchangeState.STREAMING;
import static dev.sluice.http.exchange.ExchangeState.WAITING_TO_RETRY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The transitions are those of the table in the Javadoc, and no others. */
class ExchangeStateTest {

    private static final Map<ExchangeState, Set<ExchangeState>> TABLE = Map.of(
            RECEIVING, EnumSet.of(ATTEMPTING, WAITING_TO_RETRY, ENDED),
            ATTEMPTING, EnumSet.of(ATTEMPTING, WAITING_TO_RETRY, STREAMING, CANCELLING, ENDED),
            WAITING_TO_RETRY, EnumSet.of(ATTEMPTING, WAITING_TO_RETRY, ENDED),
            STREAMING, EnumSet.of(ATTEMPTING, WAITING_TO_RETRY, CANCELLING, ENDED),
            CANCELLING, EnumSet.of(ENDED),
            ENDED, EnumSet.of(ENDED));

    @Test
    void onlyTransitionsOfTheTableAreAllowed() {
        for (ExchangeState from : ExchangeState.values()) {
            for (ExchangeState to : ExchangeState.values()) {
                assertThat(from.mayBecome(to))
                        .as(from + " -> " + to)
                        .isEqualTo(TABLE.get(from).contains(to));
            }
        }
    }
}
